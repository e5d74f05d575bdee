//! The parameters of a query, understood for the resource types that it covers.

use scim_filter::{AttributePath, Filter};

use super::Parameters;
use crate::compatibility::{Compatibility, Tolerance, Tolerating};
use crate::error::{Error, ErrorKind};
use crate::evaluation::BoundFilter;
use crate::message::SortOrder;
use crate::projection::Projection;
use crate::schema::RegisteredResourceType;
use crate::sorting::BoundSort;

/// An order as it was written, and as it is understood for each type.
pub(in super::super) struct Sorting {
    pub(in super::super) path: AttributePath,
    pub(in super::super) order: SortOrder,
    pub(in super::super) each: Vec<BoundSort>,
}

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

    /// What the answer shows of each type.
    pub(in super::super) fn projections(
        &self,
        types: &[RegisteredResourceType],
        tolerating: &mut Tolerating<'_>,
    ) -> Result<Vec<Projection>, Error> {
        let (projections, noted) = Projection::bind_each(
            self.attributes.as_deref(),
            self.excluded_attributes.as_deref(),
            types,
            tolerating.compatibility,
        )?;
        tolerating.tolerated.extend(noted);
        Ok(projections)
    }

    /// What a resource must match, as it was written and as it is understood for each type.
    pub(in super::super) fn filter(
        &self,
        types: &[RegisteredResourceType],
        tolerating: &mut Tolerating<'_>,
    ) -> Result<Option<(Filter, Vec<BoundFilter>)>, Error> {
        let Some(text) = &self.filter else {
            return Ok(None);
        };
        let parsed = RegisteredResourceType::parser_of_all(types)
            .leniency(tolerating.compatibility.leniency())
            .filter_with_report(text)
            .map_err(|failure| Error::from_filter(&failure).with_path("filter"))?;
        tolerating.note_parsed("filter", &parsed.tolerated);
        let (each, noted) = BoundFilter::bind_each(&parsed.value, types, tolerating.compatibility)?;
        tolerating.tolerated.extend(noted);
        Ok(Some((parsed.value, each)))
    }

    /// The order. Without `sortBy` there is none, whatever `sortOrder` says.
    pub(in super::super) fn sort(
        &self,
        types: &[RegisteredResourceType],
        tolerating: &mut Tolerating<'_>,
    ) -> Result<Option<Sorting>, Error> {
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
        let path = RegisteredResourceType::parser_of_all(types)
            .leniency(tolerating.compatibility.leniency())
            .attribute_path(text.trim())
            .map_err(|failure| invalid(failure.to_string(), "sortBy"))?;
        let (each, noted) = BoundSort::bind_each(&path, order, types, tolerating.compatibility)?;
        tolerating.tolerated.extend(noted);
        Ok(Some(Sorting { path, order, each }))
    }
}
