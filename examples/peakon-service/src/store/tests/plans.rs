//! How the databases go about members of groups, where a group of ten stands beside one of 10,000.

use sqlx::AssertSqlSafe;

use super::*;
use crate::store::{completion, groups};

/// Twice as many as those for whom PostgreSQL would rather read all members than ask an index a hundred times.
const EMPLOYEES: u32 = 10_000;

async fn fill(connection: &mut AnyConnection) {
    let dialect = Dialect::of(connection);
    let numbers = format!(
        "WITH RECURSIVE numbers(n) AS
            (SELECT 10000001 UNION ALL SELECT n + 1 FROM numbers WHERE n < 10000000 + {EMPLOYEES})"
    );
    let nothing = dialect.json("'{}'");
    let resources = "resources (account, resource_type, id, version, document, active, comparison, display_name)";
    let members = "group_members (account, group_id, member_id, position)";
    let pad = "x".repeat(500);
    for statement in [
        format!(
            "{numbers} INSERT INTO {resources}
             SELECT 'fjordlab', 'User', '' || n, 'W/\"1\"', '{pad}', 1, {nothing}, 'd' || n FROM numbers"
        ),
        format!(
            "{numbers} INSERT INTO {resources}
             SELECT 'fjordlab', 'Group', 'g' || n, 'W/\"1\"', '{{}}', 1, {nothing}, 'g' || n FROM numbers
              WHERE n <= 10000002"
        ),
        format!(
            "{numbers} INSERT INTO {members} SELECT 'fjordlab', 'g10000001', '' || n, n FROM numbers
              WHERE n <= 10000010"
        ),
        format!("{numbers} INSERT INTO {members} SELECT 'fjordlab', 'g10000002', '' || n, n FROM numbers"),
        "ANALYZE".to_owned(),
    ] {
        let statement = sqlx::query(AssertSqlSafe(statement)).execute(&mut *connection);
        statement.await.unwrap();
    }
}

on_each_database! {
async fn an_index_finds_members_and_groups_beside_a_large_group(database: TestDatabase) {
    let database = Database::open(&database.url()).await.unwrap();
    let mut connection = database.write("fjordlab").await.unwrap();
    fill(&mut connection).await;
    let dialect = database.dialect();
    let [few, many] = ["g10000001", "g10000002"];
    let page: Vec<_> = (10_004_000..10_004_100).map(|n| n.to_string()).collect();
    let (one, page) = (r#"["10004000"]"#.to_owned(), json!(page).to_string());
    for (what, statement) in [
        ("the groups of one", completion::groups_of(dialect, "fjordlab", one.clone())),
        ("the groups of a page", completion::groups_of(dialect, "fjordlab", page.clone())),
        ("the manager of one", completion::names_of(dialect, "fjordlab", one.clone())),
        ("the managers of a page", completion::names_of(dialect, "fjordlab", page.clone())),
        ("the members of a small group", completion::members_of("fjordlab", few)),
        ("one goes from the small group", groups::removal_of(dialect, "fjordlab", few, one.clone())),
        ("one goes from the large group", groups::removal_of(dialect, "fjordlab", many, one)),
        ("a hundred go from the large group", groups::removal_of(dialect, "fjordlab", many, page)),
    ] {
        let plan = statement.plan(&mut connection).await;
        let scans = ["Seq Scan on group_members", "Seq Scan on resources", "SCAN group_members", "SCAN resources",
            "SCAN membership", "SCAN member "];
        assert!(!scans.iter().any(|scan| plan.contains(scan)), "{what}\n{plan}");
    }
}
}
