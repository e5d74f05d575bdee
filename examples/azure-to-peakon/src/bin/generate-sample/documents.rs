//! The three documents of the sample: the directory, what Peakon holds already, and what changes between two cycles.

use serde_json::{Map, Value, json};

use crate::{
    people::{Assignment, Person, extension},
    random::Random,
};

/// The directory as a service reads it from Microsoft Graph: users, groups, and who is assigned to the application.
pub(crate) fn directory(people: &[Person], random: &mut Random) -> String {
    let mut users: Vec<&Person> = people.iter().collect();
    // So that many a manager comes later in the file than his people.
    random.shuffle(&mut users);
    let groups = groups(&users, random);
    let assignments = assignments(&users, &groups, random);
    document(&[
        (
            "users",
            users
                .into_iter()
                .map(|person| Value::Object(person.user.clone()))
                .collect(),
        ),
        ("groups", groups),
        ("appRoleAssignedTo", assignments),
    ])
}

fn groups(people: &[&Person], random: &mut Random) -> Vec<Value> {
    let mut groups = Vec::new();
    let visitors: Vec<Value> = people
        .iter()
        .filter(|person| person.assignment == Assignment::Missing)
        .map(|person| member(&person.id, "user"))
        .collect();
    let nested = random.identifier();
    for name in [
        "Peakon Europe",
        "Peakon Asia and Pacific",
        "Peakon Americas",
    ] {
        let mut members: Vec<Value> = people
            .iter()
            .filter(|person| {
                person.assignment == Assignment::ByGroup && person.country.group == Some(name)
            })
            .map(|person| member(&person.id, "user"))
            .collect();
        if name == "Peakon Europe" {
            // Only direct members count: nobody comes into scope through a group inside a group.
            members.push(member(&nested, "group"));
        }
        groups.push(group(&random.identifier(), name, &members));
    }
    groups.push(group(&nested, "Visitors", &visitors));
    groups
}

fn group(id: &str, name: &str, members: &[Value]) -> Value {
    json!({
        "id": id,
        "displayName": name,
        "mailEnabled": false,
        "securityEnabled": true,
        "members": members,
    })
}

fn member(id: &str, kind: &str) -> Value {
    json!({ "@odata.type": format!("#microsoft.graph.{kind}"), "id": id })
}

fn assignments(people: &[&Person], groups: &[Value], random: &mut Random) -> Vec<Value> {
    let assigned_groups = groups
        .iter()
        .filter(|group| group.get("displayName") != Some(&json!("Visitors")))
        .filter_map(|group| Some((group.get("id")?.as_str()?, "Group")));
    let assigned_people = people
        .iter()
        .filter(|person| person.assignment == Assignment::ByName)
        .map(|person| (person.id.as_str(), "User"));
    assigned_groups
        .chain(assigned_people)
        .map(|(principal, kind)| assignment(&random.identifier(), principal, kind))
        .collect()
}

fn assignment(id: &str, principal: &str, kind: &str) -> Value {
    json!({ "id": id, "principalId": principal, "principalType": kind, "resourceDisplayName": "Peakon" })
}

/// Employees whom Peakon knows before the first cycle: some are current, some have left, one is nobody's.
pub(crate) fn employees(people: &[Person]) -> String {
    let known = |person: &Person, active: bool, title: &str| {
        json!({
            "schemas": [
                "urn:ietf:params:scim:schemas:core:2.0:User",
                "urn:ietf:params:scim:schemas:extension:peakon:2.0:User",
            ],
            "userName": person.text("userPrincipalName"),
            "active": active,
            "name": { "givenName": person.text("givenName"), "familyName": person.text("surname") },
            "urn:ietf:params:scim:schemas:extension:peakon:2.0:User": { "Job Title": title },
        })
    };
    let mut employees: Vec<Value> = Vec::new();
    employees.extend(
        people
            .iter()
            .filter(|person| person.is_lead() && person.is_provisioned())
            .take(4)
            .map(|person| known(person, true, "Lead (from the old system)")),
    );
    employees.extend(
        gone(people)
            .take(4)
            .map(|person| known(person, true, "Employee")),
    );
    employees.extend(
        people
            .iter()
            .filter(|person| person.is_staff() && person.is_provisioned())
            .skip(3)
            .take(1)
            .map(|person| known(person, false, "Employee")),
    );
    employees.push(json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
        "userName": "survey.admin@partner.example",
        "active": true,
        "name": { "givenName": "Sürvey", "familyName": "Admin" },
        "emails": [{ "type": "work", "value": "survey.admin@partner.example", "primary": true }],
    }));
    document(&[("employees", employees)])
}

/// Assigned people whose account is disabled.
fn gone(people: &[Person]) -> impl Iterator<Item = &Person> {
    people.iter().filter(|person| {
        !person.enabled && !person.contractor && person.assignment == Assignment::ByGroup
    })
}

