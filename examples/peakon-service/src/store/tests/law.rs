//! Whatever is asked, the store answers it as the library's evaluator does over all resources.

use std::cell::Cell;

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::{Config, TestRunner};
use tokio::runtime::Handle;
use tokio::task::block_in_place;

use super::*;

/// How many questions are asked, if `PROPTEST_CASES` says nothing else.
const CASES: u32 = 64;

/// Texts that are equal, or nearly so, in one of the ways in which texts are compared.
const TEXTS: [&str; 12] = [
    "Ada",
    "ada",
    "ADA B",
    "Stra\u{df}e",
    "STRASSE",
    "\u{e9}",
    "e\u{301}",
    "100%_\\",
    "z\"z",
    "u1",
    "u2",
    "g1",
];
const OPERATORS: [&str; 12] = [
    "eq", "eq", "eq", "ne", "co", "sw", "sw", "ew", "gt", "ge", "lt", "le",
];
const USER_PATHS: [&str; 17] = [
    "id",
    "userName",
    "userName",
    "externalId",
    "displayName",
    "title",
    "name.familyName",
    "emails.value",
    "emails.type",
    "groups.value",
    "groups.display",
    "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:employeeNumber",
    "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department",
    "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.value",
    "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.displayName",
    "urn:ietf:params:scim:schemas:extension:peakon:2.0:User:Job Title",
    "urn:ietf:params:scim:schemas:extension:peakon:2.0:User:Level",
];
const GROUP_PATHS: [&str; 6] = [
    "id",
    "displayName",
    "externalId",
    "members.value",
    "members.type",
    "members.display",
];
const USER_ORDERS: [&str; 6] = [
    "userName",
    "displayName",
    "title",
    "emails",
    "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department",
    "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.displayName",
];
const GROUP_ORDERS: [&str; 3] = ["displayName", "externalId", "meta.created"];

/// Employees and groups, and a question about one of the two.
#[derive(Debug)]
struct Case {
    resources: Vec<(&'static str, Value)>,
    is_about_groups: bool,
    filter: Option<String>,
    sort: Option<(&'static str, SortOrder)>,
    start_index: usize,
    count: usize,
}

fn text() -> impl Strategy<Value = Option<&'static str>> {
    option::of(select(&TEXTS[..]))
}

/// What an employee has, but for his id, his user name, and whom it refers to.
fn employee() -> impl Strategy<Value = (Value, Option<usize>)> {
    let texts = vec(text(), 8);
    let emails = vec((select(&TEXTS[..]), select(&["work", "home"][..])), 0..3);
    (texts, emails, any::<bool>(), option::of(0..12_usize)).prop_map(
        |(texts, emails, active, manager)| {
            let emails: Vec<_> = emails
                .iter()
                .map(|(value, kind)| json!({"value": value, "type": kind}))
                .collect();
            let employee = json!({
                "externalId": texts[0], "displayName": texts[1], "title": texts[2], "active": active,
                "name": {"familyName": texts[3]}, "emails": emails,
                urn::ENTERPRISE_USER: {"employeeNumber": texts[4], "department": texts[5]},
                urn::PEAKON_USER: {"Job Title": texts[6], "Level": texts[7]},
            });
            (employee, manager)
        },
    )
}

fn condition(is_about_groups: bool) -> impl Strategy<Value = String> {
    let paths = if is_about_groups {
        &GROUP_PATHS[..]
    } else {
        &USER_PATHS[..]
    };
    let compared = (select(paths), select(&OPERATORS[..]), select(&TEXTS[..]))
        .prop_map(|(path, operator, text)| format!("{path} {operator} {}", json!(text)));
    let present = select(paths).prop_map(|path| format!("{path} pr"));
    let list = if is_about_groups { "members" } else { "emails" };
    let inside = (
        select(&["value", "type"][..]),
        select(&OPERATORS[..]),
        select(&TEXTS[..]),
        select(&[" and ", " or "][..]),
    );
    let inside = inside.prop_map(move |(name, operator, text, word)| {
        format!(
            "{list}[{name} {operator} {}{word}type eq \"work\"]",
            json!(text)
        )
    });
    prop_oneof![8 => compared, 1 => present, 2 => inside]
}

fn filter(is_about_groups: bool) -> impl Strategy<Value = String> {
    condition(is_about_groups).prop_recursive(3, 12, 3, |part| {
        let joined = |word: &'static str| {
            vec(part.clone(), 2..4).prop_map(move |parts| {
                let parts: Vec<_> = parts.iter().map(|part| format!("({part})")).collect();
                parts.join(word)
            })
        };
        prop_oneof![
            joined(" and "),
            joined(" or "),
            part.clone().prop_map(|part| format!("not ({part})")),
        ]
    })
}

fn case() -> impl Strategy<Value = Case> {
    let groups = vec((select(&TEXTS[..]), text(), vec(any::<bool>(), 12)), 0..4);
    let people = (vec(employee(), 0..12), groups);
    let question = any::<bool>().prop_flat_map(|is_about_groups| {
        let orders = if is_about_groups {
            &GROUP_ORDERS[..]
        } else {
            &USER_ORDERS[..]
        };
        let direction = select(&[SortOrder::Ascending, SortOrder::Descending][..]);
        let sort = option::of((select(orders), direction));
        let filter = option::weighted(0.9, filter(is_about_groups));
        (Just(is_about_groups), filter, sort, 1..6_usize, 0..6_usize)
    });
    (people, question).prop_map(
        |((employees, groups), (is_about_groups, filter, sort, start_index, count))| Case {
            resources: resources(&employees, &groups),
            is_about_groups,
            filter,
            sort,
            start_index,
            count,
        },
    )
}

