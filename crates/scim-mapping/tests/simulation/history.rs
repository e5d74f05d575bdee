//! What happened, for when it should not have.

use std::cell::RefCell;

thread_local! {
    static LINES: RefCell<Option<Vec<String>>> = const { RefCell::new(None) };
}

/// Keeps what is noted from now on.
pub(crate) fn record() {
    LINES.set(Some(Vec::new()));
}

pub(crate) fn taken() -> String {
    LINES.take().unwrap_or_default().join("\n")
}

/// The line is made only where it is kept.
pub(crate) fn add(line: impl FnOnce() -> String) {
    LINES.with_borrow_mut(|lines| {
        if let Some(lines) = lines {
            lines.push(line());
        }
    });
}

macro_rules! note {
    ($($argument:tt)*) => { crate::history::add(|| format!($($argument)*)) };
}
pub(crate) use note;
