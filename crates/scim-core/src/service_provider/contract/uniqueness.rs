//! What is unique is there once.

use super::calls::{Call, LAGS};
use super::samples::{change_unique_texts, set, take_unique_values, unique_keys};
use super::subject::Subject;
use super::trial::{Stop, Trial, Verdict, expect, id_of, told, told_error, version_of};
use crate::error::ErrorKind;
use crate::resource::Resource;
use crate::schema::{RegisteredResourceType, UniqueKey, ValidationContext};
use crate::service_provider::store::ResourceStore;
use crate::service_provider::store_error::StoreError;

pub(super) const COMPARE_KEYS: &str =
    "keep RegisteredResourceType::unique_keys of each resource in a unique index";
const IN_ONE_STEP: &str = "let a unique index of the database decide, or look and insert in one transaction that no other can come between";

/// A value that is taken is refused, however it is written, and free again when nobody has it any more.
pub(super) async fn refuses_taken_values<S: Subject>(trial: &Trial<'_, S>) -> Verdict {
    let mut is_any = false;
    for resource_type in trial.types() {
        refuses_ids(trial, resource_type).await?;
        let sample = trial.sample(resource_type)?;
        if unique_keys(resource_type, &sample).is_empty() {
            continue;
        }
        is_any = true;
        refuses_same_values(trial, resource_type).await?;
        tells_values_apart(trial, resource_type).await?;
        frees_values(trial, resource_type).await?;
    }
    if is_any {
        Ok(())
    } else {
        Err(nothing_unique())
    }
}

fn nothing_unique() -> Stop {
    Stop::not_applicable("no attribute of any resource type is unique")
}

/// Whether a store refuses a value because it is taken.
pub(super) const fn is_taken(error: &StoreError) -> bool {
    match error {
        StoreError::Conflict { .. } => true,
        StoreError::Rejected(error) => matches!(error.kind(), ErrorKind::Uniqueness),
        _ => false,
    }
}

/// A resource with the unique values of another one.
pub(super) fn rival<S: Subject>(
    trial: &Trial<'_, S>,
    resource_type: &RegisteredResourceType,
    of: &Resource,
) -> Result<Resource, Stop> {
    let mut rival = trial.sample(resource_type)?;
    take_unique_values(&mut rival, resource_type, of);
    Ok(rival)
}

/// Whether a new resource with these unique values is refused; whatever it takes is given back.
pub(super) async fn are_taken<S: Subject>(
    trial: &Trial<'_, S>,
    resource_type: &RegisteredResourceType,
    of: &Resource,
) -> Result<bool, Stop> {
    let rival = rival(trial, resource_type, of)?;
    let id = id_of(&rival).to_owned();
    let (context, name) = (trial.context(), &resource_type.definition().name);
    match trial.store.insert(&context, name, rival).await {
        Ok(_) => {
            let deleted = trial.store.delete(&context, name, &id, None).await;
            expect(
                deleted.is_ok(),
                format!("delete removes a {name} that was just inserted"),
                told(&deleted),
                "look at what delete selects by",
            )?;
            Ok(false)
        }
        Err(error) if is_taken(&error) => Ok(true),
        Err(error) => Err(Stop::broken(
            format!("insert keeps a {name}, or refuses it with StoreError::Conflict"),
            told_error(&error),
            COMPARE_KEYS,
        )),
    }
}

async fn refuses_ids<S: Subject>(
    trial: &Trial<'_, S>,
    resource_type: &RegisteredResourceType,
) -> Verdict {
    let held = trial.add(resource_type).await?;
    let rival = trial.sample_with_id(resource_type, id_of(&held))?;
    let name = &resource_type.definition().name;
    let answer = trial.store.insert(&trial.context(), name, rival).await;
    expect(
        answer.is_err(),
        format!("insert refuses a {name} whose id is in use"),
        told(&answer),
        "the id is the primary key; do not insert or update in one statement",
    )?;
    unchanged(
        trial,
        resource_type,
        &held,
        "an insert with its id that was refused",
    )
    .await
}

