//! How the flawed stores look things up.

use scim_core::message::SortOrder;
use scim_core::paging::Cursor;
use scim_core::resource::Resource;
use scim_core::schema::{RegisteredResourceType, SchemaRegistry, Uniqueness};
use scim_core::service_provider::{
    Amended, Amendment, MemoryStore, NewResource, Page, Paging, RequestContext, ResourceStore,
    Search, StoreError, next_version,
};
use serde_json::{Value, json};

pub(super) fn without_uniqueness(registry: &SchemaRegistry) -> SchemaRegistry {
    let mut builder = SchemaRegistry::builder();
    for schema in registry.schemas() {
        let mut schema = schema.clone();
        for attribute in &mut schema.attributes {
            attribute.uniqueness = Uniqueness::None;
        }
        builder = builder.schema(schema);
    }
    for resource_type in registry.resource_types() {
        builder = builder.resource_type(resource_type.definition().clone());
    }
    builder.build().unwrap()
}

pub(super) async fn all(
    store: &MemoryStore,
    context: &RequestContext,
    resource_type: &str,
) -> Result<Vec<Resource>, StoreError> {
    let search = Search::new(resource_type, usize::MAX);
    Ok(store.search(context, &search).await?.resources)
}

pub(super) async fn refuse_taken(
    store: &MemoryStore,
    context: &RequestContext,
    resource_type: &RegisteredResourceType,
    resource: &Resource,
    exactly: bool,
) -> Result<(), StoreError> {
    let keys = resource_type.unique_keys(resource);
    for other in all(store, context, &resource_type.definition().name).await? {
        if other.id() == resource.id() {
            continue;
        }
        let taken = resource_type
            .unique_keys(&other)
            .into_iter()
            .find(|key| keys.contains(key));
        let Some(taken) = taken else {
            continue;
        };
        if !exactly || other.get(&taken.path) == resource.get(&taken.path) {
            return Err(StoreError::conflict(taken.path, "it is taken"));
        }
    }
    Ok(())
}

/// Whether one of several new resources has a value of another one.
pub(super) fn is_taken_in(
    registry: &SchemaRegistry,
    others: &[NewResource],
    new: &NewResource,
) -> bool {
    let resource_type = registry.resource_type(&new.resource_type).unwrap();
    let keys = resource_type.unique_keys(&new.resource);
    let mut others = others
        .iter()
        .filter(|it| it.resource_type == new.resource_type);
    others.any(|it| {
        let theirs = resource_type.unique_keys(&it.resource);
        keys.iter().any(|key| theirs.contains(key))
    })
}

fn change_texts(value: &mut Value, change: &impl Fn(&str) -> Option<String>) {
    match value {
        Value::String(text) => *value = change(text).map_or(Value::Null, Value::String),
        Value::Array(entries) => {
            for entry in entries.iter_mut() {
                change_texts(entry, change);
            }
            entries.retain(|entry| !entry.is_null());
        }
        Value::Object(members) => {
            for member in members.values_mut() {
                change_texts(member, change);
            }
            members.retain(|_, member| !member.is_null());
        }
        _ => {}
    }
}

/// Filters other texts than those that are held.
pub(super) async fn search_changed(
    store: &MemoryStore,
    context: &RequestContext,
    search: &Search,
    change: impl Fn(&str) -> Option<String>,
) -> Result<Page, StoreError> {
    if search.filter.is_none() {
        return store.search(context, search).await;
    }
    let held = all(store, context, &search.resource_type).await?;
    let changed: Vec<Resource> = held
        .iter()
        .map(|resource| {
            let mut value = resource.to_value();
            change_texts(&mut value, &change);
            Resource::new(value.as_object().unwrap().clone())
        })
        .collect();
    let mut page = search.among(&changed)?;
    for found in &mut page.resources {
        let original = held.iter().find(|it| it.id() == found.id()).unwrap();
        *found = original.clone();
    }
    Ok(page)
}

/// Sorts by the bytes of the first value at the path.
pub(super) async fn search_by_bytes(
    store: &MemoryStore,
    context: &RequestContext,
    search: &Search,
) -> Result<Page, StoreError> {
    let mut everything = search.clone();
    everything.count = usize::MAX;
    everything.paging = Paging::from_index(1);
    let mut found = store.search(context, &everything).await?.resources;
    let sort = search.sort.as_ref().unwrap();
    let is_text = found
        .iter()
        .any(|it| it.get(sort.path()).is_some_and(Value::is_string));
    if is_text {
        found.sort_by_key(|it| {
            let text = it
                .get(sort.path())
                .and_then(Value::as_str)
                .map(str::to_owned);
            (text.is_none(), text)
        });
        if sort.order() == SortOrder::Descending {
            found.reverse();
        }
    }
    let Paging::Index { start_index, .. } = search.paging else {
        return store.search(context, search).await;
    };
    let total = found.len();
    let page = found.into_iter().skip(start_index - 1).take(search.count);
    Ok(Page::new(total, page.collect()))
}

/// Skips as many as were given so far. The number stands in the cursor as an id.
pub(super) async fn search_by_offset(
    store: &MemoryStore,
    context: &RequestContext,
    search: &Search,
) -> Result<Page, StoreError> {
    let Paging::Cursor(cursor) = &search.paging else {
        return store.search(context, search).await;
    };
    let offset = cursor.as_ref().map_or(0, |cursor| {
        let cursor = serde_json::to_value(cursor).unwrap();
        cursor["id"].as_str().unwrap().parse().unwrap()
    });
    let mut by_index = search.clone();
    by_index.paging = Paging::from_index(offset + 1);
    let page = store.search(context, &by_index).await?;
    let end = offset + page.resources.len();
    let place = json!({ "id": end.to_string() });
    let place = Resource::new(place.as_object().unwrap().clone());
    let next = if Some(end) < page.total_results {
        Cursor::after(&place, None)
    } else {
        None
    };
    Ok(page.with_cursors(next, None))
}

pub(super) fn amended(
    registry: &SchemaRegistry,
    before: &Resource,
    amendment: &Amendment,
) -> Resource {
    let resource_type = registry.resource_type(&amendment.resource_type).unwrap();
    let mut amended = before.clone();
    if amendment.delta.apply(&mut amended, resource_type) {
        let mut meta = amended.meta().unwrap();
        meta.version = Some(next_version(meta.version.as_deref()));
        meta.last_modified = Some(amendment.last_modified);
        amended.set_meta(&meta);
    }
    amended
}

/// What an amendment is answered with.
pub(super) fn told(resource: Resource, amendment: &Amendment) -> Amended {
    let entries = resource
        .get(&amendment.delta.path)
        .and_then(Value::as_array);
    if entries.map_or(0, Vec::len) <= amendment.whole_up_to {
        Amended::Whole(resource)
    } else {
        Amended::Version(super::version(&resource))
    }
}
