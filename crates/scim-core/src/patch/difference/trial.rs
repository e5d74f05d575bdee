//! Operations tried on the first state, within limits.

use serde_json::{Map, Value};

use crate::error::ErrorKind;
use crate::evaluation::place;
use crate::message::PatchOperation;

use super::super::list::Budget;
use super::super::session::Session;
use super::super::touched::entry_changes;
use super::Attribute;
use super::client_part::client_part;

/// How many looks at an entry and operations all trials of one attribute may take, beside some for each entry.
const MOST_LOOKS: usize = 200_000;

/// So many looks may be taken for each entry: one application, and the indexes that it makes.
const LOOKS_PER_ENTRY: usize = 4;

/// What operations on one list lead to. Every trial pays; in the end they are given up.
pub(super) struct Trial<'t> {
    attribute: &'t Attribute<'t>,
    stored: &'t [Value],
    new: &'t [Value],
    looks: usize,
}

impl<'t> Trial<'t> {
    pub(super) fn new(attribute: &'t Attribute<'t>, old: &'t [Value], new: &'t [Value]) -> Self {
        let stored = attribute.stored.and_then(Value::as_array);
        let stored = stored.map_or(old, Vec::as_slice);
        let entries = stored.len().saturating_add(new.len());
        Self {
            attribute,
            stored,
            new,
            looks: entries
                .saturating_mul(LOOKS_PER_ENTRY)
                .saturating_add(MOST_LOOKS),
        }
    }

    /// Whether operations make the new list of the old one. `None`: to try it would take too long.
    pub(super) fn leads_to(&mut self, operations: &[PatchOperation]) -> Option<bool> {
        let price = self.stored.len() + self.new.len() + operations.len();
        self.looks = self.looks.checked_sub(price)?;
        let place = place(self.attribute.reference);
        let list = Value::Array(self.stored.to_vec());
        let members = Map::from_iter([(place.attribute.to_string(), list)]);
        let mut attributes = match &place.container {
            None => members,
            Some(urn) => Map::from_iter([(urn.to_string(), Value::Object(members))]),
        };
        let compatibility = self.attribute.dialect.compatibility();
        let budget = Budget {
            examined: self.looks,
            ..Budget::UNLIMITED
        };
        let mut session = Session::new(
            &mut attributes,
            self.attribute.resource_type,
            &compatibility,
            budget,
        );
        let ran = match session.run_all(operations) {
            Err(error) if error.kind() == ErrorKind::PayloadTooLarge => return None,
            ran => ran.is_ok(),
        };
        self.looks = session.budget.examined;
        let definition = self.attribute.reference.attribute();
        let made = place
            .attribute_in(&attributes)
            .and_then(|made| client_part(definition, made));
        let made = made.as_deref().and_then(Value::as_array);
        let made = made.map(Vec::as_slice).unwrap_or_default();
        let (went, came) = entry_changes(made, self.new);
        Some(ran && went.is_empty() && came.is_empty())
    }

    /// The steps without those that change nothing beside the others: what adds an entry may take over the one that it replaces.
    /// `None`: to find them would take too long.
    pub(super) fn without_idle_steps(
        &mut self,
        mut steps: Vec<PatchOperation>,
    ) -> Option<Vec<PatchOperation>> {
        for index in (0..steps.len()).rev() {
            let step = steps.remove(index);
            if steps.is_empty() || !self.leads_to(&steps)? {
                steps.insert(index, step);
            }
        }
        Some(steps)
    }
}
