//! Searches and results in the form in which cases have them.

use std::error::Error;

use scim_core::client::{Discovered, Found};
use scim_core::compatibility::Compatibility;
use scim_core::message::SearchRequest;
use scim_core::resource::Resource;
use scim_core::schema::RegisteredResourceType;
use serde_json::{Value, json};

pub(super) fn search_request(
    search: &Value,
    users: &RegisteredResourceType,
) -> Result<SearchRequest, Box<dyn Error>> {
    let mut body = search.as_object().cloned().ok_or("a search is an object")?;
    body.insert(
        "schemas".to_owned(),
        json!([scim_core::urn::SEARCH_REQUEST]),
    );
    Ok(SearchRequest::read(
        &Value::Object(body),
        users,
        &Compatibility::default(),
    )?)
}

pub(super) fn found(found: Found) -> Value {
    let resources: Vec<_> = found
        .resources
        .into_iter()
        .map(Resource::into_value)
        .collect();
    json!({"resources": resources, "total": found.total_results})
}

pub(super) fn discovered(discovered: &Discovered) -> Value {
    let types = discovered.registry.resource_types().map(|known| {
        let extensions: Vec<_> = known.extensions().map(|extension| extension.id.to_string()).collect();
        let definition = known.definition();
        json!({"name": definition.name, "endpoint": definition.endpoint_segment(), "extensions": extensions})
    });
    let offered = discovered.capabilities;
    json!({
        "types": types.collect::<Vec<_>>(),
        "patch": offered.patch,
        "filter": offered.filter,
        "sort": offered.sort,
        "etag": offered.etag,
        "search": offered.search,
        "cursor": offered.cursor,
        "page_size": offered.page_size,
        "is_configured": discovered.configuration.is_some(),
    })
}
