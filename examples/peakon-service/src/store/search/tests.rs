//! How the databases go about queries.

use scim_core::compatibility::Compatibility;
use scim_core::message::SortOrder;
use scim_core::schema::RegisteredResourceType;
use sqlx::AssertSqlSafe;

use super::*;
use crate::database::Database;
use crate::store::{GROUP, USER};
use crate::test_database::{TestDatabase, on_each_database};

/// So many that no database would rather look at all of them.
const EMPLOYEES: u32 = 4_000;

/// Employees, their addresses, and groups of ten, in two accounts.
async fn fill(connection: &mut AnyConnection) {
    let dialect = crate::database::Dialect::of(connection);
    let enterprise = scim_core::urn::ENTERPRISE_USER;
    let numbers = format!(
        "WITH RECURSIVE numbers(n) AS
            (SELECT 10000001 UNION ALL SELECT n + 1 FROM numbers WHERE n < 10000000 + {EMPLOYEES})"
    );
    let user = format!(
        r#"'{{"id":"' || n || '","userName":"u' || n || '","externalId":"x' || n || '","displayName":"d' || n
            || '","meta":{{"lastModified":{{"instant":"' || n || '"}}}},"{enterprise}":{{"employeeNumber":"e' || n
            || '","manager":{{"value":"' || (n / 10) || '"}}}}}}'"#
    );
    let group = r#"'{"id":"g' || n || '","displayName":"d' || n || '"}'"#;
    let columns = "account, resource_type, id, version, document, active, comparison";
    let mut statements = Vec::new();
    for account in ["fjordlab", "other"] {
        for (resource_type, id, comparison) in
            [(USER, "'' || n", &*user), (GROUP, "'g' || n", group)]
        {
            let comparison = dialect.json(&format!("({comparison})"));
            statements.push(format!(
                "{numbers} INSERT INTO resources ({columns})
                 SELECT '{account}', '{resource_type}', {id}, 'W/\"1\"', '{{}}', 1, {comparison} FROM numbers"
            ));
        }
        let entry = dialect.json(r#"('{"value":"m' || n || '"}')"#);
        statements.push(format!(
            "{numbers} INSERT INTO employee_emails (account, employee_id, position, entry, identifying)
             SELECT '{account}', '' || n, 0, {entry}, 1 FROM numbers"
        ));
        statements.push(format!(
            "{numbers} INSERT INTO group_members (account, group_id, member_id, position)
             SELECT '{account}', 'g' || (9000001 + n / 10), '' || n, n FROM numbers"
        ));
    }
    statements.push("ANALYZE".to_owned());
    for statement in statements {
        let statement = sqlx::query(AssertSqlSafe(statement)).execute(&mut *connection);
        statement.await.unwrap();
    }
}

struct Question<'q> {
    resource_type: &'q RegisteredResourceType,
    filter: Option<&'q str>,
    sort_by: Option<(&'q str, SortOrder)>,
    /// Somebody far behind the first page.
    place: Option<serde_json::Value>,
}

impl Question<'_> {
    fn statement(&self, views: &Views) -> Statement {
        let standard = Compatibility::standard();
        let filter = self.filter.map(|text| {
            let filter = self.resource_type.parser().filter(text).unwrap();
            BoundFilter::bind(&filter, self.resource_type, &standard).unwrap()
        });
        let sort = self.sort_by.map(|(path, order)| {
            BoundSort::bind(&path.parse().unwrap(), order, self.resource_type, &standard).unwrap()
        });
        let place = self.place.as_ref().map(|resource| {
            let resource = Resource::new(resource.as_object().unwrap().clone());
            Cursor::after(&resource, sort.as_ref()).unwrap()
        });
        let name = &self.resource_type.definition().name;
        let view = views.of(name).unwrap();
        let filters = filter
            .as_ref()
            .is_none_or(|filter| filter.split(|path| view.sees(path)).1.is_none());
        assert!(filters && sort.as_ref().is_none_or(|sort| view.sorts_by(sort)));
        let page = SqlPage::Cursor {
            cursor: place.as_ref(),
            limit: 101,
        };
        let query = view
            .table
            .query(filter.as_ref(), sort.as_ref(), page)
            .unwrap();
        statement("document", "fjordlab", name, query)
    }
}

