//! From a bound filter to a condition.

use scim_filter::ComparisonOperator;

use super::document::{UNASSIGNED, form, is_text};
use super::entries::SqlEntries;
use super::expression::{Condition, Json};
use super::table::{SqlTable, foreign};
use super::{SqlDialect, SqlValue, key};
use crate::error::Error;
use crate::evaluation::{self, ElementFilter, Node, Operand, Place, reference};
use crate::schema::{AttributeDefinition, AttributeReference, AttributeType};

/// Writes conditions and collects their parameters.
pub(super) struct Writer<'t> {
    pub(super) table: &'t SqlTable,
    parameters: Vec<SqlValue>,
    aliases: usize,
}

/// Where a condition finds its value: in a comparison document, or in a column of its own.
#[derive(Clone)]
pub(super) struct Source<'t> {
    pub(super) json: Json,
    pub(super) column: Option<String>,
    /// The table, and its alias, that has the value as a row.
    pub(super) row: Option<(&'t SqlEntries, String)>,
}

impl Source<'_> {
    pub(super) const fn json(json: Json) -> Self {
        Self {
            json,
            column: None,
            row: None,
        }
    }

    fn member(&self, sub_attribute: &AttributeDefinition) -> Self {
        let column = self.row.as_ref().and_then(|(entries, alias)| {
            entries.column(&sub_attribute.name, self.json.dialect(), alias)
        });
        Self {
            json: self.json.member(&key::member_name(&sub_attribute.name)),
            column,
            row: None,
        }
    }

    /// The text by which a value is compared; `form` counts where there are several.
    pub(super) fn text(&self, definition: &AttributeDefinition, form: &str) -> String {
        match &self.column {
            Some(column) if is_text(definition) || form == form::INSTANT => column.clone(),
            _ if is_text(definition) => self.json.text(),
            _ => self.json.member(form).text(),
        }
    }
}

impl<'t> Writer<'t> {
    pub(super) const fn new(table: &'t SqlTable) -> Self {
        Self {
            table,
            parameters: Vec::new(),
            aliases: 0,
        }
    }

    pub(super) fn into_parameters(self) -> Vec<SqlValue> {
        self.parameters
    }

    /// The mark that stands for a parameter.
    pub(super) fn bind(&mut self, value: SqlValue) -> String {
        self.parameters.push(value);
        let number = self.table.parameters_before + self.parameters.len();
        self.table.dialect.parameter(number)
    }

    /// The mark for a key that is not yet in the form in which it can be stored.
    fn bind_key(&mut self, key: &str) -> String {
        self.bind(SqlValue::Text(key::storable(key)))
    }

    pub(super) fn node(&mut self, node: &Node) -> Result<Condition, Error> {
        match node {
            Node::All(parts) => Ok(Condition::all(self.nodes(parts)?)),
            Node::Any(parts) => Ok(Condition::any(self.nodes(parts)?)),
            Node::Not(part) => Ok(self.node(part)?.negated()),
            Node::Test {
                path,
                place,
                condition,
            } => self.test(path, place, condition),
            Node::Element { place, filter, .. } => self.element(place, filter),
        }
    }

    fn nodes(&mut self, parts: &[Node]) -> Result<Vec<Condition>, Error> {
        parts.iter().map(|part| self.node(part)).collect()
    }

    fn test(
        &mut self,
        path: &str,
        place: &Place,
        condition: &evaluation::Condition,
    ) -> Result<Condition, Error> {
        let table = self.table;
        let reference = table.attribute(place)?;
        let definition = reference.attribute();
        let sub_attribute = sub_attribute(definition, place.sub_attribute.as_deref())?;
        if definition.multi_valued {
            return self.any_element(reference, |writer, element| match sub_attribute {
                None => Ok(writer.value(definition, element, condition)),
                Some(sub_attribute) => {
                    Ok(writer.values(sub_attribute, &element.member(sub_attribute), condition))
                }
            });
        }
        let mut source = Source::json(table.json(reference));
        let Some(sub_attribute) = sub_attribute else {
            source.column = table.column_of(path);
            return Ok(self.value(definition, &source, condition));
        };
        let mut member = source.member(sub_attribute);
        member.column = table.column_of(path);
        let holds = self.values(sub_attribute, &member, condition);
        Ok(if is_false_if_absent(condition) {
            Condition::all(vec![Condition::simple(source.json.exists()), holds])
        } else {
            holds
        })
    }