pub(super) async fn unchanged<S: Subject>(
    trial: &Trial<'_, S>,
    resource_type: &RegisteredResourceType,
    held: &Resource,
    by: &str,
) -> Verdict {
    let now = trial.loaded(resource_type, id_of(held)).await?;
    expect(
        now == *held,
        format!(
            "a {} is as it was after {by}",
            resource_type.definition().name
        ),
        "it has changed",
        "check first and write then, or roll the transaction back",
    )
}

async fn refuses_same_values<S: Subject>(
    trial: &Trial<'_, S>,
    resource_type: &RegisteredResourceType,
) -> Verdict {
    let name = &resource_type.definition().name;
    let held = trial.add(resource_type).await?;
    for change in [same, opposite_case, full_width] {
        let mut rival = rival(trial, resource_type, &held)?;
        change_unique_texts(&mut rival, resource_type, change);
        let theirs = unique_keys(resource_type, &held);
        let keys = unique_keys(resource_type, &rival);
        let Some(key) = keys.iter().find(|key| theirs.contains(key)) else {
            continue;
        };
        let refused = format!(
            "a {name} is refused with StoreError::Conflict if another one has its {}",
            key.path
        );
        let rival_id = id_of(&rival).to_owned();
        let answer = trial
            .store
            .insert(&trial.context(), name, rival.clone())
            .await;
        let is_refused = answer.as_ref().is_err_and(is_taken);
        expect(
            is_refused,
            format!("insert: {refused}, also if it is written in another way"),
            told(&answer),
            COMPARE_KEYS,
        )?;
        expect(
            trial.load(resource_type, &rival_id).await?.is_none(),
            "what insert refused is not there",
            "load finds it",
            "roll the transaction back",
        )?;
        let other = trial.add(resource_type).await?;
        let mut replacement = trial.changed(resource_type, &other)?;
        take_unique_values(&mut replacement, resource_type, &rival);
        let version = version_of(&other);
        let answer = trial
            .store
            .replace(&trial.context(), name, replacement, &version)
            .await;
        let is_refused = answer.as_ref().is_err_and(is_taken);
        expect(
            is_refused,
            format!("replace: {refused}"),
            told(&answer),
            COMPARE_KEYS,
        )?;
        unchanged(
            trial,
            resource_type,
            &other,
            "a replacement that was refused",
        )
        .await?;
    }
    Ok(())
}

/// Values that differ by the schema's rule are not the same for the store either; and one's own value is not taken.
async fn tells_values_apart<S: Subject>(
    trial: &Trial<'_, S>,
    resource_type: &RegisteredResourceType,
) -> Verdict {
    let name = &resource_type.definition().name;
    let held = trial.add(resource_type).await?;
    let theirs = unique_keys(resource_type, &held);
    for change in [opposite_case, with_blank, full_width] {
        let mut rival = trial.sample(resource_type)?;
        let mut close = rival.clone();
        take_unique_values(&mut close, resource_type, &held);
        change_unique_texts(&mut close, resource_type, change);
        // Only those attributes where the change makes a difference.
        for reference in resource_type.attributes() {
            let path = reference.canonical_path();
            let of = |key: &UniqueKey| {
                key.path
                    .strip_prefix(&path)
                    .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
            };
            let keys = unique_keys(resource_type, &close);
            let mut own = keys.iter().filter(|key| of(key)).peekable();
            let differs = own.peek().is_some() && own.all(|key| !theirs.contains(key));
            if differs && let Some(value) = reference.value_in(&close) {
                set(&mut rival, reference, value.clone());
            }
        }
        if resource_type
            .validate(&rival, ValidationContext::PatchResult)
            .is_err()
        {
            continue;
        }
        let answer = trial.store.insert(&trial.context(), name, rival).await;
        expect(
            answer.is_ok(),
            format!(
                "insert keeps a {name} whose unique values differ from those of another one only by case, by a blank or by the width of letters, where the schema tells these apart"
            ),
            told(&answer),
            COMPARE_KEYS,
        )?;
    }
    let mut replacement = trial.changed(resource_type, &held)?;
    take_unique_values(&mut replacement, resource_type, &held);
    let version = version_of(&held);
    let answer = trial
        .store
        .replace(&trial.context(), name, replacement, &version)
        .await;
    expect(
        answer.is_ok(),
        format!("replace keeps a {name} that has its own unique values still"),
        told(&answer),
        "what the resource has itself is not taken",
    )
}

