//! A multi-valued attribute at work. Every change goes through here, so that it can be undone.

use serde_json::{Map, Value};
use smallvec::SmallVec;

use crate::error::{Error, ErrorKind};

use super::lookup::{Identity, Index, Wanted};
use super::target::{EntryTest, Target};
use super::touched::{Before, Members, Original, Originals, Touched, restore_entry};

/// From this number of entries on, an index of them can pay.
const INDEX_FROM_ENTRIES: usize = 32;

/// From this number of look-ups at once on, an index pays even if it is used but once.
const INDEX_FROM_KEYS: usize = 8;

/// What a request may still cost.
#[derive(Clone, Copy, Debug)]
pub(super) struct Budget {
    /// How many values may be written.
    pub(super) written: usize,
    /// How many entries may be looked at.
    pub(super) examined: usize,
}

impl Budget {
    pub(super) const UNLIMITED: Self = Self {
        written: usize::MAX,
        examined: usize::MAX,
    };

    pub(super) fn examine(&mut self, entries: usize, target: &Target<'_, '_>) -> Result<(), Error> {
        self.examined = self.examined.checked_sub(entries).ok_or_else(|| {
            Error::new(
                ErrorKind::PayloadTooLarge,
                "the filters of the request look at more entries than is allowed; send several requests",
            )
            .with_path(target.to_string())
        })?;
        Ok(())
    }
}

/// Where entries stand; most operations are about one.
pub(super) type Positions = SmallVec<[usize; 2]>;

/// The entries of an attribute, with what is known about them.
pub(super) struct List<'a, 'r> {
    entries: &'a mut Vec<Value>,
    touched: &'a mut Touched<'r>,
}

impl<'a, 'r> List<'a, 'r> {
    pub(super) const fn new(entries: &'a mut Vec<Value>, touched: &'a mut Touched<'r>) -> Self {
        Self { entries, touched }
    }

    /// Whether there is but one entry, which no change can make equal to another.
    pub(super) fn is_single(&self) -> bool {
        self.entries.len() == self.touched.holes + 1
    }

    /// Whether no entry is left.
    pub(super) fn is_empty(&self) -> bool {
        self.entries.len() == self.touched.holes
    }

    pub(super) fn get(&self, position: usize) -> Option<&Value> {
        self.entries
            .get(position)
            .filter(|entry| !self.touched.is_hole(position, entry))
    }

    /// The positions of all entries.
    pub(super) fn positions(&self) -> Positions {
        self.live().map(|(position, _)| position).collect()
    }

    pub(super) fn live(&self) -> impl Iterator<Item = (usize, &Value)> {
        self.entries
            .iter()
            .enumerate()
            .filter(|(position, entry)| !self.touched.is_hole(*position, entry))
    }

    /// Appends an entry; its position is the answer.
    pub(super) fn push(&mut self, entry: Value) -> usize {
        let position = self.entries.len();
        for index in &mut self.touched.indexes {
            index.insert(&entry, position);
        }
        self.entries.push(entry);
        position
    }

    pub(super) fn remove(&mut self, position: usize) {
        let Some(entry) = self.entries.get_mut(position) else {
            return;
        };
        let removed = std::mem::take(entry);
        self.touched.holes += 1;
        let Some(originals) = originals(self.touched, position) else {
            return;
        };
        if let Some(original) = originals.get_mut(position) {
            let known = std::mem::replace(original, Original::Removed(Value::Null));
            let mut before = removed;
            restore_entry(&mut before, known);
            *original = Original::Removed(before);
        } else {
            originals.note(position, || Original::Removed(removed));
        }
    }

    /// Puts another value in the place of an entry.
    pub(super) fn replace(&mut self, position: usize, value: Value) {
        let Some(entry) = self.entries.get_mut(position) else {
            return;
        };
        for index in &mut self.touched.indexes {
            index.insert(&value, position);
        }
        let replaced = std::mem::replace(entry, value);
        if let Some(originals) = originals(self.touched, position) {
            originals.note(position, || Original::Replaced(replaced));
        }
    }