type GroupParts = (&'static str, Option<&'static str>, Vec<bool>);

fn resources(
    employees: &[(Value, Option<usize>)],
    groups: &[GroupParts],
) -> Vec<(&'static str, Value)> {
    let mut all = Vec::new();
    for (number, (employee, manager)) in employees.iter().enumerate() {
        let text = TEXTS[number % TEXTS.len()];
        let mut more = without_null(employee);
        more["userName"] = json!(format!("{text}{number}"));
        let emails = more["emails"].as_array_mut().unwrap();
        for (place, email) in emails.iter_mut().enumerate() {
            let value = email["value"].as_str().unwrap();
            email["value"] = json!(format!("{value}{number}{place}"));
        }
        if let Some(manager) = manager.filter(|manager| *manager < employees.len()) {
            more[urn::ENTERPRISE_USER]["manager"] = json!({"value": format!("u{manager}")});
        }
        let user = user(&format!("u{number}"), &more);
        all.push((USER, serde_json::to_value(user).unwrap()));
    }
    for (number, (name, external_id, is_member)) in groups.iter().enumerate() {
        let ids = (0..employees.len()).filter(|id| is_member[*id]);
        let ids: Vec<_> = ids.map(|id| format!("u{id}")).collect();
        let ids: Vec<_> = ids.iter().map(String::as_str).collect();
        let mut group = serde_json::to_value(group(&format!("g{number}"), &ids)).unwrap();
        group["displayName"] = json!(name);
        if let Some(external_id) = external_id {
            group["externalId"] = json!(external_id);
        }
        all.push((GROUP, group));
    }
    all
}

fn without_null(value: &Value) -> Value {
    match value {
        Value::Object(members) => members
            .iter()
            .filter(|(_, value)| !value.is_null())
            .map(|(name, value)| (name.clone(), without_null(value)))
            .collect(),
        other => other.clone(),
    }
}

fn ids(page: &[Resource]) -> Vec<&str> {
    page.iter().filter_map(Resource::id).collect()
}

/// Keeps the resources in an account of their own, and asks.
async fn ask(store: &EmployeeStore, account: &str, case: &Case) -> Result<(), TestCaseError> {
    let mut context = context();
    account.clone_into(&mut context.tenant);
    let new = case
        .resources
        .iter()
        .map(|(name, value)| NewResource::new(*name, resource(value.clone())));
    let kept = store.insert_all(&context, new.collect()).await;
    kept.map_err(|error| TestCaseError::fail(error.to_string()))?;

    let name = if case.is_about_groups { GROUP } else { USER };
    let mut all = Vec::new();
    for (_, value) in case.resources.iter().filter(|(known, _)| *known == name) {
        let id = value["id"].as_str().unwrap();
        all.push(store.load(&context, name, id).await.unwrap().unwrap());
    }
    let resource_type = store.views.registry().resource_type(name).unwrap();
    let standard = Compatibility::standard();
    let mut search = Search::new(name, case.count);
    if let Some(filter) = &case.filter {
        let filter = resource_type.parser().filter(filter).unwrap();
        search.filter = Some(BoundFilter::bind(&filter, resource_type, &standard).unwrap());
    }
    if let Some((path, order)) = case.sort {
        let path = resource_type.parser().attribute_path(path).unwrap();
        search.sort = Some(BoundSort::bind(&path, order, resource_type, &standard).unwrap());
    }
    search.paging = Paging::from_index(case.start_index);
    let (page, expected) = (
        store.search(&context, &search).await.unwrap(),
        search.among(&all).unwrap(),
    );
    prop_assert_eq!(page.total_results, expected.total_results);
    prop_assert_eq!(ids(&page.resources), ids(&expected.resources));

    search.paging = Paging::from_index(1);
    search.count = usize::MAX;
    let expected = search.among(&all).unwrap();
    search.count = case.count.max(1);
    let (mut walked, mut cursor) = (Vec::new(), None);
    loop {
        search.paging = Paging::Cursor(cursor);
        let page = store.search(&context, &search).await.unwrap();
        walked.extend(page.resources);
        cursor = page.next;
        if cursor.is_none() {
            break;
        }
    }
    prop_assert_eq!(ids(&walked), ids(&expected.resources));
    Ok(())
}

on_each_database! {
async fn a_search_finds_what_the_evaluator_finds_among_all(database: TestDatabase) {
    let attributes = ["Job Title", "Level"].map(|name| json!({"name": name, "kind": "text"}));
    let account = PeakonAccount::new(serde_json::from_value(attributes.into_iter().collect()).unwrap());
    let registry = crate::accounts::registry(&account, &crate::accounts::AccountSettings::default()).unwrap();
    let database = Database::open(&database.url()).await.unwrap();
    let store = EmployeeStore::new(database, &registry, account, UnknownMembers::Refuse);
    let mut config = Config { failure_persistence: None, ..Config::default() };
    if std::env::var_os("PROPTEST_CASES").is_none() {
        config.cases = CASES;
    }
    let (made, runtime) = (Cell::new(0), Handle::current());
    let outcome = block_in_place(|| {
        TestRunner::new(config).run(&case(), |case| {
            made.set(made.get() + 1);
            runtime.block_on(ask(&store, &format!("account-{}", made.get()), &case))
        })
    });
    outcome.unwrap();
}
}
