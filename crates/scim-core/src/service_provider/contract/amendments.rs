//! Entries come and go without the resource being loaded.

use serde_json::{Value, json};

use super::calls::{Call, LAGS};
use super::comparison::lost;
use super::deletions::{Link, referred};
use super::subject::Subject;
use super::trial::{Stop, TENANT, Trial, Verdict, expect, id_of, told, told_error, version_of};
use super::uniqueness::told_outcome;
use crate::patch::EntryDelta;
use crate::resource::Resource;
use crate::service_provider::preconditions::next_version;
use crate::service_provider::step::{Amended, Amendment};
use crate::service_provider::store::ResourceStore;
use crate::service_provider::store_error::StoreError;

const ONE_STEP: &str = "change the entries, the version and the time of change in one transaction that no other can come between";
const AS_APPLIED: &str =
    "do what EntryDelta::apply does; if that changes nothing, leave the version as it is";

fn needs_entry_deltas<S: Subject>(trial: &Trial<'_, S>) -> Verdict {
    if trial.capabilities().entry_deltas {
        Ok(())
    } else {
        Err(Stop::not_applicable("the store does not have entry_deltas"))
    }
}

impl<S: Subject> Trial<'_, S> {
    /// The lists of references that the service may ask a store to amend.
    pub(super) fn lists(&self) -> Vec<Link<'_>> {
        let mut lists = self.links();
        lists.retain(|link| {
            let attribute = link.reference.attribute();
            link.reference.container().is_none() && attribute.multi_valued && !attribute.required
        });
        lists
    }

    pub(super) fn amendment(
        &self,
        link: Link<'_>,
        id: &str,
        removed: &[&str],
        added: &[&str],
    ) -> Amendment {
        let mut removed: Vec<String> = removed.iter().copied().map(str::to_owned).collect();
        removed.sort();
        Amendment {
            resource_type: link.from.definition().name.clone(),
            id: id.to_owned(),
            delta: EntryDelta {
                path: link.reference.attribute().name.clone(),
                removed,
                added: added.iter().map(|id| json!({ "value": id })).collect(),
                tolerated: Vec::new(),
            },
            last_modified: self.now(),
            whole_up_to: usize::MAX,
        }
    }
}

fn no_lists() -> Stop {
    Stop::not_applicable("no resource type has a list of references")
}

/// The resource is as if it had been loaded, changed by `EntryDelta::apply` and replaced.
pub(super) async fn amends_as_if_loaded<S: Subject>(trial: &Trial<'_, S>) -> Verdict {
    needs_entry_deltas(trial)?;
    let lists = trial.lists();
    if lists.is_empty() {
        return Err(no_lists());
    }
    for link in lists {
        let mut ids = Vec::new();
        for _ in 0..5 {
            ids.push(id_of(&trial.add(link.to).await?).to_owned());
        }
        let [first, second, third, fourth, fifth] = ids.as_slice() else {
            continue;
        };
        let held = trial.add_referring(link, &[first, second]).await?;
        let (unknown, id) = (trial.new_id(), id_of(&held));
        let steps: [(&[&str], &[&str]); 9] = [
            (&[], &[third]),
            (&[], &[third, first]),
            (&[first], &[fourth, fifth]),
            (&[&unknown], &[]),
            (&[second], &[second]),
            (&[third, second], &[second, first]),
            (&[], &[]),
            (&[first, second, third, fourth, fifth], &[]),
            (&[], &[fifth]),
        ];
        for (step, (removed, added)) in steps.into_iter().enumerate() {
            let mut amendment = trial.amendment(link, id, removed, added);
            amendment.whole_up_to = if step % 3 == 2 { 0 } else { 100 };
            amended(trial, link, id, &amendment).await?;
        }
        amends_nothing_else(trial, link, &held, fifth).await?;
    }
    Ok(())
}

async fn amended<S: Subject>(
    trial: &Trial<'_, S>,
    link: Link<'_>,
    id: &str,
    amendment: &Amendment,
) -> Verdict {
    let before = trial.loaded(link.from, id).await?;
    let answer = trial.store.amend(&trial.context(), amendment).await;
    let change = format!(
        "amend of {:?} without {:?} and with {:?}",
        referred(&before, link.reference),
        amendment.delta.removed,
        referred_in(amendment),
    );
    let answer = answer.map_err(|error| {
        Stop::broken(format!("{change} is done"), told_error(&error), AS_APPLIED)
    })?;
    let now = trial.loaded(link.from, id).await?;
    let (expected, is_changed) = expectation(link, &before, amendment, &now);
    let (should, is) = (
        referred(&expected, link.reference),
        referred(&now, link.reference),
    );
    expect(
        should == is,
        format!("{change} gives {should:?}"),
        format!("{is:?}"),
        AS_APPLIED,
    )?;
    expect(
        version_of(&now) == version_of(&expected),
        format!(
            "{change}, which {}, leaves the version {}",
            if is_changed {
                "changes something"
            } else {
                "changes nothing"
            },
            version_of(&expected)
        ),
        version_of(&now),
        AS_APPLIED,
    )?;
    let lost = lost(link.from, &expected, &now);
    expect(
        lost.is_none(),
        format!("{change} leaves everything else as it is, and meta.lastModified is its time"),
        format!("{} is not as it was", lost.unwrap_or_default()),
        AS_APPLIED,
    )?;
    let is_told = match &answer {
        Amended::Whole(resource) => is.len() <= amendment.whole_up_to && *resource == now,
        Amended::Version(version) => {
            is.len() > amendment.whole_up_to && *version == version_of(&now)
        }
    };
    expect(
        is_told,
        format!(
            "{change} answers with the resource as load gives it if it has no more than {} entries, and with its version if it has more",
            amendment.whole_up_to
        ),
        match &answer {
            Amended::Whole(_) => "a whole resource".to_owned(),
            Amended::Version(version) => format!("the version {version}"),
        },
        "count the entries after the change",
    )
}