    /// Edits the sub-attributes of an entry. The edit notes what they were, unless the entry is new.
    pub(super) fn edit(
        &mut self,
        position: usize,
        edit: impl FnOnce(&mut Map<String, Value>, Option<&mut Members<'r>>) -> Result<(), Error>,
    ) -> Result<(), Error> {
        if self.get(position).is_some_and(|entry| !entry.is_object()) {
            self.replace(position, Value::Object(Map::new()));
        }
        let Some(entry) = self.entries.get_mut(position) else {
            return Ok(());
        };
        let Value::Object(members) = entry else {
            return Ok(());
        };
        let original = originals(self.touched, position)
            .map(|originals| originals.note(position, || Original::Members(Members::new())));
        let record = match original {
            Some(Original::Members(members)) => Some(members),
            _ => None,
        };
        edit(members, record)?;
        for index in &mut self.touched.indexes {
            index.insert(entry, position);
        }
        Ok(())
    }

    /// The positions of the entries that fulfil a test, in order.
    pub(super) fn matching(
        &mut self,
        test: &EntryTest<'r>,
        target: &Target<'_, '_>,
        budget: &mut Budget,
    ) -> Result<Positions, Error> {
        if let EntryTest::Keys(leaf, keys) = test {
            let identity = Identity::Leaf(*leaf);
            if let [key] = keys.as_slice() {
                return self.find(identity, &[Wanted::Key(key)], target, budget);
            }
            let wanted: Vec<_> = keys.iter().map(|key| Wanted::Key(key)).collect();
            return self.find(identity, &wanted, target, budget);
        }
        budget.examine(self.entries.len(), target)?;
        Ok(self
            .live()
            .filter(|(_, entry)| test.holds(entry))
            .map(|(position, _)| position)
            .collect())
    }

    /// The positions of the entries that are one of those wanted, in order.
    pub(super) fn find(
        &mut self,
        identity: Identity<'r>,
        wanted: &[Wanted<'_>],
        target: &Target<'_, '_>,
        budget: &mut Budget,
    ) -> Result<Positions, Error> {
        self.expect(identity, wanted.len(), target, budget)?;
        let is_wanted = |position: usize, wanted: &Wanted<'_>| {
            self.get(position)
                .is_some_and(|entry| wanted.is(&identity, entry))
        };
        let Some(index) = self.index(identity) else {
            budget.examine(self.entries.len().saturating_mul(wanted.len()), target)?;
            return Ok(self
                .live()
                .filter(|(_, entry)| wanted.iter().any(|wanted| wanted.is(&identity, entry)))
                .map(|(position, _)| position)
                .collect());
        };
        let mut examined = wanted.len();
        let mut found = Positions::new();
        for wanted in wanted {
            for position in index.positions(*wanted) {
                examined += 1;
                if is_wanted(position, wanted) {
                    found.push(position);
                }
            }
        }
        budget.examine(examined, target)?;
        found.sort_unstable();
        found.dedup();
        Ok(found)
    }

    /// Where the first entry stands that is the one wanted. For several look-ups, [`List::expect`] comes first.
    pub(super) fn position(
        &mut self,
        identity: Identity<'r>,
        wanted: Wanted<'_>,
        target: &Target<'_, '_>,
        budget: &mut Budget,
    ) -> Result<Option<usize>, Error> {
        let Some(index) = self.index(identity) else {
            budget.examine(self.entries.len(), target)?;
            return Ok(self
                .live()
                .find(|(_, entry)| wanted.is(&identity, entry))
                .map(|(position, _)| position));
        };
        let mut examined = 1;
        let mut positions = index.positions(wanted);
        let found = positions.find(|position| {
            examined += 1;
            self.get(*position)
                .is_some_and(|entry| wanted.is(&identity, entry))
        });
        budget.examine(examined, target)?;
        Ok(found)
    }

    /// The positions of the entries that are equal to the one at a position, itself among them.
    pub(super) fn twins(
        &self,
        position: usize,
        target: &Target<'r, '_>,
        budget: &mut Budget,
    ) -> Result<Positions, Error> {
        let Some(entry) = self.get(position) else {
            return Ok(Positions::new());
        };
        // The identity is made where there is an index to ask with it.
        let index = (!self.touched.indexes.is_empty())
            .then(|| Identity::of(target.attribute()))
            .and_then(|identity| Some((identity, self.index(identity)?)));
        let Some((identity, index)) = index else {
            budget.examine(self.entries.len(), target)?;
            let twins = self
                .live()
                .filter(|(place, other)| *place == position || *other == entry);
            return Ok(twins.map(|(position, _)| position).collect());
        };
        let key = identity.key(entry);
        let wanted = key.as_deref().map_or(Wanted::Equal(entry), Wanted::Key);
        let mut examined = 1;
        let twins = index.positions(wanted);
        let twins = twins
            .inspect(|_| examined += 1)
            .filter(|position| self.get(*position) == Some(entry))
            .collect();
        budget.examine(examined, target)?;
        Ok(twins)
    }

    /// Prepares for look-ups: from the second of a request on, or for many at once, the entries get an index.
    pub(super) fn expect(
        &mut self,
        identity: Identity<'r>,
        lookups: usize,
        target: &Target<'_, '_>,
        budget: &mut Budget,
    ) -> Result<(), Error> {
        let pays = self.touched.lookups > 0 || lookups >= INDEX_FROM_KEYS;
        self.touched.lookups += 1;
        if pays && self.entries.len() >= INDEX_FROM_ENTRIES && self.index(identity).is_none() {
            budget.examine(self.entries.len(), target)?;
            let index = Index::new(identity, self.entries);
            self.touched.indexes.push(index);
        }
        Ok(())
    }

    fn index(&self, identity: Identity<'r>) -> Option<&Index<'r>> {
        let mut indexes = self.touched.indexes.iter();
        indexes.find(|index| index.identity.is(&identity))
    }
}

/// Where to note what the entry at a position was; nowhere, if it is new or the list as a whole is noted.
fn originals<'t, 'r>(
    touched: &'t mut Touched<'r>,
    position: usize,
) -> Option<&'t mut Originals<'r>> {
    match &mut touched.before {
        Some(Before::Entries { count, originals }) if position < *count => Some(originals),
        _ => None,
    }
}
