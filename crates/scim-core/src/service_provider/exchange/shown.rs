//! A resource as a client sees it, written without a copy of it.

use std::borrow::Cow;

use serde::ser::{Serialize, SerializeMap as _, Serializer};
use serde_json::Value;

use super::written;
use crate::projection::Projection;
use crate::resource::Resource;

/// What any of the projections shows of a resource, with `meta` as it is now.
#[derive(Debug)]
pub(super) struct Shown<'p> {
    pub(super) resource: Resource,
    /// In place of the one that is held.
    pub(super) meta: Option<Value>,
    pub(super) projections: Vec<&'p Projection>,
}

impl Serialize for Shown<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let [projection] = self.projections.as_slice() else {
            let mut resource = self.resource.clone();
            if let Some(meta) = &self.meta {
                let attributes = resource.attributes_mut();
                attributes.insert("meta".to_owned(), meta.clone());
            }
            let each = self.projections.iter();
            let each = each.map(|projection| projection.apply(&resource));
            return each
                .reduce(written::together)
                .unwrap_or_default()
                .serialize(serializer);
        };
        let mut map = serializer.serialize_map(None)?;
        for (name, value) in projection.shown(&self.resource) {
            match (&self.meta, &value) {
                // `meta` that is sent whole.
                (Some(meta), Cow::Borrowed(_)) if name == "meta" => {
                    map.serialize_entry(name, meta)?;
                }
                _ => map.serialize_entry(name, &value)?,
            }
        }
        map.end()
    }
}
