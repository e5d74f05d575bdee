//! Builders of the typed resources.

use serde_json::Value;

use super::{
    Address, EnterpriseUser, Group, Manager, Meta, MultiValued, Name, PeakonUser,
    ResourceReference, Secret, User,
};

/// Declares a builder: `values` are set, `entries` are added one by one.
macro_rules! builder {
    (
        $(#[doc = $doc:literal])+
        $builder:ident of $type:ident $(from $first:ident)?;
        values { $( $value:ident: $kind:ty, )* }
        entries { $( $entry:ident to $entries:ident: $entry_kind:ty, )* }
    ) => {
        $(#[doc = $doc])+
        #[derive(Clone, Debug, Default)]
        pub struct $builder {
            pub(super) result: $type,
        }

        impl $builder {
            $(
                #[doc = concat!("Sets `", stringify!($value), "`.")]
                #[must_use]
                pub fn $value(mut self, $value: impl Into<$kind>) -> Self {
                    self.result.$value = Some($value.into());
                    self
                }
            )*
            $(
                #[doc = concat!("Adds one of the `", stringify!($entries), "`.")]
                #[must_use]
                pub fn $entry(mut self, $entry: impl Into<$entry_kind>) -> Self {
                    self.result.$entries.push($entry.into());
                    self
                }
            )*

            /// Sets a member that the type has no field for: an attribute of one's own, or an extension under its URN.
            #[must_use]
            pub fn additional(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
                self.result.additional.insert(name.into(), value.into());
                self
            }

            builder!(@build $type $($first)?);
        }

        impl $type {
            builder!(@start $builder $($first)?);
        }
    };
    (@start $builder:ident) => {
        #[doc = concat!("Starts a [`", stringify!($builder), "`].")]
        #[must_use]
        pub fn builder() -> $builder {
            $builder::default()
        }
    };
    (@start $builder:ident $first:ident) => {
        #[doc = concat!("Starts a [`", stringify!($builder), "`] with what is required.")]
        #[must_use]
        pub fn builder($first: impl Into<String>) -> $builder {
            $builder {
                result: Self::new($first),
            }
        }
    };
    (@build $type:ident) => {
        /// What was built.
        #[must_use]
        pub fn build(self) -> $type {
            self.result
        }
    };
    (@build $type:ident $first:ident) => {
        /// What was built; its `schemas` list the extensions that it has.
        #[must_use]
        pub fn build(mut self) -> $type {
            self.result.schemas = self
                .result
                .listed_schemas()
                .into_iter()
                .map(str::to_owned)
                .collect();
            self.result
        }
    };
}

builder! {
    /// Builds a [`User`], which [`User::builder`] starts.
    ///
    /// ```
    /// use scim_core::resource::{EnterpriseUser, Manager, MultiValued, Name, User};
    /// use scim_core::urn;
    ///
    /// let user = User::builder("bjensen")
    ///     .name(Name::new("Barbara", "Jensen"))
    ///     .email(MultiValued::work("bjensen@example.com").with_primary(true))
    ///     .email(MultiValued::home("babs@jensen.org"))
    ///     .active(true)
    ///     .enterprise(
    ///         EnterpriseUser::builder()
    ///             .department("Tour Operations")
    ///             .manager(Manager::new("26118915"))
    ///             .build(),
    ///     )
    ///     .build();
    /// assert_eq!(user.emails.len(), 2);
    /// assert_eq!(user.schemas, [urn::USER, urn::ENTERPRISE_USER]);
    /// ```
    UserBuilder of User from user_name;
    values {
        id: String,
        external_id: String,
        meta: Meta,
        name: Name,
        display_name: String,
        nick_name: String,
        profile_url: String,
        title: String,
        user_type: String,
        preferred_language: String,
        locale: String,
        timezone: String,
        active: bool,
        password: Secret,
        enterprise: EnterpriseUser,
        peakon: PeakonUser,
    }
    entries {
        email to emails: MultiValued,
        phone_number to phone_numbers: MultiValued,
        im to ims: MultiValued,
        photo to photos: MultiValued,
        address to addresses: Address,
        group to groups: ResourceReference,
        entitlement to entitlements: MultiValued,
        role to roles: MultiValued,
        x509_certificate to x509_certificates: MultiValued,
    }
}

builder! {
    /// Builds a [`Group`], which [`Group::builder`] starts.
    ///
    /// ```
    /// use scim_core::resource::{Group, ResourceReference};
    ///
    /// let guides = Group::builder("Tour Guides")
    ///     .external_id("4711")
    ///     .member(ResourceReference::new("2819c223"))
    ///     .build();
    /// assert_eq!(guides.members.len(), 1);
    /// ```
    GroupBuilder of Group from display_name;
    values {
        id: String,
        external_id: String,
        meta: Meta,
    }
    entries {
        member to members: ResourceReference,
    }
}

builder! {
    /// Builds an [`EnterpriseUser`], which [`EnterpriseUser::builder`] starts.
    ///
    /// ```
    /// use scim_core::resource::EnterpriseUser;
    ///
    /// let extension = EnterpriseUser::builder().employee_number("701984").cost_center("4130").build();
    /// assert_eq!(extension.cost_center.as_deref(), Some("4130"));
    /// ```
    EnterpriseUserBuilder of EnterpriseUser;
    values {
        employee_number: String,
        cost_center: String,
        organization: String,
        division: String,
        department: String,
        manager: Manager,
    }
    entries {}
}

builder! {
    /// Builds a [`Name`] of more than a given name and a family name; [`Name::builder`] starts it.
    ///
    /// ```
    /// use scim_core::resource::Name;
    ///
    /// let name = Name::builder().given_name("Barbara").middle_name("Jane").family_name("Jensen").build();
    /// assert_eq!(name.middle_name.as_deref(), Some("Jane"));
    /// ```
    NameBuilder of Name;
    values {
        formatted: String,
        family_name: String,
        given_name: String,
        middle_name: String,
        honorific_prefix: String,
        honorific_suffix: String,
    }
    entries {}
}

builder! {
    /// Builds an [`Address`], which [`Address::builder`] starts.
    ///
    /// ```
    /// use scim_core::resource::Address;
    ///
    /// let address = Address::builder().locality("Aarhus").country("DK").r#type("work").build();
    /// assert_eq!(address.country.as_deref(), Some("DK"));
    /// ```
    AddressBuilder of Address;
    values {
        formatted: String,
        street_address: String,
        locality: String,
        region: String,
        postal_code: String,
        country: String,
        r#type: String,
        primary: bool,
    }
    entries {}
}

/// Builds a [`PeakonUser`], which [`PeakonUser::builder`] starts.
///
/// ```
/// use scim_core::resource::{PeakonUser, User};
///
/// let peakon = PeakonUser::builder().attribute("Job Title", "CTO").attribute("Salary", 100_000).build();
/// let user = User::builder("bjensen").peakon(peakon).build();
/// assert_eq!(user.peakon.as_ref().and_then(|peakon| peakon.number("salary")), Some(100_000));
/// ```
#[derive(Clone, Debug, Default)]
pub struct PeakonUserBuilder {
    result: PeakonUser,
}

impl PeakonUserBuilder {
    /// Sets an attribute by its display name, in place of one whose name differs in case only.
    #[must_use]
    pub fn attribute(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.result.set(name, value);
        self
    }

    /// What was built.
    #[must_use]
    pub fn build(self) -> PeakonUser {
        self.result
    }
}

impl PeakonUser {
    /// Starts a [`PeakonUserBuilder`].
    #[must_use]
    pub fn builder() -> PeakonUserBuilder {
        PeakonUserBuilder::default()
    }
}
