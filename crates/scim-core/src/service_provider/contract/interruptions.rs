//! A call that is given up, or that fails, does its work wholly or not at all.

use super::batches;
use super::calls::Call;
use super::comparison::lost;
use super::deletions::{Link, referred};
use super::samples::unique_keys;
use super::subject::Subject;
use super::together::lag;
use super::trial::{Stop, Trial, Verdict, id_of, version_of};
use super::uniqueness::are_taken;
use crate::patch::EntryDelta;
use crate::resource::Resource;
use crate::schema::RegisteredResourceType;
use crate::service_provider::search::{Paging, Search};
use crate::service_provider::step::Amendment;

/// How many steps into a call it is interrupted, at most.
const STEPS: usize = 40;
/// How often the store is looked at until what goes on behind a dropped call is over.
const LOOKS: usize = 20;

const ROLL_BACK: &str = "do everything in one transaction, which is rolled back when it is dropped; or carry on in a task of its own, to the end";

/// A call and what it works on.
#[derive(Debug)]
struct Work<'r> {
    call: Call,
    parts: Vec<Part<'r>>,
}

/// A resource before and after a call.
#[derive(Debug)]
struct Part<'r> {
    resource_type: &'r RegisteredResourceType,
    id: String,
    before: Option<Resource>,
    after: Option<Resource>,
    /// Who refers to it, and goes on doing so only as long as it is there.
    referring: Option<(Link<'r>, String)>,
}

/// What can be asked of a store.
#[derive(Clone, Copy, Debug)]
enum Kind {
    Insert,
    Replace,
    Delete,
    InsertAll,
    Amend,
}

const KINDS: [Kind; 5] = [
    Kind::Insert,
    Kind::Replace,
    Kind::Delete,
    Kind::InsertAll,
    Kind::Amend,
];

impl Kind {
    async fn prepare<'t, S: Subject>(
        self,
        trial: &'t Trial<'_, S>,
        resource_type: &'t RegisteredResourceType,
    ) -> Result<Option<Work<'t>>, Stop> {
        let name = &resource_type.definition().name;
        let part = |before: Option<&Resource>, after: Option<&Resource>| Part {
            resource_type,
            id: before.or(after).map(id_of).unwrap_or_default().to_owned(),
            before: before.cloned(),
            after: after.cloned(),
            referring: None,
        };
        let work = match self {
            Self::Insert => {
                let new = trial.sample(resource_type)?;
                let parts = vec![part(None, Some(&new))];
                Work {
                    call: Call::Insert(name.clone(), new),
                    parts,
                }
            }
            Self::Replace => {
                let held = trial.add(resource_type).await?;
                let changed = trial.changed(resource_type, &held)?;
                let parts = vec![part(Some(&held), Some(&changed))];
                Work {
                    call: Call::Replace(name.clone(), changed, version_of(&held)),
                    parts,
                }
            }
            Self::Delete => {
                let held = trial.add(resource_type).await?;
                let mut part = part(Some(&held), None);
                let links = trial.links();
                let link = links
                    .into_iter()
                    .find(|link| link.to.definition().name == *name);
                if let Some(link) = link {
                    let referring = trial.add_referring(link, &[id_of(&held)]).await?;
                    part.referring = Some((link, id_of(&referring).to_owned()));
                    // To be referred to may show on it.
                    part.before = Some(trial.loaded(resource_type, id_of(&held)).await?);
                }
                Work {
                    call: Call::Delete(name.clone(), part.id.clone(), None),
                    parts: vec![part],
                }
            }
            Self::InsertAll if trial.capabilities().atomic_inserts => {
                let new = [trial.sample(resource_type)?, trial.sample(resource_type)?];
                let parts = new.iter().map(|it| part(None, Some(it))).collect();
                let batch = new.iter().map(|it| batches::new(name, it)).collect();
                Work {
                    call: Call::InsertAll(batch),
                    parts,
                }
            }
            Self::Amend if trial.capabilities().entry_deltas => {
                let lists = trial.lists();
                let list = lists
                    .into_iter()
                    .find(|link| link.from.definition().name == *name);
                let Some(link) = list else {
                    return Ok(None);
                };
                let (out, come) = (trial.add(link.to).await?, trial.add(link.to).await?);
                let held = trial.add_referring(link, &[id_of(&out)]).await?;
                let amendment =
                    trial.amendment(link, id_of(&held), &[id_of(&out)], &[id_of(&come)]);
                let after = amended(&held, &amendment.delta, &amendment, resource_type);
                let parts = vec![part(Some(&held), Some(&after))];
                Work {
                    call: Call::Amend(amendment),
                    parts,
                }
            }
            Self::InsertAll | Self::Amend => return Ok(None),
        };
        Ok(Some(work))
    }
}

fn amended(
    held: &Resource,
    delta: &EntryDelta,
    amendment: &Amendment,
    resource_type: &RegisteredResourceType,
) -> Resource {
    let mut after = held.clone();
    if delta.apply(&mut after, resource_type) {
        let mut meta = held.meta().unwrap_or_default();
        let next = crate::service_provider::preconditions::next_version(meta.version.as_deref());
        meta.version = Some(next);
        meta.last_modified = Some(amendment.last_modified);
        after.set_meta(&meta);
    }
    after
}

