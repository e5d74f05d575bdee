//! A schema extension of one's own, from definition to typed access.

mod badge;

use std::error::Error;
use std::io::{self, Write as _};

use scim_core::compatibility::Compatibility;
use scim_core::evaluation::BoundFilter;
use scim_core::message::PatchRequest;
use scim_core::patch;
use scim_core::projection::Projection;
use scim_core::resource::Extension as _;
use scim_core::schema::ValidationContext;
use serde_json::json;

use badge::Badge;

const BADGE: &str = Badge::URN;

fn main() -> Result<(), Box<dyn Error>> {
    let mut out = io::stdout().lock();
    let registry = badge::registry()?;
    let users = registry.resource_type("User").ok_or("no users")?;
    let compatibility = Compatibility::strict();

    // What a client sends is read by the definition: names in any case, every failure at once.
    let wrong = json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User", BADGE],
        "userName": "ines",
        BADGE: { "sites": "Berlin", "validUntil": "soon" },
    });
    let Err(report) = users.read(wrong, ValidationContext::Create, &compatibility) else {
        return Err("a badge without a number was taken".into());
    };
    writeln!(out, "refused:")?;
    for failure in report.failures() {
        writeln!(out, "  {failure}")?;
    }

    let body = json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User", BADGE],
        "userName": "ines",
        BADGE: { "BADGENUMBER": "B-17", "sites": ["Berlin"], "validUntil": "2027-01-31T00:00:00Z", "pin": "4711" },
    });
    let (mut ines, _) = users.read(body, ValidationContext::Create, &compatibility)?;

    // The application works with its own type; `validUntil`, which that type does not know, stays.
    let mut badge: Badge = ines.extension_as()?.ok_or("no badge")?;
    writeln!(
        out,
        "typed: {} opens {:?}, {} more",
        badge.number,
        badge.sites,
        badge.additional.len()
    )?;
    // A log shows the PIN neither of the type nor of the resource; whoever compares it has to expose it.
    writeln!(out, "in a log: {badge:?}")?;
    writeln!(out, "in a log: {:?}", users.redacted(&ines))?;
    let opens = badge.pin.as_ref().is_some_and(|pin| pin.expose() == "4711");
    writeln!(out, "the PIN opens: {opens}")?;
    badge.sites.push("Oslo".to_owned());
    ines.set_extension(&badge)?;

    // Filters and PATCH paths name the attribute by its URN, and compare it by its definition.
    for text in [
        format!(r#"{BADGE}:sites eq "oslo""#),
        format!(r#"{BADGE}:badgeNumber eq "b-17""#),
        format!(r#"{BADGE}:validUntil lt "2028-01-01T00:00:00Z""#),
    ] {
        let filter = users.parser().filter(&text)?;
        let filter = BoundFilter::bind(&filter, users, &compatibility)?;
        let attribute = in_badge(&text);
        writeln!(out, "matches {attribute}: {}", filter.matches(&ines))?;
    }

    let request = json!({
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
        "Operations": [{ "op": "replace", "path": format!("{BADGE}:badgeNumber"), "value": "B-18" }],
    });
    let request = PatchRequest::read(&request, users, &compatibility)?;
    let patched = patch::apply(&request, &ines, users, &compatibility)?;
    for change in &patched.changes {
        writeln!(
            out,
            "patched {}: {:?} to {:?}",
            in_badge(&change.path),
            change.before,
            change.after
        )?;
    }
    // What is stored has the PIN; what is sent does not.
    let sent = Projection::bind(None, None, users, &compatibility)?.apply(&patched.resource);
    writeln!(out, "{sent:#}")?;

    // For a form, or for clients in other languages: the same rules as a JSON Schema.
    let schema = users.json_schema(ValidationContext::Create, &compatibility);
    let number = schema
        .pointer(&format!(
            "/properties/{BADGE}/anyOf/1/properties/badgeNumber"
        ))
        .ok_or("the schema has no badge")?;
    writeln!(out, "JSON Schema of badgeNumber: {number:#}")?;
    Ok(())
}

/// What follows the URN of the extension.
fn in_badge(path: &str) -> &str {
    path.strip_prefix(BADGE)
        .and_then(|path| path.strip_prefix(':'))
        .unwrap_or(path)
}
