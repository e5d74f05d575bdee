//! [`Window`]: one page of a query, picked out while its matches go by.

use core::borrow::Borrow;
use std::collections::BTreeMap;

use super::{Cursor, Direction};
use crate::error::Error;
use crate::resource::Resource;
use crate::sorting::{BoundSort, SortPosition};

/// Where a resource stands: in the order of a sort, or of the ids.
pub(crate) type OrderKey = (Option<SortPosition>, Option<String>);

pub(crate) fn order_key(resource: &Resource, sort: Option<&BoundSort>) -> OrderKey {
    match sort {
        Some(sort) => (Some(sort.position(resource)), None),
        None => (None, resource.id().map(str::to_owned)),
    }
}

/// Where the page begins.
#[derive(Debug)]
pub(crate) enum Start {
    /// With the match at this position, counted from one.
    Index(usize),
    /// The same, where the matches go by in their order.
    IndexInOrder(usize),
    /// Where a cursor leads to, or with the first match.
    Cursor(Option<Cursor>),
}

/// Picks one page out of the matches of a query, which go by in any order, and keeps no more of them than it has to.
#[derive(Debug)]
pub(crate) struct Window<R> {
    start: Start,
    count: usize,
    seen: usize,
    place: Option<OrderKey>,
    before: Kept<R>,
    after: Kept<R>,
}

/// The page that was picked out.
pub(crate) struct Picked<R> {
    pub(crate) total_results: usize,
    pub(crate) resources: Vec<R>,
    pub(crate) next: Option<Cursor>,
    pub(crate) previous: Option<Cursor>,
}

impl<R: Borrow<Resource>> Window<R> {
    pub(crate) fn new(start: Start, count: usize, sort: Option<&BoundSort>) -> Result<Self, Error> {
        // One more than the page has, to know whether there is another page.
        let and_one_more = count.saturating_add(1);
        let mut before = Kept::first(0);
        let mut after = Kept::first(and_one_more);
        let mut place = None;
        match &start {
            Start::Index(_) if count == 0 => after = Kept::first(0),
            Start::Index(start_index) => {
                after = Kept::first(start_index.saturating_sub(1).saturating_add(count));
            }
            Start::IndexInOrder(_) => after = Kept::first(count),
            Start::Cursor(None) => {}
            Start::Cursor(Some(cursor)) => {
                cursor.check(sort)?;
                place = Some(cursor.order_key(sort));
                before = match cursor.direction {
                    Direction::Next => Kept::first(1),
                    Direction::Previous => Kept::last(and_one_more),
                };
            }
        }
        Ok(Self {
            start,
            count,
            seen: 0,
            place,
            before,
            after,
        })
    }

    /// Whether nothing that comes now changes the page, only the number of matches.
    pub(crate) fn is_settled(&self) -> bool {
        matches!(self.start, Start::IndexInOrder(_)) && self.after.entries.len() >= self.count
    }

    /// Takes notice of a match.
    pub(crate) fn take_in(&mut self, matching: R, sort: Option<&BoundSort>) {
        self.seen += 1;
        if let Start::IndexInOrder(start_index) = self.start
            && (self.seen < start_index || self.is_settled())
        {
            return;
        }
        let key = order_key(matching.borrow(), sort);
        let is_before = match (&self.start, &self.place) {
            (Start::Cursor(Some(cursor)), Some(place)) => match cursor.direction {
                Direction::Next => key <= *place,
                Direction::Previous => key < *place,
            },
            _ => false,
        };
        let kept = if is_before {
            &mut self.before
        } else {
            &mut self.after
        };
        kept.put((key, self.seen), matching);
    }

    /// The page, when all matches have gone by.
    pub(crate) fn finish(self, sort: Option<&BoundSort>) -> Picked<R> {
        let mut before = self.before.into_vec();
        let mut after = self.after.into_vec();
        let mut picked = Picked {
            total_results: self.seen,
            resources: Vec::new(),
            next: None,
            previous: None,
        };
        let (has_previous, has_next) = match self.start {
            Start::Index(start_index) => {
                let skipped = start_index.saturating_sub(1);
                picked.resources = after.into_iter().skip(skipped).take(self.count).collect();
                return picked;
            }
            Start::IndexInOrder(_) => {
                picked.resources = after;
                return picked;
            }
            Start::Cursor(Some(Cursor {
                direction: Direction::Previous,
                ..
            })) => {
                if let Some(more) = before.len().checked_sub(self.count) {
                    picked.resources = before.split_off(more);
                    (!before.is_empty(), !after.is_empty())
                } else {
                    // Backwards past the first one: the first page, whole.
                    before.append(&mut after);
                    let has_next = before.len() > self.count;
                    before.truncate(self.count);
                    picked.resources = before;
                    (false, has_next)
                }
            }
            Start::Cursor(_) => {
                let has_next = after.len() > self.count;
                after.truncate(self.count);
                picked.resources = after;
                (!before.is_empty(), has_next)
            }
        };
        if let (true, Some(first)) = (has_previous, picked.resources.first()) {
            picked.previous = Cursor::before(first.borrow(), sort);
        }
        if let (true, Some(last)) = (has_next, picked.resources.last()) {
            picked.next = Cursor::after(last.borrow(), sort);
        }
        picked
    }
}

/// The first so many, or the last, of what comes in any order; those with equal keys in the order in which they come.
#[derive(Debug)]
struct Kept<R> {
    entries: BTreeMap<(OrderKey, usize), R>,
    at_most: usize,
    from_the_end: bool,
}

impl<R> Kept<R> {
    const fn first(at_most: usize) -> Self {
        Self {
            entries: BTreeMap::new(),
            at_most,
            from_the_end: false,
        }
    }

    const fn last(at_most: usize) -> Self {
        Self {
            entries: BTreeMap::new(),
            at_most,
            from_the_end: true,
        }
    }

    fn put(&mut self, key: (OrderKey, usize), entry: R) {
        self.entries.insert(key, entry);
        if self.entries.len() > self.at_most {
            if self.from_the_end {
                self.entries.pop_first();
            } else {
                self.entries.pop_last();
            }
        }
    }

    fn into_vec(self) -> Vec<R> {
        self.entries.into_values().collect()
    }
}
