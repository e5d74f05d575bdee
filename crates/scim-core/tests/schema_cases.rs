//! Definitions that contradict the protocol, the places which the registry must name, and what values definitions let
//! through: `cases/schema`.

use std::path::Path;

use scim_core::compatibility::Compatibility;
use scim_core::message::PatchRequest;
use scim_core::patch;
use scim_core::resource::Resource;
use scim_core::schema::{
    RegisteredResourceType, RegistryProblem, ResourceType, Schema, SchemaRegistry, Tightening,
    ValidationContext,
};
use serde::Deserialize;
use serde_json::{Value, json};

type TestResult = Result<(), Box<dyn std::error::Error>>;

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Case {
    why: String,
    schemas: Vec<Schema>,
    #[serde(default)]
    resource_types: Vec<ResourceType>,
    #[serde(default)]
    tightenings: Vec<Tightening>,
    /// The places, all of them; none if the definitions are good.
    problems: Vec<String>,
    /// What the details tell, in order of the places as the registry reports them; parts of them, all or none.
    #[serde(default)]
    details: Vec<String>,
    /// Values for attributes of the first schema.
    #[serde(default)]
    values: Vec<Attempt>,
}

/// A value that is read as part of a new resource, and set by PATCH: both take it, or both refuse it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Attempt {
    attribute: String,
    value: Value,
    fits: bool,
}

impl Attempt {
    fn check(&self, things: &RegisteredResourceType) -> TestResult {
        // Whatever is tolerated, a constraint holds.
        for compatibility in [Compatibility::standard(), Compatibility::entra()] {
            let resource = |members: Value| members.as_object().cloned().map(Resource::new);
            let body = json!({ &self.attribute: self.value });
            let read = things.read(body, ValidationContext::Create, &compatibility);
            let urn = things.schema().id.as_str();
            let request = json!({
                "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
                "Operations": [{ "op": "add", "path": self.attribute, "value": self.value }],
            });
            let request = PatchRequest::read(&request, things, &compatibility)?;
            let before = resource(json!({ "schemas": [urn], "id": "1" })).ok_or("no object")?;
            let patched = patch::apply(&request, &before, things, &compatibility);
            if read.is_ok() != self.fits || patched.is_ok() != self.fits {
                return Err(format!("{body:?} {read:?} {patched:?}", body = self.value).into());
            }
            if let (Err(report), Some(text)) =
                (read, self.value.as_str().filter(|text| text.len() > 3))
                && report.to_string().contains(text)
            {
                return Err(format!("it tells the value: {report}").into());
            }
        }
        Ok(())
    }
}

fn with_endpoint(schema: &Schema) -> ResourceType {
    ResourceType::new("Thing", "/Things", schema.id.clone())
}

#[expect(clippy::needless_pass_by_value, reason = "the harness gives it so")]
fn cases(_: &Path, text: String) -> TestResult {
    let cases: Vec<Case> = serde_json::from_str(&text)?;
    for mut case in cases {
        if !case.values.is_empty() && case.resource_types.is_empty() {
            case.resource_types
                .extend(case.schemas.first().map(with_endpoint));
        }
        let mut builder = SchemaRegistry::builder();
        for schema in case.schemas {
            builder = builder.schema(schema);
        }
        for definition in case.resource_types {
            builder = builder.resource_type(definition);
        }
        for tightening in case.tightenings {
            builder = builder.tighten(tightening);
        }
        let mut places = Vec::new();
        match builder.build() {
            Ok(registry) => {
                for attempt in &case.values {
                    let things = registry.resource_type("Thing").ok_or("no things")?;
                    attempt.check(things).map_err(|failure| {
                        format!("{}: {}: {failure}", case.why, attempt.attribute)
                    })?;
                }
            }
            Err(error) => {
                for (index, problem) in error.problems().iter().enumerate() {
                    places.push(problem.place.clone());
                    let told = case.details.get(index).map_or("", String::as_str);
                    if !problem.detail.contains(told) {
                        return Err(format!("{}: {problem} does not tell {told}", case.why).into());
                    }
                }
            }
        }
        let mut expected = case.problems;
        places.sort();
        expected.sort();
        if places != expected {
            return Err(format!("{}: expected {expected:?}, found {places:?}", case.why).into());
        }
    }
    Ok(())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct JsonCase {
    why: String,
    /// What `/Schemas` answers.
    #[serde(default)]
    schemas: Value,
    /// What `/ResourceTypes` answers.
    #[serde(default)]
    resource_types: Value,
    /// Place and part of the detail of each problem, in order.
    problems: Vec<(String, String)>,
    /// Paths that the first resource type has, with their canonical form.
    #[serde(default)]
    paths: Vec<(String, String)>,
}

#[expect(clippy::needless_pass_by_value, reason = "the harness gives it so")]
fn json_cases(_: &Path, text: String) -> TestResult {
    let cases: Vec<JsonCase> = serde_json::from_str(&text)?;
    for case in cases {
        let mut builder = SchemaRegistry::builder();
        if !case.schemas.is_null() {
            builder = builder.schemas_from_json(&case.schemas);
        }
        if !case.resource_types.is_null() {
            builder = builder.resource_types_from_json(&case.resource_types);
        }
        let registry = match builder.build() {
            Ok(registry) => registry,
            Err(error) => {
                let told = error.problems().iter();
                let same = |(found, (place, detail)): (&RegistryProblem, &(String, String))| {
                    found.place == *place && found.detail.contains(detail.as_str())
                };
                if told.len() == case.problems.len() && told.zip(&case.problems).all(same) {
                    continue;
                }
                return Err(format!("{}: {error}", case.why).into());
            }
        };
        if !case.problems.is_empty() {
            return Err(format!("{}: nothing was refused", case.why).into());
        }
        // What is served is understood as the same, but for the constraints, which are not served.
        let serve = |registry: &SchemaRegistry| -> Vec<Value> {
            let schemas = registry.schemas();
            schemas
                .map(|schema| schema.to_resource("https://example.com/scim/v2"))
                .collect()
        };
        let served = serve(&registry);
        let again = SchemaRegistry::builder()
            .schemas_from_json(&served.clone().into())
            .build()?;
        assert_eq!(serve(&again), served, "{}", case.why);
        for schema in registry.schemas() {
            let text = serde_json::to_string(schema)?;
            assert_eq!(
                &serde_json::from_str::<Schema>(&text)?,
                schema,
                "{}",
                case.why
            );
        }
        for (path, canonical) in &case.paths {
            let things = registry.resource_types().next().ok_or("no resource type")?;
            let path = things.parser().attribute_path(path)?;
            assert_eq!(&things.resolve(&path)?.canonical_path(), canonical);
        }
    }
    Ok(())
}

datatest_stable::harness! {
    { test = json_cases, root = "tests/cases/schema_json", pattern = r"\.json$" },
    { test = cases, root = "tests/cases/schema", pattern = r"\.json$" },
}
