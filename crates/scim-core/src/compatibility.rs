//! [`Compatibility`]: named tolerances for what real clients send, and [`Tolerance`], the report of each use.

/// Declares the flags once: as fields, as presets, and as data that can be listed.
macro_rules! compatibility {
    ($( $(#[doc = $doc:literal])+ $name:ident: $strict:literal, $standard:literal, $entra:literal, $okta:literal; )+) => {
        /// Which deviations from the protocol are tolerated; an immutable set of named flags.
        ///
        /// Nothing is left out or rewritten silently: where a flag makes the outcome differ from what was sent, a
        /// [`Tolerance`] reports it. Another spelling of the same thing, such as `Replace`, is not reported.
        ///
        /// ```
        /// use scim_core::compatibility::Compatibility;
        ///
        /// let mut compatibility = Compatibility::standard();
        /// assert!(!compatibility.booleans_as_text);
        /// compatibility.booleans_as_text = true;
        /// assert!(Compatibility::entra().booleans_as_text);
        /// ```
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[non_exhaustive]
        pub struct Compatibility {
            $( $(#[doc = $doc])+ pub $name: bool, )+
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
                Self { $( $name: $strict, )+ }
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
                Self { $( $name: $standard, )+ }
            }

            /// What Microsoft Entra's provisioning service needs, also without its feature flag `aadOptscim062020`.
            ///
            /// ```
            /// use scim_core::compatibility::Compatibility;
            ///
            /// assert!(Compatibility::entra().create_from_filter);
            /// ```
            #[must_use]
            pub const fn entra() -> Self {
                Self { $( $name: $entra, )+ }
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
                Self { $( $name: $okta, )+ }
            }

            /// The same set with one flag, given by its name, on or off: for a configuration file. `None` if no flag has that name.
            ///
            /// ```
            /// use scim_core::compatibility::Compatibility;
            ///
            /// let with = Compatibility::strict().with_flag("booleans_as_text", true);
            /// assert!(with.is_some_and(|compatibility| compatibility.booleans_as_text));
            /// assert_eq!(Compatibility::strict().with_flag("booleans_as_jokes", true), None);
            /// ```
            #[must_use]
            pub fn with_flag(mut self, name: &str, enabled: bool) -> Option<Self> {
                match name {
                    $( stringify!($name) => self.$name = enabled, )+
                    _ => return None,
                }
                Some(self)
            }

            /// All flags as data: for a configuration page, a log line, a test.
            ///
            /// ```
            /// use scim_core::compatibility::Compatibility;
            ///
            /// for flag in Compatibility::entra().flags() {
            ///     println!("{} is {}: {}", flag.name, flag.enabled, flag.description);
            /// }
            /// ```
            pub fn flags(&self) -> impl Iterator<Item = CompatibilityFlag> + use<> {
                [ $( CompatibilityFlag {
                    name: stringify!($name),
                    description: concat!($($doc),+).trim_ascii(),
                    enabled: self.$name,
                }, )+ ].into_iter()
            }
        }
    };
}

compatibility! {
    /// A resource without `schemas`, or with an incomplete list, is read as if it were complete; many small clients leave it out.
    assume_schemas: false, true, true, true;
    /// Attributes that no schema knows are left out of a created or replaced resource instead of being refused; Entra and Okta send
    /// whatever their mapping says.
    ignore_unknown_attributes: false, true, true, true;
    /// Schema URNs that are known to be sent beside the right ones are dropped; Entra sends its `ADSCIM` group schema.
    ignore_foreign_schemas: false, true, true, true;
    /// Values outside `canonicalValues` are accepted, as RFC 7643, section 2.3.1 lets a service choose; all clients rely on it.
    values_outside_canonical: false, true, true, true;
    /// `10.0` is read as the integer 10; serializers of some languages know no integers.
    whole_decimals_as_integers: false, true, true, true;
    /// `en_US` as a locale and a country by its name are accepted; Entra maps both from free text.
    loose_text_formats: false, true, true, true;
    /// A single value where an array is due is read as an array of one, in the values of PATCH operations.
    single_value_for_array: false, true, true, true;
    /// An array of one where a single value is due is read as that value; Entra sends `manager` so.
    array_for_single_value: false, false, true, false;
    /// A text where an object is due is read as `{"value": text}`; Entra sends `manager` so.
    text_for_complex_value: false, false, true, false;
    /// `"True"` and `"False"` are read as booleans, in values and in filters; Entra sends them without its feature flag.
    booleans_as_text: false, false, true, false;
    /// `"55000"` is read as a number; Entra sends it where a mapping's data type was left at String.
    numbers_as_text: false, false, true, false;
    /// A date without a time, such as `"2026-02-03"`, is read as that day's first moment in UTC; Entra sends it where a mapping
    /// formats a date so.
    dates_without_time: false, false, true, false;
    /// Member names of messages (`Operations`, `op`, `schemas`) are read in any case.
    message_names_in_any_case: false, true, true, true;
    /// `Add`, `Replace` and `Remove` are read as PATCH operations; Entra capitalises them.
    operation_names_in_any_case: false, true, true, true;
    /// A value of a PATCH operation without path may have keys such as `name.givenName` and URN-qualified names; Entra sends them.
    dotted_keys: false, true, true, true;
    /// A name that the base schema lacks is looked for in the extensions; Entra has sent `manager` and `department` so.
    unqualified_extension_names: false, false, true, false;
    /// A value of a PATCH operation without path may have keys such as `emails[type eq "work"].value`; Entra sends them.
    filter_keys: false, false, true, false;
    /// `remove` with a value takes away only the entries named by it; Entra removes members so. It never means all.
    remove_with_value: false, true, true, true;
    /// `remove` that finds nothing to remove is a success; Entra and Okta repeat removals.
    remove_without_match: false, true, true, true;
    /// `add` and `replace` through a filter that matches nothing make the entry that the filter describes; Entra relies on it.
    create_from_filter: false, false, true, false;
    /// `add` and `replace` on `emails.value` of an empty list make an entry; Entra sends it.
    create_entry_for_sub_attribute: false, false, true, false;
    /// `replace` on a matched complex entry keeps the sub-attributes that the value does not name, so that no data is lost.
    merge_matched_entries: false, true, true, true;
    /// `add` with null or an empty array changes nothing instead of failing.
    empty_add: false, true, true, true;
    /// `meta` inside the value of a PATCH operation without path is left out, as in a created resource; clients send back what they
    /// have read.
    ignore_meta: false, true, true, true;
    /// Read-only attributes inside the value of a PATCH operation without path are ignored; Okta sends `id` there.
    ignore_read_only_values: false, false, true, true;
    /// A bracket on a singular complex attribute selects it like a list of one; Entra has sent `manager[value eq "…"]`.
    value_path_on_single_value: false, false, true, false;
    /// In a filter, a singular complex attribute stands for its `value`; Entra sends `manager eq "…"`.
    implied_value_of_single_value: false, false, true, false;
    /// In a filter, `emails[type eq "work"].value eq "x"` is understood; Entra sends it.
    filter_after_value_path: false, true, true, true;
    /// In a filter, `True`, `FALSE` and `NULL` are read as the JSON literals.
    literals_in_any_case: false, false, true, true;
    /// In a filter, `co`, `sw` and `ew` on a dateTime compare its text.
    dates_compared_as_text: false, true, true, true;
    /// A name that no schema knows in `attributes` or `excludedAttributes` selects nothing instead of failing.
    ignore_unknown_selection: false, true, true, true;
    /// Query parameters are read in any case.
    query_names_in_any_case: false, true, true, true;
    /// A client whose `Accept` rules out SCIM gets SCIM all the same.
    ignore_accept: false, true, true, true;
    /// Bodies of another JSON media type are read.
    other_json_media_types: false, true, true, true;
    /// Entity-tags without quotes are read.
    unquoted_entity_tags: false, true, true, true;
    /// An `id` in a body that differs from the one in the address is ignored; Okta sends what it has.
    ignore_different_id: false, true, true, true;
}

impl Default for Compatibility {
    fn default() -> Self {
        Self::standard()
    }
}

/// One flag of a [`Compatibility`] as data.
///
/// ```
/// use scim_core::compatibility::Compatibility;
///
/// let flag = Compatibility::strict().flags().next();
/// assert_eq!(flag.map(|flag| flag.name), Some("assume_schemas"));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct CompatibilityFlag {
    /// The name of the field.
    pub name: &'static str,
    /// What it tolerates, and which client needs it.
    pub description: &'static str,
    /// Whether it is on.
    pub enabled: bool,
}

/// The report that something was tolerated: which flag, where, and what was made of it.
///
/// ```
/// use scim_core::compatibility::Tolerance;
///
/// let tolerance = Tolerance::new("booleans_as_text", "active", "\"True\" was read as true");
/// assert_eq!(tolerance.to_string(), "active: \"True\" was read as true (booleans_as_text)");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{path}: {detail} ({what})")]
#[non_exhaustive]
pub struct Tolerance {
    /// The name of the flag of [`Compatibility`] that allowed it.
    pub what: &'static str,
    /// The attribute, in path notation.
    pub path: String,
    /// What was sent and how it was understood.
    pub detail: String,
}

impl Tolerance {
    /// A report for a flag, a place and what was done.
    ///
    /// ```
    /// use scim_core::compatibility::Tolerance;
    ///
    /// assert_eq!(Tolerance::new("empty_add", "emails", "nothing added").what, "empty_add");
    /// ```
    #[must_use]
    pub fn new(what: &'static str, path: impl Into<String>, detail: impl Into<String>) -> Self {
        Self {
            what,
            path: path.into(),
            detail: detail.into(),
        }
    }
}

impl Compatibility {
    /// What this set of flags lets the parser of filters and paths tolerate.
    ///
    /// ```
    /// use scim_core::compatibility::Compatibility;
    ///
    /// assert!(Compatibility::standard().leniency().attribute_names_with_spaces);
    /// assert!(!Compatibility::strict().leniency().literals_in_any_case);
    /// ```
    #[must_use]
    pub const fn leniency(&self) -> scim_filter::Leniency {
        let mut leniency = scim_filter::Leniency::none();
        // Peakon's own attributes have them, and no other text can mean the same.
        leniency.attribute_names_with_spaces = true;
        leniency.filter_after_value_path = self.filter_after_value_path;
        leniency.literals_in_any_case = self.literals_in_any_case;
        leniency
    }
}
