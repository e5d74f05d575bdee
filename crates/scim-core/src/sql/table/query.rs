//! The question.

use super::{SqlTable, misuse};
use crate::error::{Error, ErrorKind};
use crate::evaluation::BoundFilter;
use crate::sorting::BoundSort;
use crate::sql::condition::Writer;
use crate::sql::expression::Condition;
use crate::sql::{SqlPage, SqlQuery, SqlValue, order};

/// `SQLite` reads at most 1,000 levels, and counts some that are not seen here.
const DEEPEST: usize = 900;

impl SqlTable {
    /// A filter, an order and a page as parts of one query.
    ///
    /// # Errors
    ///
    /// - `invalidFilter`: the filter is nested deeper than `SQLite` reads.
    /// - `tooMany`: it has more values than the database takes as parameters: 32,766 for `SQLite`, 65,535 for `PostgreSQL`.
    /// - `invalidValue`: the order is by binary data, by `schemas` or by a sub-attribute with several values, which have no order
    ///   here.
    /// - `invalidCursor`: the cursor comes from another order.
    /// - [`ErrorKind::Internal`](crate::error::ErrorKind::Internal): the filter or the order was bound for another resource type;
    ///   or [`SqlEntries::with_parameter`](crate::sql::SqlEntries::with_parameter) names a parameter that does not come first.
    ///
    /// # Examples
    ///
    /// See the [module](crate::sql).
    pub fn query(
        &self,
        filter: Option<&BoundFilter>,
        sort: Option<&BoundSort>,
        page: SqlPage<'_>,
    ) -> Result<SqlQuery, Error> {
        self.check_parameters()?;
        let mut writer = Writer::new(self);
        let mut conditions = Vec::new();
        if let Some(filter) = filter {
            conditions.push(writer.node(filter.node())?);
        }
        let key = sort
            .map(|sort| order::SortKey::new(self, sort))
            .transpose()?;
        let mut is_reversed = false;
        let mut limit = String::new();
        match page {
            SqlPage::All => {}
            SqlPage::Index { start_index, count } => {
                let count = writer.bind(SqlValue::integer(count));
                let before = writer.bind(SqlValue::integer(start_index.saturating_sub(1)));
                limit = format!("LIMIT {count} OFFSET {before}");
            }
            SqlPage::Cursor {
                cursor,
                limit: rows,
            } => {
                if let Some(cursor) = cursor {
                    cursor.check(sort)?;
                    let (value, id, is_backwards) = cursor.place();
                    is_reversed = is_backwards;
                    let place = order::Place {
                        value,
                        id,
                        is_backwards,
                    };
                    conditions.push(order::beyond(&mut writer, key.as_ref(), place)?);
                }
                limit = format!("LIMIT {}", writer.bind(SqlValue::integer(rows)));
            }
        }
        let condition = Condition::all(conditions);
        let parameters = writer.into_parameters();
        self.check_size(&condition, parameters.len())?;
        Ok(SqlQuery {
            condition: condition.into_text(),
            order: order::clause(self, key.as_ref(), is_reversed),
            limit,
            parameters,
        })
    }

    fn check_parameters(&self) -> Result<(), Error> {
        let known = 1..=self.parameters_before;
        let numbers = self
            .entries
            .iter()
            .map(|(path, entries)| (path, entries.parameter_numbers()));
        for (path, mut numbers) in numbers {
            if let Some(number) = numbers.find(|number| !known.contains(number)) {
                let detail = format!(
                    "its rows are compared with parameter {number}, and {} come first; say so by with_parameters_before",
                    self.parameters_before
                );
                return Err(misuse(&detail).with_path(path));
            }
        }
        Ok(())
    }

    fn check_size(&self, condition: &Condition, parameters: usize) -> Result<(), Error> {
        if condition.depth() > DEEPEST {
            return Err(Error::new(
                ErrorKind::InvalidFilter,
                "the filter is nested deeper than the database reads; write it flatter",
            ));
        }
        let most = self.dialect.most_parameters();
        if self.parameters_before.saturating_add(parameters) > most {
            return Err(Error::new(
                ErrorKind::TooMany,
                format!(
                    "the filter has more values than the {most} that the database takes; ask in several requests"
                ),
            ));
        }
        Ok(())
    }
}
