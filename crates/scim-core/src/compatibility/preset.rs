//! [`Preset`], and the constructors by name.

use serde::{Deserialize, Serialize};

use super::Compatibility;

/// A named set of flags.
///
/// ```
/// use scim_core::compatibility::Preset;
///
/// let preset: Preset = serde_json::from_str(r#""entra_legacy""#)?;
/// assert_eq!(preset, Preset::EntraLegacy);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Preset {
    /// See [`Compatibility::strict`].
    Strict,
    /// See [`Compatibility::standard`]. In a configuration it may also be called `default`.
    #[serde(alias = "default")]
    Standard,
    /// See [`Compatibility::entra`].
    Entra,
    /// See [`Compatibility::entra_legacy`].
    EntraLegacy,
    /// See [`Compatibility::okta`].
    Okta,
    /// See [`Compatibility::interop_profile`].
    InteropProfile,
}

impl Preset {
    /// All presets.
    pub const ALL: [Self; 6] = [
        Self::Strict,
        Self::Standard,
        Self::Entra,
        Self::EntraLegacy,
        Self::Okta,
        Self::InteropProfile,
    ];

    pub(super) const fn is_among(self, presets: &[Self]) -> bool {
        let mut rest = presets;
        while let [first, others @ ..] = rest {
            if *first as u8 == self as u8 {
                return true;
            }
            rest = others;
        }
        false
    }
}

impl Compatibility {
    /// Refuses whatever the RFCs do not define: for conformance tests and clients under development.
    ///
    /// ```
    /// use scim_core::compatibility::Compatibility;
    ///
    /// assert!(Compatibility::strict().flags().all(|flag| !flag.enabled));
    /// ```
    #[must_use]
    pub const fn strict() -> Self {
        Self::of(Preset::Strict)
    }

    /// Accepts what has only one possible meaning, and answers strictly. This is the default.
    ///
    /// ```
    /// use scim_core::compatibility::Compatibility;
    ///
    /// assert_eq!(Compatibility::standard(), Compatibility::default());
    /// ```
    #[must_use]
    pub const fn standard() -> Self {
        Self::of(Preset::Standard)
    }

    /// What Microsoft Entra's provisioning service needs when the tenant URL carries its feature flag `aadOptscim062020`.
    ///
    /// Provisioning on demand works without that flag, and Microsoft's SCIM Validator can send `primary` as a text, so a service
    /// whose administrators use them needs [`entra_legacy`](Self::entra_legacy), which tolerates all of this too.
    ///
    /// ```
    /// use scim_core::compatibility::Compatibility;
    ///
    /// let entra = Compatibility::entra();
    /// assert!(entra.create_from_filter && !entra.booleans_as_text);
    /// ```
    #[must_use]
    pub const fn entra() -> Self {
        Self::of(Preset::Entra)
    }

    /// What Microsoft Entra's provisioning service needs with or without its feature flag: also booleans and roles as
    /// texts.
    ///
    /// ```
    /// use scim_core::compatibility::Compatibility;
    ///
    /// assert!(Compatibility::entra_legacy().booleans_as_text);
    /// ```
    #[must_use]
    pub const fn entra_legacy() -> Self {
        Self::of(Preset::EntraLegacy)
    }

    /// What Okta's provisioning service needs.
    ///
    /// ```
    /// use scim_core::compatibility::Compatibility;
    ///
    /// assert!(Compatibility::okta().ignore_read_only_values);
    /// ```
    #[must_use]
    pub const fn okta() -> Self {
        Self::of(Preset::Okta)
    }

    /// What the [SCIM 2.0 Interoperability Profile](https://datatracker.ietf.org/doc/draft-zollner-scim-interop-profile/)
    /// (revision 01) lets a client send: less than the RFCs, so this preset demands where the others tolerate.
    ///
    /// Taken at its word the profile lets no client remove a member by `members[value eq "…"]`; switch
    /// `require_sub_attribute_after_filter` off where that is too strict.
    ///
    /// ```
    /// use scim_core::compatibility::Compatibility;
    ///
    /// assert!(Compatibility::interop_profile().require_paths);
    /// ```
    #[must_use]
    pub const fn interop_profile() -> Self {
        Self::of(Preset::InteropProfile)
    }
}

impl Default for Compatibility {
    fn default() -> Self {
        Self::standard()
    }
}
