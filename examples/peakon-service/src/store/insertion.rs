//! New resources come together: one statement for each table, however many they are.

use std::collections::BTreeSet;

use scim_core::resource::Resource;
use scim_core::schema::UniqueKey;
use scim_core::service_provider::{NewResource, RequestContext};
use serde_json::Value;
use sqlx::AnyConnection;

use super::document::identifying;
use super::fault::Fault;
use super::writing::{Row, Write};
use super::{EmployeeStore, completion, history, rows, uniqueness};
use crate::database::Dialect;

/// A new resource, and what the database is told of it.
struct New<'a> {
    write: Write<'a>,
    row: Row,
    keys: Vec<UniqueKey>,
    emails: Vec<Value>,
}

impl New<'_> {
    fn resource_type(&self) -> &str {
        &self.write.resource_type.definition().name
    }

    /// The address that no other employee may be identified by.
    fn identifying_email(&self) -> Option<&str> {
        let email = self.emails.get(identifying(&self.emails)?)?;
        email.get("value")?.as_str()
    }
}

impl EmployeeStore {
    /// Keeps new resources: first all of them, then what they say of each other. A fault comes with the place of its resource.
    pub(super) async fn insert_new(
        &self,
        context: &RequestContext,
        new: Vec<NewResource>,
    ) -> Result<Vec<Resource>, (usize, Fault)> {
        let transaction = self.write(context).await;
        let mut transaction = transaction.map_err(|fault| (0, fault))?;
        let account = &context.tenant;
        let mut coming = Vec::with_capacity(new.len());
        let mut refused = Ok(());
        for (index, new) in new.into_iter().enumerate() {
            match self.read_new(context, new) {
                Ok(new) => coming.push(new),
                Err(fault) => {
                    refused = Err((index, fault));
                    break;
                }
            }
        }
        // Somebody before the one who is refused may be refused for what others have.
        refuse_taken(&mut transaction, account, &coming).await?;
        refused?;
        let kept = keep(&mut transaction, context, &coming).await;
        kept.map_err(|fault| (0, fault))?;
        for (index, new) in coming.iter_mut().enumerate() {
            if new.write.refers(&self.account) {
                let write = &mut new.write;
                let refers = write.refer(&mut transaction, &self.account, self.unknown_members);
                refers.await.map_err(|fault| (index, fault))?;
            }
        }
        let writes = coming.into_iter().map(|new| new.write).collect();
        let completed = self.completed_all(&mut transaction, context, writes).await;
        let completed = completed.map_err(|fault| (0, fault))?;
        let committed = transaction.commit().await;
        committed.map_err(|error| (0, error.into()))?;
        Ok(completed)
    }

    fn read_new<'a>(
        &'a self,
        context: &'a RequestContext,
        new: NewResource,
    ) -> Result<New<'a>, Fault> {
        let resource_type = self.resource_type(&new.resource_type)?;
        let mut write = Write::new(context, resource_type, new.resource, context.now);
        self.rules.check(&write)?;
        let is_active = write.settle_new();
        let (keys, emails) = write.found_by()?;
        Ok(New {
            row: write.row(is_active)?,
            write,
            keys,
            emails,
        })
    }

    /// What was written, as it is held, in the order in which it came.
    async fn completed_all(
        &self,
        connection: &mut AnyConnection,
        context: &RequestContext,
        writes: Vec<Write<'_>>,
    ) -> Result<Vec<Resource>, Fault> {
        let registry = self.views.registry();
        let mut completed: Vec<Option<Resource>> = vec![None; writes.len()];
        let mut left: Vec<_> = writes.into_iter().enumerate().collect();
        while let Some((_, first)) = left.first() {
            let name = first.resource_type.definition().name.clone();
            let (of_type, others): (Vec<_>, Vec<_>) =
                left.into_iter().partition(|(_, write)| write.is(&name));
            left = others;
            let mut documents = Vec::with_capacity(of_type.len());
            let mut places = Vec::with_capacity(of_type.len());
            for (place, mut write) in of_type {
                documents.push(std::mem::take(write.resource.attributes_mut()));
                places.push(place);
            }
            let resources =
                completion::complete(connection, context, registry, &name, documents).await?;
            for (place, resource) in places.into_iter().zip(resources) {
                if let Some(completed) = completed.get_mut(place) {
                    *completed = Some(resource);
                }
            }
        }
        Ok(completed.into_iter().flatten().collect())
    }
}