/// What the second cycle finds, in the form of a Graph delta query: an object names what changed.
pub(crate) fn changes(people: &[Person], directory: &str, random: &mut Random) -> String {
    let ordinary: Vec<&Person> = people
        .iter()
        .filter(|person| person.is_staff() && person.is_provisioned() && !person.is_apprentice())
        .collect();
    // The first of them are known to Peakon already.
    let mut leads = people
        .iter()
        .filter(|person| person.is_lead() && person.is_provisioned())
        .skip(6);
    let promoted = leads.find(|person| person.country.decomposed && person.has("jobTitle"));
    let leaver = ordinary.iter().find(|person| person.country.code == "IE");
    let returner = gone(people).next();
    let mover = ordinary.iter().find(|person| person.country.code == "JP");
    let unassigned = people.iter().find(|person| {
        person.assignment == Assignment::ByName && person.is_staff() && person.is_provisioned()
    });
    let mut users = Vec::new();
    users.extend(
        promoted.map(|person| json!({ "id": person.id, "jobTitle": "Head of Trials & Data" })),
    );
    users.extend(leaver.map(|person| json!({ "id": person.id, "accountEnabled": false })));
    users.extend(returner.map(|person| json!({ "id": person.id, "accountEnabled": true })));
    users.extend(mover.zip(leads.next()).map(|(person, manager)| {
        json!({ "id": person.id, "manager": { "id": manager.id }, "department": manager.text("department") })
    }));
    let joiner = joiner(random, leads.next());
    let group = json!({
        "displayName": "Peakon Europe",
        "id": text_in(directory, "groups", "displayName", "Peakon Europe", "id"),
        "members@delta": [member(joiner.get("id").and_then(Value::as_str).unwrap_or_default(), "user")],
    });
    users.push(Value::Object(joiner));
    let removed = unassigned.map(|person| {
        let id = text_in(
            directory,
            "appRoleAssignedTo",
            "principalId",
            &person.id,
            "id",
        );
        json!({ "id": id, "@removed": { "reason": "deleted" } })
    });
    document(&[
        ("users", users),
        ("groups", vec![group]),
        ("appRoleAssignedTo", removed.into_iter().collect()),
    ])
}

fn joiner(random: &mut Random, manager: Option<&Person>) -> Map<String, Value> {
    let mut user = Map::new();
    for (name, value) in [
        ("id", json!(random.identifier())),
        ("accountEnabled", json!(true)),
        (
            "userPrincipalName",
            json!("siobhan.o'dwyer-lund@lumenhaus.example"),
        ),
        ("displayName", json!("Siobhán O'Dwyer-Lund")),
        ("givenName", json!("Siobhán")),
        ("surname", json!("O'Dwyer-Lund")),
        ("mail", json!("siobhan.o'dwyer-lund@lumenhaus.example")),
        ("jobTitle", json!("Calibration Technician")),
        ("department", json!("Field Service")),
        ("employeeId", json!("700998")),
        ("employeeType", json!("Employee")),
        ("employeeHireDate", json!("2025-02-03T00:00:00Z")),
        ("preferredLanguage", json!("en-IE")),
        ("country", json!("Ireland")),
        ("usageLocation", json!("IE")),
        ("businessPhones", json!(["+353 91 555 014"])),
    ] {
        user.insert(name.to_owned(), value);
    }
    if let Some(manager) = manager {
        user.insert("manager".to_owned(), json!({ "id": manager.id }));
        if let Some(mail) = manager.text("mail") {
            extension(&mut user, "extensionAttribute4", mail);
        }
    }
    extension(&mut user, "extensionAttribute1", "17/03/1994");
    extension(&mut user, "extensionAttribute2", "42500");
    extension(&mut user, "extensionAttribute3", "Devices");
    user
}

/// The member `wanted` of the entry in `list` whose member `name` is `value`.
fn text_in(document: &str, list: &str, name: &str, value: &str, wanted: &str) -> Option<String> {
    let document: Value = serde_json::from_str(document).ok()?;
    let entries = document.get(list)?.as_array()?;
    let entry = entries
        .iter()
        .find(|entry| entry.get(name).and_then(Value::as_str) == Some(value))?;
    entry.get(wanted)?.as_str().map(str::to_owned)
}

/// JSON with one entry a line, so that a difference between two versions can be read.
fn document(lists: &[(&str, Vec<Value>)]) -> String {
    let lists: Vec<String> = lists
        .iter()
        .map(|(name, entries)| {
            let entries: Vec<String> = entries.iter().map(|entry| format!("    {entry}")).collect();
            format!("  \"{name}\": [\n{}\n  ]", entries.join(",\n"))
        })
        .collect();
    format!("{{\n{}\n}}\n", lists.join(",\n"))
}
