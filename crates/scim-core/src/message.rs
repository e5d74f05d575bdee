//! The messages of the protocol ([RFC 7644, section 3.1](https://www.rfc-editor.org/rfc/rfc7644#section-3.1)).

mod error_response;
mod list_response;
mod patch_request;
mod search_request;

pub use error_response::ErrorResponse;
pub use list_response::ListResponse;
pub use patch_request::{PatchOperation, PatchOperationKind, PatchRequest};
pub use search_request::{SearchRequest, SortOrder};

use serde_json::{Map, Value};

use crate::compatibility::Compatibility;
use crate::error::{Error, ErrorKind};

/// The members of a message by the names of the protocol; names in another case only where that is tolerated.
struct Members<'value> {
    members: &'value Map<String, Value>,
    any_case: bool,
}

impl<'value> Members<'value> {
    /// Takes the members of an object that claims to be this message.
    fn of_message(
        value: &'value Value,
        urn: &str,
        compatibility: &Compatibility,
    ) -> Result<Self, Error> {
        let members = Self::of_object(value, "the body", compatibility)?;
        let named = members
            .get("schemas")?
            .and_then(Value::as_array)
            .is_some_and(|listed| {
                listed
                    .iter()
                    .filter_map(Value::as_str)
                    .any(|listed| listed.eq_ignore_ascii_case(urn))
            });
        if named {
            Ok(members)
        } else {
            let detail = format!("the message needs \"schemas\": [\"{urn}\"]");
            Err(Error::new(ErrorKind::InvalidSyntax, detail).with_path("schemas"))
        }
    }

    fn of_object(
        value: &'value Value,
        what: &str,
        compatibility: &Compatibility,
    ) -> Result<Self, Error> {
        let members = value.as_object().ok_or_else(|| {
            Error::new(
                ErrorKind::InvalidSyntax,
                format!("{what} is to be a JSON object"),
            )
        })?;
        Ok(Self {
            members,
            any_case: compatibility.message_names_in_any_case,
        })
    }

    fn get(&self, name: &str) -> Result<Option<&'value Value>, Error> {
        let mut found = self.members.iter().filter(|(known, _)| {
            *known == name || (self.any_case && known.eq_ignore_ascii_case(name))
        });
        match (found.next(), found.next()) {
            (Some(_), Some(_)) => {
                let detail = "the name comes twice; names that differ in case only are the same";
                Err(Error::new(ErrorKind::InvalidSyntax, detail).with_path(name))
            }
            (first, _) => Ok(first.map(|(_, value)| value)),
        }
    }
}