/// Refuses the first one that has an id, a unique value or an identifying address of somebody who is there or comes before it.
async fn refuse_taken(
    connection: &mut AnyConnection,
    account: &str,
    coming: &[New<'_>],
) -> Result<(), (usize, Fault)> {
    let taken = Taken::find(connection, account, coming).await;
    let mut taken = taken.map_err(|fault| (0, fault))?;
    for (index, new) in coming.iter().enumerate() {
        taken.add(new).map_err(|fault| (index, fault))?;
    }
    Ok(())
}

/// What nobody may have any more.
struct Taken<'a> {
    ids: BTreeSet<&'a str>,
    /// Resource type, path and key.
    values: BTreeSet<(&'a str, &'a str, &'a str)>,
    emails: BTreeSet<&'a str>,
}

impl<'a> Taken<'a> {
    /// Of what these have, what others have.
    async fn find(
        connection: &mut AnyConnection,
        account: &str,
        coming: &'a [New<'_>],
    ) -> Result<Self, Fault> {
        let (mut ids, mut values, mut emails) = (Vec::new(), Vec::new(), Vec::new());
        for new in coming {
            ids.push((new.write.id.as_str(),));
            values.extend(new.keys.iter().map(|key| value_of(new, key)));
            emails.extend(new.identifying_email().map(|email| (email,)));
        }
        let there = "resources ON account = $1 AND id = coming ->> 0";
        let ids_there = rows::matched(connection, account, there, &ids).await?;
        let there =
            "unique_values AS taken ON taken.account = $1 AND taken.resource_type = coming ->> 0
                 AND taken.path = coming ->> 1 AND taken.key = coming ->> 2";
        let values_there = rows::matched(connection, account, there, &values).await?;
        let there =
            "employee_emails ON account = $1 AND email_key = coming ->> 0 AND identifying = 1";
        let emails_there = rows::matched(connection, account, there, &emails).await?;
        Ok(Self {
            ids: at(&ids, &ids_there).map(|(id,)| id).collect(),
            values: at(&values, &values_there).collect(),
            emails: at(&emails, &emails_there).map(|(email,)| email).collect(),
        })
    }

    fn add(&mut self, new: &'a New<'_>) -> Result<(), Fault> {
        let id = new.write.id.as_str();
        if !self.ids.insert(id) {
            return Err(Fault::conflict("id", format!("the id `{id}` is in use")));
        }
        for key in &new.keys {
            if !self.values.insert(value_of(new, key)) {
                return Err(key.taken().into());
            }
        }
        match new.identifying_email() {
            Some(email) if !self.emails.insert(email) => Err(uniqueness::email_taken()),
            _ => Ok(()),
        }
    }
}

fn value_of<'a>(new: &'a New<'_>, key: &'a UniqueKey) -> (&'a str, &'a str, &'a str) {
    (new.resource_type(), &key.path, &key.key)
}

fn at<T: Copy>(all: &[T], places: &[i64]) -> impl Iterator<Item = T> {
    let places = places
        .iter()
        .filter_map(|place| usize::try_from(*place).ok());
    places.filter_map(|place| all.get(place).copied())
}

/// Writes the resources themselves, without regard to whom they refer to.
async fn keep(
    connection: &mut AnyConnection,
    context: &RequestContext,
    coming: &[New<'_>],
) -> Result<(), Fault> {
    let account = &context.tenant;
    let (mut resources, mut values, mut emails) = (Vec::new(), Vec::new(), Vec::new());
    for new in coming {
        let id = new.write.id.as_str();
        resources.push((new.resource_type(), id, &new.row));
        values.extend(new.keys.iter().map(|key| (value_of(new, key), id)));
        emails.extend(uniqueness::email_rows(id, &new.emails));
    }
    let dialect = Dialect::of(connection);
    let into = "resources (account, resource_type, id, version, document, comparison,
                           display_name, user_name, active, starts_at, leaves_at)";
    let columns = format!(
        "coming ->> 0, coming ->> 1, coming -> 2 ->> 0, coming -> 2 ->> 1, {}, coming -> 2 ->> 3, coming -> 2 ->> 4,
         CAST(coming -> 2 ->> 5 AS BIGINT), CAST(coming -> 2 ->> 6 AS BIGINT), CAST(coming -> 2 ->> 7 AS BIGINT)",
        dialect.json("coming -> 2 ->> 2")
    );
    rows::insert(connection, account, into, &columns, &resources).await?;
    let into = "unique_values (account, resource_type, path, key, resource_id)";
    let columns = "coming -> 0 ->> 0, coming -> 0 ->> 1, coming -> 0 ->> 2, coming ->> 1";
    rows::insert(connection, account, into, columns, &values).await?;
    uniqueness::insert_emails(connection, account, &emails).await?;
    let active = coming.iter().filter(|new| new.row.is_active());
    let active: Vec<_> = active.map(|new| new.write.id.as_str()).collect();
    history::begin(connection, account, &active, context.now).await
}
