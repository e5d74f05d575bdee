//! Test Connection, as provisioning services do it.

use serde_json::Value;

use super::answer::Answer;
use super::call::{Context, Next, Operation};
use super::error::{ClientError, ClientErrorKind};
use super::reading::{count, member};
use crate::urn;

/// A query for somebody who does not exist: the answer has to be an empty list. Where a filter is not offered, any list will do.
#[derive(Debug)]
pub(super) struct TestConnection {
    pub(super) has_filter: bool,
}

impl Operation<()> for TestConnection {
    fn read(&mut self, answer: Answer, _: &mut Context) -> Result<Next<()>, ClientError> {
        let refuse = |detail: &str| Err(ClientError::new(ClientErrorKind::NotScim, detail));
        let body = answer.json()?;
        let members = body.as_ref().and_then(Value::as_object);
        let listed = members
            .and_then(|members| member(members, "schemas"))
            .and_then(Value::as_array);
        let is_list =
            listed.is_some_and(|listed| listed.iter().any(|schema| schema == urn::LIST_RESPONSE));
        let total = members
            .and_then(|members| member(members, "totalResults"))
            .and_then(count);
        let shown = members
            .and_then(|members| member(members, "Resources"))
            .and_then(Value::as_array);
        match total {
            Some(total) if is_list => {
                let is_empty = total == 0 && shown.is_none_or(Vec::is_empty);
                if self.has_filter && !is_empty {
                    return refuse(
                        "somebody matches a value that nobody has: the service does not obey filters",
                    );
                }
                Ok(Next::Done(()))
            }
            _ => refuse(
                "the answer to a query is no ListResponse: does the base URL end where the endpoints begin?",
            ),
        }
    }
}
