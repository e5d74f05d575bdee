//! A deleted resource is gone from everywhere.

use super::samples::{is_reference, is_written, refer};
use super::subject::Subject;
use super::trial::{Stop, Trial, Verdict, expect, id_of, told, version_of};
use super::uniqueness::are_taken;
use crate::resource::Resource;
use crate::schema::{AttributeReference, RegisteredResourceType};
use crate::service_provider::preconditions::next_version;
use crate::service_provider::references::targets;
use crate::service_provider::search::{Paging, Search};
use crate::service_provider::store::ResourceStore;

/// An attribute by which resources of one type refer to those of another one.
#[derive(Clone, Copy, Debug)]
pub(super) struct Link<'r> {
    pub(super) from: &'r RegisteredResourceType,
    pub(super) reference: &'r AttributeReference,
    pub(super) to: &'r RegisteredResourceType,
}

impl<S: Subject> Trial<'_, S> {
    /// All attributes by which a client can make one resource refer to another.
    pub(super) fn links(&self) -> Vec<Link<'_>> {
        let mut links = Vec::new();
        for from in self.types() {
            let written = from
                .attributes()
                .filter(|it| is_written(it) && is_reference(it));
            for reference in written {
                let names = targets(reference.attribute());
                let to = names
                    .iter()
                    .filter_map(|name| self.registry.resource_type(name));
                links.extend(to.map(|to| Link {
                    from,
                    reference,
                    to,
                }));
            }
        }
        links
    }

    /// A resource that refers to others, as it is held.
    pub(super) async fn add_referring(
        &self,
        link: Link<'_>,
        ids: &[&str],
    ) -> Result<Resource, Stop> {
        let mut resource = self.sample(link.from)?;
        refer(&mut resource, link.from, link.reference, ids);
        self.insert(link.from, resource).await
    }
}

/// The ids that a resource refers to by an attribute, in order.
pub(super) fn referred(resource: &Resource, reference: &AttributeReference) -> Vec<String> {
    let entries = match reference.value_in(resource) {
        Some(serde_json::Value::Array(entries)) => entries.as_slice(),
        Some(single) => std::slice::from_ref(single),
        None => &[],
    };
    let ids = entries
        .iter()
        .filter_map(|entry| entry.get("value")?.as_str());
    let mut ids: Vec<String> = ids.map(str::to_owned).collect();
    ids.sort();
    ids
}

/// Nothing finds it, its values are free, and nothing refers to it.
pub(super) async fn a_deleted_resource_is_gone_everywhere<S: Subject>(
    trial: &Trial<'_, S>,
) -> Verdict {
    for resource_type in trial.types() {
        let stays = trial.add(resource_type).await?;
        let goes = trial.add(resource_type).await?;
        delete(trial, resource_type, &goes).await?;
        let name = &resource_type.definition().name;
        expect(
            trial.load(resource_type, id_of(&goes)).await?.is_none(),
            format!("load does not find a {name} that was deleted"),
            "it does",
            "delete the row, or let every query leave out what is marked as deleted",
        )?;
        let mut search = Search::new(name.as_str(), usize::MAX);
        if !trial.capabilities().native_search {
            search.paging = Paging::Cursor(None);
        }
        let page = trial.search(&search).await?;
        let is_counted = page
            .total_results
            .is_some_and(|total| total != page.resources.len());
        expect(
            page.resources.iter().all(|it| it.id() != goes.id()) && !is_counted,
            format!("search neither finds nor counts a {name} that was deleted"),
            format!(
                "{} are found, {:?} are counted",
                page.resources.len(),
                page.total_results
            ),
            "select by the same condition where resources are listed and where they are counted",
        )?;
        expect(
            page.resources.iter().any(|it| it.id() == stays.id()),
            format!("search finds a {name} after another one was deleted"),
            "it does not",
            "look at what delete selects by",
        )?;
        expect(
            !are_taken(trial, resource_type, &goes).await?,
            format!("the unique values of a {name} that was deleted are free"),
            "they are still taken",
            "take the keys of a deleted resource out of the index",
        )?;
    }
    for link in trial.links() {
        nothing_refers(trial, link).await?;
    }
    Ok(())
}

async fn delete<S: Subject>(
    trial: &Trial<'_, S>,
    resource_type: &RegisteredResourceType,
    resource: &Resource,
) -> Verdict {
    let name = &resource_type.definition().name;
    let answer = trial
        .store
        .delete(&trial.context(), name, id_of(resource), None)
        .await;
    expect(
        answer.is_ok(),
        format!("delete removes a {name}, also if others refer to it"),
        told(&answer),
        "take the references out in the same transaction",
    )
}

async fn nothing_refers<S: Subject>(trial: &Trial<'_, S>, link: Link<'_>) -> Verdict {
    let (stays, goes) = (trial.add(link.to).await?, trial.add(link.to).await?);
    let ids = if link.reference.attribute().multi_valued {
        vec![id_of(&stays), id_of(&goes)]
    } else {
        vec![id_of(&goes)]
    };
    let referring = trial.add_referring(link, &ids).await?;
    delete(trial, link.to, &goes).await?;
    let now = trial.loaded(link.from, id_of(&referring)).await?;
    let rest: Vec<&str> = ids.into_iter().filter(|id| *id != id_of(&goes)).collect();
    let (name, path) = (
        &link.from.definition().name,
        link.reference.canonical_path(),
    );
    expect(
        referred(&now, link.reference) == rest,
        format!(
            "no {path} of a {name} refers to a {} that was deleted, and the others stay",
            link.to.definition().name
        ),
        format!(
            "it refers to {:?}, of which {} was deleted",
            referred(&now, link.reference),
            id_of(&goes)
        ),
        "delete what refers to a resource with it: by a foreign key, by a statement of its own, or by remove_references",
    )?;
    expect(
        version_of(&now) == next_version(Some(&version_of(&referring))),
        format!("a {name} has its next version when a {path} of it has gone"),
        format!(
            "it had {} and has {}",
            version_of(&referring),
            version_of(&now)
        ),
        "give it its next_version, so that a client with an older copy learns of the change",
    )
}
