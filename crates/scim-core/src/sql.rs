//! Filters, orders and pages as conditions for SQLite and PostgreSQL.
//!
//! A database knows nothing of what makes two values of SCIM equal: Unicode's normalisation and case folding where an attribute
//! ignores case, instants whatever their offset, numbers without rounding, references with and without a version. So it is not
//! asked to. A service stores a second document beside each resource, the *comparison document*, in which every value is
//! replaced by the text that stands for it in comparisons. Compared byte by byte, these texts give exactly the answers of
//! [`BoundFilter::matches`](crate::evaluation::BoundFilter::matches), of [`BoundSort`](crate::sorting::BoundSort) and of
//! [`paging::page`](crate::paging::page). The tests of `examples/filter-to-sql` ask this of both databases.
//!
//! # What to store
//!
//! One table for each resource type: the id, the resource as it is, and its comparison document as JSON (`jsonb` in PostgreSQL).
//! An attribute that is often asked for gets a column of its own with an index. The database fills that column by itself:
//!
//! ```
//! use scim_core::schema::SchemaRegistry;
//! use scim_core::sql::{SqlDialect, SqlTable};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let registry = SchemaRegistry::standard();
//! let users = registry.resource_type("User").ok_or("no users")?;
//! let table = SqlTable::new(SqlDialect::Sqlite, "users", users)?
//!     .with_required_column("userName", "user_name")?
//!     .with_column("externalId", "external_id")?;
//! let definition = format!(
//!     "CREATE TABLE users (id TEXT PRIMARY KEY NOT NULL, resource TEXT NOT NULL, comparison TEXT NOT NULL, {})",
//!     table.generated_columns().join(", "),
//! );
//! assert!(definition.contains(
//!     r#""user_name" TEXT GENERATED ALWAYS AS (json_extract("comparison", '$."userName"')) STORED"#
//! ));
//! # Ok(())
//! # }
//! ```
//!
//! In PostgreSQL `id` is `TEXT COLLATE "C"`: texts are ordered by byte. In SQLite that is so unless a column says otherwise.
//! [`SqlTable::comparison_document`] makes the document, in the transaction that stores the resource. It holds nothing that is
//! never returned, so no password gets into it. When a schema changes, and when a new version of this crate says so, the documents
//! are made anew.
//!
//! The values of an attribute are elements of an array in the document, which is read for every question about them. Where there
//! are thousands, as in the members of a group, they become rows of a table of their own: [`SqlTable::with_entries`].
//!
//! # How to ask
//!
//! [`SqlTable::query`] gives what stands after `WHERE`, `ORDER BY` and `LIMIT`, and the parameters. No value of a client is ever
//! part of the text.
//!
//! ```
//! use scim_core::compatibility::Compatibility;
//! use scim_core::evaluation::BoundFilter;
//! use scim_core::message::SortOrder;
//! use scim_core::schema::SchemaRegistry;
//! use scim_core::sorting::BoundSort;
//! use scim_core::sql::{SqlDialect, SqlPage, SqlTable, SqlValue};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let registry = SchemaRegistry::standard();
//! let users = registry.resource_type("User").ok_or("no users")?;
//! let table = SqlTable::new(SqlDialect::Sqlite, "users", users)?.with_required_column("userName", "user_name")?;
//!
//! let filter = users.parser().filter(r#"userName sw "BJ" and not (emails[type eq "work"])"#)?;
//! let filter = BoundFilter::bind(&filter, users, &Compatibility::standard())?;
//! let sort = BoundSort::bind(&"userName".parse()?, SortOrder::Ascending, users, &Compatibility::standard())?;
//! let query = table.query(Some(&filter), Some(&sort), SqlPage::Index { start_index: 11, count: 10 })?;
//! assert_eq!(
//!     query.clauses(),
//!     concat!(
//!         r#"WHERE ("users"."user_name" >= ?1 AND "users"."user_name" < ?2) AND "#,
//!         r#"(EXISTS (SELECT 1 FROM json_each("users"."comparison", '$."emails"') AS "e1" "#,
//!         r#"WHERE json_extract("e1"."value", '$."type"') = ?3)) IS NOT TRUE "#,
//!         r#"ORDER BY "users"."user_name" ASC, "users"."id" ASC LIMIT ?4 OFFSET ?5"#,
//!     ),
//! );
//! let texts = ["bj", "bk", "work"].map(|text| SqlValue::Text(text.to_owned()));
//! assert_eq!(query.parameters, [&texts[..], &[SqlValue::Integer(10), SqlValue::Integer(10)]].concat());
//! # Ok(())
//! # }
//! ```
//!
//! - **Truth.** A comparison with an absent value is neither true nor false in SQL. `AND`, `OR` and `WHERE` do not mind, and a
//!   negation is written `(…) IS NOT TRUE`, which does not either. Whoever negates a condition as a whole writes the same.
//! - **Texts.** `sw` is a range of keys, which an index finds. `co` and `ew` are `instr`, `strpos`, `substr` and `right`, which
//!   take every character as it is. `LIKE` does not: in SQLite it has its own idea of case and a limit to patterns.
//! - **Lists.** A condition on a multi-valued attribute is `EXISTS` over its elements. All that stands in one pair of brackets is
//!   asked of one element.
//! - **Control characters.** PostgreSQL holds no U+0000. In keys U+0000 to U+0003 are written as three others, in documents and
//!   parameters alike, so that answers stay the same.
//!
//! # Pages
//!
//! An index page is `LIMIT` and `OFFSET`. A page by [`Cursor`] begins at a place, which an index finds
//! however far it is: ask for one row more than the page has, and the place after the page's last resource is the next cursor if
//! that row is there. A query backwards yields its rows in reverse. Those that it finds fewer than the page has are the start
//! of all results, where [`paging::page`](crate::paging::page) gives the first page instead.
//!
//! # What stays outside
//!
//! Nothing is executed here, and nothing is known of connections, transactions and migrations. SQLite has to be 3.38 or newer,
//! and built as it is by default; PostgreSQL 12 or newer, with the encoding UTF-8. An older SQLite (3.40) reads some fifty
//! parentheses inside of each other and answers more with an error. There is no order by binary data and by `schemas`.
//! `examples/filter-to-sql` is a program around this module.

