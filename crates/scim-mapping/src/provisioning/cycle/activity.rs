//! What an object that is switched on or off is called, and whether anything can do that.

use scim_core::urn;
use serde_json::Value;

use super::ObjectKind;
use super::task::{Standing, Task};
use crate::location::plain;
use crate::provisioning::job::ObjectMapping;
use crate::provisioning::{Action, Change};
use crate::rule::Rule;

/// What was changed, by the name that people have for it.
pub(super) fn update_action(changes: &[Change]) -> Action {
    let is = |value: &Option<Value>, wanted: &str| {
        let value = value.as_ref();
        value.is_some_and(|value| plain(value).eq_ignore_ascii_case(wanted))
    };
    let activity = changes.iter().find(|change| is_activity(&change.path));
    match activity {
        Some(change) if change.old == change.new => Action::Updated,
        Some(change) if is(&change.new, "false") => Action::Disabled,
        Some(change) if is(&change.old, "false") && is(&change.new, "true") => Action::Restored,
        _ => Action::Updated,
    }
}

/// Whether a path leads to `active`, with or without its schema.
fn is_activity(path: &str) -> bool {
    let (schema, name) = path.rsplit_once(':').unwrap_or((urn::USER, path));
    schema.eq_ignore_ascii_case(urn::USER) && name.eq_ignore_ascii_case("active")
}

/// Why somebody who is to be disabled stays as he is, when no rule does that. Groups cannot be disabled anyway.
pub(super) fn cannot_be_disabled(task: &Task, object: &ObjectMapping) -> Option<&'static str> {
    let mut rules = object.mapping().rules().iter();
    let is_to_be = task.kind == ObjectKind::User && task.standing != Standing::Active;
    (is_to_be && !rules.any(Rule::is_activity)).then_some(
        "the user stays active in the target, because the mapping has no rule that disables him: map IsSoftDeleted to `active`, or \
         have those deleted who leave the scope",
    )
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::update_action;
    use crate::provisioning::{Action, Change};

    #[test]
    fn any_way_to_switch_off_is_a_disabling() {
        let of = |path: &str, old: Value, new: Value| {
            let (old, new) = (Some(old), Some(new));
            let path = path.to_owned();
            update_action(&[Change { path, old, new }])
        };
        let full = "urn:ietf:params:scim:schemas:core:2.0:User:active";
        for path in ["active", "Active", full] {
            assert_eq!(of(path, json!(true), json!(false)), Action::Disabled);
            assert_eq!(of(path, json!("True"), json!("False")), Action::Disabled);
            assert_eq!(of(path, json!("False"), json!("True")), Action::Restored);
            assert_eq!(of(path, json!(true), json!(true)), Action::Updated);
        }
        let other = "urn:example:User:active";
        assert_eq!(of(other, json!(true), json!(false)), Action::Updated);
    }
}
