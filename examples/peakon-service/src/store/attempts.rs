//! Transactions that another one came between are tried again.

use super::fault::Fault;
use crate::database::is_overtaken;

/// How often the same is tried. Each time at least one of those who met has got through.
const MOST: u32 = 10;

#[derive(Debug, Default)]
pub(super) struct Attempts(u32);

impl Attempts {
    /// Whether what has failed may succeed if it is tried once more.
    pub(super) fn is_another_one_due(&mut self, fault: &Fault) -> bool {
        self.0 += 1;
        matches!(fault, Fault::Database(error) if is_overtaken(error)) && self.0 < MOST
    }
}
