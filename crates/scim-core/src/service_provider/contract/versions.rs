//! Versions are compared and moved on in one step.

use super::calls::{Call, LAGS};
use super::subject::Subject;
use super::trial::{Trial, Verdict, expect, id_of, told, version_of};
use super::uniqueness::{told_outcome, unchanged};
use crate::resource::Resource;
use crate::schema::RegisteredResourceType;
use crate::service_provider::preconditions::next_version;
use crate::service_provider::store::ResourceStore;
use crate::service_provider::store_error::StoreError;

const COMPARE_AND_SWAP: &str = "compare in the statement that writes (WHERE id = … AND version = …), and look at how many rows it changed";

const fn is_stale<T>(answer: &Result<T, StoreError>) -> bool {
    matches!(answer, Err(StoreError::Stale))
}

const fn is_not_found<T>(answer: &Result<T, StoreError>) -> bool {
    matches!(answer, Err(StoreError::NotFound))
}

/// A resource that has been replaced once.
async fn moved_on<S: Subject>(
    trial: &Trial<'_, S>,
    resource_type: &RegisteredResourceType,
) -> Result<(Resource, Resource), super::trial::Stop> {
    let name = &resource_type.definition().name;
    let first = trial.add(resource_type).await?;
    let changed = trial.changed(resource_type, &first)?;
    let version = version_of(&first);
    let answer = trial
        .store
        .replace(&trial.context(), name, changed.clone(), &version)
        .await;
    expect(
        answer.is_ok(),
        format!("replace keeps a {name} instead of that with the expected version"),
        told(&answer),
        COMPARE_AND_SWAP,
    )?;
    let now = trial.loaded(resource_type, id_of(&first)).await?;
    expect(
        version_of(&now) == version_of(&changed),
        format!(
            "a {name} that was replaced has the version {}, which it came with",
            version_of(&changed)
        ),
        version_of(&now),
        "keep meta as it comes",
    )?;
    Ok((first, now))
}

/// Replaces the version that is expected and no other one, and nothing that is gone.
pub(super) async fn replaces_only_the_expected_version<S: Subject>(
    trial: &Trial<'_, S>,
) -> Verdict {
    for resource_type in trial.types() {
        let name = &resource_type.definition().name;
        let (first, now) = moved_on(trial, resource_type).await?;
        let versions = [
            version_of(&first),
            next_version(Some(&version_of(&now))),
            "W/\"\"".to_owned(),
        ];
        for version in versions {
            let changed = trial.changed(resource_type, &now)?;
            let answer = trial
                .store
                .replace(&trial.context(), name, changed, &version)
                .await;
            expect(
                is_stale(&answer),
                format!(
                    "replace of a {name} of the version {} answers Stale if {version} is expected",
                    version_of(&now)
                ),
                told(&answer),
                COMPARE_AND_SWAP,
            )?;
            unchanged(
                trial,
                resource_type,
                &now,
                "a replacement of another version",
            )
            .await?;
        }
        let deleted = trial.add(resource_type).await?;
        let removal = trial
            .store
            .delete(&trial.context(), name, id_of(&deleted), None)
            .await;
        expect(
            removal.is_ok(),
            format!("delete removes a {name}"),
            told(&removal),
            COMPARE_AND_SWAP,
        )?;
        for gone in [deleted, trial.sample(resource_type)?] {
            let changed = trial.changed(resource_type, &gone)?;
            let version = version_of(&gone);
            let answer = trial
                .store
                .replace(&trial.context(), name, changed, &version)
                .await;
            expect(
                is_not_found(&answer) && trial.load(resource_type, id_of(&gone)).await?.is_none(),
                format!(
                    "replace of a {name} that does not exist answers NotFound and keeps nothing"
                ),
                told(&answer),
                "update, and do not insert where there is nothing to update",
            )?;
        }
    }
    Ok(())
}

