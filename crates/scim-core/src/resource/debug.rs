//! `Debug` of a resource without a look at its schemas: nothing that may be a secret is shown.

use std::fmt;

use serde_json::{Map, Value};

use super::typed::Knows;
use super::{
    Address, EnterpriseUser, Group, Hidden, Manager, Meta, MultiValued, Name, Resource,
    ResourceReference, User,
};
use crate::urn;

impl fmt::Debug for Resource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Resource ")?;
        f.debug_map()
            .entries(self.attributes.iter().map(|(name, value)| {
                let is_shown = (User::knows(name) || Group::knows(name)) && !is_secret(name);
                (name, Shown { is_shown, value })
            }))
            .finish()
    }
}

/// What no answer holds, and what an account has defined for itself.
fn is_secret(name: &str) -> bool {
    name.eq_ignore_ascii_case("password") || name.eq_ignore_ascii_case(urn::PEAKON_USER)
}

struct Shown<'r> {
    is_shown: bool,
    value: &'r Value,
}

impl fmt::Debug for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.value {
            _ if !self.is_shown => fmt::Debug::fmt(&Hidden, f),
            Value::Object(members) => parts(members, f),
            Value::Array(values) => f
                .debug_list()
                .entries(values.iter().map(|value| Shown {
                    is_shown: true,
                    value,
                }))
                .finish(),
            simple => write!(f, "{simple}"),
        }
    }
}

fn parts(members: &Map<String, Value>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    const KNOW: [fn(&str) -> bool; 7] = [
        EnterpriseUser::knows,
        Name::knows,
        Address::knows,
        MultiValued::knows,
        ResourceReference::knows,
        Manager::knows,
        Meta::knows,
    ];
    f.debug_map()
        .entries(members.iter().map(|(name, value)| {
            let is_shown = KNOW.iter().any(|knows| knows(name));
            (name, Shown { is_shown, value })
        }))
        .finish()
}
