//! What a query may cost, told before it is carried out.
//!
//! A query costs the resources that its indexed conditions leave, or else all of its type, times its conditions. An order that no
//! index has counts as a condition. A member of a group that is answered among others costs as much as ten comparisons.

use scim_core::error::{Error, ErrorKind};
use scim_core::evaluation::{BoundFilter, Narrowing};
use scim_core::service_provider::Search;
use scim_core::sql::SqlPage;
use sqlx::error::DatabaseError;

use super::{Resources, statement};
use crate::database::Statement;
use crate::store::GROUP;
use crate::store::comparison::View;
use crate::store::completion::ids;
use crate::store::document::Document;
use crate::store::fault::Fault;

/// What bringing a member of a group costs, in comparisons.
const STEPS_OF_A_MEMBER: u64 = 10;

/// How many names stand in a message.
const NAMED: usize = 5;

/// Refuses what costs too much. What a single index answers by itself is not counted.
pub(super) async fn check(resources: &mut Resources<'_>, search: &Search) -> Result<(), Fault> {
    let question = Question::of(search, resources.view);
    if question.is_answered_by_an_index() {
        return Ok(());
    }
    let most = search.evaluation_steps / question.steps().max(1);
    let mut left = most;
    for alternative in question.alternatives() {
        let found = resources
            .count_up_to(alternative, left.saturating_add(1))
            .await?;
        left = left
            .checked_sub(found)
            .ok_or_else(|| question.refusal(most, search.evaluation_steps, resources.view))?;
    }
    Ok(())
}

struct Question {
    narrowing: Option<Narrowing>,
    /// By what the results are sorted without an index.
    sort_by: Option<String>,
}

impl Question {
    fn of(search: &Search, view: &View) -> Self {
        let filter = search.filter.as_ref();
        let sort_by = search.sort.as_ref().map(|sort| sort.path().to_owned());
        Self {
            narrowing: filter.map(|filter| filter.narrowing(|path| view.has_index(path))),
            sort_by: sort_by.filter(|path| !view.has_order(path)),
        }
    }

    /// How often each resource is looked at.
    fn steps(&self) -> u64 {
        let conditions = self.narrowing.as_ref().map_or(0, |it| it.conditions);
        let conditions = u64::try_from(conditions).unwrap_or(u64::MAX);
        conditions.saturating_add(u64::from(self.sort_by.is_some()))
    }

    fn is_answered_by_an_index(&self) -> bool {
        let is_single = |it: &Narrowing| it.conditions <= 1 && it.unindexed.is_empty();
        self.sort_by.is_none() && self.narrowing.as_ref().is_none_or(is_single)
    }

    /// What the indexes find: everybody, if they do not help.
    fn alternatives(&self) -> Vec<Option<&BoundFilter>> {
        let alternatives = self.narrowing.iter().flat_map(|it| &it.alternatives);
        let alternatives: Vec<_> = alternatives.map(Some).collect();
        if alternatives.is_empty() {
            return vec![None];
        }
        alternatives
    }

    fn refusal(&self, most: u64, limit: u64, view: &View) -> Fault {
        let steps = self.steps();
        let unindexed = self.narrowing.iter().flat_map(|it| &it.unindexed);
        let unindexed = named(unindexed.chain(&self.sort_by).map(String::as_str));
        let cause = if unindexed.is_empty() {
            String::new()
        } else {
            format!("; no index answers {unindexed}")
        };
        let way_out = if self.narrowing.is_some() {
            let indexed = view.indexed().collect::<Vec<_>>().join(", ");
            format!(
                "join a condition to it by `and` that an index answers and that leaves fewer: `eq` or `sw` on one of {indexed}"
            )
        } else {
            "leave sortBy out, or add a filter".to_owned()
        };
        let detail = format!(
            "the query would compare more than {most} resources {steps} times each, and may cost {limit} comparisons{cause}; {way_out}"
        );
        Error::new(ErrorKind::TooMany, detail).into()
    }
}

fn named<'n>(names: impl Iterator<Item = &'n str>) -> String {
    let names: Vec<_> = names.collect();
    let shown: Vec<_> = names
        .iter()
        .take(NAMED)
        .map(|name| format!("`{name}`"))
        .collect();
    match names.len().saturating_sub(NAMED) {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}

impl Resources<'_> {
    /// Refuses several groups whose members, all together, cost too much. One group alone is answered, however large it is.
    pub(super) async fn check_members(&mut self, documents: &[Document]) -> Result<(), Fault> {
        if self.resource_type != GROUP || documents.len() < 2 || self.context.leaves_out("members")
        {
            return Ok(());
        }
        let most = (self.evaluation_steps / STEPS_OF_A_MEMBER).max(1);
        let (count,): (i64,) = sqlx::query_as(
            "SELECT COUNT(*) FROM (
                SELECT 1 AS one FROM group_members
                 WHERE account = $1 AND group_id IN (SELECT value FROM json_each($2))
                 LIMIT $3) AS counted",
        )
        .bind(&self.context.tenant)
        .bind(ids(documents)?)
        .bind(i64::try_from(most.saturating_add(1)).unwrap_or(i64::MAX))
        .fetch_one(&mut *self.connection)
        .await?;
        if u64::try_from(count).unwrap_or_default() <= most {
            return Ok(());
        }
        let groups = documents.len();
        let detail = format!(
            "these {groups} groups have more than {most} members, which is more than one answer may bring of several groups; leave them \
             out by excludedAttributes=members, or ask for fewer groups by count"
        );
        Err(Error::new(ErrorKind::TooMany, detail).into())
    }

    /// How many there are, counted no further than this.
    async fn count_up_to(&mut self, filter: Option<&BoundFilter>, most: u64) -> Result<u64, Fault> {
        let limit = usize::try_from(most).unwrap_or(usize::MAX);
        let page = SqlPage::Cursor {
            cursor: None,
            limit,
        };
        let mut query = self.view.table.query(filter, None, page)?;
        query.order.clear();
        let found = statement("1 AS one", &self.context.tenant, self.resource_type, query);
        let (count,): (i64,) = Statement::counting(found)
            .into_query_as()
            .fetch_one(&mut *self.connection)
            .await?;
        Ok(u64::try_from(count).unwrap_or_default())
    }
}

/// A statement of a query that took longer than PostgreSQL lets one take: narrowing the filter is the way out, not trying again.
pub(super) fn too_long(fault: Fault) -> Fault {
    let Fault::Database(error) = &fault else {
        return fault;
    };
    let code = error.as_database_error().and_then(DatabaseError::code);
    if code.as_deref() != Some("57014") {
        return fault;
    }
    let detail = "the query takes longer than the database may work at it; join a condition to the filter by `and` that an index \
                  answers, such as `eq` on id, userName or externalId";
    Error::new(ErrorKind::TooMany, detail).into()
}
