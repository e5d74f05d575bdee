//! `restart`: clears parts of the state.

use std::collections::BTreeMap;

use scim_mapping::provisioning::{JobState, ObjectKind, ResetScope};
use serde::Serialize;
use serde_json::json;

use crate::arguments::{Part, RestartArguments};
use crate::commands::Ending;
use crate::failure::Failure;
use crate::render::Voice;
use crate::state::StateFile;
use crate::table::paragraph;

/// A part of the state, and what it held.
#[derive(Debug, Serialize)]
struct StatePart {
    part: &'static str,
    #[serde(skip)]
    is_cleared: bool,
    held: String,
    /// What the next cycle makes of it.
    consequence: &'static str,
}

pub(crate) async fn restart(arguments: &RestartArguments, voice: Voice) -> Result<Ending, Failure> {
    let file = StateFile::open_to_restart(&arguments.state.state).await?;
    let scope = scope(&arguments.clear);
    let mut state = file.load().await?;
    let parts = parts(&state, scope);
    file.store_changes(state.restart(scope)).await?;
    if arguments.force_deletes {
        file.force_deletes().await?;
    }
    let (cleared, kept): (Vec<_>, Vec<_>) = parts.iter().partition(|part| part.is_cleared);
    voice.document(&json!({
        "cleared": cleared.iter().map(|part| part.part).collect::<Vec<_>>(),
        "forceDeletes": arguments.force_deletes,
        "parts": { "cleared": cleared, "kept": kept },
    }))?;
    for (title, parts) in [("Cleared:", cleared), ("Kept:", kept)] {
        voice.line(title);
        for part in parts {
            let text = format!("{}; {}", part.held, part.consequence);
            voice.lines(paragraph(&format!("  {:<12}", part.part), &text));
        }
    }
    if arguments.force_deletes {
        voice.line("The next cycle may delete and disable as many as it has to.");
    }
    Ok(Ending::Well)
}

fn scope(parts: &[Part]) -> ResetScope {
    if parts.is_empty() {
        return ResetScope::default();
    }
    if parts.contains(&Part::Full) {
        return ResetScope::full();
    }
    let mut scope = ResetScope::default();
    scope.watermark = parts.contains(&Part::Watermark);
    scope.escrows = parts.contains(&Part::Escrows);
    scope.quarantine_state = parts.contains(&Part::Quarantine);
    scope.connector_data_store = parts.contains(&Part::Links);
    // Without links everybody is read anew, and without escrow those who failed: no delta tells of them again.
    scope.watermark |= scope.connector_data_store || scope.escrows;
    scope
}

fn parts(state: &JobState, scope: ResetScope) -> [StatePart; 5] {
    let part =
        |part, is_cleared: bool, held, cleared: &'static str, kept: &'static str| StatePart {
            part,
            is_cleared,
            held,
            consequence: if is_cleared { cleared } else { kept },
        };
    let escrowed = counted(&state.escrow, |_| true);
    let linked = counted(&state.links, |link| link.target_id.is_some());
    let status = &state.status;
    let quarantine = match (&status.disabled_since, &status.quarantine) {
        (Some(_), _) => "the job was switched off".to_owned(),
        (None, Some(quarantine)) => format!("the job was in quarantine ({})", quarantine.reason),
        (None, None) => "the job was in no quarantine".to_owned(),
    };
    let watermark = if status.mapping_fingerprint.is_some() {
        "an initial cycle has been finished"
    } else {
        "no initial cycle has been finished"
    };
    [
        part(
            "watermark",
            scope.watermark,
            watermark.to_owned(),
            "the next cycle is an initial one: it compares everybody with Peakon",
            "the next cycle goes on from there",
        ),
        part(
            "escrows",
            scope.escrows,
            format!("{escrowed} waited to be tried again"),
            "they are tried in the next cycle",
            "they are tried when it is time",
        ),
        part(
            "quarantine",
            scope.quarantine_state,
            quarantine,
            "it runs as usual again",
            "nothing changes in that",
        ),
        part(
            "links",
            scope.connector_data_store,
            format!("{linked} were linked"),
            "all are matched anew",
            "they stay linked (--clear links or full ends that)",
        ),
        part(
            "log",
            false,
            "all entries and reports of 30 days".to_owned(),
            "",
            "they stay in any case",
        ),
    ]
}

fn counted<T>(
    objects: &BTreeMap<ObjectKind, BTreeMap<String, T>>,
    counts: impl Fn(&T) -> bool,
) -> String {
    let [users, groups] = [ObjectKind::User, ObjectKind::Group].map(|kind| {
        let objects = objects.get(&kind).into_iter().flatten();
        objects.filter(|(_, object)| counts(object)).count()
    });
    format!("{users} users and {groups} groups")
}

#[cfg(test)]
mod tests {
    use super::{parts, scope};
    use crate::arguments::Part;
    use scim_mapping::provisioning::{JobState, Link, ObjectKind, StateChange};

    #[test]
    fn what_is_cleared_is_told_with_what_it_held() {
        let mut state = JobState::default();
        for id in ["1", "2"] {
            state.apply(StateChange::Link {
                kind: ObjectKind::User,
                source_id: id.to_owned(),
                link: Some(Link::new(id)),
            });
        }
        let cleared = |clear: &[Part]| {
            let all = parts(&state, scope(clear));
            let cleared = all.iter().filter(|part| part.is_cleared);
            cleared.map(|part| part.part).collect::<Vec<_>>()
        };
        assert_eq!(cleared(&[]), ["watermark", "escrows", "quarantine"]);
        assert_eq!(cleared(&[Part::Quarantine]), ["quarantine"]);
        assert_eq!(cleared(&[Part::Escrows]), ["watermark", "escrows"]);
        assert_eq!(cleared(&[Part::Links]), ["watermark", "links"]);
        assert_eq!(
            cleared(&[Part::Full]),
            ["watermark", "escrows", "quarantine", "links"]
        );
        let [.., links, _] = parts(&state, scope(&[]));
        assert_eq!(links.held, "2 users and 0 groups were linked");
        assert!(links.consequence.starts_with("they stay linked"));
    }
}
