//! The parameters of a query, from the address or from the body of a search
//! ([RFC 7644 §3.4.2](https://www.rfc-editor.org/rfc/rfc7644#section-3.4.2), §3.4.3).

mod binding;
mod paging;

use serde_json::Value;

use super::encoding::decode;
use crate::compatibility::Tolerating;
use crate::error::{Error, ErrorKind};
use crate::urn;

pub(super) use paging::Wanted;

/// The parameters that the protocol knows; all others are ignored.
const NAMES: [&str; 8] = [
    "attributes",
    "excludedAttributes",
    "filter",
    "sortBy",
    "sortOrder",
    "startIndex",
    "count",
    "cursor",
];

/// What was made of a name in another case.
const IN_ANY_CASE: &str = "the name was read without regard to case";

/// What a client asked for, as text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Parameters {
    pub(super) attributes: Option<String>,
    pub(super) excluded_attributes: Option<String>,
    pub(super) filter: Option<String>,
    pub(super) sort_by: Option<String>,
    pub(super) sort_order: Option<String>,
    start_index: Option<String>,
    count: Option<String>,
    cursor: Option<String>,
}

impl Parameters {
    /// Those of an address.
    pub(super) fn from_query(
        query: Option<&str>,
        tolerating: &mut Tolerating<'_>,
    ) -> Result<Self, Error> {
        let mut parameters = Self::default();
        for pair in query
            .unwrap_or_default()
            .split('&')
            .filter(|pair| !pair.is_empty())
        {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let Some(written) = decode(name, true) else {
                continue;
            };
            let any_case = tolerating.compatibility.query_names_in_any_case;
            let Some(name) = known(&written, any_case) else {
                continue;
            };
            if written != name {
                tolerating.note("query_names_in_any_case", name, IN_ANY_CASE);
            }
            let value = decode(value, true).ok_or_else(|| {
                Error::new(
                    ErrorKind::InvalidValue,
                    "the value has a malformed escape: write % as %25, and text as UTF-8",
                )
                .with_path(name)
            })?;
            let place = parameters.place(name);
            if place.is_some() {
                return Err(Error::new(
                    ErrorKind::InvalidValue,
                    "the parameter is given twice; give it once",
                )
                .with_path(name));
            }
            *place = Some(value);
        }
        Ok(parameters)
    }

    /// Those of a `SearchRequest`, which decides alone: the address of a search is not looked at.
    pub(super) fn from_body(body: &Value, tolerating: &mut Tolerating<'_>) -> Result<Self, Error> {
        let syntax = |detail: String| Error::new(ErrorKind::InvalidSyntax, detail);
        let object = body
            .as_object()
            .ok_or_else(|| syntax("the body of a search is a JSON object".to_owned()))?;
        let schemas = object
            .iter()
            .find(|(name, _)| name.eq_ignore_ascii_case("schemas"));
        if schemas.is_some_and(|(written, _)| written != "schemas") {
            if !tolerating.compatibility.message_names_in_any_case {
                return Err(
                    syntax("the name of this member is schemas".to_owned()).with_path("schemas")
                );
            }
            tolerating.note("message_names_in_any_case", "schemas", IN_ANY_CASE);
        }
        let schemas = schemas.and_then(|(_, value)| value.as_array());
        if !schemas.is_some_and(|schemas| {
            schemas
                .iter()
                .filter_map(Value::as_str)
                .any(|schema| schema.eq_ignore_ascii_case(urn::SEARCH_REQUEST))
        }) {
            return Err(syntax(format!(
                "the body of a search has \"schemas\": [\"{}\"]",
                urn::SEARCH_REQUEST
            ))
            .with_path("schemas"));
        }
        let mut parameters = Self::default();
        for (written, value) in object {
            let Some(name) = known(written, true) else {
                continue;
            };
            if written != name {
                if !tolerating.compatibility.message_names_in_any_case {
                    return Err(
                        syntax(format!("the name of this member is {name}")).with_path(name)
                    );
                }
                tolerating.note("message_names_in_any_case", name, IN_ANY_CASE);
            }
            let text = match (name, value) {
                (_, Value::Null) => continue,
                ("attributes" | "excludedAttributes", Value::Array(names)) => names
                    .iter()
                    .map(|name| name.as_str().filter(|name| !name.contains(',')))
                    .collect::<Option<Vec<&str>>>()
                    .map(|names| names.join(","))
                    .ok_or_else(|| {
                        syntax("an array of attribute names is needed".to_owned()).with_path(name)
                    })?,
                ("startIndex" | "count", Value::Number(number))
                    if number.is_i64() || number.is_u64() =>
                {
                    number.to_string()
                }
                ("filter" | "sortBy" | "sortOrder" | "cursor", Value::String(text)) => text.clone(),
                _ => return Err(syntax(format!("{} is needed", kind(name))).with_path(name)),
            };
            let place = parameters.place(name);
            if place.is_some() {
                return Err(
                    syntax("the member is given twice; give it once".to_owned()).with_path(name)
                );
            }
            *place = Some(text);
        }
        Ok(parameters)
    }

