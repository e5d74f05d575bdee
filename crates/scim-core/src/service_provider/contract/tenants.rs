//! Tenants do not see each other.

use super::samples::{take_unique_values, unique_keys};
use super::subject::Subject;
use super::trial::{Trial, Verdict, expect, id_of, told, version_of};
use super::uniqueness::unchanged;
use crate::schema::Uniqueness;
use crate::service_provider::search::{Paging, Search};
use crate::service_provider::store::ResourceStore;
use crate::service_provider::store_error::StoreError;

const OTHER: &str = "tenant-2";
const SELECT: &str =
    "select by the tenant of the context in every statement, and have it in every key and index";

/// What one tenant has, another one neither finds nor changes, and its values are not taken for him.
pub(super) async fn keeps_tenants_apart<S: Subject>(trial: &Trial<'_, S>) -> Verdict {
    for resource_type in trial.types() {
        let name = &resource_type.definition().name;
        let held = trial.add(resource_type).await?;
        let (id, version) = (id_of(&held), version_of(&held));
        let other = trial.context_of(OTHER);

        let loaded = trial.store.load(&other, name, id).await;
        expect(
            matches!(loaded, Ok(None)),
            format!("load finds no {name} of another tenant"),
            told(&loaded),
            SELECT,
        )?;
        let mut search = Search::new(name.as_str(), usize::MAX);
        if !trial.capabilities().native_search {
            search.paging = Paging::Cursor(None);
        }
        let page = trial.store.search(&other, &search).await;
        let is_empty = |total: Option<usize>| total.is_none_or(|total| total == 0);
        expect(
            page.as_ref()
                .is_ok_and(|page| page.resources.is_empty() && is_empty(page.total_results)),
            format!("search neither finds nor counts a {name} of another tenant"),
            match &page {
                Ok(page) => format!(
                    "{} resources, totalResults {:?}",
                    page.resources.len(),
                    page.total_results
                ),
                Err(_) => told(&page),
            },
            SELECT,
        )?;
        let changed = trial.changed(resource_type, &held)?;
        let replaced = trial.store.replace(&other, name, changed, &version).await;
        expect(
            matches!(replaced, Err(StoreError::NotFound)),
            format!("replace of a {name} of another tenant answers NotFound"),
            told(&replaced),
            SELECT,
        )?;
        for version in [None, Some(version.as_str())] {
            let deleted = trial.store.delete(&other, name, id, version).await;
            expect(
                matches!(deleted, Err(StoreError::NotFound)),
                format!("delete of a {name} of another tenant answers NotFound"),
                told(&deleted),
                SELECT,
            )?;
        }
        unchanged(trial, resource_type, &held, "what another tenant tried").await?;

        let mut same = trial.sample(resource_type)?;
        let keys = unique_keys(resource_type, &held);
        if keys.iter().all(|key| key.scope != Uniqueness::Global) {
            take_unique_values(&mut same, resource_type, &held);
        }
        let inserted = trial.store.insert(&other, name, same).await;
        expect(
            inserted.is_ok(),
            format!("insert keeps a {name} whose unique values a resource of another tenant has"),
            told(&inserted),
            SELECT,
        )?;
        unchanged(trial, resource_type, &held, "what another tenant inserted").await?;
    }
    Ok(())
}
