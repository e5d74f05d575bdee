//! Orders, and the places between two pages.

use serde_json::Value;

use super::condition::Writer;
use super::document::{is_text, sort_form, sort_key};
use super::expression::{Condition, Json};
use super::table::SqlTable;
use super::{SqlValue, key};
use crate::error::{Error, ErrorKind};
use crate::message::SortOrder;
use crate::paging::Cursor;
use crate::schema::{AttributeDefinition, AttributeReference, AttributeType};
use crate::sorting::BoundSort;

/// What resources are sorted by: an expression that is NULL for those without a value.
pub(super) struct SortKey<'s> {
    sort: &'s BoundSort,
    text: String,
    always_assigned: bool,
}

/// Where a page begins: after or before the resource that has, or had, this value and this id.
#[derive(Clone, Copy)]
pub(super) struct Place<'p> {
    pub(super) value: Option<&'p Value>,
    pub(super) id: &'p str,
    pub(super) is_backwards: bool,
}

impl<'s> SortKey<'s> {
    pub(super) fn new(table: &SqlTable, sort: &'s BoundSort) -> Result<Self, Error> {
        let Some(place) = sort.place() else {
            // Typed, because PostgreSQL sorts by no bare constant.
            let text = "CAST(NULL AS TEXT)".to_owned();
            return Ok(Self {
                sort,
                text,
                always_assigned: false,
            });
        };
        let definition = sort.definition();
        let has_order = definition.r#type != AttributeType::Binary && definition.name != "schemas";
        let is_single = place.sub_attribute.is_none() || !definition.multi_valued;
        if !has_order || !is_single {
            return Err(refuse(
                sort,
                "sortBy: it has no order here; sort by another attribute",
            ));
        }
        let reference = table.attribute(place)?;
        let sub_attribute = place.sub_attribute.as_deref();
        let always_assigned = table.is_always_assigned(sort.path());
        let text = if let Some(column) = table.column_of(sort.path()) {
            column
        } else if let (Some(entries), Some(name)) = (table.entries_of(reference), sub_attribute) {
            let form = (!is_text(definition)).then(|| sort_form(definition));
            entries.first(table.dialect, &table.id(), name, form)
        } else {
            let at = table.json(reference);
            let at = if reference.attribute().multi_valued {
                at.first()
            } else {
                at
            };
            leaf(&at, sub_attribute, definition)
        };
        Ok(Self {
            sort,
            // An empty text counts as none.
            text: if always_assigned {
                text
            } else {
                format!("NULLIF({text}, '')")
            },
            always_assigned,
        })
    }
}

fn refuse(sort: &BoundSort, detail: &str) -> Error {
    Error::new(ErrorKind::InvalidValue, detail).with_path(sort.path())
}

fn leaf(at: &Json, sub_attribute: Option<&str>, definition: &AttributeDefinition) -> String {
    let at = sub_attribute.map_or_else(|| at.clone(), |name| at.member(&key::member_name(name)));
    if is_text(definition) {
        at.text()
    } else {
        at.member(sort_form(definition)).text()
    }
}

/// The key in the comparison document by which an attribute with a single value is sorted, which is its column as well.
pub(super) fn sort_leaf(reference: &AttributeReference, at: &Json) -> String {
    let sub_attribute = reference
        .sub_attribute()
        .map(|definition| definition.name.as_str());
    leaf(at, sub_attribute, reference.definition())
}

/// What stands after ORDER BY.
pub(super) fn clause(table: &SqlTable, key: Option<&SortKey<'_>>, is_reversed: bool) -> String {
    let by_id = format!(
        "{} {}",
        table.id_key(),
        if is_reversed { "DESC" } else { "ASC" }
    );
    let Some(key) = key else {
        return by_id;
    };
    let is_ascending = (key.sort.order() == SortOrder::Ascending) != is_reversed;
    let direction = match (is_ascending, key.always_assigned) {
        (true, true) => "ASC",
        (false, true) => "DESC",
        (true, false) => "ASC NULLS LAST",
        (false, false) => "DESC NULLS FIRST",
    };
    format!("{} {direction}, {by_id}", key.text)
}

/// The resources on the far side of a place. Those without a value come last in ascending order, so they are beyond every value
/// where values grow, and behind it where they shrink.
pub(super) fn beyond(
    writer: &mut Writer<'_>,
    key: Option<&SortKey<'_>>,
    place: Place<'_>,
) -> Result<Condition, Error> {
    let id_sign = if place.is_backwards { "<" } else { ">" };
    let id = writer.bind(SqlValue::Text(key::storable(place.id)));
    let by_id = Condition::simple(format!("{} {id_sign} {id}", writer.table.id_key()));
    let Some(key) = key else {
        return Ok(by_id);
    };
    let grows = (key.sort.order() == SortOrder::Ascending) != place.is_backwards;
    let text = &key.text;
    let Some(value) = place.value else {
        let absent = Condition::simple(format!("{text} IS NULL"));
        let equal = Condition::all(vec![absent, by_id]);
        return Ok(if grows {
            equal
        } else {
            let assigned = Condition::simple(format!("{text} IS NOT NULL"));
            Condition::any(vec![assigned, equal])
        });
    };
    let value = sort_key(key.sort.definition(), value).ok_or_else(Cursor::of_another_order)?;
    let value = writer.bind(SqlValue::Text(value));
    let sign = if grows { ">" } else { "<" };
    // The first comparison is implied by the others; it is what an index can begin with.
    let assigned = Condition::all(vec![
        Condition::simple(format!("{text} {sign}= {value}")),
        Condition::any(vec![
            Condition::simple(format!("{text} {sign} {value}")),
            by_id,
        ]),
    ]);
    Ok(if grows && !key.always_assigned {
        Condition::any(vec![assigned, Condition::simple(format!("{text} IS NULL"))])
    } else {
        assigned
    })
}
