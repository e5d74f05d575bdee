//! What `attributes` and `excludedAttributes` select, and which of RFC 7644's questions each selection asks.

use super::attributes::{Attribute, spelling};
use super::random::Random;

/// Names as a query gives them, for `attributes` and `excludedAttributes`.
#[derive(Debug, Default)]
pub(crate) struct Selection {
    pub(crate) attributes: Option<String>,
    pub(crate) excluded: Option<String>,
    /// By which a disagreement is listed.
    pub(crate) features: Vec<String>,
}

/// Nothing, up to four names for one of both, or names for both.
pub(crate) fn selection(
    random: &mut Random,
    resource_type: &str,
    attributes: &[Attribute],
) -> Selection {
    let mut selection = Selection::default();
    match random.below(100) {
        0..4 => selection.features.push("nothing".to_owned()),
        4..7 => {
            selection.attributes = Some("userName".to_owned());
            selection.excluded = Some("title".to_owned());
            selection.features.push("both".to_owned());
        }
        chosen => {
            let parameter = if chosen < 60 {
                "attributes"
            } else {
                "excluded"
            };
            let count = 1 + random.below(4);
            let mut names = Vec::new();
            for _ in 0..count {
                let (name, feature) = name(random, resource_type, attributes);
                names.push(name);
                selection.features.push(format!("{parameter} {feature}"));
            }
            let text = names.join(if random.percent(20) { ", " } else { "," });
            if parameter == "attributes" {
                selection.attributes = Some(text);
            } else {
                selection.excluded = Some(text);
            }
        }
    }
    selection
}

fn name(random: &mut Random, resource_type: &str, attributes: &[Attribute]) -> (String, String) {
    let base = format!("urn:ietf:params:scim:schemas:core:2.0:{resource_type}");
    let urns: Vec<&str> = attributes
        .iter()
        .filter_map(|attribute| attribute.urn.as_deref())
        .collect();
    let Some(attribute) = random.pick(attributes) else {
        return (String::new(), "nothing".to_owned());
    };
    match (random.below(100), random.pick(&urns)) {
        (0..4, _) => {
            let unknown = ["nonsense", "name.nonsense", "urn:x:y:z", "userName.value"];
            return (random.word(&unknown).to_owned(), "unknown".to_owned());
        }
        (4..6, _) => return (base, "base schema".to_owned()),
        (6..12, Some(urn)) => return ((*urn).to_owned(), "extension".to_owned()),
        (12..16, _) => return ("schemas".to_owned(), "schemas".to_owned()),
        _ => {}
    }
    let mut path = spelling(random, &attribute.name);
    let mut feature = format!("{} {}", attribute.label(), attribute.name);
    match &attribute.urn {
        Some(urn) => path = format!("{urn}:{path}"),
        None if random.percent(10) && !["id", "externalId", "meta"].contains(&&*attribute.name) => {
            path = format!("{base}:{path}");
        }
        None => {}
    }
    if let Some(part) = random.pick(&attribute.parts)
        && random.percent(50)
    {
        path = format!("{path}.{}", spelling(random, &part.name));
        feature = format!("part of {feature}");
    }
    (path, feature)
}
