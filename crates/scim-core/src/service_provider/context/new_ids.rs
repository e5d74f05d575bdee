//! Where the ids of new resources come from.

use std::fmt;
use std::sync::Arc;

/// The ids of the resources that a request creates, one after the other.
///
/// An id has never been used before, is not empty and is without the word `bulkId`
/// ([RFC 7643 §3.1](https://www.rfc-editor.org/rfc/rfc7643#section-3.1)). Only a bulk request needs more than one.
///
/// From a text, the first id is the text, and the next ones are the text with `-2`, `-3` and so on behind it: good for tests, and
/// for stores that keep ids as texts. Others give a function:
///
/// ```
/// use std::sync::atomic::{AtomicU64, Ordering};
/// use scim_core::service_provider::NewIds;
///
/// let mut numbered = NewIds::from("5f2c");
/// assert_eq!([numbered.draw(), numbered.draw()], ["5f2c", "5f2c-2"]);
///
/// // A database's sequence, or a random UUID each time.
/// let sequence = AtomicU64::new(41);
/// let mut drawn = NewIds::from_fn(move || (sequence.fetch_add(1, Ordering::Relaxed) + 1).to_string());
/// assert_eq!([drawn.draw(), drawn.draw()], ["42", "43"]);
/// ```
#[derive(Clone)]
pub struct NewIds(Source);

#[derive(Clone)]
enum Source {
    Text { text: String, drawn: u64 },
    Function(Arc<dyn Fn() -> String + Send + Sync>),
}

impl NewIds {
    /// Ids as a function gives them. Requests are answered the same way every time if the function does so.
    pub fn from_fn(function: impl Fn() -> String + Send + Sync + 'static) -> Self {
        Self(Source::Function(Arc::new(function)))
    }

    /// The next id.
    pub fn draw(&mut self) -> String {
        match &mut self.0 {
            Source::Text { text, drawn } => {
                *drawn += 1;
                if *drawn == 1 {
                    text.clone()
                } else {
                    format!("{text}-{drawn}")
                }
            }
            Source::Function(function) => function(),
        }
    }
}

impl<T: Into<String>> From<T> for NewIds {
    fn from(text: T) -> Self {
        Self(Source::Text {
            text: text.into(),
            drawn: 0,
        })
    }
}

impl fmt::Debug for NewIds {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Source::Text { text, .. } => formatter.debug_tuple("NewIds").field(text).finish(),
            Source::Function(_) => formatter.debug_tuple("NewIds").finish_non_exhaustive(),
        }
    }
}
