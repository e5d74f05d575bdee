//! [`Originals`]: entries as they were.

use std::collections::BTreeMap;

use super::Original;

/// Entries as they were, by position. Most requests change one, which is noted without a tree.
#[derive(Debug, Default)]
pub(in crate::patch) struct Originals<'r> {
    /// As long as it is the only one.
    single: Option<(usize, Original<'r>)>,
    several: BTreeMap<usize, Original<'r>>,
}

impl<'r> Originals<'r> {
    pub(in crate::patch) fn is_empty(&self) -> bool {
        self.single.is_none() && self.several.is_empty()
    }

    pub(super) fn get(&self, position: usize) -> Option<&Original<'r>> {
        match &self.single {
            Some((only, original)) => (*only == position).then_some(original),
            None => self.several.get(&position),
        }
    }

    pub(in crate::patch) fn get_mut(&mut self, position: usize) -> Option<&mut Original<'r>> {
        match &mut self.single {
            Some((only, original)) => (*only == position).then_some(original),
            None => self.several.get_mut(&position),
        }
    }

    /// What is known of an entry; if nothing is, what is to be noted.
    pub(in crate::patch) fn note(
        &mut self,
        position: usize,
        original: impl FnOnce() -> Original<'r>,
    ) -> &mut Original<'r> {
        let is_single = match &self.single {
            Some((only, _)) => *only == position,
            None => self.several.is_empty(),
        };
        if is_single {
            return &mut self.single.get_or_insert_with(|| (position, original())).1;
        }
        self.several.extend(self.single.take());
        self.several.entry(position).or_insert_with(original)
    }

    /// In the order of their positions.
    pub(super) fn iter(&self) -> impl Iterator<Item = (usize, &Original<'r>)> {
        let single = self
            .single
            .as_ref()
            .map(|(position, original)| (*position, original));
        let several = self
            .several
            .iter()
            .map(|(position, original)| (*position, original));
        single.into_iter().chain(several)
    }

    pub(super) fn into_entries(self) -> impl Iterator<Item = (usize, Original<'r>)> {
        self.single.into_iter().chain(self.several)
    }
}