/// Of two replacements of the same version one is kept whole, and the other one is told that it came too late.
pub(super) async fn one_of_two_concurrent_replacements_wins<S: Subject>(
    trial: &Trial<'_, S>,
) -> Verdict {
    for resource_type in trial.types() {
        let name = &resource_type.definition().name;
        for lagging in 0..LAGS {
            let held = trial.add(resource_type).await?;
            let version = version_of(&held);
            let rivals = [
                trial.changed(resource_type, &held)?,
                trial.changed(resource_type, &held)?,
            ];
            let [first, second] = rivals
                .clone()
                .map(|it| Call::Replace(name.clone(), it, version.clone()));
            let outcomes = trial.compete(first, second, lagging).await?;
            let losers = outcomes.iter().filter(|it| is_stale(it)).count();
            let winner = outcomes.iter().position(Result::is_ok);
            let now = trial.loaded(resource_type, id_of(&held)).await?;
            let modified = |it: &Resource| it.meta().and_then(|meta| meta.last_modified);
            let is_winner = winner
                .and_then(|winner| rivals.get(winner))
                .is_some_and(|winner| modified(winner) == modified(&now));
            expect(
                losers == 1 && is_winner,
                format!(
                    "of two replacements of the same version of a {name} at the same time one is kept and one is answered Stale"
                ),
                format!(
                    "first: {}; second: {}; held: {}",
                    told_outcome(&outcomes, 0),
                    told_outcome(&outcomes, 1),
                    version_of(&now)
                ),
                COMPARE_AND_SWAP,
            )?;
        }
    }
    Ok(())
}

/// Deletes the version that is expected, or any if none is; also while somebody replaces it.
pub(super) async fn deletes_only_the_expected_version<S: Subject>(trial: &Trial<'_, S>) -> Verdict {
    for resource_type in trial.types() {
        let name = &resource_type.definition().name;
        let (first, now) = moved_on(trial, resource_type).await?;
        let id = id_of(&now);
        for version in [version_of(&first), next_version(Some(&version_of(&now)))] {
            let answer = trial
                .store
                .delete(&trial.context(), name, id, Some(&version))
                .await;
            expect(
                is_stale(&answer),
                format!(
                    "delete of a {name} of the version {} answers Stale if {version} is expected",
                    version_of(&now)
                ),
                told(&answer),
                COMPARE_AND_SWAP,
            )?;
            unchanged(trial, resource_type, &now, "a deletion of another version").await?;
        }
        let (_, other) = moved_on(trial, resource_type).await?;
        for (resource, version) in [(&now, Some(version_of(&now))), (&other, None)] {
            let id = id_of(resource);
            let answer = trial
                .store
                .delete(&trial.context(), name, id, version.as_deref())
                .await;
            let is_gone = trial.load(resource_type, id).await?.is_none();
            expect(
                answer.is_ok() && is_gone,
                format!(
                    "delete removes a {name} of the expected version, or of any if none is expected"
                ),
                told(&answer),
                COMPARE_AND_SWAP,
            )?;
            let again = trial
                .store
                .delete(&trial.context(), name, id, version.as_deref())
                .await;
            expect(
                is_not_found(&again),
                format!("delete of a {name} that is gone answers NotFound"),
                told(&again),
                "look at how many rows were deleted",
            )?;
        }
        races(trial, resource_type).await?;
    }
    Ok(())
}

async fn races<S: Subject>(
    trial: &Trial<'_, S>,
    resource_type: &RegisteredResourceType,
) -> Verdict {
    let name = &resource_type.definition().name;
    for round in 0..2 * LAGS {
        let held = trial.add(resource_type).await?;
        let (id, version) = (id_of(&held).to_owned(), version_of(&held));
        let changed = trial.changed(resource_type, &held)?;
        let replacement = Call::Replace(name.clone(), changed, version.clone());
        let deletion = Call::Delete(name.clone(), id.clone(), Some(version));
        let outcomes = if round % 2 == 0 {
            trial.compete(replacement, deletion, round / 2).await?
        } else {
            let [deleted, replaced] = trial.compete(deletion, replacement, round / 2).await?;
            [replaced, deleted]
        };
        let is_there = trial.load(resource_type, &id).await?.is_some();
        let [replaced, deleted] = &outcomes;
        let is_right = match (replaced, deleted) {
            (Ok(()), Err(StoreError::Stale)) => is_there,
            (Err(StoreError::NotFound | StoreError::Stale), Ok(())) => !is_there,
            _ => false,
        };
        expect(
            is_right,
            format!(
                "of a replacement and a deletion of the same version of a {name} at the same time one is done"
            ),
            format!(
                "replace: {}; delete: {}; it is {}there",
                told(replaced),
                told(deleted),
                if is_there { "" } else { "not " }
            ),
            COMPARE_AND_SWAP,
        )?;
    }
    Ok(())
}
