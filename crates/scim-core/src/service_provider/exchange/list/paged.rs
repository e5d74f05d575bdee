//! How the results of a query are paged: by index
//! ([RFC 7644 §3.4.2.4](https://www.rfc-editor.org/rfc/rfc7644#section-3.4.2.4)) or by cursor
//! ([RFC 9865](https://www.rfc-editor.org/rfc/rfc9865)).

use scim_filter::{AttributePath, Filter};
use serde::Serialize;

use super::super::super::cursors::{self, Held};
use super::super::super::parameters::{Parameters, Wanted};
use super::super::Outcome;
use super::super::frame::Frame;
use super::super::shown::Shown;
use super::Listed;
use super::found::Places;
use crate::error::{Error, ErrorKind};
use crate::message::SortOrder;
use crate::paging::IndexPage;
use crate::resource::Resource;
use crate::schema::RegisteredResourceType;
use crate::urn;

#[derive(Debug)]
pub(super) enum Paged {
    Index {
        page: IndexPage,
        /// How many results of the page are within reach.
        count: usize,
    },
    Cursor {
        places: Places,
        count: usize,
        bound_to: Vec<u8>,
    },
}

impl Paged {
    pub(super) fn of(
        parameters: &Parameters,
        types: &[RegisteredResourceType],
        filter: Option<&Filter>,
        sort: Option<(&AttributePath, SortOrder)>,
        frame: &mut Frame,
    ) -> Outcome<Self> {
        let definition = std::sync::Arc::clone(&frame.definition);
        let wanted = parameters.wanted(&definition, &mut frame.tolerating())?;
        let (sealed, count) = match wanted {
            Wanted::Index(page) => {
                let is_native = definition.capabilities.native_search;
                let sorts_itself = sort.is_some() && (types.len() > 1 || !is_native);
                let reach = if sorts_itself {
                    frame.limits.sorted_results
                } else {
                    usize::MAX
                };
                let behind = page.start_index.saturating_sub(1);
                let count = page.count.min(reach.saturating_sub(behind));
                return Ok(Self::Index { page, count });
            }
            Wanted::Cursor { sealed, count } => (sealed, count),
        };
        let bound_to = cursors::bound_to(&frame.context, types, filter, sort);
        let places = match (sealed, &definition.cursors) {
            (Some(sealed), Some(cursors)) => {
                let held = cursors.open(sealed, &bound_to, frame.context.now)?;
                // Without resources there is no page that could be of another size.
                if count != 0 && count != held.count {
                    return Err(Error::new(
                        ErrorKind::InvalidCount,
                        format!(
                            "a page had {} results at most when this cursor was given; count stays the same from page to page",
                            held.count
                        ),
                    )
                    .with_path("count")
                    .into());
                }
                held.places
            }
            _ => vec![None; types.len()],
        };
        Ok(Self::Cursor {
            places,
            count,
            bound_to,
        })
    }
}

/// Refuses a page that lies further back than this service sorts.
pub(super) fn refuse_unreachable(
    page: IndexPage,
    count: usize,
    total_results: Option<usize>,
    frame: &Frame,
) -> Outcome<()> {
    let is_there = total_results.is_some_and(|total| page.start_index <= total);
    if count == 0 && page.count > 0 && is_there {
        let way_out = if frame.definition.cursors.is_some() {
            "go from page to page by cursor, or narrow the filter"
        } else {
            "narrow the filter, or leave sortBy out"
        };
        let detail = format!(
            "a sorted query like this one gives the first {} results; {way_out}",
            frame.limits.sorted_results
        );
        return Err(Error::new(ErrorKind::TooMany, detail).into());
    }
    Ok(())
}

/// The cursor that leads to these places.
pub(super) fn seal(places: Places, count: usize, bound_to: &[u8], frame: &Frame) -> Option<String> {
    let held = Held {
        issued: frame.context.now.timestamp(),
        count,
        places,
    };
    let cursors = frame.definition.cursors.as_ref()?;
    Some(cursors.seal(&held, bound_to))
}

/// A page as it is sent.
pub(super) struct Answer {
    pub(super) start_index: Option<usize>,
    pub(super) previous: Option<String>,
    pub(super) next: Option<String>,
    pub(super) found: Vec<(usize, Resource)>,
}

impl Answer {
    pub(super) const fn of(found: Vec<(usize, Resource)>) -> Self {
        Self {
            start_index: None,
            previous: None,
            next: None,
            found,
        }
    }

    pub(super) fn shown<'t>(
        self,
        total_results: Option<usize>,
        types: &'t [Listed],
        frame: &Frame,
    ) -> Body<'t> {
        let resources: Vec<_> = self
            .found
            .into_iter()
            .filter_map(|(index, resource)| {
                let listed = types.get(index)?;
                let projections = vec![&listed.projection];
                Some(frame.show(&listed.resource_type, resource, projections))
            })
            .collect();
        Body {
            items_per_page: resources.len(),
            resources,
            next_cursor: self.next,
            previous_cursor: self.previous,
            schemas: [urn::LIST_RESPONSE],
            start_index: self.start_index,
            total_results,
        }
    }
}

/// A `ListResponse` whose resources are written without a copy of them. The names are in the order in which those of other answers
/// are.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Body<'t> {
    #[serde(rename = "Resources")]
    resources: Vec<Shown<'t>>,
    items_per_page: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    previous_cursor: Option<String>,
    schemas: [&'static str; 1],
    #[serde(skip_serializing_if = "Option::is_none")]
    start_index: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    total_results: Option<usize>,
}
