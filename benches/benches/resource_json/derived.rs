//! The fields of the typed user in structs that derive serde's traits, as one would write them by hand.
#![expect(
    clippy::struct_field_names,
    reason = "the fields are called like those of the typed resources"
)]

use serde::{Deserialize, Serialize};

macro_rules! derived {
    ($name:ident { $( $(#[$meta:meta])* $field:ident: $type:ty, )+ }) => {
        #[derive(Serialize, Deserialize)]
        #[serde(rename_all = "camelCase")]
        pub(crate) struct $name {
            $(
                #[serde(default, skip_serializing_if = "is_default")]
                $(#[$meta])*
                $field: $type,
            )+
        }
    };
}

fn is_default<T: Empty>(value: &T) -> bool {
    value.is_empty()
}

trait Empty {
    fn is_empty(&self) -> bool;
}

impl<T> Empty for Option<T> {
    fn is_empty(&self) -> bool {
        self.is_none()
    }
}

impl<T> Empty for Vec<T> {
    fn is_empty(&self) -> bool {
        self.as_slice().is_empty()
    }
}

derived! {
    User {
        schemas: Vec<String>,
        id: Option<String>,
        external_id: Option<String>,
        meta: Option<Meta>,
        user_name: Option<String>,
        name: Option<Name>,
        display_name: Option<String>,
        nick_name: Option<String>,
        profile_url: Option<String>,
        title: Option<String>,
        user_type: Option<String>,
        preferred_language: Option<String>,
        locale: Option<String>,
        timezone: Option<String>,
        active: Option<bool>,
        password: Option<String>,
        emails: Vec<MultiValued>,
        phone_numbers: Vec<MultiValued>,
        ims: Vec<MultiValued>,
        photos: Vec<MultiValued>,
        addresses: Vec<Address>,
        groups: Vec<ResourceReference>,
        entitlements: Vec<MultiValued>,
        roles: Vec<MultiValued>,
        #[serde(rename = "x509Certificates")]
        x509_certificates: Vec<MultiValued>,
        #[serde(rename = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User")]
        enterprise: Option<EnterpriseUser>,
        #[serde(rename = "urn:ietf:params:scim:schemas:extension:peakon:2.0:User")]
        peakon: Option<serde_json::Map<String, serde_json::Value>>,
    }
}

derived! {
    Meta {
        resource_type: Option<String>,
        created: Option<chrono::DateTime<chrono::Utc>>,
        last_modified: Option<chrono::DateTime<chrono::Utc>>,
        location: Option<String>,
        version: Option<String>,
    }
}

derived! {
    Name {
        formatted: Option<String>,
        family_name: Option<String>,
        given_name: Option<String>,
        middle_name: Option<String>,
        honorific_prefix: Option<String>,
        honorific_suffix: Option<String>,
    }
}

derived! {
    MultiValued {
        value: Option<String>,
        display: Option<String>,
        r#type: Option<String>,
        primary: Option<bool>,
    }
}

derived! {
    Address {
        formatted: Option<String>,
        street_address: Option<String>,
        locality: Option<String>,
        region: Option<String>,
        postal_code: Option<String>,
        country: Option<String>,
        r#type: Option<String>,
        primary: Option<bool>,
    }
}

derived! {
    ResourceReference {
        value: Option<String>,
        #[serde(rename = "$ref")]
        reference: Option<String>,
        display: Option<String>,
        r#type: Option<String>,
    }
}

derived! {
    EnterpriseUser {
        employee_number: Option<String>,
        cost_center: Option<String>,
        organization: Option<String>,
        division: Option<String>,
        department: Option<String>,
        manager: Option<Manager>,
    }
}

derived! {
    Manager {
        value: Option<String>,
        #[serde(rename = "$ref")]
        reference: Option<String>,
        display_name: Option<String>,
    }
}
