//! The flags: what each does, who needs it, who says so, and where it is on.
//!
//! Sources are sections of the RFCs, public threads as `repository#number`, and the rows of `CONFORMANCE.md` as `A-26`.

#[cfg(doc)]
use super::Tolerance;
use super::{CompatibilityFlag, FlagKind, Preset};

flags! {
Tolerates {
    /// A resource without `schemas`, or with an incomplete list, is read as if it were complete. Small clients leave it out, and
    /// Entra never lists an extension of one's own.
    assume_schemas {
        on: [Standard, Entra, EntraLegacy, Okta], clients: ["Entra", "small clients"],
        sources: ["A-26", "RFC 7643, 3"]
    }
    /// Attributes that no schema knows are left out instead of being refused; Entra and Okta send whatever their mapping says.
    ignore_unknown_attributes {
        on: [Standard, Entra, EntraLegacy, Okta], clients: ["Entra", "Okta"],
        sources: ["A-27", "SCIM-SDK#539"]
    }
    /// Schema URNs that are known to be sent beside the right ones are dropped; Entra sends its `ADSCIM` group schema, and its older
    /// jobs the URN of the enterprise extension without its last colon.
    ignore_foreign_schemas {
        on: [Standard, Entra, EntraLegacy, Okta], clients: ["Entra"],
        sources: ["A-28"]
    }
    /// Values outside `canonicalValues` are accepted, as RFC 7643, section 2.3.1 lets a service choose.
    values_outside_canonical {
        on: [Standard, Entra, EntraLegacy, Okta], clients: ["Entra", "Okta"],
        sources: ["A-69", "RFC 7643, 2.3.1", "RFC 7643, 7"]
    }
    /// `10.0` is read as the integer 10; serializers of some languages know no integers.
    whole_decimals_as_integers {
        on: [Standard, Entra, EntraLegacy, Okta], clients: ["JavaScript clients"],
        sources: ["A-47"]
    }
    /// `en_US` as a locale and a country by its name are accepted; Entra maps both from free text. Likewise a profile without a full
    /// URL, and a certificate that is none in DER.
    loose_text_formats {
        on: [Standard, Entra, EntraLegacy, Okta], clients: ["Entra"],
        sources: ["RFC 7643, 4.1.1", "RFC 7643, 4.1.2"]
    }
    /// A single value where an array is due is read as an array of one, in the values of PATCH operations.
    single_value_for_array {
        on: [Standard, Entra, EntraLegacy, Okta], clients: ["Okta", "small clients"],
        sources: ["A-30"]
    }
    /// An array of one where a single value is due is read as that value; Entra sends `manager` so.
    array_for_single_value {
        on: [Entra, EntraLegacy], clients: ["Entra"],
        sources: ["A-30", "SCIM-SDK#541", "ssoready#167"]
    }
    /// A text where an object is due is read as `{"value": text}`; Entra sends `manager` so.
    text_for_complex_value {
        on: [Entra, EntraLegacy], clients: ["Entra"],
        sources: ["A-30", "SCIM-SDK#541", "ssoready#167"]
    }
    /// A text that is itself a JSON object, as the `value` of an entry, is read as that object; Entra sends `roles` so.
    object_as_text {
        on: [EntraLegacy], clients: ["Entra without aadOptscim062020"],
        sources: ["SCIM-SDK#516"]
    }
    /// `"True"` and `"False"` are read as booleans in values.
    booleans_as_text {
        on: [EntraLegacy], clients: ["Entra without aadOptscim062020"],
        sources: [
            "A-31", "SCIMReferenceCode#21", "scimmy#51", "scimmy#86", "scim-patch#872", "apache/syncope#581",
            "scim-for-keycloak#119"
        ]
    }
    /// `"True"` and `"False"` are read as booleans in filters; Entra sends `roles[primary eq "True"].value`.
    booleans_as_text_in_filters {
        on: [Entra, EntraLegacy], clients: ["Entra"],
        sources: ["A-07"]
    }
    /// `"55000"` is read as a number; Entra sends it where a mapping's data type was left at String.
    numbers_as_text {
        on: [Entra, EntraLegacy], clients: ["Entra"],
        sources: ["A-47"]
    }
    /// A date without a time, such as `"2026-02-03"`, is read as that day's first moment in UTC; Entra sends it where a mapping
    /// formats a date so.
    dates_without_time {
        on: [Entra, EntraLegacy], clients: ["Entra"],
        sources: ["A-46"]
    }
    /// Member names of messages (`Operations`, `op`, `schemas`) are read in any case.
    message_names_in_any_case {
        on: [Standard, Entra, EntraLegacy, Okta], clients: ["small clients"],
        sources: ["A-32", "scimmy#7"]
    }
    /// `Add`, `Replace` and `Remove` are read as PATCH operations.
    operation_names_in_any_case {
        on: [Standard, Entra, EntraLegacy, Okta], clients: ["Entra without aadOptscim062020"],
        sources: ["A-32", "rancher#54871", "zulip#39773"]
    }
    /// A PATCH request without operations changes nothing instead of failing; Microsoft's validator sends it.
    empty_operations {
        on: [Entra, EntraLegacy], clients: ["Microsoft's SCIM Validator"],
        sources: ["scimmy#59", "scimmy#90"]
    }
    /// A value of a PATCH operation without path may have keys such as `name.givenName` and URN-qualified names.
    dotted_keys {
        on: [Standard, Entra, EntraLegacy, Okta], clients: ["Entra"],
        sources: ["A-21", "scim-patch#132", "elimity#204", "elimity#207", "scim-for-keycloak#26"]
    }
    /// A name that the base schema lacks is looked for in the extensions; Entra sends `manager` so, in filters, paths and bodies.
    unqualified_extension_names {
        on: [Entra, EntraLegacy], clients: ["Entra"],
        sources: ["A-04", "A-30", "SCIM-SDK#541"]
    }
    /// A value of a PATCH operation without path may have keys such as `emails[type eq "work"].value`.
    filter_keys {
        on: [Entra, EntraLegacy], clients: ["Entra"],
        sources: ["A-21"]
    }
    /// `remove` with a value takes away only the entries named by it. It never means all: beside the path of an extension or of a
    /// single complex attribute, of which it would name a part, it is refused. Null is no value, also beside the path of a list.
    remove_with_value {
        on: [Standard, Entra, EntraLegacy, Okta], clients: ["Entra without aadOptscim062020", "JumpCloud"],
        sources: [
            "A-16", "SCIMple#436", "SimpleIdServer#164", "SimpleIdServer#244", "scimitar#43", "scimitar#45", "ssoready#182",
            "authentik#23798"
        ]
    }
    /// `remove` that finds nothing to remove is a success; Entra and Okta repeat removals.
    remove_without_match {
        on: [Standard, Entra, EntraLegacy, Okta], clients: ["Entra", "Okta"],
        sources: ["A-15"]
    }
    /// `add` and `replace` through a filter that matches nothing make the entry that the filter describes.
    create_from_filter {
        on: [Entra, EntraLegacy], clients: ["Entra"],
        sources: [
            "A-17", "SCIM-SDK#416", "SCIM-SDK#668", "SCIM-SDK#680", "scim-for-keycloak#73", "ssoready#249", "wire-server#5419",
            "laravel-scim-server#119", "keycloak-scim-server#35", "keycloak-scim-server#40"
        ]
    }
    /// `add` and `replace` on `emails.value` of an empty list make an entry.
    create_entry_for_sub_attribute {
        on: [Entra, EntraLegacy], clients: ["Entra"],
        sources: ["A-22"]
    }
    /// `replace` on a matched complex entry keeps the sub-attributes that the value does not name, so that no data is lost.
    merge_matched_entries {
        on: [Standard, Entra, EntraLegacy, Okta], clients: ["Entra", "Okta"],
        sources: ["A-18", "RFC 7644, 3.5.2.3", "SCIM-SDK#668"]
    }
    /// `add` with null or an empty array changes nothing instead of failing.
    empty_add {
        on: [Standard, Entra, EntraLegacy, Okta], clients: ["Entra", "Okta"],
        sources: ["A-25"]
    }
    /// `meta` inside the value of a PATCH operation without path is left out, as in a created resource; clients send back what they
    /// have read.
    ignore_meta {
        on: [Standard, Entra, EntraLegacy, Okta], clients: ["small clients"],
        sources: ["A-70"]
    }
    /// Read-only attributes inside the value of a PATCH operation without path are ignored; Okta sends `id` there.
    ignore_read_only_values {
        on: [Entra, EntraLegacy, Okta], clients: ["Okta", "Entra"],
        sources: ["A-70"]
    }
    /// A bracket on a singular complex attribute selects it like a list of one; Entra has sent `manager[value eq "…"]`.
    value_path_on_single_value {
        on: [Entra, EntraLegacy], clients: ["Entra"],
        sources: ["A-51"]
    }
    /// In a filter, a singular complex attribute stands for its `value`; Entra sends `manager eq "…"`.
    implied_value_of_single_value {
        on: [Entra, EntraLegacy], clients: ["Entra"],
        sources: ["A-04"]
    }
    /// In a filter, `emails[type eq "work"].value eq "x"` is understood, and the older `emails[type eq "work"] eq "x"`.
    filter_after_value_path {
        on: [Standard, Entra, EntraLegacy, Okta], clients: ["Entra"],
        sources: ["A-51"]
    }
    /// In a filter, `True`, `FALSE` and `NULL` are read as the JSON literals.
    literals_in_any_case {
        on: [Entra, EntraLegacy, Okta], clients: ["Entra", "Python clients"],
        sources: ["A-11"]
    }
    /// In a filter or path, the blank between an operator and a quotation mark may be missing, as in figures of the RFC.
    operator_before_quote {
        on: [Standard, Entra, EntraLegacy, Okta], clients: ["small clients"],
        sources: ["RFC 7644, 3.5.2"]
    }
    /// In a filter or path, `+` between words is read as a blank: a form-encoded query that was decoded as a plain URI. Entra
    /// encodes blanks so.
    plus_for_space {
        on: [Entra, EntraLegacy], clients: ["Entra, behind a gateway that decodes the query"],
        sources: ["A-58"]
    }
    /// In a filter or path, texts may stand in single quotes, as in a figure of the RFC. In no preset: a typing mistake is told.
    single_quoted_strings {
        on: [], clients: ["people who are used to SQL"],
        sources: ["A-11", "RFC 7644, 3.4.2.2"]
    }
    /// In a filter, `co`, `sw` and `ew` on a dateTime compare its text.
    dates_compared_as_text {
        on: [Standard, Entra, EntraLegacy, Okta], clients: ["small clients"],
        sources: ["A-46"]
    }
    /// A name that no schema knows in `attributes` or `excludedAttributes` selects nothing instead of failing.
    ignore_unknown_selection {
        on: [Standard, Entra, EntraLegacy, Okta], clients: ["Entra", "Okta"],
        sources: ["A-39", "RFC 7644, 3.9"]
    }
    /// A `count` above the largest page is cut in a query by cursor, as it always is in one by index; otherwise it is `invalidCount`.
    large_counts_with_cursors {
        on: [Standard, Entra, EntraLegacy, Okta], clients: ["small clients"],
        sources: ["A-65", "RFC 9865, 2.1"]
    }
    /// Query parameters are read in any case.
    query_names_in_any_case {
        on: [Standard, Entra, EntraLegacy, Okta], clients: ["small clients"],
        sources: ["A-58"]
    }
    /// A client whose `Accept` rules out SCIM gets SCIM all the same.
    ignore_accept {
        on: [Standard, Entra, EntraLegacy, Okta], clients: ["small clients"],
        sources: ["A-57"]
    }
    /// Bodies of another JSON media type are read.
    other_json_media_types {
        on: [Standard, Entra, EntraLegacy, Okta], clients: ["small clients"],
        sources: ["A-57"]
    }
    /// Entity-tags without quotes are read.
    unquoted_entity_tags {
        on: [Standard, Entra, EntraLegacy, Okta], clients: ["small clients"],
        sources: ["A-42"]
    }
    /// An `id` in a body that differs from the one in the address is ignored; Okta sends what it has.
    ignore_different_id {
        on: [Standard, Entra, EntraLegacy, Okta], clients: ["Okta"],
        sources: ["A-53"]
    }
}
Demands {
    /// Every PATCH operation needs a path; one without is refused as `invalidSyntax`.
    require_paths {
        on: [InteropProfile], clients: [],
        sources: ["draft-zollner-scim-interop-profile-01, PATCH"]
    }
    /// A filter in a PATCH path has to be followed by a sub-attribute; a path that ends with its bracket is refused as
    /// `invalidPath`.
    require_sub_attribute_after_filter {
        on: [InteropProfile], clients: [],
        sources: ["draft-zollner-scim-interop-profile-01, PATCH"]
    }
    /// A filter in a PATCH path that matches several entries is refused as `invalidFilter`.
    refuse_several_matches {
        on: [InteropProfile], clients: [],
        sources: ["draft-zollner-scim-interop-profile-01, PATCH", "A-18"]
    }
    /// `replace` on a singular complex attribute leaves only the sub-attributes that the value names. Elsewhere it merges.
    replace_complex_values_whole {
        on: [InteropProfile], clients: [],
        sources: ["draft-zollner-scim-interop-profile-01, PATCH", "A-24"]
    }
    /// Unknown attributes and schemas in any body, also in the paths and values of a PATCH, are refused as `invalidSyntax`, where
    /// RFC 7644 has `invalidPath` and `invalidValue`. It has no effect on what `ignore_unknown_attributes` lets pass.
    unknown_names_are_invalid_syntax {
        on: [InteropProfile], clients: [],
        sources: ["draft-zollner-scim-interop-profile-01, Attribute and Schema Handling", "A-27"]
    }
}
}
