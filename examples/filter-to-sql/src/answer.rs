//! One question, asked of SQLite and of scim-core.

use std::cmp::Ordering;
use std::error::Error;

use scim_core::compatibility::Compatibility;
use scim_core::error::Error as Refusal;
use scim_core::evaluation::BoundFilter;
use scim_core::message::SortOrder;
use scim_core::resource::Resource;
use scim_core::schema::RegisteredResourceType;
use scim_core::sorting::BoundSort;
use scim_core::sql::{SqlDialect, SqlPage, SqlQuery};

use crate::database::Database;
use crate::users;

/// What the filter and the order mean for users.
pub(crate) fn bind(
    users: &RegisteredResourceType,
    filter: &str,
    sort_by: Option<&str>,
    descending: bool,
) -> Result<(BoundFilter, Option<BoundSort>), Refusal> {
    let parser = users.parser();
    let parsed = parser
        .filter(filter)
        .map_err(|failure| Refusal::from_filter(&failure))?;
    let compatibility = Compatibility::standard();
    let filter = BoundFilter::bind(&parsed, users, &compatibility)?;
    let order = if descending {
        SortOrder::Descending
    } else {
        SortOrder::Ascending
    };
    let sort = sort_by.map(|path| {
        let path = parser
            .attribute_path(path)
            .map_err(|failure| Refusal::from_path(&failure))?;
        BoundSort::bind(&path, order, users, &compatibility)
    });
    Ok((filter, sort.transpose()?))
}

/// The two queries, and what was found.
pub(crate) struct Answer {
    pub(crate) queries: Vec<(SqlDialect, SqlQuery)>,
    pub(crate) found: Vec<Resource>,
    pub(crate) samples: usize,
    expected: Vec<String>,
}

impl Answer {
    pub(crate) async fn find(
        resource_type: &RegisteredResourceType,
        filter: &BoundFilter,
        sort: Option<&BoundSort>,
    ) -> Result<Self, Box<dyn Error>> {
        let samples = users::samples()?;
        let mut queries = Vec::new();
        for dialect in [SqlDialect::Sqlite, SqlDialect::PostgreSql] {
            let table = users::table(dialect, resource_type)?;
            queries.push((dialect, table.query(Some(filter), sort, SqlPage::All)?));
        }
        let table = users::table(SqlDialect::Sqlite, resource_type)?;
        let mut database = Database::with(&table, &samples).await?;
        let query = table.query(Some(filter), sort, SqlPage::All)?;
        let ids = database.ids(&query).await?;
        let by_id = |id: &String| {
            let is_it = |user: &&Resource| user.id() == Some(id);
            samples.iter().find(is_it).cloned()
        };
        Ok(Self {
            queries,
            found: ids.iter().filter_map(by_id).collect(),
            expected: expected(&samples, filter, sort),
            samples: samples.len(),
        })
    }

    /// Whether `SQLite` found what scim-core finds, in the same order.
    pub(crate) fn agrees(&self) -> bool {
        let found = self.found.iter().filter_map(Resource::id);
        found.eq(self.expected.iter().map(String::as_str))
    }
}

fn expected(samples: &[Resource], filter: &BoundFilter, sort: Option<&BoundSort>) -> Vec<String> {
    let mut matches: Vec<_> = samples.iter().filter(|user| filter.matches(user)).collect();
    matches.sort_by(|left, right| {
        sort.map_or(Ordering::Equal, |sort| sort.compare(left, right))
            .then_with(|| left.id().cmp(&right.id()))
    });
    let ids = matches.iter().filter_map(|user| user.id());
    ids.map(str::to_owned).collect()
}