on_each_database! {
async fn an_index_finds_what_is_asked_for(database: TestDatabase) {
    let database = Database::open(&database.url()).await.unwrap();
    let mut connection = database.write("fjordlab").await.unwrap();
    fill(&mut connection).await;
    let registry = SchemaRegistry::standard();
    let views = Views::new(database.dialect(), &registry);
    let [users, groups] = [USER, GROUP].map(|name| registry.resource_type(name).unwrap());
    let far = serde_json::json!({"id": "10003000", "userName": "u10003000", "displayName": "d10003000"});
    let number = format!("{}:employeeNumber", scim_core::urn::ENTERPRISE_USER);
    let manager = format!("{}:manager.value", scim_core::urn::ENTERPRISE_USER);
    let by_name = Some(("userName", SortOrder::Ascending));
    for (resource_type, filter, sort_by, place, indexes) in [
        (users, "userName eq \"U10002000\"", None, None, "resources_by_user_name"),
        (users, "userName sw \"u1000200\"", by_name, None, "resources_by_user_name"),
        (users, "externalId eq \"x10002000\"", None, None, "resources_by_external_id"),
        (users, "displayName eq \"d10002000\"", None, None, "resources_by_display_name"),
        (users, &format!("{number} eq \"e10002000\""), None, None, "resources_by_employee_number"),
        (users, &format!("{manager} eq \"1001000\""), None, None, "resources_by_manager"),
        (users, "emails.value eq \"m10002000\"", None, None, "employee_emails_by_key"),
        (users, "emails[value eq \"m10002000\"]", None, None, "employee_emails_by_key"),
        (users, "groups.value eq \"g10000201\"", None, None, "group_members"),
        (groups, "members.value eq \"10002000\"", None, None, "group_members_by_member"),
        (groups, "members[value eq \"10002000\"]", None, None, "group_members_by_member"),
        (groups, "displayName eq \"d10002000\"", None, None, "resources_by_display_name"),
        (users, "userName eq \"u10002000\" or externalId eq \"x10002001\"", None, None, "resources_by_external_id"),
        (users, "", None, None, "resources_in_order"),
        (users, "", None, Some(far.clone()), "resources_in_order"),
        (users, "", by_name, None, "resources_by_user_name"),
        (users, "", by_name, Some(far.clone()), "resources_by_user_name"),
        (groups, "", Some(("displayName", SortOrder::Ascending)), Some(far.clone()), "resources_by_display_name"),
    ] {
        let question = Question {
            resource_type,
            filter: Some(filter).filter(|filter| !filter.is_empty()),
            sort_by,
            place,
        };
        let plan = question.statement(&views).plan(&mut connection).await;
        // Of the few whom rows of another table name, or several indexes, the order may be made at the end.
        let is_by_rows = !indexes.starts_with("resources") || filter.contains(" or ");
        let sorts = ["TEMP B-TREE", "Sort"].iter().any(|sort| plan.contains(sort));
        let scans = ["SCAN resources", "Seq Scan"].iter().any(|scan| plan.contains(scan));
        let is_slow = scans || (sorts && !is_by_rows);
        assert!(plan.contains(indexes) && !is_slow, "{filter} {sort_by:?}\n{plan}");
    }
}
}

/// PostgreSQL ends a statement that takes too long; that is no failure to be tried again.
#[tokio::test]
#[cfg_attr(not(postgresql), ignore = "TEST_POSTGRESQL_URL names no server")]
async fn a_statement_that_takes_too_long_is_one_that_asks_for_too_much() {
    let database = TestDatabase::postgresql();
    let database = Database::open(&database.url()).await.unwrap();
    let mut transaction = database.read().await.unwrap();
    let bound = sqlx::query("SET LOCAL statement_timeout = '1ms'");
    bound.execute(&mut *transaction).await.unwrap();
    let slow = sqlx::query("SELECT pg_sleep(60)")
        .execute(&mut *transaction)
        .await;
    let fault = cost::too_long(slow.unwrap_err().into());
    let Fault::Answer(scim_core::service_provider::StoreError::Rejected(error)) = fault else {
        panic!("{fault:?}");
    };
    assert_eq!(error.kind(), scim_core::error::ErrorKind::TooMany);
}