mod condition;
mod document;
mod entries;
mod expression;
mod key;
mod order;
mod table;

pub use entries::SqlEntries;
pub use table::SqlTable;

use std::fmt;

use crate::paging::Cursor;
use crate::resource::Hidden;

/// The database that a text is for.
///
/// # Examples
///
/// See the [module](self).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SqlDialect {
    /// SQLite 3.38 or newer; parameters are `?1`, `?2` and so on.
    Sqlite,
    /// PostgreSQL 12 or newer; parameters are `$1`, `$2` and so on.
    PostgreSql,
}

impl SqlDialect {
    const fn most_parameters(self) -> usize {
        match self {
            Self::Sqlite => 32_766,
            Self::PostgreSql => 65_535,
        }
    }

    /// The mark that stands for a parameter, counted from 1.
    fn parameter(self, number: usize) -> String {
        match self {
            Self::Sqlite => format!("?{number}"),
            Self::PostgreSql => format!("${number}"),
        }
    }
}

/// The value of a parameter.
///
/// # Examples
///
/// See the [module](self).
///
/// `Debug` does not show a text: what a client looks for may be personal.
#[derive(Clone, PartialEq, Eq)]
#[expect(
    clippy::exhaustive_enums,
    reason = "whoever binds the parameters has to know them all"
)]
pub enum SqlValue {
    /// A text.
    Text(String),
    /// A number of rows.
    Integer(i64),
}

impl fmt::Debug for SqlValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(_) => f.debug_tuple("Text").field(&Hidden).finish(),
            Self::Integer(number) => f.debug_tuple("Integer").field(number).finish(),
        }
    }
}

impl SqlValue {
    fn integer(count: usize) -> Self {
        Self::Integer(i64::try_from(count).unwrap_or(i64::MAX))
    }
}

/// Which of the results are wanted.
///
/// # Examples
///
/// See [`SqlTable::query`].
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum SqlPage<'c> {
    /// All of them.
    All,
    /// Those of a page by number ([RFC 7644, section 3.4.2.4](https://www.rfc-editor.org/rfc/rfc7644#section-3.4.2.4)).
    Index {
        /// The number of the first one, counted from 1; 0 is taken for 1.
        start_index: usize,
        /// How many.
        count: usize,
    },
    /// Those beyond a place ([RFC 9865](https://www.rfc-editor.org/rfc/rfc9865)).
    Cursor {
        /// The place; without one, the start.
        cursor: Option<&'c Cursor>,
        /// How many rows: one more than the page has, to see whether another page follows.
        limit: usize,
    },
}

/// The parts of a query.
///
/// # Examples
///
/// See the [module](self).
///
/// `Debug` shows the texts, which hold no value of a client, and hides the parameters that are texts.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SqlQuery {
    /// What stands after `WHERE`; put it into parentheses beside a condition of your own. It may be unknown instead of false.
    pub condition: String,
    /// What stands after `ORDER BY`.
    pub order: String,
    /// `LIMIT` and perhaps `OFFSET`, or nothing.
    pub limit: String,
    /// The values of the parameters, beginning with the first number after those of the application.
    pub parameters: Vec<SqlValue>,
}

impl SqlQuery {
    /// `WHERE`, `ORDER BY` and `LIMIT`, to be put after `SELECT … FROM …`.
    ///
    /// # Examples
    ///
    /// See the [module](self).
    #[must_use]
    pub fn clauses(&self) -> String {
        let Self {
            condition,
            order,
            limit,
            ..
        } = self;
        let clauses = format!("WHERE {condition} ORDER BY {order} {limit}");
        clauses.trim_end().to_owned()
    }
}
