//! What is sent of each attribute.

use std::borrow::Cow;
use std::collections::BTreeMap;

use scim_filter::PatchPath;

use crate::compatibility::Tolerating;
use crate::evaluation::resolve;
use crate::schema::{
    AttributeDefinition, AttributeReference, Container, IndexedAttribute, RegisteredResourceType,
    Returned,
};

/// Which of the two parameters was given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mode {
    Default,
    Only,
    Except,
}

/// What is sent of one attribute.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Keep {
    Whole,
    Members(Vec<String>),
    Nothing,
}

/// What is sent of the attributes of one schema.
#[derive(Clone, Debug)]
pub(super) struct ContainerPlan {
    urn: Option<String>,
    attributes: BTreeMap<String, Keep>,
}

#[derive(Clone, Debug)]
pub(super) enum Plan {
    /// The client named nothing: the schemas say it of each attribute. A resource has few of those that they know, so nothing is
    /// prepared.
    Default(RegisteredResourceType),
    /// Decided once for all attributes that there are.
    Selected {
        core: ContainerPlan,
        extensions: Vec<ContainerPlan>,
        /// Attributes that no schema knows; they were kept by the application and are not asked for by name.
        unknown: Keep,
    },
}

/// The attributes of one schema, as a resource has them.
#[derive(Clone, Copy)]
pub(super) enum Members<'p> {
    Default(&'p Container),
    Selected {
        container: &'p ContainerPlan,
        unknown: &'p Keep,
    },
}

/// One attribute that the client named.
struct Named {
    container: Option<String>,
    /// `None`: the whole schema.
    attribute: Option<String>,
    sub_attribute: Option<String>,
}

/// How the names of the client concern one attribute.
#[derive(Default)]
struct Choice {
    whole: bool,
    sub_attributes: Vec<String>,
}

impl Plan {
    /// The plan, and the paths that name nothing.
    pub(super) fn new(
        mode: Mode,
        paths: &[PatchPath],
        resource_type: &RegisteredResourceType,
        tolerating: &mut Tolerating<'_>,
    ) -> (Self, Vec<PatchPath>) {
        if mode == Mode::Default {
            return (Self::Default(resource_type.clone()), Vec::new());
        }
        let mut unknown = Vec::new();
        let mut named = Vec::new();
        for path in paths {
            match name(path, resource_type, tolerating) {
                Some(name) => named.push(name),
                None => unknown.push(path.clone()),
            }
        }
        // With the common attributes, which no schema lists.
        let core = resource_type
            .attributes()
            .filter(|reference| reference.container().is_none());
        let core = core.map(AttributeReference::attribute);
        let extensions = resource_type.extensions().map(|extension| {
            ContainerPlan::new(
                mode,
                Some(extension.id.to_string()),
                extension.attributes.iter(),
                &named,
            )
        });
        let plan = Self::Selected {
            core: ContainerPlan::new(mode, None, core, &named),
            extensions: extensions.collect(),
            unknown: if mode == Mode::Only {
                Keep::Nothing
            } else {
                Keep::Whole
            },
        };
        (plan, unknown)
    }

    pub(super) fn core(&self) -> Members<'_> {
        match self {
            Self::Default(resource_type) => Members::Default(resource_type.base()),
            Self::Selected { core, unknown, .. } => Members::Selected {
                container: core,
                unknown,
            },
        }
    }

    pub(super) fn extension(&self, name: &str) -> Option<Members<'_>> {
        match self {
            Self::Default(resource_type) => {
                let container = resource_type.extension_container(name)?;
                Some(Members::Default(container))
            }
            Self::Selected {
                extensions,
                unknown,
                ..
            } => {
                let is_named = |plan: &&ContainerPlan| {
                    plan.urn
                        .as_ref()
                        .is_some_and(|urn| urn.eq_ignore_ascii_case(name))
                };
                let container = extensions.iter().find(is_named)?;
                Some(Members::Selected { container, unknown })
            }
        }
    }

    /// The attributes of which nothing is sent.
    pub(super) fn left_out<'t>(
        &'t self,
        resource_type: &'t RegisteredResourceType,
    ) -> impl Iterator<Item = &'t AttributeReference> {
        let containers =
            std::iter::once(resource_type.base()).chain(resource_type.extension_containers());
        let known = containers.flat_map(Container::all_indexed);
        let is_left_out = |known: &&IndexedAttribute| match self {
            Self::Default(_) => by_default(known) == Keep::Nothing,
            Self::Selected { .. } => {
                let reference = known.reference();
                let members = match reference.container() {
                    None => Some(self.core()),
                    Some(urn) => self.extension(urn.as_str()),
                };
                members.is_some_and(|members| {
                    *members.keep(&reference.attribute().name) == Keep::Nothing
                })
            }
        };
        known.filter(is_left_out).map(IndexedAttribute::reference)
    }
}

