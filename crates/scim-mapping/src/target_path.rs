//! Target paths without knowledge of the target.

use scim_core::scim_filter::{ParseError, Parser, PatchPath};
use scim_core::urn;

/// Knows the schemas that a mapping to Peakon uses.
pub(crate) fn parser() -> Parser {
    Parser::new()
        .schemas([urn::USER, urn::GROUP, urn::ENTERPRISE_USER])
        .schema_with_free_names(urn::PEAKON_USER)
}

/// Reads a path; what stands behind the type of an unknown extension is one attribute name, blanks included.
pub(crate) fn read(path: &str) -> Result<PatchPath, ParseError> {
    let parser = parser();
    parser.patch_path(path).or_else(|error| {
        let Some(extension) = extension(path) else {
            return Err(error);
        };
        parser.schema_with_free_names(extension).patch_path(path)
    })
}

/// The path without the URN of users or groups, whose attributes are the same with it and without.
pub(crate) fn without_core(path: &str) -> &str {
    [urn::USER, urn::GROUP]
        .iter()
        .find_map(|core| {
            let (start, rest) = path.split_at_checked(core.len())?;
            let rest = rest.strip_prefix(':')?;
            start.eq_ignore_ascii_case(core).then_some(rest)
        })
        .unwrap_or(path)
}

/// The URN of a path such as `urn:…:acme:2.0:User:Shoe Size`: up to the type, which stands behind the version.
fn extension(path: &str) -> Option<String> {
    let mut parts: Vec<&str> = Vec::new();
    let mut after_version = false;
    for part in path.split(':') {
        parts.push(part);
        if after_version {
            let urn = parts.join(":");
            return (urn.len() < path.len()).then_some(urn);
        }
        after_version = part.split_once('.').is_some_and(|(major, minor)| {
            let is_number =
                |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
            is_number(major) && is_number(minor)
        }) && parts
            .first()
            .is_some_and(|first| first.eq_ignore_ascii_case("urn"));
    }
    None
}
