//! Whom a value of the source refers to in the target.

use scim_core::schema::AttributeType;
use scim_core::scim_filter::{AttributePath, Filter, PatchPath};
use serde_json::Value;

use super::{ObjectKind, ProvisioningCycle};
use crate::location::Location;
use crate::provisioning::job::ObjectMapping;
use crate::provisioning::matching::{filter, matching_rules};

pub(super) enum Resolution {
    /// The value for the target.
    Known(String),
    /// Nobody there is called that.
    Pending,
    /// An e-mail address that the target has to be asked for.
    Ask,
}

/// The searches for somebody with an e-mail address: by the attribute that people are matched by, and by their addresses.
pub(super) fn mail_filters(object: &ObjectMapping, mail: &str) -> Vec<Filter> {
    let value = Value::from(mail);
    let mut paths: Vec<PatchPath> = Vec::new();
    if let Some(rule) = matching_rules(object).first() {
        paths.push(rule.target.clone());
    }
    let emails = AttributePath::new("emails").and_then(|path| path.with_sub_attribute("value"));
    if let Ok(emails) = emails
        && object.target().resolve(&emails).is_ok()
    {
        paths.push(PatchPath::Attribute(emails));
    }
    let filters = paths.iter();
    filters
        .filter_map(|path| filter(path, object.target(), &value))
        .collect()
}

impl ProvisioningCycle {
    pub(super) fn resolve_one(
        &self,
        object: &ObjectMapping,
        path: &PatchPath,
        text: &str,
    ) -> Resolution {
        let link = [ObjectKind::User, ObjectKind::Group]
            .into_iter()
            .find_map(|kind| self.state.link(kind, text)?.target_id.as_ref());
        if let Some(id) = link {
            return Resolution::Known(id.clone());
        }
        if !text.contains('@') {
            return Resolution::Pending;
        }
        // An employee of Peakon is referred to by the e-mail address itself, a manager of the enterprise schema by his id.
        let is_text = Location::of(path, object.target())
            .definition
            .is_some_and(|definition| definition.r#type == AttributeType::String);
        match self.mails.get(&text.to_lowercase()) {
            Some(Some(_)) if is_text => Resolution::Known(text.to_owned()),
            Some(Some(id)) => Resolution::Known(id.clone()),
            Some(None) => Resolution::Pending,
            None => Resolution::Ask,
        }
    }
}
