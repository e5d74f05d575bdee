//! Which results of a query are wanted.

use super::super::definition::{ServiceDefinition, ServiceLimits};
use super::Parameters;
use crate::compatibility::Tolerating;
use crate::error::{Error, ErrorKind};
use crate::paging::IndexPage;

/// The page asked for, by one of the two methods.
#[derive(Debug, PartialEq, Eq)]
pub(in super::super) enum Wanted<'p> {
    Index(IndexPage),
    Cursor {
        /// As the client presents it; none for the first page.
        sealed: Option<&'p str>,
        count: usize,
    },
}

impl Parameters {
    /// The page asked for. Where cursors are not offered, `cursor` is a parameter that nobody knows.
    pub(in super::super) fn wanted(
        &self,
        definition: &ServiceDefinition,
        tolerating: &mut Tolerating<'_>,
    ) -> Result<Wanted<'_>, Error> {
        let limits = &definition.limits;
        let by_default = definition
            .cursors
            .as_ref()
            .map(|cursors| cursors.by_default);
        let (Some(by_default), cursor) = (by_default, self.cursor.as_deref()) else {
            return self.page(limits).map(Wanted::Index);
        };
        match (cursor, &self.start_index) {
            (Some(_), Some(_)) => Err(Error::new(
                ErrorKind::InvalidValue,
                "cursor and startIndex exclude each other; give one of them",
            )
            .with_path("cursor")),
            (None, index) if index.is_some() || !by_default => self.page(limits).map(Wanted::Index),
            (cursor, _) => Ok(Wanted::Cursor {
                sealed: cursor.filter(|cursor| !cursor.is_empty()),
                count: self.count_by_cursor(limits, tolerating)?,
            }),
        }
    }

    /// The results of a page by cursor ([RFC 9865 §2.1](https://www.rfc-editor.org/rfc/rfc9865#section-2.1)).
    fn count_by_cursor(
        &self,
        limits: &ServiceLimits,
        tolerating: &mut Tolerating<'_>,
    ) -> Result<usize, Error> {
        let refuse =
            |detail: String| Err(Error::new(ErrorKind::InvalidCount, detail).with_path("count"));
        let most = limits.page_size_maximum;
        let Ok(count) = integer("count", self.count.as_deref()) else {
            return refuse(format!("an integer from 0 to {most} is needed"));
        };
        if count.is_some_and(|count| usize::try_from(count).is_ok_and(|count| count > most)) {
            if !tolerating.compatibility.large_counts_with_cursors {
                return refuse(format!(
                    "a page has {most} results at most; ask for no more"
                ));
            }
            let detail = format!("it was cut to {most}");
            tolerating.note("large_counts_with_cursors", "count", detail);
        }
        Ok(index_page(None, count, limits).count)
    }

    /// The results asked for by index, cut to what the service is ready to give.
    pub(in super::super) fn page(&self, limits: &ServiceLimits) -> Result<IndexPage, Error> {
        Ok(index_page(
            integer("startIndex", self.start_index.as_deref())?,
            integer("count", self.count.as_deref())?,
            limits,
        ))
    }
}

fn index_page(start_index: Option<i64>, count: Option<i64>, limits: &ServiceLimits) -> IndexPage {
    IndexPage::new(
        start_index,
        count,
        limits.page_size_default,
        limits.page_size_maximum,
    )
}

fn integer(name: &'static str, text: Option<&str>) -> Result<Option<i64>, Error> {
    text.map(str::parse).transpose().map_err(|_| {
        Error::new(
            ErrorKind::InvalidValue,
            format!("an integer is needed, such as {name}=10"),
        )
        .with_path(name)
    })
}
