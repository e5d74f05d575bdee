//! Generated cases with our answers, one JSON object a line: for `peers/against_scim2_models.py`, which asks a rival the same.
//!
//! Filters are matched against a resource, PATCH requests applied to one, lists of resources sorted, and attributes selected. Each
//! case tells its
//! features, such as `dateTime co value`, so that a disagreement can be listed by what it is about. Another number on the
//! command line makes other cases.

mod attributes;
mod filters;
mod patches;
mod random;
mod selections;

use std::error::Error;
use std::io::{BufWriter, Write};

use scim_core::compatibility::Compatibility;
use scim_core::evaluation::BoundFilter;
use scim_core::message::{PatchRequest, SortOrder};
use scim_core::patch;
use scim_core::projection::Projection;
use scim_core::resource::Resource;
use scim_core::schema::{RegisteredResourceType, ResourceType, SchemaRegistry};
use scim_core::schema::{enterprise_user, group, user};
use scim_core::sorting::BoundSort;
use serde_json::{Map, Value, json};

use attributes::Attribute;
use random::Random;

type Outcome<T> = Result<T, Box<dyn Error>>;

const MATCHES: usize = 6_000;
const PATCHES: usize = 5_000;
const SORTS: usize = 1_000;
const SELECTIONS: usize = 1_500;

fn main() -> Outcome<()> {
    let registry = registry()?;
    let mut out = BufWriter::new(std::io::stdout().lock());
    let seed: u64 = match std::env::args().nth(1) {
        Some(seed) => seed.parse()?,
        None => 0,
    };
    for (name, seed) in [("User", 2 * seed), ("Group", 2 * seed + 1)] {
        let resource_type = registry.resource_type(name).ok_or("not registered")?;
        let attributes = attributes::attributes(name)?;
        let mut cases = Cases {
            random: Random::new(seed),
            resource_type,
            attributes: &attributes,
            name,
        };
        // A user has far more attributes than a group.
        let share = |count: usize| {
            if name == "User" {
                count * 5 / 6
            } else {
                count / 6
            }
        };
        for number in 0..share(MATCHES) {
            cases.matching(number, &mut out)?;
        }
        for number in 0..share(PATCHES) {
            cases.patching(number, &mut out)?;
        }
        for number in 0..share(SORTS) {
            cases.sorting(number, &mut out)?;
        }
        for number in 0..share(SELECTIONS) {
            cases.selecting(number, &mut out)?;
        }
    }
    out.flush()?;
    Ok(())
}

fn registry() -> Outcome<SchemaRegistry> {
    let workplace = serde_json::from_str(include_str!("workplace_schema.json"))?;
    let scim_core::schema::Schema { id, .. } = &workplace;
    let users = ResourceType::new("User", "/Users", user().id.clone())
        .extension(enterprise_user().id.clone(), false)
        .extension(id.clone(), false);
    Ok(SchemaRegistry::builder()
        .resource_type(users)
        .resource_type(ResourceType::new("Group", "/Groups", group().id.clone()))
        .schema(user().clone())
        .schema(enterprise_user().clone())
        .schema(group().clone())
        .schema(workplace)
        .build()?)
}

struct Cases<'a> {
    random: Random,
    resource_type: &'a RegisteredResourceType,
    attributes: &'a [Attribute],
    name: &'a str,
}

fn refusal(error: &scim_core::error::Error) -> Value {
    let kind = error.kind();
    let keyword = kind.scim_type().map(str::to_owned);
    json!({ "error": keyword.unwrap_or_else(|| kind.status().to_string()) })
}