    fn element(&mut self, place: &Place, filter: &ElementFilter) -> Result<Condition, Error> {
        let table = self.table;
        let reference = table.attribute(place)?;
        let definition = reference.attribute();
        if definition.multi_valued {
            return self.any_element(reference, |writer, element| {
                writer.element_filter(filter, definition, element)
            });
        }
        let source = Source::json(table.json(reference));
        let exists = Condition::simple(source.json.exists());
        let filter = self.element_filter(filter, definition, &source)?;
        Ok(Condition::all(vec![exists, filter]))
    }

    fn element_filter(
        &mut self,
        filter: &ElementFilter,
        definition: &AttributeDefinition,
        element: &Source<'_>,
    ) -> Result<Condition, Error> {
        let mut parts = |parts: &[ElementFilter]| -> Result<Vec<_>, Error> {
            parts
                .iter()
                .map(|part| self.element_filter(part, definition, element))
                .collect()
        };
        match filter {
            ElementFilter::All(all) => Ok(Condition::all(parts(all)?)),
            ElementFilter::Any(any) => Ok(Condition::any(parts(any)?)),
            ElementFilter::Not(part) => {
                Ok(self.element_filter(part, definition, element)?.negated())
            }
            ElementFilter::Test(name, condition) => {
                Ok(match sub_attribute(definition, name.as_deref())? {
                    None => self.value(definition, element, condition),
                    Some(sub_attribute) => {
                        self.values(sub_attribute, &element.member(sub_attribute), condition)
                    }
                })
            }
        }
    }

