//! A store that adds all that the contract lets it add, and writes what it holds in its own way.

use scim_core::resource::Resource;
use scim_core::schema::SchemaRegistry;
use scim_core::service_provider::{
    Amended, Amendment, InsertionError, MemoryStore, NewResource, Page, RequestContext,
    ResourceStore, Search, StoreCapabilities, StoreError,
};
use serde_json::{Value, json};

pub(super) struct Filling(MemoryStore);

impl Filling {
    pub(super) fn new(registry: &SchemaRegistry) -> Self {
        Self(MemoryStore::new(registry.clone()))
    }
}

fn fill(mut resource: Resource) -> Resource {
    let attributes = resource.attributes_mut();
    if attributes.contains_key("userName") {
        attributes.entry("active").or_insert(json!(true));
        attributes.insert(
            "groups".to_owned(),
            json!([{"value": "everybody", "display": "Everybody"}]),
        );
    }
    if let Some(Value::Array(members)) = attributes.get_mut("members") {
        for member in members {
            member["display"] = json!("Somebody");
        }
    }
    if let Some(Value::Array(emails)) = attributes.get_mut("emails") {
        emails.reverse();
    }
    if attributes.get("found") == Some(&json!("2024-02-29T13:00:00+01:00")) {
        attributes.insert("found".to_owned(), json!("2024-02-29T12:00:00.000Z"));
    }
    resource
}

impl ResourceStore for Filling {
    fn capabilities(&self) -> StoreCapabilities {
        self.0.capabilities()
    }

    async fn load(
        &self,
        context: &RequestContext,
        resource_type: &str,
        id: &str,
    ) -> Result<Option<Resource>, StoreError> {
        Ok(self.0.load(context, resource_type, id).await?.map(fill))
    }

    async fn search(&self, context: &RequestContext, search: &Search) -> Result<Page, StoreError> {
        let all = Search::new(search.resource_type.as_str(), usize::MAX);
        let all = self.0.search(context, &all).await?.resources;
        let all: Vec<_> = all.into_iter().map(fill).collect();
        Ok(search.among(&all)?)
    }

    async fn insert(
        &self,
        context: &RequestContext,
        resource_type: &str,
        resource: Resource,
    ) -> Result<Resource, StoreError> {
        Ok(fill(self.0.insert(context, resource_type, resource).await?))
    }

    async fn replace(
        &self,
        context: &RequestContext,
        resource_type: &str,
        resource: Resource,
        expected_version: &str,
    ) -> Result<Resource, StoreError> {
        let held = self
            .0
            .replace(context, resource_type, resource, expected_version);
        Ok(fill(held.await?))
    }

    async fn delete(
        &self,
        context: &RequestContext,
        resource_type: &str,
        id: &str,
        expected_version: Option<&str>,
    ) -> Result<(), StoreError> {
        self.0
            .delete(context, resource_type, id, expected_version)
            .await
    }

    async fn insert_all(
        &self,
        context: &RequestContext,
        resources: Vec<NewResource>,
    ) -> Result<Vec<Resource>, InsertionError> {
        let held = self.0.insert_all(context, resources).await?;
        Ok(held.into_iter().map(fill).collect())
    }

    async fn amend(
        &self,
        context: &RequestContext,
        amendment: &Amendment,
    ) -> Result<Amended, StoreError> {
        Ok(match self.0.amend(context, amendment).await? {
            Amended::Whole(resource) => Amended::Whole(fill(resource)),
            other => other,
        })
    }
}
