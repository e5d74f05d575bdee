//! The queries, and what a service tells about itself.

use scim_filter::{AttributePath, Literal};

use super::Client;
use super::call::Call;
use super::connection::TestConnection;
use super::discovery::{Discover, Discovered};
use super::error::ClientError;
use super::list::{Found, List, Sieve, with_value};
use crate::message::SearchRequest;
use crate::schema::RegisteredResourceType;

impl Client {
    /// Reads all pages of a query ([RFC 7644, section 3.4.2](https://www.rfc-editor.org/rfc/rfc7644#section-3.4.2)); its `count` is
    /// the size of a page.
    ///
    /// Each resource comes once, however the pages overlap. By index, pages may miss a resource that moves while they are
    /// read; by [cursor](super::Capabilities::cursor) they do not.
    ///
    /// A service without filters is asked for all resources, whole ones even where `search` selects attributes: the filter, which is
    /// matched here, may look at others.
    ///
    /// # Errors
    ///
    /// The endpoint has no address; or the service has no filters, and the filter cannot be matched here.
    ///
    /// # Examples
    ///
    /// ```
    /// use scim_core::client::{Client, Target};
    /// use scim_core::message::SearchRequest;
    /// use scim_core::schema::SchemaRegistry;
    ///
    /// let registry = SchemaRegistry::standard();
    /// let users = registry.resource_type("User").ok_or("users are standard")?;
    /// let client = Client::new(Target::new("https://people.example/v2".parse()?))?;
    /// let mut search = SearchRequest::new();
    /// search.filter = Some(r#"title eq "CTO""#.parse()?);
    /// search.count = Some(50);
    /// let call = client.list(users, &search)?;
    /// assert_eq!(call.request().url, "https://people.example/v2/Users?count=50&filter=title%20eq%20%22CTO%22");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn list(
        &self,
        resource_type: &RegisteredResourceType,
        search: &SearchRequest,
    ) -> Result<Call<Found>, ClientError> {
        let (operation, request) = List::start(&self.target, resource_type, search, Sieve::None)?;
        Ok(Call::new(&self.target, request, operation))
    }

    /// Finds the resources that have a value: the query by which a provisioning service looks whether somebody exists already.
    ///
    /// What comes back is looked at once more, without regard to case: a service that ignores filters would otherwise have
    /// the first of all its users taken for the one that was looked for.
    ///
    /// # Errors
    ///
    /// No schema knows the attribute; otherwise as for [`list`](Self::list).
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
    /// let mut call = client.find(users, &"userName".parse()?, "ines")?;
    ///
    /// let all = r#"{"totalResults": 2, "Resources": [{"id": "1", "userName": "olu"}, {"id": "2", "userName": "Ines"}]}"#;
    /// let Outcome::Done(found) = call.read(&Response::new(200).with_body(all), DateTime::UNIX_EPOCH) else {
    ///     return Err("this is all".into());
    /// };
    /// assert_eq!(found.resources.len(), 1);
    /// assert_eq!(found.resources[0].id(), Some("2"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn find(
        &self,
        resource_type: &RegisteredResourceType,
        attribute: &AttributePath,
        value: impl Into<Literal>,
    ) -> Result<Call<Found>, ClientError> {
        let (search, sieve) = with_value(resource_type, attribute, value.into())?;
        let (operation, request) = List::start(&self.target, resource_type, &search, sieve)?;
        Ok(Call::new(&self.target, request, operation))
    }

    /// Reads what the service tells about itself: `/ServiceProviderConfig`, `/Schemas`, `/ResourceTypes`, and whether it answers
    /// queries by POST ([RFC 7644, section 4](https://www.rfc-editor.org/rfc/rfc7644#section-4)).
    ///
    /// An endpoint that is not there is made up for, and told as a [`Deviation`](super::Deviation); any other failure is one.
    ///
    /// # Examples
    ///
    /// ```
    /// use chrono::DateTime;
    /// use scim_core::client::{Client, Outcome, Response, Target};
    ///
    /// let mut target = Target::new("https://people.example/v2".parse()?);
    /// let mut call = Client::new(target.clone())?.discover();
    /// // A service that knows nothing of discovery.
    /// let discovered = loop {
    ///     match call.read(&Response::new(404), DateTime::UNIX_EPOCH) {
    ///         Outcome::Send => {}
    ///         Outcome::Done(discovered) => break discovered,
    ///         other => return Err(format!("{other:?}").into()),
    ///     }
    /// };
    /// let rules: Vec<_> = call.deviations().iter().map(|deviation| deviation.rule).collect();
    /// assert_eq!(rules, ["no_configuration", "no_schemas", "no_resource_types"]);
    ///
    /// let users = discovered.registry.resource_type("User").ok_or("RFC 7643 has users")?;
    /// target.capabilities = discovered.capabilities;
    /// let client = Client::new(target)?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn discover(&self) -> Call<Discovered> {
        let (operation, request) = Discover::start(&self.target);
        Call::new(&self.target, request, operation)
    }

    /// Tests address and token as Microsoft Entra's Test Connection does: a query for a value that nobody has, whose answer must
    /// be an empty list. `nobody` is that value, such as a random identifier; the library draws none.
    ///
    /// # Errors
    ///
    /// As for [`find`](Self::find).
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
    /// let mut call = client.test_connection(users, &"userName".parse()?, "4d0c7a8f-7a5e-4b8e-9d53-0f4f3f0f6d11")?;
    /// let none = r#"{"schemas": ["urn:ietf:params:scim:api:messages:2.0:ListResponse"], "totalResults": 0}"#;
    /// assert_eq!(call.read(&Response::new(200).with_body(none), DateTime::UNIX_EPOCH), Outcome::Done(()));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn test_connection(
        &self,
        resource_type: &RegisteredResourceType,
        attribute: &AttributePath,
        nobody: &str,
    ) -> Result<Call<()>, ClientError> {
        let (mut search, _) = with_value(resource_type, attribute, nobody.into())?;
        let has_filter = self.target.capabilities.filter;
        if !has_filter {
            (search.filter, search.count) = (None, Some(1));
        }
        let (_, request) = List::start(&self.target, resource_type, &search, Sieve::None)?;
        Ok(Call::new(
            &self.target,
            request,
            TestConnection { has_filter },
        ))
    }
}
