//! What is told to somebody who wrote a name wrongly: the name that was meant.

use std::error::Error;

use scim_core::compatibility::Compatibility;
use scim_core::evaluation::BoundFilter;
use scim_core::message::PatchRequest;
use scim_core::patch::apply;
use scim_core::projection::Projection;
use scim_core::resource::{Resource, User};
use scim_core::schema::{
    AttributeDefinition, AttributeType, RegisteredResourceType, ResourceType, SchemaRegistry,
    Tightening, ValidationContext, enterprise_user, user,
};
use scim_core::urn::{ENTERPRISE_USER, SchemaUrn, USER};
use serde_json::{Value, json};

type TestResult = Result<(), Box<dyn Error>>;

const LIST: &str = "; the endpoint /Schemas lists the names that there are";

fn users() -> Result<RegisteredResourceType, Box<dyn Error>> {
    let registry = SchemaRegistry::standard();
    Ok(registry.resource_type("User").ok_or("no users")?.clone())
}

#[test]
fn a_path_names_what_was_meant() -> TestResult {
    let users = users()?;
    for (path, told) in [
        ("titel", "; did you mean title?"),
        ("actve", "; did you mean active?"),
        (
            "department",
            &format!("; did you mean {ENTERPRISE_USER}:department?"),
        ),
        (
            "departmnet",
            &format!("; did you mean {ENTERPRISE_USER}:department?"),
        ),
        ("emails.valeu", "; did you mean emails.value?"),
        ("name.shoe", "; name has formatted, familyName, givenName"),
        ("title.x", "; title has no sub-attributes"),
        (
            &format!("{ENTERPRISE_USER}:manager.valu"),
            &format!("; did you mean {ENTERPRISE_USER}:manager.value?"),
        ),
        ("shoeSize", LIST),
        (
            "urn:x:y:shoeSize",
            &format!("; its schemas are {USER}, {ENTERPRISE_USER}"),
        ),
    ] {
        let unknown = users.resolve(&users.parser().attribute_path(path)?);
        let unknown = unknown.err().ok_or(path)?.to_string();
        let expected = format!("User has no attribute \"{path}\"{told}");
        assert!(unknown.starts_with(&expected), "{unknown}");
        let filter = users.parser().filter(&format!("{path} pr"))?;
        let bound = BoundFilter::bind(&filter, &users, &Compatibility::strict());
        let bound = bound.err().ok_or(path)?.to_string();
        assert!(bound.contains(&unknown), "{bound}");
        let selected = Projection::bind(Some(path), None, &users, &Compatibility::strict());
        let selected = selected.err().ok_or(path)?.to_string();
        assert!(selected.contains(&unknown), "{selected}");
    }
    Ok(())
}

#[test]
fn a_body_names_what_was_meant() -> TestResult {
    let users = users()?;
    for (member, told) in [
        (
            json!({ "titel": 1 }),
            "User has no attribute \"titel\"; did you mean title?".to_owned(),
        ),
        (
            json!({ "shoeSize": 1 }),
            format!("User has no attribute \"shoeSize\"{LIST}"),
        ),
        (
            json!({ "name": { "givenNmae": "B" } }),
            "name has no such sub-attribute; did you mean name.givenName?".to_owned(),
        ),
        (
            json!({ "department": "B" }),
            format!(
                "User has no attribute \"department\"; it belongs into the object \"{ENTERPRISE_USER}\""
            ),
        ),
        (
            json!({ ENTERPRISE_USER: { "costCentre": "B" } }),
            format!(
                "User has no attribute \"{ENTERPRISE_USER}:costCentre\"; did you mean {ENTERPRISE_USER}:costCenter?"
            ),
        ),
    ] {
        let mut body = json!({ "schemas": [USER, ENTERPRISE_USER], "userName": "b" });
        if let (Value::Object(body), Value::Object(member)) = (&mut body, member) {
            body.extend(member);
        }
        let read = users.read(body, ValidationContext::Create, &Compatibility::strict());
        let report = read.err().ok_or(told.as_str())?;
        let details: Vec<_> = report
            .failures()
            .iter()
            .map(scim_core::error::Error::detail)
            .collect();
        assert_eq!(details, [told]);
    }
    Ok(())
}

