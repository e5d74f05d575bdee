//! Several new resources at once, or none.

use super::deletions::{Link, referred};
use super::samples::{refer, unique_keys};
use super::subject::Subject;
use super::trial::{Stop, Trial, Verdict, expect, id_of, told_error};
use super::uniqueness::{are_taken, is_taken, rival};
use crate::resource::Resource;
use crate::schema::RegisteredResourceType;
use crate::service_provider::step::NewResource;
use crate::service_provider::store::ResourceStore;

const ONE_TRANSACTION: &str = "insert all in one transaction, and roll it back at the first error";

pub(super) fn new(resource_type: &str, resource: &Resource) -> NewResource {
    NewResource::new(resource_type, resource.clone())
}

fn needs_atomic_inserts<S: Subject>(trial: &Trial<'_, S>) -> Verdict {
    if trial.capabilities().atomic_inserts {
        Ok(())
    } else {
        Err(Stop::not_applicable(
            "the store does not have atomic_inserts",
        ))
    }
}

/// Keeps all in order, also if they refer to each other, and none if one is refused.
pub(super) async fn inserts_all_or_none<S: Subject>(trial: &Trial<'_, S>) -> Verdict {
    needs_atomic_inserts(trial)?;
    for resource_type in trial.types() {
        let name = &resource_type.definition().name;
        let all = [
            trial.sample(resource_type)?,
            trial.sample(resource_type)?,
            trial.sample(resource_type)?,
        ];
        let batch = all.iter().map(|it| new(name, it)).collect();
        let answer = trial.store.insert_all(&trial.context(), batch).await;
        let held = answer.map_err(|refused| {
            Stop::broken(
                format!("insert_all keeps valid {name}s"),
                told_error(&refused.error),
                ONE_TRANSACTION,
            )
        })?;
        let mut loaded = Vec::new();
        for resource in &all {
            loaded.push(trial.loaded(resource_type, id_of(resource)).await?);
        }
        expect(
            held == loaded,
            format!("insert_all gives {name}s back as load does, in the order in which they came"),
            "it gives something else",
            "read them again when all are there",
        )?;
        refuses_all(trial, resource_type).await?;
    }
    for link in trial.links() {
        refers_in_a_circle(trial, link).await?;
    }
    Ok(())
}

async fn refuses_all<S: Subject>(
    trial: &Trial<'_, S>,
    resource_type: &RegisteredResourceType,
) -> Verdict {
    let name = &resource_type.definition().name;
    let held = trial.add(resource_type).await?;
    let good = [trial.sample(resource_type)?, trial.sample(resource_type)?];
    // Wrong is what has the values of one that is held, or of one in the same batch, or the id of one.
    let mut wrong = vec![trial.sample_with_id(resource_type, id_of(&held))?];
    if !unique_keys(resource_type, &held).is_empty() {
        for of in [&held, &good[0]] {
            wrong.push(rival(trial, resource_type, of)?);
        }
    }
    for (round, wrong) in wrong.iter().enumerate() {
        let batch = vec![new(name, &good[0]), new(name, wrong), new(name, &good[1])];
        let answer = trial.store.insert_all(&trial.context(), batch).await;
        let found = match &answer {
            Ok(_) => "all are kept".to_owned(),
            Err(refused) => refused.to_string(),
        };
        let is_right = answer
            .is_err_and(|refused| refused.index == 1 && (round == 0 || is_taken(&refused.error)));
        expect(
            is_right,
            format!(
                "insert_all refuses {name}s if the second one has the id or a unique value of another one, and says so"
            ),
            found,
            ONE_TRANSACTION,
        )?;
        for resource in &good {
            expect(
                trial.load(resource_type, id_of(resource)).await?.is_none()
                    && !are_taken(trial, resource_type, resource).await?,
                format!(
                    "insert_all keeps none of its {name}s if one is refused, nor their unique values"
                ),
                "one is there",
                ONE_TRANSACTION,
            )?;
        }
    }
    Ok(())
}

/// A resource may refer to one that comes after it.
async fn refers_in_a_circle<S: Subject>(trial: &Trial<'_, S>, link: Link<'_>) -> Verdict {
    let mut from = trial.sample(link.from)?;
    let mut to = trial.sample(link.to)?;
    let (from_id, to_id) = (id_of(&from).to_owned(), id_of(&to).to_owned());
    refer(&mut from, link.from, link.reference, &[&to_id]);
    if link.from.definition().name == link.to.definition().name {
        refer(&mut to, link.to, link.reference, &[&from_id]);
    }
    let (from_name, to_name) = (&link.from.definition().name, &link.to.definition().name);
    let batch = vec![new(from_name, &from), new(to_name, &to)];
    let answer = trial.store.insert_all(&trial.context(), batch).await;
    let path = link.reference.canonical_path();
    let expected = format!(
        "insert_all keeps a {from_name} whose {path} refers to a {to_name} that comes after it"
    );
    let advice = "judge references when all resources are there";
    if let Err(refused) = answer {
        return Err(Stop::broken(expected, told_error(&refused.error), advice));
    }
    let now = trial.loaded(link.from, &from_id).await?;
    let found = referred(&now, link.reference);
    expect(
        found == [to_id],
        expected,
        format!("it refers to {found:?}"),
        advice,
    )
}