/// What a resource is after an amendment, and whether that is a change.
///
/// An entry that goes and comes back is the same for a store that fills in the rest of it, and another one for a store that keeps
/// what it once filled in. Both are right.
fn expectation(
    link: Link<'_>,
    before: &Resource,
    amendment: &Amendment,
    now: &Resource,
) -> (Resource, bool) {
    let mut bare = before.clone();
    let entries = bare.attributes_mut().get_mut(&amendment.delta.path);
    let entries = entries.and_then(Value::as_array_mut);
    for entry in entries.into_iter().flatten() {
        if let Value::Object(members) = entry {
            members.retain(|name, _| name == "value");
        }
    }
    let is_change = amendment.delta.apply(&mut bare, link.from);
    let mut expected = before.clone();
    let is_change_when_filled = amendment.delta.apply(&mut expected, link.from);
    let is_next = is_change_when_filled && (is_change || version_of(now) != version_of(before));
    if is_next {
        let mut meta = before.meta().unwrap_or_default();
        meta.version = Some(next_version(meta.version.as_deref()));
        meta.last_modified = Some(amendment.last_modified);
        expected.set_meta(&meta);
    }
    (expected, is_next)
}

fn referred_in(amendment: &Amendment) -> Vec<&str> {
    let values = amendment.delta.added.iter();
    values
        .filter_map(|entry| entry.get("value")?.as_str())
        .collect()
}

/// What is not there, or another tenant's, is not amended.
async fn amends_nothing_else<S: Subject>(
    trial: &Trial<'_, S>,
    link: Link<'_>,
    held: &Resource,
    target: &str,
) -> Verdict {
    for (tenant, id) in [
        (TENANT, trial.new_id()),
        ("tenant-2", id_of(held).to_owned()),
    ] {
        let amendment = trial.amendment(link, &id, &[target], &[]);
        let answer = trial
            .store
            .amend(&trial.context_of(tenant), &amendment)
            .await;
        expect(
            matches!(answer, Err(StoreError::NotFound)),
            "amend of a resource that the tenant does not have answers NotFound",
            told(&answer),
            "select by tenant, type and id",
        )?;
    }
    Ok(())
}

/// Amendments at the same time are all kept, and a replacement does not undo one.
pub(super) async fn concurrent_amendments_are_all_kept<S: Subject>(
    trial: &Trial<'_, S>,
) -> Verdict {
    needs_entry_deltas(trial)?;
    let lists = trial.lists();
    if lists.is_empty() {
        return Err(no_lists());
    }
    for link in lists {
        for lagging in 0..LAGS {
            let ids = [trial.add(link.to).await?, trial.add(link.to).await?];
            let [first, second] = ids.each_ref().map(id_of);
            let held = trial.add_referring(link, &[]).await?;
            let id = id_of(&held);
            let calls =
                [first, second].map(|it| Call::Amend(trial.amendment(link, id, &[], &[it])));
            let [one, other] = calls;
            let outcomes = trial.compete(one, other, lagging).await?;
            let now = trial.loaded(link.from, id).await?;
            let mut both = vec![first.to_owned(), second.to_owned()];
            both.sort();
            let twice = next_version(Some(&next_version(Some(&version_of(&held)))));
            expect(
                outcomes.iter().all(Result::is_ok)
                    && referred(&now, link.reference) == both
                    && version_of(&now) == twice,
                format!(
                    "two amendments at the same time that add {both:?} are both kept, and the version is {twice}"
                ),
                format!(
                    "first: {}; second: {}; then {:?}, {}",
                    told_outcome(&outcomes, 0),
                    told_outcome(&outcomes, 1),
                    referred(&now, link.reference),
                    version_of(&now)
                ),
                ONE_STEP,
            )?;
            survives_replacement(trial, link, first, lagging).await?;
        }
    }
    Ok(())
}

async fn survives_replacement<S: Subject>(
    trial: &Trial<'_, S>,
    link: Link<'_>,
    target: &str,
    lagging: usize,
) -> Verdict {
    let held = trial.add_referring(link, &[]).await?;
    let changed = trial.changed(link.from, &held)?;
    let name = link.from.definition().name.clone();
    let replace = Call::Replace(name, changed, version_of(&held));
    let amend = Call::Amend(trial.amendment(link, id_of(&held), &[], &[target]));
    let outcomes = trial.compete(replace, amend, lagging).await?;
    let now = trial.loaded(link.from, id_of(&held)).await?;
    let [replaced, amended] = &outcomes;
    let is_right = matches!(replaced, Ok(()) | Err(StoreError::Stale)) && amended.is_ok();
    expect(
        is_right && referred(&now, link.reference) == [target],
        "what an amendment added is there, whether a replacement at the same time was done before it or came too late",
        format!(
            "replace: {}; amend: {}; then {:?}",
            told(replaced),
            told(amended),
            referred(&now, link.reference)
        ),
        ONE_STEP,
    )
}