#[test]
fn a_member_of_an_operation_names_what_was_meant() -> TestResult {
    let users = users()?;
    let body = json!({
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
        "Operations": [{ "op": "replace", "value": { "titel": "x" } }],
    });
    let request = PatchRequest::read(&body, &users, &Compatibility::strict())?;
    let resource = Resource::from(User::new("b"));
    let failure = apply(&request, &resource, &users, &Compatibility::strict());
    let failure = failure.err().ok_or("no such attribute")?;
    assert_eq!(
        failure.detail(),
        "User has no attribute \"titel\"; did you mean title?"
    );
    Ok(())
}

#[test]
fn a_program_is_told_of_the_registry() -> TestResult {
    let users = users()?;
    let told = "RegisteredResourceType::attributes() lists those that the registry has";
    let built = users.builder().set("userName", "b").set("shoeSize", 1);
    let report = built
        .build(ValidationContext::Create)
        .err()
        .ok_or("no such attribute")?;
    assert!(report.to_string().contains(told), "{report}");
    let built = users
        .builder()
        .set("Job Title", "b")
        .build(ValidationContext::Response);
    let report = built.err().ok_or("no such attribute")?;
    assert!(
        report
            .to_string()
            .contains("stands after the URN of its schema"),
        "{report}"
    );
    Ok(())
}

#[cfg(feature = "sql")]
#[test]
fn a_table_is_told_of_the_registry_and_of_its_name() -> TestResult {
    use scim_core::sql::{SqlDialect, SqlTable};

    let table = SqlTable::new(SqlDialect::Sqlite, "users", &users()?)?;
    for (path, column, told) in [
        ("titel", "title", "did you mean title?"),
        (
            "shoeSize",
            "title",
            "RegisteredResourceType::attributes() lists",
        ),
        ("Job Title", "title", "stands after the URN of its schema"),
        (
            "title",
            "2 \"titles\"",
            r#""2 \"titles\"" is no name of a table or column"#,
        ),
        ("title", &"é".repeat(70), "é\"… is no name"),
    ] {
        let failure = table.clone().with_column(path, column).err().ok_or(path)?;
        assert!(failure.to_string().contains(told), "{failure}");
    }
    Ok(())
}

#[test]
fn a_tightening_names_what_was_meant() -> TestResult {
    for (attribute, told) in [
        (
            "titel",
            "the schema lists no such attribute; did you mean title?",
        ),
        (
            "emails.tpye",
            "the schema lists no such attribute; did you mean emails.type?",
        ),
        (
            "meta",
            "the schema lists no such attribute; what every resource has cannot be tightened",
        ),
    ] {
        let refused = SchemaRegistry::builder()
            .schema(user().clone())
            .schema(enterprise_user().clone())
            .tighten(Tightening::new(SchemaUrn::new(USER)?, attribute).required())
            .build();
        let problems = refused.err().ok_or(attribute)?;
        let details: Vec<_> = problems
            .problems()
            .iter()
            .map(|known| &known.detail)
            .collect();
        assert_eq!(details, [told]);
    }
    Ok(())
}

#[test]
fn an_extension_that_is_not_registered_tells_how_to_register_it() -> TestResult {
    let mine = "urn:example:2.0:Mine";
    let users = ResourceType::new("User", "/Users", SchemaUrn::new(USER)?)
        .extension(SchemaUrn::new(ENTERPRISE_USER)?, false)
        .extension(SchemaUrn::new(mine)?, false);
    let refused = SchemaRegistry::builder()
        .schema(
            user()
                .clone()
                .attribute_added(AttributeDefinition::new("1st", AttributeType::String)),
        )
        .resource_type(users.clone())
        .resource_type(users)
        .build();
    let told = refused.err().ok_or("it cannot be used")?.to_string();
    let lines: Vec<_> = told
        .lines()
        .map(|line| line.split(';').next().unwrap_or_default())
        .collect();
    let enterprise =
        format!("- resource type User: the extension {ENTERPRISE_USER} is not registered");
    let own = format!("- resource type User: the extension {mine} is not registered");
    assert_eq!(lines.first(), Some(&"the definitions cannot be used:"));
    assert_eq!(
        lines.get(2..6),
        Some(&[&*enterprise, &*own, &*enterprise, &*own][..]),
        "{told}"
    );
    assert!(
        told.contains("; add .schema(enterprise_user().clone())"),
        "{told}"
    );
    assert!(
        told.contains("; add its definition with .schema(…)"),
        "{told}"
    );
    Ok(())
}