    /// Whether the client chose what the answer shows.
    pub(super) const fn select(&self) -> bool {
        self.attributes.is_some() || self.excluded_attributes.is_some()
    }

    fn place(&mut self, name: &str) -> &mut Option<String> {
        match name {
            "attributes" => &mut self.attributes,
            "excludedAttributes" => &mut self.excluded_attributes,
            "filter" => &mut self.filter,
            "sortBy" => &mut self.sort_by,
            "sortOrder" => &mut self.sort_order,
            "startIndex" => &mut self.start_index,
            "cursor" => &mut self.cursor,
            _ => &mut self.count,
        }
    }
}

fn known(name: &str, any_case: bool) -> Option<&'static str> {
    NAMES
        .into_iter()
        .find(|own| *own == name || (any_case && own.eq_ignore_ascii_case(name)))
}

fn kind(name: &str) -> &'static str {
    match name {
        "attributes" | "excludedAttributes" => "an array of attribute names",
        "startIndex" | "count" => "an integer",
        _ => "a string",
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::definition::ServiceLimits;
    use super::*;
    use crate::compatibility::Compatibility;

    fn query(text: &str) -> Result<Parameters, Error> {
        with(Compatibility::standard(), |tolerating| {
            Parameters::from_query(Some(text), tolerating)
        })
    }

    fn search(body: &Value) -> Result<Parameters, Error> {
        with(Compatibility::standard(), |tolerating| {
            Parameters::from_body(body, tolerating)
        })
    }

    fn with<T>(compatibility: Compatibility, read: impl FnOnce(&mut Tolerating<'_>) -> T) -> T {
        read(&mut Tolerating {
            compatibility: &compatibility,
            tolerated: &mut Vec::new(),
        })
    }

    #[test]
    fn plus_and_percent_are_read_in_queries() {
        let parameters =
            query("filter=userName+eq+%22a%2Bb%22&aadOptscim062020&foo=1&foo=2").unwrap();
        assert_eq!(parameters.filter.as_deref(), Some("userName eq \"a+b\""));
    }

    #[test]
    fn a_parameter_stands_once() {
        for text in ["count=1&count=1", "filter=a&Filter=b", "count=%zz"] {
            assert_eq!(
                query(text).unwrap_err().kind(),
                ErrorKind::InvalidValue,
                "{text}"
            );
        }
    }

    #[test]
    fn names_are_exact_in_strict_mode() {
        let strict = with(Compatibility::strict(), |tolerating| {
            Parameters::from_query(Some("Filter=a"), tolerating)
        });
        assert_eq!(strict.unwrap(), Parameters::default());
        let body = json!({ "schemas": [urn::SEARCH_REQUEST], "Filter": "a" });
        let strict = with(Compatibility::strict(), |tolerating| {
            Parameters::from_body(&body, tolerating)
        });
        assert_eq!(strict.unwrap_err().kind(), ErrorKind::InvalidSyntax);
    }

    #[test]
    fn numbers_are_corrected_or_refused() {
        let limits = ServiceLimits::default();
        assert_eq!(
            query("startIndex=-5&count=-1")
                .and_then(|p| p.page(&limits))
                .map(|page| (page.start_index, page.count)),
            Ok((1, 0))
        );
        assert_eq!(
            query("count=99999999")
                .and_then(|p| p.page(&limits))
                .map(|page| page.count),
            Ok(limits.page_size_maximum)
        );
        assert_eq!(
            query("")
                .and_then(|p| p.page(&limits))
                .map(|page| page.count),
            Ok(limits.page_size_default)
        );
        for text in [
            "count=ten",
            "count=",
            "count=1.5",
            "count=99999999999999999999",
        ] {
            assert_eq!(
                query(text)
                    .and_then(|p| p.page(&limits))
                    .unwrap_err()
                    .kind(),
                ErrorKind::InvalidValue,
                "{text}"
            );
        }
    }

    #[test]
    fn a_search_is_read_by_its_own_schema() {
        let body = json!({ "SCHEMAS": [urn::SEARCH_REQUEST], "Attributes": ["userName", "emails"], "COUNT": 3, "other": {} });
        let parameters = search(&body).unwrap();
        assert_eq!(parameters.attributes.as_deref(), Some("userName,emails"));
        assert_eq!(
            parameters
                .page(&ServiceLimits::default())
                .map(|page| page.count),
            Ok(3)
        );
    }

    #[test]
    fn a_search_of_the_wrong_form_is_refused() {
        let schemas = [urn::SEARCH_REQUEST];
        for body in [
            json!([]),
            json!({}),
            json!({ "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"] }),
            json!({ "schemas": schemas, "count": "3" }),
            json!({ "schemas": schemas, "count": 1.5 }),
            json!({ "schemas": schemas, "filter": 1 }),
            json!({ "schemas": schemas, "attributes": "userName" }),
            json!({ "schemas": schemas, "attributes": [1] }),
        ] {
            assert_eq!(
                search(&body).unwrap_err().kind(),
                ErrorKind::InvalidSyntax,
                "{body}"
            );
        }
    }
}