/// A call whose future is dropped has done its work wholly or not at all.
pub(super) async fn a_dropped_call_leaves_nothing_half_done<S: Subject>(
    trial: &Trial<'_, S>,
) -> Verdict {
    let mut has_waited = false;
    for resource_type in trial.types() {
        for kind in KINDS {
            for polls in 1..=STEPS {
                let Some(work) = kind.prepare(trial, resource_type).await? else {
                    break;
                };
                let call = work
                    .call
                    .clone()
                    .carry_out(trial.store.clone(), trial.context());
                let outcome = trial.give_up(call, polls).await;
                let is_done = outcome.is_some();
                // What a call does that is done, other checks say.
                if is_done {
                    break;
                }
                has_waited = true;
                judge(
                    trial,
                    &work,
                    &format!("after {polls} polls, its future is dropped"),
                )
                .await?;
            }
        }
    }
    if has_waited {
        Ok(())
    } else {
        Err(Stop::not_applicable(
            "no call of this store ever waits, so that none can be given up",
        ))
    }
}

/// A call that fails on the way has done its work wholly or not at all.
pub(super) async fn a_failed_call_leaves_nothing_half_done<S: Subject>(
    trial: &Trial<'_, S>,
) -> Verdict {
    let mut has_failed = false;
    for resource_type in trial.types() {
        for kind in KINDS {
            for steps in 0..STEPS {
                let Some(work) = kind.prepare(trial, resource_type).await? else {
                    break;
                };
                if !trial.subject.fail_after(&trial.store, steps) {
                    return Err(Stop::not_applicable("the subject has no fail_after"));
                }
                let call = work
                    .call
                    .clone()
                    .carry_out(trial.store.clone(), trial.context());
                let is_done = call.await.is_ok();
                if is_done {
                    break;
                }
                has_failed = true;
                judge(trial, &work, &format!("it fails after {steps} steps")).await?;
            }
        }
    }
    if has_failed {
        Ok(())
    } else {
        Err(Stop::not_applicable("fail_after made no call fail"))
    }
}

/// Looks until the store is in one of the two states, for what was dropped may still go on.
async fn judge<S: Subject>(trial: &Trial<'_, S>, work: &Work<'_>, when: &str) -> Verdict {
    let mut found = String::new();
    for _ in 0..LOOKS {
        let mut states = Vec::new();
        for part in &work.parts {
            states.push(look(trial, part).await?);
        }
        if let Some(half) = states.iter().find_map(|state| state.as_ref().err()) {
            found.clone_from(half);
        } else if states.iter().all(|it| *it == Ok(State::Before))
            || states.iter().all(|it| *it == Ok(State::After))
        {
            return Ok(());
        } else {
            "some of its resources are there and some are not".clone_into(&mut found);
        }
        lag(1).await;
    }
    Err(Stop::broken(
        format!(
            "{} does its work wholly or not at all if, {when}",
            work.call.method()
        ),
        found,
        ROLL_BACK,
    ))
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Before,
    After,
}

/// Which of the two states a resource is in, or what is neither.
async fn look<S: Subject>(
    trial: &Trial<'_, S>,
    part: &Part<'_>,
) -> Result<Result<State, String>, Stop> {
    let now = trial.load(part.resource_type, &part.id).await?;
    let is = |state: &Option<Resource>| match (state, &now) {
        (None, None) => true,
        (Some(state), Some(now)) => lost(part.resource_type, state, now).is_none(),
        _ => false,
    };
    let state = if is(&part.before) {
        State::Before
    } else if is(&part.after) {
        State::After
    } else {
        return Ok(Err(match now {
            Some(_) => "the resource is neither as it was nor as it shall be".to_owned(),
            None => "the resource is gone".to_owned(),
        }));
    };
    if is_found(trial, part).await? != now.is_some() {
        return Ok(Err(
            "load and search do not agree on whether the resource is there".to_owned(),
        ));
    }
    let (holding, other) = match state {
        State::Before => (&part.before, &part.after),
        State::After => (&part.after, &part.before),
    };
    if let Some(resource) = holding
        && !unique_keys(part.resource_type, resource).is_empty()
        && !are_taken(trial, part.resource_type, resource).await?
    {
        return Ok(Err("the unique values of the resource are free".to_owned()));
    }
    let own = holding
        .as_ref()
        .map(|it| unique_keys(part.resource_type, it))
        .unwrap_or_default();
    if let Some(resource) = other
        && unique_keys(part.resource_type, resource)
            .iter()
            .all(|key| !own.contains(key))
        && are_taken(trial, part.resource_type, resource).await?
    {
        return Ok(Err("unique values are taken that nothing has".to_owned()));
    }
    if let Some((link, referring)) = &part.referring {
        let referring = trial.loaded(link.from, referring).await?;
        if referred(&referring, link.reference).contains(&part.id) != now.is_some() {
            return Ok(Err(
                "what refers to the resource is not as the resource is".to_owned()
            ));
        }
    }
    Ok(Ok(state))
}

async fn is_found<S: Subject>(trial: &Trial<'_, S>, part: &Part<'_>) -> Result<bool, Stop> {
    let name = part.resource_type.definition().name.as_str();
    let mut search = Search::new(name, usize::MAX);
    if !trial.capabilities().native_search {
        search.paging = Paging::Cursor(None);
    }
    let page = trial.search(&search).await?;
    Ok(page.resources.iter().any(|it| it.id() == Some(&part.id)))
}