impl<'p> Members<'p> {
    pub(super) fn keep(self, name: &str) -> Cow<'p, Keep> {
        match self {
            Self::Default(container) => {
                let partly = container.not_returned_whole(name);
                Cow::Owned(partly.map_or(Keep::Whole, by_default))
            }
            Self::Selected { container, unknown } => {
                // What is held is spelled as the schema spells it, unless an application wrote it otherwise.
                let found = container.attributes.get(name).or_else(|| {
                    let mut known = container.attributes.iter();
                    known
                        .find(|(known, _)| known.eq_ignore_ascii_case(name))
                        .map(|(_, keep)| keep)
                });
                Cow::Borrowed(found.unwrap_or(unknown))
            }
        }
    }
}

impl ContainerPlan {
    fn new<'d>(
        mode: Mode,
        urn: Option<String>,
        definitions: impl Iterator<Item = &'d AttributeDefinition>,
        named: &[Named],
    ) -> Self {
        let attributes = definitions
            .map(|definition| {
                let choice = choice(definition, urn.as_deref(), named);
                (definition.name.clone(), keep(mode, definition, &choice))
            })
            .collect();
        Self { urn, attributes }
    }
}

fn name(
    path: &PatchPath,
    resource_type: &RegisteredResourceType,
    tolerating: &mut Tolerating<'_>,
) -> Option<Named> {
    match path {
        PatchPath::Attribute(path) => {
            let reference = resolve(path, resource_type, tolerating).ok()?;
            Some(Named {
                container: reference.container().map(ToString::to_string),
                attribute: Some(reference.attribute().name.clone()),
                sub_attribute: reference
                    .sub_attribute()
                    .map(|definition| definition.name.clone()),
            })
        }
        PatchPath::Schema(urn) => {
            let is_core = resource_type.schema().id.as_str().eq_ignore_ascii_case(urn);
            let container = resource_type
                .extension(urn)
                .map(|schema| schema.id.to_string());
            (is_core || container.is_some()).then_some(Named {
                container,
                attribute: None,
                sub_attribute: None,
            })
        }
        PatchPath::ValuePath { .. } => None,
    }
}

fn choice(definition: &AttributeDefinition, urn: Option<&str>, named: &[Named]) -> Choice {
    let mut choice = Choice::default();
    for name in named.iter().filter(|name| name.container.as_deref() == urn) {
        match (&name.attribute, &name.sub_attribute) {
            (None, _) => choice.whole |= definition.returned != Returned::Request,
            (Some(attribute), _) if *attribute != definition.name => {}
            (Some(_), None) => choice.whole = true,
            (Some(_), Some(sub_attribute)) => choice.sub_attributes.push(sub_attribute.clone()),
        }
    }
    choice
}

/// What is sent of an attribute to a client that names none.
fn by_default(known: &IndexedAttribute) -> Keep {
    if known.is_returned_whole() {
        return Keep::Whole;
    }
    keep(Mode::Default, known.definition(), &Choice::default())
}

fn keep(mode: Mode, definition: &AttributeDefinition, choice: &Choice) -> Keep {
    if definition.is_never_returned() {
        return Keep::Nothing;
    }
    let always = definition.returned == Returned::Always;
    let by_default = always || definition.returned == Returned::Default;
    let named = choice.whole || !choice.sub_attributes.is_empty();
    let kept = match mode {
        Mode::Default => by_default,
        Mode::Only => always || named,
        Mode::Except => by_default && (always || !choice.whole),
    };
    if definition.sub_attributes.is_empty() {
        return if kept { Keep::Whole } else { Keep::Nothing };
    }
    // A parent that the client excludes still carries what is always returned in it.
    let excluded = mode == Mode::Except && by_default && choice.whole && !always;
    if !kept && !excluded {
        return Keep::Nothing;
    }
    let is_kept =
        |sub_attribute: &&AttributeDefinition| keeps_member(mode, sub_attribute, choice, excluded);
    let members = definition.sub_attributes.iter().filter(is_kept);
    match members.clone().count() {
        0 => Keep::Nothing,
        all if all == definition.sub_attributes.len() => Keep::Whole,
        _ => Keep::Members(
            members
                .map(|sub_attribute| sub_attribute.name.clone())
                .collect(),
        ),
    }
}

fn keeps_member(
    mode: Mode,
    definition: &AttributeDefinition,
    choice: &Choice,
    excluded: bool,
) -> bool {
    if definition.is_never_returned() {
        return false;
    }
    if definition.returned == Returned::Always {
        return true;
    }
    let named = choice.sub_attributes.contains(&definition.name);
    let by_default = definition.returned == Returned::Default;
    match mode {
        Mode::Default => by_default,
        Mode::Only if choice.whole || choice.sub_attributes.is_empty() => by_default || named,
        Mode::Only => named,
        Mode::Except => by_default && !named && !excluded,
    }
}