    /// One of the elements of an attribute fulfils a condition.
    fn any_element(
        &mut self,
        reference: &AttributeReference,
        condition: impl FnOnce(&mut Self, &Source<'t>) -> Result<Condition, Error>,
    ) -> Result<Condition, Error> {
        let alias = self.alias();
        if let Some(entries) = self.table.entries_of(reference) {
            let element = entries.element(self.table.dialect, alias.clone());
            let mut conditions = entries.conditions(self.table.dialect, &alias);
            conditions.push(condition(self, &element)?);
            let (owner, rows) = entries.rows(&alias);
            return Ok(Condition::all(conditions).selects(&self.table.id(), &owner, &rows));
        }
        let are_texts = is_text(reference.attribute());
        let (rows, element) = self.table.json(reference).elements(&alias, are_texts);
        Ok(condition(self, &Source::json(element))?.exists_in(&rows))
    }

    fn alias(&mut self) -> String {
        self.aliases += 1;
        format!("e{}", self.aliases)
    }

    /// A condition on a sub-attribute, which may have several values.
    fn values(
        &mut self,
        definition: &AttributeDefinition,
        source: &Source<'_>,
        condition: &evaluation::Condition,
    ) -> Condition {
        if !definition.multi_valued {
            return self.value(definition, source, condition);
        }
        let alias = self.alias();
        let (rows, element) = source.json.elements(&alias, is_text(definition));
        self.value(definition, &Source::json(element), condition)
            .exists_in(&rows)
    }

    fn value(
        &mut self,
        definition: &AttributeDefinition,
        source: &Source<'_>,
        condition: &evaluation::Condition,
    ) -> Condition {
        let evaluation::Condition::Compare {
            operator,
            operand,
            absent_is_false,
        } = condition
        else {
            return present(definition, source);
        };
        match operand.as_ref() {
            Operand::Text(text) => {
                let value = source.text(definition, form::TEXT);
                self.compare(*operator, &value, text.key())
            }
            Operand::Reference {
                text,
                uri,
                resolvable,
            } => {
                let value = source.text(definition, form::TEXT);
                let as_text = self.compare(*operator, &value, text.key());
                if *operator != ComparisonOperator::Eq {
                    return as_text;
                }
                let mut ways = vec![as_text];
                self.push_same_reference(&source.json, uri, *resolvable, &mut ways);
                Condition::any(ways)
            }
            Operand::Boolean(boolean) => {
                let mut value = source.text(definition, form::TEXT);
                if *absent_is_false {
                    value = format!("COALESCE({value}, 'false')");
                }
                self.compare(*operator, &value, key::boolean(*boolean))
            }
            Operand::Number(number) => {
                let value = source.text(definition, form::TEXT);
                self.compare(*operator, &value, number.key())
            }
            Operand::Instant(instant) => {
                let value = source.text(definition, form::INSTANT);
                self.compare(*operator, &value, &key::instant(*instant))
            }
            Operand::Binary(digits) => {
                let value = source.text(definition, form::TEXT);
                self.compare(*operator, &value, digits)
            }
        }
    }

    /// How two references are equal though their texts differ, as the evaluation of filters has it.
    fn push_same_reference(
        &mut self,
        value: &Json,
        uri: &str,
        resolvable: bool,
        ways: &mut Vec<Condition>,
    ) {
        let path = self.bind_key(&reference::path(uri));
        let value_path = value.member(form::PATH).text();
        ways.push(Condition::simple(format!("{value_path} = {path}")));
        if !resolvable {
            return;
        }
        if reference::is_absolute(uri) {
            let tail = value.member(form::TAIL).text();
            ways.push(self.ends_with(&path, &tail));
        } else if let Some(tail) = reference::tail(uri) {
            let tail = self.bind_key(&tail);
            let absolute = value.member(form::ABSOLUTE).text();
            ways.push(Condition::all(vec![
                Condition::simple(format!("{absolute} IS NOT NULL")),
                self.ends_with(&value_path, &tail),
            ]));
        }
    }

    /// A comparison of two keys by their characters.
    ///
    /// Not by LIKE: SQLite takes its ASCII letters without regard to case and gives up on long patterns, and neither database
    /// finds a start by an ordinary index on it. A start is a range of keys, which both find.
    fn compare(&mut self, operator: ComparisonOperator, value: &str, key: &str) -> Condition {
        use ComparisonOperator::{Co, Eq, Ew, Ge, Gt, Le, Lt, Ne, Sw};
        if key.is_empty() && matches!(operator, Co | Sw | Ew) {
            return Condition::simple(format!("{value} IS NOT NULL"));
        }
        let start = key::storable(key);
        let end = key::successor(&start);
        let operand = self.bind(SqlValue::Text(start));
        let sign = match operator {
            Eq => return Condition::equal(value, &operand),
            Ne => return Condition::equal(value, &operand).negated(),
            Gt => ">",
            Ge => ">=",
            Lt => "<",
            Le => "<=",
            Co => {
                let function = match self.table.dialect {
                    SqlDialect::Sqlite => "instr",
                    SqlDialect::PostgreSql => "strpos",
                };
                return Condition::simple(format!("{function}({value}, {operand}) > 0"));
            }
            Ew => return self.ends_with(value, &operand),
            Sw => {
                let end = end.map(|end| {
                    let end = self.bind(SqlValue::Text(end));
                    Condition::simple(format!("{value} < {end}"))
                });
                let start = Condition::simple(format!("{value} >= {operand}"));
                return Condition::all(std::iter::once(start).chain(end).collect());
            }
        };
        Condition::simple(format!("{value} {sign} {operand}"))
    }

    /// Whether a text ends with another one that is not empty.
    fn ends_with(&self, text: &str, end: &str) -> Condition {
        Condition::simple(match self.table.dialect {
            SqlDialect::Sqlite => format!("substr({text}, -length({end})) = {end}"),
            SqlDialect::PostgreSql => format!("right({text}, length({end})) = {end}"),
        })
    }
}

/// `pr`.
fn present(definition: &AttributeDefinition, source: &Source<'_>) -> Condition {
    if definition.r#type != AttributeType::Complex {
        let value = source.text(definition, form::TEXT);
        return Condition::simple(format!("{value} <> ''"));
    }
    let unassigned = source.json.member(UNASSIGNED).text();
    let assigned = Condition::simple(format!("{unassigned} IS NULL"));
    if source.json.is_whole() {
        return assigned;
    }
    Condition::all(vec![Condition::simple(source.json.exists()), assigned])
}

const fn is_false_if_absent(condition: &evaluation::Condition) -> bool {
    matches!(
        condition,
        evaluation::Condition::Compare {
            absent_is_false: true,
            ..
        }
    )
}

fn sub_attribute<'d>(
    definition: &'d AttributeDefinition,
    name: Option<&str>,
) -> Result<Option<&'d AttributeDefinition>, Error> {
    name.map(|name| definition.sub_attribute(name).ok_or_else(foreign))
        .transpose()
}
