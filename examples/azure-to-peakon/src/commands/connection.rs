//! `test-connection`: asks for somebody who does not exist, and for the schemas.

use serde_json::json;

use super::Ending;
use crate::{arguments::TargetArguments, failure::Failure, render::Voice};

pub(crate) async fn test_connection(
    arguments: &TargetArguments,
    voice: Voice,
) -> Result<Ending, Failure> {
    let target = arguments.connect()?;
    let found = target.discover().await?;
    target.test_connection(&found.users, "userName").await?;
    let deviations: Vec<String> = found.deviations.iter().map(ToString::to_string).collect();
    voice.document(&json!({
        "tenantUrl": target.base(),
        "schemas": found.schemas,
        "groups": found.groups.is_some(),
        "patch": found.patch,
        "deviations": deviations,
    }))?;
    voice.line(&format!(
        "{}: the URL and the token are right",
        target.base()
    ));
    let groups = if found.groups.is_some() {
        "users and groups"
    } else {
        "users, no groups"
    };
    let patch = if found.patch {
        "changes by PATCH"
    } else {
        "changes by PUT"
    };
    voice.line(&format!("{} schemas; {groups}; {patch}", found.schemas));
    for deviation in deviations {
        voice.line(&deviation);
    }
    Ok(Ending::Well)
}
