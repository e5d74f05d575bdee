//! The operations on one resource.

use serde_json::Value;

use super::Client;
use super::answer::entity_tag;
use super::base_url::in_query;
use super::call::Call;
use super::change::{Change, add_version, body_of, conditional};
use super::error::{ClientError, ClientErrorKind};
use super::operations::{Create, Delete, Get, GetIfChanged, Replace};
use crate::message::PatchRequest;
use crate::patch;
use crate::resource::Resource;
use crate::schema::RegisteredResourceType;

impl Client {
    /// Creates a resource ([RFC 7644, section 3.3](https://www.rfc-editor.org/rfc/rfc7644#section-3.3)), and gives it as the
    /// service holds it.
    ///
    /// Its `id` and `meta` are not sent, since they are the service's; its `schemas` are completed. A lost answer is a failure
    /// with [`Effect::Unknown`](super::Effect::Unknown): [find](Self::find) out before creating again.
    ///
    /// # Errors
    ///
    /// The endpoint of the resource type has no address.
    ///
    /// # Examples
    ///
    /// See [the module](super).
    pub fn create(
        &self,
        resource_type: &RegisteredResourceType,
        resource: &Resource,
    ) -> Result<Call<Resource>, ClientError> {
        let url = self
            .target
            .base_url
            .endpoint(&resource_type.definition().endpoint)?;
        let mut body = body_of(resource, resource_type);
        if let Value::Object(members) = &mut body {
            members.retain(|name, _| !name.eq_ignore_ascii_case("id"));
        }
        let request = self.target.request("POST", url, Some(&body));
        let operation = Create {
            resource_type: resource_type.clone(),
            is_created: false,
        };
        Ok(Call::new(&self.target, request, operation))
    }

