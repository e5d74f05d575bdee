//! What the target says that it can hold: Test Connection, `/Schemas` and `/ResourceTypes`.

use scim_core::{
    schema::{RegisteredResourceType, ResourceType, Schema, SchemaRegistry},
    urn::{self, SchemaUrn},
};
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::{client::Client, failure::Failure};

/// The resource types of one target.
#[derive(Debug)]
pub(crate) struct Discovered {
    pub(crate) users: RegisteredResourceType,
    /// None when the target keeps no groups, as Peakon's own documents say of it.
    pub(crate) groups: Option<RegisteredResourceType>,
    pub(crate) schemas: usize,
}

/// Asks for somebody who does not exist, as Entra does: the answer must be an empty list.
pub(crate) async fn test_connection(client: &Client, attribute: &str) -> Result<(), Failure> {
    let filter = format!("{attribute} eq \"{}\"", random_identifier()?);
    let answer = client
        .get(&["Users"], &[("filter", &filter)])
        .await?
        .success()?;
    let is_list = answer
        .get("schemas")
        .and_then(Value::as_array)
        .is_some_and(|schemas| schemas.iter().any(|schema| schema == urn::LIST_RESPONSE));
    let total = answer.get("totalResults").and_then(Value::as_u64);
    if is_list && total == Some(0) {
        return Ok(());
    }
    let problem = match total {
        Some(total) if is_list => format!("{total} users match a {attribute} that nobody has"),
        _ => "the answer to a query is no SCIM ListResponse".to_owned(),
    };
    Err(Failure::new(
        client.base(),
        problem,
        "check the tenant URL: it ends in /scim/v2",
    ))
}

fn random_identifier() -> Result<String, Failure> {
    let mut bytes = [0_u8; 16];
    getrandom::fill(&mut bytes)
        .map_err(|error| Failure::new("the system's random numbers", error, "run again"))?;
    let number = u128::from_be_bytes(bytes);
    Ok(format!(
        "{:08x}-{:04x}-4{:03x}-{:04x}-{:012x}",
        number >> 96,
        (number >> 80) & 0xffff,
        (number >> 64) & 0xfff,
        0x8000 | ((number >> 48) & 0x3fff),
        number & 0xffff_ffff_ffff
    ))
}

/// Reads the target's schemas and resource types.
pub(crate) async fn discover(client: &Client) -> Result<Discovered, Failure> {
    let refuse = |problem: String| {
        let advice = "the target's discovery answers contradict each other; tell its vendor";
        Failure::new(format!("{}/Schemas", client.base()), problem, advice)
    };
    let mut schemas: Vec<Schema> = resources(client, "Schemas").await?;
    for schema in &mut schemas {
        // Labels such as `Job Title` are no names after RFC 7643; their owner may choose others at any time.
        schema.free_names = schema.id.as_ref().eq_ignore_ascii_case(urn::PEAKON_USER);
    }
    let answer = client.get(&["ResourceTypes"], &[]).await?;
    let mut resource_types: Vec<ResourceType> = if has_no_endpoint(answer.status) {
        Vec::new()
    } else {
        listed(client, "ResourceTypes", answer.success()?)?
    };
    if resource_types.is_empty() {
        resource_types.push(users_by_schemas(&schemas).map_err(|error| refuse(error.to_string()))?);
    }
    let mut builder = SchemaRegistry::builder();
    let count = schemas.len();
    for schema in schemas {
        builder = builder.schema(schema);
    }
    for resource_type in resource_types {
        builder = builder.resource_type(resource_type);
    }
    let registry = builder.build().map_err(|error| refuse(error.to_string()))?;
    let users = registry
        .resource_type_at("Users")
        .ok_or_else(|| refuse("there is no resource type at /Users".to_owned()))?;
    Ok(Discovered {
        users: users.clone(),
        groups: registry.resource_type_at("Groups").cloned(),
        schemas: count,
    })
}

/// Without `/ResourceTypes`, every user extension belongs to the users.
fn users_by_schemas(schemas: &[Schema]) -> Result<ResourceType, Box<dyn std::error::Error>> {
    let users = ResourceType::new("User", "/Users", SchemaUrn::new(urn::USER)?);
    let extensions = [urn::ENTERPRISE_USER, urn::PEAKON_USER];
    Ok(schemas
        .iter()
        .filter(|schema| {
            extensions
                .iter()
                .any(|urn| schema.id.as_ref().eq_ignore_ascii_case(urn))
        })
        .fold(users, |users, schema| {
            users.extension(schema.id.clone(), false)
        }))
}

async fn resources<T: DeserializeOwned>(
    client: &Client,
    endpoint: &str,
) -> Result<Vec<T>, Failure> {
    listed(
        client,
        endpoint,
        client.get(&[endpoint], &[]).await?.success()?,
    )
}

/// Peakon's own list of endpoints has no `/ResourceTypes`. Any other failure is one: taken for "no groups", it would leave
/// them as they are and count as success.
const fn has_no_endpoint(status: u16) -> bool {
    matches!(status, 404 | 501)
}

fn listed<T: DeserializeOwned>(
    client: &Client,
    endpoint: &str,
    mut answer: Value,
) -> Result<Vec<T>, Failure> {
    let list = answer
        .get_mut("Resources")
        .map(Value::take)
        .unwrap_or_default();
    let Value::Array(list) = list else {
        return Ok(Vec::new());
    };
    let read = |resource| {
        serde_json::from_value(resource).map_err(|error| {
            let place = format!("{}/{endpoint}", client.base());
            Failure::new(
                place,
                error,
                "the target describes itself wrongly; tell its vendor",
            )
        })
    };
    list.into_iter().map(read).collect()
}

#[cfg(test)]
mod tests {
    use super::has_no_endpoint;

    /// P-7644-4-9
    #[test]
    fn only_a_missing_endpoint_means_that_there_are_no_resource_types() {
        assert!(has_no_endpoint(404) && has_no_endpoint(501));
        assert!(
            ![200, 401, 403, 429, 500, 502, 503]
                .into_iter()
                .any(has_no_endpoint)
        );
    }
}
