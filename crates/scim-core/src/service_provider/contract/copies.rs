//! What is kept is what was given.

use super::comparison::{left_over, lost};
use super::samples::strip;
use super::subject::Subject;
use super::trial::{Stop, Trial, Verdict, expect, id_of, told_error, version_of};
use crate::resource::Resource;
use crate::schema::RegisteredResourceType;
use crate::service_provider::search::Search;
use crate::service_provider::store::ResourceStore;

/// How many resources of each type are looked at.
const ROUNDS: usize = 6;

/// What is inserted or replaced comes back, from the call itself, from `load` and from `search`.
pub(super) async fn keeps_copies<S: Subject>(trial: &Trial<'_, S>) -> Verdict {
    for resource_type in trial.types() {
        for round in 0..ROUNDS {
            let given = trial.sample(resource_type)?;
            let answered = trial.insert(resource_type, given.clone()).await?;
            let held = look(trial, resource_type, "insert", &given, &answered).await?;
            let mut changed = trial.changed(resource_type, &held)?;
            let name = &resource_type.definition().name;
            if round % 2 == 1 {
                strip(&mut changed, resource_type);
                trial.subject.adjust(name, &mut changed);
            }
            let version = version_of(&held);
            let answer = trial
                .store
                .replace(&trial.context(), name, changed.clone(), &version)
                .await;
            let answered = answer.map_err(|error| {
                Stop::broken(
                    format!(
                        "replace keeps a valid {name} instead of that with the expected version"
                    ),
                    told_error(&error),
                    "compare with meta.version of the resource that is held",
                )
            })?;
            let now = look(trial, resource_type, "replace", &changed, &answered).await?;
            if let Some(path) = left_over(resource_type, &given, &changed, &now) {
                return Err(Stop::broken(
                    format!("replace takes away the {path}, which the new {name} does not have"),
                    "the old value is still there",
                    "replace the whole resource, also rows in other tables; do not merge",
                ));
            }
        }
        nobody_else(trial, resource_type).await?;
    }
    Ok(())
}

/// Compares what was given with what the call, `load` and `search` answer.
async fn look<S: Subject>(
    trial: &Trial<'_, S>,
    resource_type: &RegisteredResourceType,
    method: &str,
    given: &Resource,
    answered: &Resource,
) -> Result<Resource, Stop> {
    let name = &resource_type.definition().name;
    let loaded = trial.loaded(resource_type, id_of(given)).await?;
    if let Some(path) = lost(resource_type, given, &loaded) {
        return Err(Stop::broken(
            format!("{method} keeps the {path} of a {name} as it was given"),
            "load gives no such value, or another one",
            "keep the whole resource; only what is readOnly may be filled in, and only what was not sent",
        ));
    }
    expect(
        *answered == loaded,
        format!("{method} answers with the {name} as it is now held"),
        "load gives something else than its answer",
        "answer with what load would give, with everything that the store fills in",
    )?;
    let mut search = Search::new(name.as_str(), usize::MAX);
    if !trial.capabilities().native_search {
        search.paging = crate::service_provider::search::Paging::Cursor(None);
    }
    let page = trial.search(&search).await?;
    let found = page.resources.iter().find(|it| it.id() == given.id());
    expect(
        found == Some(&loaded),
        format!("search gives a {name} as load does"),
        if found.is_some() {
            "it gives something else"
        } else {
            "it does not find it"
        },
        "read resources in one place, for load and for search",
    )?;
    Ok(loaded)
}

/// Nothing is found by an id that nothing has.
async fn nobody_else<S: Subject>(
    trial: &Trial<'_, S>,
    resource_type: &RegisteredResourceType,
) -> Verdict {
    let held = trial.add(resource_type).await?;
    let id = id_of(&held);
    for other in [
        id.to_uppercase(),
        format!("{id} "),
        "n%".to_owned(),
        "n_____".to_owned(),
        String::new(),
    ] {
        let found = trial.load(resource_type, &other).await?;
        expect(
            found.is_none(),
            format!("load finds nothing by {other:?}, which is the id of nothing"),
            "it gives a resource",
            "compare ids byte by byte, without regard to any collation",
        )?;
    }
    for other in trial.types() {
        let name = &other.definition().name;
        if *name != resource_type.definition().name {
            expect(
                trial.load(other, id).await?.is_none(),
                format!("load finds no {name} by the id of another type's resource"),
                "it gives a resource",
                "select by the type, too",
            )?;
        }
    }
    Ok(())
}
