//! Members come into and go out of a group without the group being loaded, however many it has.

use scim_core::service_provider::{Amended, Amendment, RequestContext, StoreError, next_version};
use serde_json::Value;
use sqlx::AnyConnection;

use super::fault::Fault;
use super::removal::mark_changed;
use super::writing::Write;
use super::{EmployeeStore, GROUP, groups, version_of};

impl EmployeeStore {
    pub(super) async fn amend_resource(
        &self,
        context: &RequestContext,
        amendment: &Amendment,
    ) -> Result<Amended, Fault> {
        let mut transaction = self.write(context).await?;
        let is_of_members = amendment.resource_type == GROUP && amendment.delta.path == "members";
        let amended = if is_of_members {
            self.amend_members(&mut transaction, context, amendment)
                .await?
        } else {
            self.amend_document(&mut transaction, context, amendment)
                .await?
        };
        transaction.commit().await?;
        Ok(amended)
    }

    async fn amend_members(
        &self,
        connection: &mut AnyConnection,
        context: &RequestContext,
        amendment: &Amendment,
    ) -> Result<Amended, Fault> {
        let (account, id, delta) = (&context.tenant, &amendment.id, &amendment.delta);
        let version = version_of(connection, context, GROUP, id).await?;
        let mut version = version.ok_or(StoreError::NotFound)?;
        let added = groups::entries(Some(Value::from(delta.added.clone())));
        let gone = groups::remove(connection, account, id, &delta.removed, &added).await?;
        let come = groups::add(connection, account, id, &added, self.unknown_members).await?;
        if gone + come > 0 {
            let at = amendment.last_modified;
            version = mark_changed(connection, &self.views, account, at, id, |_| {}).await?;
        }
        if groups::has_more_than(connection, account, id, amendment.whole_up_to).await? {
            return Ok(Amended::Version(version));
        }
        let whole = self.load_resource(connection, context, GROUP, id).await?;
        Ok(Amended::Whole(whole.ok_or(StoreError::NotFound)?))
    }

    /// The same for an attribute that the document holds.
    async fn amend_document(
        &self,
        connection: &mut AnyConnection,
        context: &RequestContext,
        amendment: &Amendment,
    ) -> Result<Amended, Fault> {
        let (resource_type, _) = self.resource_type(&amendment.resource_type)?;
        version_of(connection, context, &amendment.resource_type, &amendment.id).await?;
        let loaded = self
            .load_resource(connection, context, &amendment.resource_type, &amendment.id)
            .await?;
        let mut resource = loaded.ok_or(StoreError::NotFound)?;
        let mut amended = resource.clone();
        if amendment.delta.apply(&mut amended, resource_type) {
            let mut meta = amended.meta().unwrap_or_default();
            meta.version = Some(next_version(meta.version.as_deref()));
            meta.last_modified = Some(amendment.last_modified);
            amended.set_meta(&meta);
            let mut write = Write::new(
                context,
                self.resource_type(&amendment.resource_type)?,
                amended,
                amendment.last_modified,
            );
            self.rules.check(&write)?;
            write.keep(connection).await?;
            write
                .refer(connection, &self.account, self.unknown_members)
                .await?;
            resource = self.completed(connection, context, write).await?;
        }
        let entries = resource
            .get(&amendment.delta.path)
            .and_then(Value::as_array);
        if entries.map_or(0, Vec::len) <= amendment.whole_up_to {
            return Ok(Amended::Whole(resource));
        }
        let version = resource.meta().and_then(|meta| meta.version);
        Ok(Amended::Version(version.unwrap_or_default()))
    }
}
