//! Whether what a rule refers to can be there, and has what it is named by.

use scim_core::schema::RegisteredResourceType;

use crate::location::Location;
use crate::mapping::problem::{Place, Problems};
use crate::mapping::{Mapping, import};
use crate::naming::{Naming, is_id, is_known, is_text};
use crate::rule::{DataType, Rule, RuleSource};
use crate::synchronization_schema::{ObjectDefinition, SynchronizationSchema};

/// An id of the source says nothing to the target.
pub(super) fn check(
    rule: &Rule,
    place: Place<'_>,
    source: Option<&ObjectDefinition>,
    target: &RegisteredResourceType,
    problems: &mut Problems,
) {
    let RuleSource::Direct(name) = &rule.source else {
        return;
    };
    let refers = source
        .and_then(|source| source.attribute(name))
        .is_some_and(|definition| import::value_type(definition).data_type == DataType::Reference);
    if refers && !rule.reference && is_text(&rule.target, target) {
        problems.warning(
            place,
            "source",
            format!("{name} refers to somebody by an id of the source, which is sent as it is"),
            "let the definition of the target attribute say what it refers to (referencedObjects), so that everybody is named as the target knows him",
        );
    }
}

impl Mapping {
    pub(super) fn check_reference(
        &self,
        rule: &Rule,
        place: Place<'_>,
        schema: &SynchronizationSchema,
        target: &RegisteredResourceType,
        problems: &mut Problems,
    ) {
        if rule.reference {
            self.check_naming(rule, place, target, problems);
        }
        if rule.referenced_objects.is_empty() {
            return;
        }
        let names = &self.names;
        let is_mapped = |name: &String| {
            name.eq_ignore_ascii_case(&names.target_object)
                || schema.object_mappings().any(|(_, mapping)| {
                    let target = mapping.target_object_name.value();
                    target.is_some_and(|target| target.eq_ignore_ascii_case(name))
                        && mapping.enabled.value() != Some(&false)
                })
        };
        if !rule.referenced_objects.iter().any(is_mapped) {
            let objects = rule.referenced_objects.join(" or ");
            problems.warning(
                place,
                "target",
                format!("it refers to {objects}, and no object mapping in use provisions those"),
                "switch on an object mapping for them, or remove the rule",
            );
        }
    }

    fn check_naming(
        &self,
        rule: &Rule,
        place: Place<'_>,
        target: &RegisteredResourceType,
        problems: &mut Problems,
    ) {
        let naming = Naming::of(rule, target);
        if let Some(property) = &rule.referenced_property
            && !is_id(property)
            && !is_known(property, target)
        {
            problems.warning(
                place,
                "target",
                format!(
                    "whom it refers to is to be named by {property}, which the target does not have; the {} is sent",
                    naming.words()
                ),
                "correct the ReferencedProperty of the target attribute, or take it out",
            );
        }
        let sets = |path: &str| {
            let mut targets = self.rules().iter().map(|rule| {
                Location::of(&rule.target, target)
                    .attribute_path()
                    .to_ascii_lowercase()
            });
            targets.any(|target| target == path.to_ascii_lowercase())
        };
        let is_set = match naming {
            Naming::Id => true,
            Naming::Address => sets("emails") || sets("userName"),
            Naming::Property(path) => sets(&Location::of(path, target).attribute_path()),
        };
        if !is_set {
            problems.warning(
                place,
                "target",
                format!(
                    "whom it refers to is named by his {}, and no rule sets one: whoever has none in the target cannot be referred to",
                    naming.words()
                ),
                "add a rule for it, or name another attribute in the ReferencedProperty of the target attribute",
            );
        }
    }
}
