//! [`IndexPage`]: pages counted from the first result
//! ([RFC 7644, section 3.4.2.4](https://www.rfc-editor.org/rfc/rfc7644#section-3.4.2.4)).

use core::ops::Range;

/// Which results of a query a page by index shows.
///
/// # Examples
///
/// ```
/// use scim_core::paging::IndexPage;
///
/// let users = ["ada", "bo", "cleo", "dan", "eve"];
/// // ?startIndex=3&count=2
/// let page = IndexPage::new(Some(3), Some(2), 100, 200);
/// assert_eq!(&users[page.range(users.len())], ["cleo", "dan"]);
///
/// // Without either, the first page of the usual size; more than the largest size is cut.
/// assert_eq!(IndexPage::new(None, None, 100, 200).range(500), 0..100);
/// assert_eq!(IndexPage::new(None, Some(1_000), 100, 200).range(500), 0..200);
/// // Below the first is the first, less than nothing is nothing, and past the end there is nothing either.
/// assert_eq!(IndexPage::new(Some(-5), Some(1), 100, 200).range(500), 0..1);
/// assert_eq!(IndexPage::new(None, Some(-1), 100, 200).range(500), 0..0);
/// assert_eq!(IndexPage::new(Some(501), None, 100, 200).range(500), 500..500);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct IndexPage {
    /// The index of the first result shown, counted from one.
    pub start_index: usize,
    /// The largest number of results shown.
    pub count: usize,
}

impl IndexPage {
    /// The page that a client asks for by `startIndex` and `count`, where a page has `default_count` results unless the client
    /// wishes otherwise, and never more than `maximum_count`.
    ///
    /// # Examples
    ///
    /// See [`IndexPage`].
    #[must_use]
    pub fn new(
        start_index: Option<i64>,
        count: Option<i64>,
        default_count: usize,
        maximum_count: usize,
    ) -> Self {
        // Beyond what a machine can count there is nothing: as good as its largest number.
        let at_least_zero = |number: i64| usize::try_from(number.max(0)).unwrap_or(usize::MAX);
        Self {
            start_index: start_index.map_or(1, at_least_zero).max(1),
            count: count
                .map_or(default_count, at_least_zero)
                .min(maximum_count),
        }
    }

    /// The results shown out of `total_results`, counted from zero: a range that is never out of bounds.
    ///
    /// # Examples
    ///
    /// See [`IndexPage`].
    #[must_use]
    pub fn range(self, total_results: usize) -> Range<usize> {
        let start = self.start_index.saturating_sub(1).min(total_results);
        start..start.saturating_add(self.count).min(total_results)
    }
}