impl Cases<'_> {
    fn resource(&mut self, id: &str, careless: bool) -> Map<String, Value> {
        attributes::resource(&mut self.random, self.name, self.attributes, id, careless)
    }

    fn id(&self, kind: &str, number: usize) -> String {
        format!("{kind}-{}-{number}", self.name)
    }

    fn matching(&mut self, number: usize, out: &mut impl Write) -> Outcome<()> {
        let resource = self.resource("u3", true);
        let (text, features) =
            filters::filter(&mut self.random, self.name, self.attributes, &resource);
        let compatibility = Compatibility::standard();
        let parser = self
            .resource_type
            .parser()
            .leniency(compatibility.leniency());
        let bound = parser
            .filter(&text)
            .map_err(|error| scim_core::error::Error::from_filter(&error))
            .and_then(|filter| BoundFilter::bind(&filter, self.resource_type, &compatibility));
        let ours = match bound {
            Ok(bound) => json!(bound.matches(&Resource::new(resource.clone()))),
            Err(error) => refusal(&error),
        };
        let case = json!({
            "id": self.id("match", number), "kind": "match", "resourceType": self.name, "features": features,
            "resource": resource, "filter": text, "ours": ours,
        });
        writeln!(out, "{case}")?;
        Ok(())
    }

    fn patching(&mut self, number: usize, out: &mut impl Write) -> Outcome<()> {
        let resource = self.resource("u3", false);
        let (operations, features) =
            patches::operations(&mut self.random, self.attributes, &resource);
        let (preset, compatibility) = match self.random.below(20) {
            0..14 => ("standard", Compatibility::standard()),
            14..17 => ("strict", Compatibility::strict()),
            _ => ("entra", Compatibility::entra()),
        };
        let body = json!({
            "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], "Operations": operations,
        });
        let before = Resource::new(resource.clone());
        let patched =
            PatchRequest::read(&body, self.resource_type, &compatibility).and_then(|request| {
                patch::apply(&request, &before, self.resource_type, &compatibility)
            });
        let ours = match patched {
            Ok(patched) => patched.resource.to_value(),
            Err(error) => refusal(&error),
        };
        let case = json!({
            "id": self.id("patch", number), "kind": "patch", "resourceType": self.name, "features": features,
            "preset": preset, "resource": resource, "request": body, "ours": ours,
        });
        writeln!(out, "{case}")?;
        Ok(())
    }

    fn sorting(&mut self, number: usize, out: &mut impl Write) -> Outcome<()> {
        let mut resources = Vec::new();
        for index in 0..3 + self.random.below(6) {
            resources.push(self.resource(&format!("u{index}"), true));
        }
        let Some(attribute) = self.random.pick(self.attributes) else {
            return Ok(());
        };
        let mut by = attribute.path();
        let mut feature = attribute.label();
        if let Some(part) = self.random.pick(&attribute.parts)
            && self.random.percent(75)
        {
            by = format!("{by}.{}", part.name);
            feature = format!("{} of {feature}", part.label());
        }
        let (order, word) = if self.random.percent(50) {
            (SortOrder::Ascending, "ascending")
        } else {
            (SortOrder::Descending, "descending")
        };
        let path = self.resource_type.parser().attribute_path(&by)?;
        let compatibility = Compatibility::standard();
        let ours = match BoundSort::bind(&path, order, self.resource_type, &compatibility) {
            Ok(bound) => {
                let mut sorted: Vec<Resource> =
                    resources.iter().cloned().map(Resource::new).collect();
                sorted.sort_by(|left, right| bound.compare(left, right));
                json!(sorted.iter().map(Resource::id).collect::<Vec<_>>())
            }
            Err(error) => refusal(&error),
        };
        let case = json!({
            "id": self.id("sort", number), "kind": "sort", "resourceType": self.name, "features": [feature],
            "resources": resources, "sortBy": by, "sortOrder": word, "ours": ours,
        });
        writeln!(out, "{case}")?;
        Ok(())
    }

    fn selecting(&mut self, number: usize, out: &mut impl Write) -> Outcome<()> {
        let resource = self.resource("u3", true);
        let selection = selections::selection(&mut self.random, self.name, self.attributes);
        let projection = Projection::bind(
            selection.attributes.as_deref(),
            selection.excluded.as_deref(),
            self.resource_type,
            &Compatibility::standard(),
        );
        let ours = match projection {
            Ok(projection) => projection.apply(&Resource::new(resource.clone())),
            Err(error) => refusal(&error),
        };
        let case = json!({
            "id": self.id("select", number), "kind": "select", "resourceType": self.name, "features": selection.features,
            "resource": resource, "attributes": selection.attributes, "excludedAttributes": selection.excluded, "ours": ours,
        });
        writeln!(out, "{case}")?;
        Ok(())
    }
}