    /// Gets a resource ([RFC 7644, section 3.4.1](https://www.rfc-editor.org/rfc/rfc7644#section-3.4.1)). `excluding` names
    /// attributes that are not wanted, such as the `members` of a large group.
    ///
    /// Its version is in `meta.version`, also where the service tells it in a header field only.
    ///
    /// # Errors
    ///
    /// The id can be no part of an address: it is empty, `.` or `..`.
    ///
    /// # Examples
    ///
    /// ```
    /// use scim_core::client::{Client, Target};
    /// use scim_core::schema::SchemaRegistry;
    ///
    /// let registry = SchemaRegistry::standard();
    /// let groups = registry.resource_type("Group").ok_or("groups are standard")?;
    /// let client = Client::new(Target::new("https://people.example/v2".parse()?))?;
    /// let call = client.get(groups, "7", &["members"])?;
    /// assert_eq!(call.request().url, "https://people.example/v2/Groups/7?excludedAttributes=members");
    /// assert!(client.get(groups, "", &[]).is_err());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn get(
        &self,
        resource_type: &RegisteredResourceType,
        id: &str,
        excluding: &[&str],
    ) -> Result<Call<Resource>, ClientError> {
        let mut url = self.url(resource_type, id)?;
        if !excluding.is_empty() {
            let names = in_query(&excluding.join(",")).to_string();
            url = format!("{url}?excludedAttributes={names}");
        }
        let request = self.target.request("GET", url, None);
        let operation = Get {
            resource_type: resource_type.clone(),
        };
        Ok(Call::new(&self.target, request, operation))
    }

    /// Gets a resource unless it still has this version
    /// ([RFC 7644, section 3.14](https://www.rfc-editor.org/rfc/rfc7644#section-3.14)): nothing means that it has.
    ///
    /// # Errors
    ///
    /// The id can be no part of an address, or the version no entity-tag.
    ///
    /// # Examples
    ///
    /// ```
    /// use chrono::DateTime;
    /// use scim_core::client::{Client, Outcome, Response, Target};
    /// use scim_core::schema::SchemaRegistry;
    ///
    /// let registry = SchemaRegistry::standard();
    /// let users = registry.resource_type("User").ok_or("users are standard")?;
    /// let client = Client::new(Target::new("https://people.example/v2".parse()?))?;
    /// let mut call = client.get_if_changed(users, "42", "W/\"3\"")?;
    /// assert_eq!(call.request().header("If-None-Match"), Some("W/\"3\""));
    /// assert_eq!(call.read(&Response::new(304), DateTime::UNIX_EPOCH), Outcome::Done(None));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn get_if_changed(
        &self,
        resource_type: &RegisteredResourceType,
        id: &str,
        version: &str,
    ) -> Result<Call<Option<Resource>>, ClientError> {
        let version = entity_tag(version).ok_or_else(|| {
            let detail = "the version is no entity-tag: take it from meta.version";
            ClientError::new(ClientErrorKind::InvalidRequest, detail)
        })?;
        let mut request = self
            .target
            .request("GET", self.url(resource_type, id)?, None);
        request.headers.push(("If-None-Match".to_owned(), version));
        let operation = GetIfChanged {
            resource_type: resource_type.clone(),
        };
        Ok(Call::new(&self.target, request, operation))
    }

    /// Replaces a resource as a whole ([RFC 7644, section 3.5.1](https://www.rfc-editor.org/rfc/rfc7644#section-3.5.1)), if it
    /// still has the version in its `meta`. What it does not have the service clears.
    ///
    /// The result is the resource as the service holds it, or nothing if it does not show it.
    ///
    /// # Errors
    ///
    /// The resource has no id that can be part of an address.
    ///
    /// # Examples
    ///
    /// ```
    /// use scim_core::client::{Client, Target};
    /// use scim_core::resource::{Resource, User};
    /// use scim_core::schema::SchemaRegistry;
    ///
    /// let registry = SchemaRegistry::standard();
    /// let users = registry.resource_type("User").ok_or("users are standard")?;
    /// let client = Client::new(Target::new("https://people.example/v2".parse()?))?;
    /// let mut ines = Resource::from(User::new("ines"));
    /// ines.set_id("42");
    /// assert_eq!(client.replace(users, &ines)?.request().method, "PUT");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn replace(
        &self,
        resource_type: &RegisteredResourceType,
        resource: &Resource,
    ) -> Result<Call<Option<Resource>>, ClientError> {
        let url = self.url(resource_type, resource.id().unwrap_or_default())?;
        let body = body_of(resource, resource_type);
        let version = version_of(resource);
        let request = conditional(&self.target, "PUT", &url, &body, version.as_deref());
        let operation = Replace {
            resource_type: resource_type.clone(),
        };
        Ok(Call::new(&self.target, request, operation))
    }

    /// Makes `after` of a resource that was `before` when it was read. `None`: there is nothing to do.
    ///
    /// Only the [difference](patch::difference) is sent, in the [dialect](super::Target::dialect) of the service; where the service has no
    /// PATCH, the resource is read, changed by the difference, and replaced. If somebody else has changed it since, the
    /// difference is made anew on what he left, so that neither change is lost. The result is as for [`patch`](Self::patch).
    ///
    /// # Errors
    ///
    /// `before` has no id that can be part of an address.
    ///
    /// # Examples
    ///
    /// ```
    /// use scim_core::client::{Client, Target};
    /// use scim_core::resource::{Resource, User};
    /// use scim_core::schema::SchemaRegistry;
    /// use serde_json::{Value, json};
    ///
    /// let registry = SchemaRegistry::standard();
    /// let users = registry.resource_type("User").ok_or("users are standard")?;
    /// let client = Client::new(Target::new("https://people.example/v2".parse()?))?;
    /// let mut before = Resource::from(User::new("ines"));
    /// before.set_id("42");
    /// let mut after = before.clone();
    /// after.attributes_mut().insert("title".to_owned(), "CTO".into());
    ///
    /// let call = client.modify(users, &before, &after)?.ok_or("the title is another one")?;
    /// let body: Value = serde_json::from_slice(&call.request().body)?;
    /// assert_eq!(body["Operations"], json!([{"op": "add", "path": "title", "value": "CTO"}]));
    /// assert!(client.modify(users, &after, &after)?.is_none());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn modify(
        &self,
        resource_type: &RegisteredResourceType,
        before: &Resource,
        after: &Resource,
    ) -> Result<Option<Call<Option<Resource>>>, ClientError> {
        let change = patch::difference(before, after, resource_type, self.target.dialect);
        if change.operations.is_empty() {
            return Ok(None);
        }
        let id = before.id().unwrap_or_default();
        self.patch(resource_type, id, change, version_of(before).as_deref())
            .map(Some)
    }

    /// Makes a change ([RFC 7644, section 3.5.2](https://www.rfc-editor.org/rfc/rfc7644#section-3.5.2)), if the resource still has
    /// this version, or whatever it is now if none is given.
    ///
    /// The result is the resource as the service holds it, or nothing if it does not show it. A PATCH without a version is
    /// not repeated after its answer was lost.
    ///
    /// # Errors
    ///
    /// The id can be no part of an address: it is empty, `.` or `..`.
    ///
    /// # Examples
    ///
    /// ```
    /// use scim_core::client::{Client, Target};
    /// use scim_core::message::{PatchOperation, PatchOperationKind, PatchRequest};
    /// use scim_core::schema::SchemaRegistry;
    ///
    /// let registry = SchemaRegistry::standard();
    /// let users = registry.resource_type("User").ok_or("users are standard")?;
    /// let mut target = Target::new("https://people.example/v2".parse()?);
    /// target.capabilities.patch = false;
    /// let client = Client::new(target)?;
    /// let off = PatchOperation::new(PatchOperationKind::Replace, Some("active".parse()?), Some(false.into()));
    /// let call = client.patch(users, "42", PatchRequest::new(vec![off]), None)?;
    /// assert_eq!(call.request().method, "GET"); // PUT will follow.
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn patch(
        &self,
        resource_type: &RegisteredResourceType,
        id: &str,
        change: PatchRequest,
        version: Option<&str>,
    ) -> Result<Call<Option<Resource>>, ClientError> {
        let url = self.url(resource_type, id)?;
        let (operation, request) = Change::start(&self.target, resource_type, url, change, version);
        Ok(Call::new(&self.target, request, operation))
    }

    /// Deletes a resource ([RFC 7644, section 3.6](https://www.rfc-editor.org/rfc/rfc7644#section-3.6)), if it still has this
    /// version, or in any case if none is given.
    ///
    /// # Errors
    ///
    /// The id can be no part of an address: it is empty, `.` or `..`.
    ///
    /// # Examples
    ///
    /// ```
    /// use chrono::DateTime;
    /// use scim_core::client::{Client, Outcome, Response, Target};
    /// use scim_core::schema::SchemaRegistry;
    ///
    /// let registry = SchemaRegistry::standard();
    /// let users = registry.resource_type("User").ok_or("users are standard")?;
    /// let client = Client::new(Target::new("https://people.example/v2".parse()?))?;
    /// let mut call = client.delete(users, "42", None)?;
    /// assert_eq!(call.read(&Response::new(204), DateTime::UNIX_EPOCH), Outcome::Done(()));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn delete(
        &self,
        resource_type: &RegisteredResourceType,
        id: &str,
        version: Option<&str>,
    ) -> Result<Call<()>, ClientError> {
        let mut request = self
            .target
            .request("DELETE", self.url(resource_type, id)?, None);
        add_version(&self.target, &mut request, version);
        Ok(Call::new(&self.target, request, Delete))
    }

    fn url(&self, resource_type: &RegisteredResourceType, id: &str) -> Result<String, ClientError> {
        self.target
            .base_url
            .resource(&resource_type.definition().endpoint, id)
    }
}

fn version_of(resource: &Resource) -> Option<String> {
    resource.meta().and_then(|meta| meta.version)
}