async fn frees_values<S: Subject>(
    trial: &Trial<'_, S>,
    resource_type: &RegisteredResourceType,
) -> Verdict {
    let name = &resource_type.definition().name;
    let held = trial.add(resource_type).await?;
    let replacement = trial.changed(resource_type, &held)?;
    let version = version_of(&held);
    let answer = trial
        .store
        .replace(&trial.context(), name, replacement, &version)
        .await;
    let now = answer.map_err(|error| {
        Stop::broken(
            format!("replace keeps a valid {name}"),
            told_error(&error),
            COMPARE_KEYS,
        )
    })?;
    let has_moved = unique_keys(resource_type, &now)
        .iter()
        .all(|key| !unique_keys(resource_type, &held).contains(key));
    if has_moved {
        expect(
            !are_taken(trial, resource_type, &held).await?,
            format!("the unique values that a {name} had before it was replaced are free"),
            "they are still taken",
            "take the keys of the old resource out of the index when it is replaced",
        )?;
    }
    expect(
        are_taken(trial, resource_type, &now).await?,
        format!("the unique values that a {name} has since it was replaced are taken"),
        "they are free",
        "put the keys of the new resource into the index when it is replaced",
    )
}

fn same(text: &str) -> String {
    text.to_owned()
}

fn opposite_case(text: &str) -> String {
    let opposite = |letter: char| {
        if letter.is_ascii_lowercase() {
            letter.to_ascii_uppercase()
        } else {
            letter.to_ascii_lowercase()
        }
    };
    text.chars().map(opposite).collect()
}

/// `A` as U+FF21: the same in a `userName`, and nowhere else.
fn full_width(text: &str) -> String {
    let wide = |letter: char| match letter {
        'A'..='Z' | 'a'..='z' => char::from_u32(u32::from(letter) + 0xfee0).unwrap_or(letter),
        other => other,
    };
    text.chars().map(wide).collect()
}

fn with_blank(text: &str) -> String {
    format!("{text} ")
}

/// Of two new resources with the same unique value one is kept, whichever comes first.
pub(super) async fn one_of_two_concurrent_inserts_of_a_value_wins<S: Subject>(
    trial: &Trial<'_, S>,
) -> Verdict {
    let mut is_any = false;
    for resource_type in trial.types() {
        let name = &resource_type.definition().name;
        for lagging in 0..LAGS {
            let first = trial.sample(resource_type)?;
            if unique_keys(resource_type, &first).is_empty() {
                break;
            }
            is_any = true;
            let second = rival(trial, resource_type, &first)?;
            let ids = [id_of(&first).to_owned(), id_of(&second).to_owned()];
            let outcomes = trial
                .compete(
                    Call::Insert(name.clone(), first),
                    Call::Insert(name.clone(), second),
                    lagging,
                )
                .await?;
            let mut held = 0;
            for id in &ids {
                held += usize::from(trial.load(resource_type, id).await?.is_some());
            }
            let winners = outcomes.iter().filter(|outcome| outcome.is_ok()).count();
            let are_refused = outcomes
                .iter()
                .filter_map(|it| it.as_ref().err())
                .all(is_taken);
            expect(
                held == 1 && winners == 1 && are_refused,
                format!(
                    "of two inserts of a {name} with the same unique value at the same time one is kept and one is refused with StoreError::Conflict"
                ),
                format!(
                    "{held} are held; first: {}; second: {}",
                    told_outcome(&outcomes, 0),
                    told_outcome(&outcomes, 1)
                ),
                IN_ONE_STEP,
            )?;
        }
    }
    if is_any {
        Ok(())
    } else {
        Err(nothing_unique())
    }
}

pub(super) fn told_outcome(outcomes: &[Result<(), StoreError>; 2], position: usize) -> String {
    outcomes.get(position).map(told).unwrap_or_default()
}
