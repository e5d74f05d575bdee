//! What a request changed.

use std::collections::BTreeMap;

use serde_json::Value;

use super::AttributeChange;
use super::edit::list;
use super::session::Session;

/// The changes of all attributes that were named, by path. An attribute whose entries only changed their places is put back:
/// their order carries no meaning ([RFC 7643, section 2.4](https://www.rfc-editor.org/rfc/rfc7643#section-2.4)).
pub(super) fn changes(session: &mut Session<'_>) -> Vec<AttributeChange> {
    let mut changes = Vec::new();
    let mut moved = Vec::new();
    for (place, touched) in &session.touched {
        let before = place.attribute_in(session.original.attributes());
        let after = place.attribute_in(&session.attributes);
        if before == after {
            continue;
        }
        let attribute = touched.target.attribute();
        let (went, came) = if attribute.multi_valued {
            let (went, came) = entry_changes(before, after);
            if went.is_empty() && came.is_empty() {
                moved.push(place.clone());
                continue;
            }
            (some_list(went), some_list(came))
        } else {
            (before.cloned(), after.cloned())
        };
        let path = match &place.container {
            None => place.attribute.clone(),
            Some(urn) => format!("{urn}:{}", place.attribute),
        };
        changes.push(if touched.target.is_hidden() {
            AttributeChange::new(path, None, None)
        } else {
            AttributeChange::new(path, went, came)
        });
    }
    for place in moved {
        restore(session, &place);
    }
    if changes.is_empty() {
        session.attributes.clone_from(session.original.attributes());
        return changes;
    }
    session.settle_schemas();
    let before = session.original.attributes().get("schemas");
    let after = session.attributes.get("schemas");
    let (went, came) = entry_changes(before, after);
    if before.is_some() && !(went.is_empty() && came.is_empty()) {
        changes.push(AttributeChange::new(
            "schemas",
            some_list(went),
            some_list(came),
        ));
    }
    changes
}

fn restore(session: &mut Session<'_>, place: &crate::evaluation::Place) {
    let Some(before) = place.attribute_in(session.original.attributes()).cloned() else {
        return;
    };
    let members = match &place.container {
        None => Some(&mut session.attributes),
        Some(urn) => session
            .attributes
            .get_mut(urn)
            .and_then(Value::as_object_mut),
    };
    if let Some(members) = members {
        members.insert(place.attribute.clone(), before);
    }
}

fn some_list(entries: Vec<Value>) -> Option<Value> {
    (!entries.is_empty()).then_some(Value::Array(entries))
}

/// The entries that went and the entries that came, whatever their order.
pub(super) fn entry_changes(
    before: Option<&Value>,
    after: Option<&Value>,
) -> (Vec<Value>, Vec<Value>) {
    let (before_list, after_list);
    let (before, after): (&[Value], &[Value]) = match (before, after) {
        (Some(Value::Array(before)), Some(Value::Array(after))) => (before, after),
        (before, after) => {
            before_list = list(before.cloned());
            after_list = list(after.cloned());
            (&before_list, &after_list)
        }
    };
    // Most changes leave both ends alone: only what stands between them is compared in any order.
    let start = before
        .iter()
        .zip(after)
        .take_while(|(before, after)| before == after)
        .count();
    let (before, after) = (
        before.get(start..).unwrap_or_default(),
        after.get(start..).unwrap_or_default(),
    );
    let end = before
        .iter()
        .rev()
        .zip(after.iter().rev())
        .take_while(|(before, after)| before == after)
        .count();
    let before = before.get(..before.len() - end).unwrap_or_default();
    let after = after.get(..after.len() - end).unwrap_or_default();
    if before.is_empty() || after.is_empty() {
        return (before.to_vec(), after.to_vec());
    }
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for entry in before {
        *counts.entry(entry.to_string()).or_default() += 1;
    }
    let came = after
        .iter()
        .filter(|entry| !take_one(&mut counts, entry))
        .cloned()
        .collect();
    // What is left in the counts was not found again.
    let went = before
        .iter()
        .filter(|entry| take_one(&mut counts, entry))
        .cloned()
        .collect();
    (went, came)
}

fn take_one(counts: &mut BTreeMap<String, usize>, entry: &Value) -> bool {
    match counts.get_mut(&entry.to_string()) {
        Some(count) if *count > 0 => {
            *count -= 1;
            true
        }
        _ => false,
    }
}
