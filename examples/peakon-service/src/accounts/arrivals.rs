//! Employees who come many at a time, without HTTP.

use std::sync::Arc;

use scim_core::message::ErrorResponse;
use scim_core::service_provider::{
    Exchange, NewResource, Request, RequestContext, ResourceStore as _, Step,
};

use super::{AccountError, Accounts};
use crate::clock;
use crate::random::new_ids;

impl Accounts {
    /// Creates employees of an account in one transaction, all of them or none, and gives their ids in the same order.
    ///
    /// Each of them is what a POST with this body to `base_url/Users` would have made of it, except that no body is read more
    /// tolerantly than the standard demands. The transaction is held in memory, at
    /// some 30 KB an employee; while it lasts nobody else writes into SQLite, and whoever waits longer than 5 seconds is refused.
    ///
    /// # Errors
    /// When there is no such account, a body would have been refused, or the database fails: then nobody is created.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// use peakon_service::{Accounts, NewAccount};
    ///
    /// # let folder = tempfile::tempdir()?;
    /// # let url = format!("sqlite://{}/peakon.db", folder.path().display());
    /// let accounts = Accounts::open(&url).await?;
    /// accounts.create(NewAccount::new("fjordlab")).await?;
    /// let body = |name| format!(r#"{{"schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": "{name}"}}"#);
    /// let base_url = "https://people.example.com/scim/v2";
    /// let ids = accounts.create_employees("fjordlab", base_url, vec![body("ines"), body("olu")]).await?;
    /// assert_eq!(ids.len(), 2);
    ///
    /// let refused = accounts.create_employees("fjordlab", base_url, vec![body("sefa"), body("INES")]).await;
    /// let error = refused.err().ok_or("the second name is taken")?;
    /// assert!(error.to_string().starts_with("employee 2 of 2: userName: another resource has this value"));
    /// # Ok(())
    /// # }
    /// ```
    pub async fn create_employees(
        &self,
        account: &str,
        base_url: &str,
        bodies: Vec<String>,
    ) -> Result<Vec<String>, AccountError> {
        let of = bodies.len();
        let refused = |index: usize, text: String| {
            AccountError::refused(format!("employee {} of {of}: {text}", index + 1))
        };
        let account = self.load(account).await?;
        let definition = Arc::new(account.provider.definition().clone());
        let (tenant, now) = (account.id.clone(), clock::now());
        let context = RequestContext::new(tenant, "token", now, new_ids()?, base_url);
        let mut new = Vec::with_capacity(of);
        for (index, body) in bodies.into_iter().enumerate() {
            let request = Request::new("POST", "/Users").with_body(body);
            match Exchange::start(&definition, &request, context.clone()).1 {
                Step::Insert {
                    resource_type,
                    resource,
                    ..
                } => new.push(NewResource::new(resource_type, resource)),
                Step::Done(response) => {
                    let body = response.body.unwrap_or_default();
                    let error: ErrorResponse = serde_json::from_slice(&body)?;
                    return Err(refused(index, error.detail.unwrap_or_default()));
                }
                _ => {
                    return Err(refused(
                        index,
                        "it was not read as a new employee".to_owned(),
                    ));
                }
            }
        }
        let store = account.provider.store();
        let kept = store.insert_all(&context, new).await;
        let kept = kept.map_err(|error| refused(error.index, error.error.to_string()))?;
        let ids = kept.iter().filter_map(|employee| employee.id());
        Ok(ids.map(str::to_owned).collect())
    }
}
