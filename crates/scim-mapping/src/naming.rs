//! By which of his values a rule names the object that it refers to.

use scim_core::resource::Resource;
use scim_core::schema::{AttributeType, RegisteredResourceType};
use scim_core::scim_filter::PatchPath;
use serde_json::Value;

use crate::location::{Location, plain};
use crate::rule::Rule;

/// Where somebody's e-mail address is looked for; a user name counts where it is one.
const ADDRESSES: [&str; 4] = [
    "emails[type eq \"work\"].value",
    "emails[primary eq true].value",
    "emails",
    "userName",
];

/// By what a reference names its object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Naming<'rule> {
    /// By the id that the target gave it: a manager, a member.
    Id,
    /// By the e-mail address, as Peakon's attributes of the kind "employee" do.
    Address,
    /// By the property that the attribute's definition names.
    Property(&'rule PatchPath),
}

impl<'rule> Naming<'rule> {
    pub(crate) fn of(rule: &'rule Rule, target: &RegisteredResourceType) -> Self {
        match &rule.referenced_property {
            Some(property) if is_id(property) => Self::Id,
            Some(property) if is_known(property, target) => Self::Property(property),
            _ if is_text(&rule.target, target) && has_addresses(target) => Self::Address,
            _ => Self::Id,
        }
    }

    /// Whether an e-mail address in the source is what the target wants.
    pub(crate) fn is_address(self) -> bool {
        match self {
            Self::Id => false,
            Self::Address => true,
            Self::Property(path) => is_emails(path),
        }
    }

    /// What the object is called by; none where it has no such value.
    pub(crate) fn value_in(
        self,
        object: &Resource,
        target: &RegisteredResourceType,
    ) -> Option<String> {
        let at = |path: &PatchPath| {
            let location = Location::of(path, target);
            let value = location.value_in(object.attributes())?;
            let value = match value {
                Value::Array(values) => values.first()?,
                single => single,
            };
            Some(plain(value)).filter(|text| !text.trim().is_empty())
        };
        match self {
            Self::Id => object.id().map(str::to_owned),
            Self::Property(path) => at(path),
            Self::Address => {
                let paths = ADDRESSES.iter().filter_map(|path| path.parse().ok());
                let mut found = paths.filter_map(|path| at(&path));
                found.find(|text| text.contains('@'))
            }
        }
    }

    /// For people.
    pub(crate) fn words(self) -> String {
        match self {
            Self::Id => "id".to_owned(),
            Self::Address => "e-mail address".to_owned(),
            Self::Property(path) => path.to_string(),
        }
    }
}

pub(crate) fn is_id(property: &PatchPath) -> bool {
    property.to_string().eq_ignore_ascii_case("id")
}

pub(crate) fn is_known(property: &PatchPath, target: &RegisteredResourceType) -> bool {
    Location::check(property).is_ok() && Location::of(property, target).definition.is_some()
}

fn is_emails(path: &PatchPath) -> bool {
    matches!(
        path,
        PatchPath::Attribute(attribute) | PatchPath::ValuePath { attribute, .. }
            if attribute.attribute().eq_ignore_ascii_case("emails")
    )
}

fn has_addresses(target: &RegisteredResourceType) -> bool {
    let emails: Result<PatchPath, _> = "emails".parse();
    emails.is_ok_and(|emails| is_known(&emails, target))
}

/// Whether the attribute holds a text of its own, and not the id that stands beside a `$ref` (RFC 7643, section 2.4).
pub(crate) fn is_text(path: &PatchPath, target: &RegisteredResourceType) -> bool {
    let is_string = Location::of(path, target)
        .definition
        .is_some_and(|definition| definition.r#type == AttributeType::String);
    let (PatchPath::Attribute(attribute) | PatchPath::ValuePath { attribute, .. }) = path else {
        return false;
    };
    let is_beside_reference = target
        .resolve(attribute)
        .is_ok_and(|known| known.attribute().sub_attribute("$ref").is_some());
    is_string && !is_beside_reference
}
