//! The parameters of a query, understood for one resource type.

use super::Parameters;
use crate::compatibility::{Compatibility, Tolerance, Tolerating};
use crate::error::{Error, ErrorKind};
use crate::evaluation::BoundFilter;
use crate::message::SortOrder;
use crate::projection::Projection;
use crate::schema::RegisteredResourceType;
use crate::sorting::BoundSort;

impl Parameters {
    /// What the answer shows.
    pub(in super::super) fn projection(
        &self,
        resource_type: &RegisteredResourceType,
        compatibility: &Compatibility,
        tolerated: &mut Vec<Tolerance>,
    ) -> Result<Projection, Error> {
        let (projection, noted) = Projection::bind_with_report(
            self.attributes.as_deref(),
            self.excluded_attributes.as_deref(),
            resource_type,
            compatibility,
        )?;
        tolerated.extend(noted);
        Ok(projection)
    }

    /// What a resource must match.
    pub(in super::super) fn filter(
        &self,
        resource_type: &RegisteredResourceType,
        compatibility: &Compatibility,
        tolerated: &mut Vec<Tolerance>,
    ) -> Result<Option<BoundFilter>, Error> {
        let Some(text) = &self.filter else {
            return Ok(None);
        };
        let parsed = resource_type
            .parser()
            .leniency(compatibility.leniency())
            .filter_with_report(text)
            .map_err(|failure| Error::from_filter(&failure).with_path("filter"))?;
        Tolerating {
            compatibility,
            tolerated,
        }
        .note_parsed("filter", &parsed.tolerated);
        let (filter, noted) =
            BoundFilter::bind_with_report(&parsed.value, resource_type, compatibility)?;
        tolerated.extend(noted);
        Ok(Some(filter))
    }

    /// The order. Without `sortBy` there is none, whatever `sortOrder` says.
    pub(in super::super) fn sort(
        &self,
        resource_type: &RegisteredResourceType,
        compatibility: &Compatibility,
        tolerated: &mut Vec<Tolerance>,
    ) -> Result<Option<BoundSort>, Error> {
        let invalid = |detail: String, name: &str| {
            Error::new(ErrorKind::InvalidValue, detail).with_path(name)
        };
        let order = match self.sort_order.as_deref().map(str::trim) {
            None | Some("") => SortOrder::Ascending,
            Some(order) if order.eq_ignore_ascii_case("ascending") => SortOrder::Ascending,
            Some(order) if order.eq_ignore_ascii_case("descending") => SortOrder::Descending,
            Some(_) => {
                return Err(invalid(
                    "the order is ascending or descending".to_owned(),
                    "sortOrder",
                ));
            }
        };
        let Some(text) = self
            .sort_by
            .as_deref()
            .filter(|text| !text.trim().is_empty())
        else {
            return Ok(None);
        };
        let path = resource_type
            .parser()
            .leniency(compatibility.leniency())
            .attribute_path(text.trim())
            .map_err(|failure| invalid(failure.to_string(), "sortBy"))?;
        let (sort, noted) =
            BoundSort::bind_with_report(&path, order, resource_type, compatibility)?;
        tolerated.extend(noted);
        Ok(Some(sort))
    }
}
