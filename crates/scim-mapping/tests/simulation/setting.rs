//! What a seed begins with: a job, a directory, a target.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use scim_core::compatibility::Compatibility;
use scim_core::schema::{RegisteredResourceType, SchemaRegistry};
use scim_mapping::provisioning::{
    JobSettings, JobState, ObjectKind, ObjectMapping, OutOfScope, PatchDialect, ProvisioningJob,
};
use scim_mapping::{Mapping, RuleBuilder, ScopingOperator};
use serde_json::{Value, json};

use crate::directory::Directory;
use crate::history::note;
use crate::network::{Faults, Network};
use crate::random::Random;
use crate::run::Simulation;
use crate::target::Target;
use crate::totals::Totals;

/// Made once: making them takes longer than a seed.
static TYPES: LazyLock<BTreeMap<ObjectKind, RegisteredResourceType>> = LazyLock::new(|| {
    let registry = SchemaRegistry::standard();
    [ObjectKind::User, ObjectKind::Group]
        .map(|kind| (kind, registry.resource_type(kind.as_str()).unwrap().clone()))
        .into()
});
static USERS: LazyLock<Mapping> = LazyLock::new(users);
static GROUPS: LazyLock<Mapping> = LazyLock::new(groups);

const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

fn users() -> Mapping {
    Mapping::builder("User", "User")
        .rule(RuleBuilder::direct("userPrincipalName", "userName").matching(1))
        .rule(RuleBuilder::direct("objectId", "externalId").matching(2))
        .rule(RuleBuilder::expression(
            "Switch([IsSoftDeleted], , \"False\", \"True\", \"True\", \"False\")",
            "active",
        ))
        .rule(RuleBuilder::direct("displayName", "displayName"))
        .rule(RuleBuilder::direct("jobTitle", "title").remove_when_null())
        .rule(RuleBuilder::direct(
            "mail",
            "emails[type eq \"work\"].value",
        ))
        .rule(
            RuleBuilder::direct("manager", format!("{ENTERPRISE}:manager"))
                .reference_to("User")
                .remove_when_null(),
        )
        .rule(
            RuleBuilder::direct("mentor", "nickName")
                .reference_to("User")
                .remove_when_null(),
        )
        .scope(
            "Trials",
            [("department", ScopingOperator::Equals, Some("Trials"))],
        )
        .build()
        .unwrap()
}

fn groups() -> Mapping {
    Mapping::builder("Group", "Group")
        .rule(RuleBuilder::direct("displayName", "displayName").matching(1))
        .rule(RuleBuilder::direct("objectId", "externalId").matching(2))
        .build()
        .unwrap()
}

impl Simulation {
    pub(crate) fn new(seed: u64) -> Self {
        let mut random = Random::new(seed);
        let types = &*TYPES;
        let is_entra = random.percent(40);
        let dialect = if is_entra {
            PatchDialect::Entra
        } else {
            PatchDialect::Rfc
        };
        let compatibility = if is_entra {
            Compatibility::entra_legacy()
        } else {
            Compatibility::standard()
        };
        let out_of_scope = match random.below(4) {
            0 => OutOfScope::Delete,
            1 => OutOfScope::Leave,
            _ => OutOfScope::Disable,
        };
        let mut settings = JobSettings::default();
        settings.in_flight = 1 + random.below(6);
        settings.patch_supported = random.percent(80);
        settings.out_of_scope = out_of_scope;
        settings.hard_deletes = random.percent(80);
        settings.deletion_threshold = random.percent(50).then(|| random.below(4));
        settings.members_per_request = 1 + random.below(3);
        let object = |kind, mapping: &Mapping| {
            ObjectMapping::new(
                mapping.clone().with_patch_dialect(dialect),
                types[&kind].clone(),
            )
        };
        let job = ProvisioningJob::new(object(ObjectKind::User, &USERS))
            .with_groups(object(ObjectKind::Group, &GROUPS))
            .with_settings(settings);
        let directory = Directory::new(&mut random);
        let mut target = Target::new(types.clone(), compatibility, random.percent(30));
        let strangers = populate(&directory, &mut target, &mut random);
        note!(
            "{:?}, assigned: {:?}, {out_of_scope:?}, {:?}",
            directory.telling,
            directory.assigned,
            job.settings()
        );
        Self {
            directory,
            target,
            network: Network::new(Faults::new(&mut random)),
            job,
            stored: JobState::default(),
            out_of_scope,
            released: BTreeSet::new(),
            strangers,
            random,
            now: "2026-02-03T07:05:09Z".parse().unwrap(),
            cycles: 0,
            is_plan: false,
            is_edited: false,
            totals: Totals::default(),
        }
    }
}

/// Some of the people are there already, and some others as well.
fn populate(
    directory: &Directory,
    target: &mut Target,
    random: &mut Random,
) -> Vec<(String, Value)> {
    for user in directory.users.values() {
        if random.percent(25) {
            let body = json!({
                "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": user.name.to_uppercase(), "active": true,
            });
            target.add(ObjectKind::User, &body);
        }
    }
    let mut strangers = Vec::new();
    for number in 0..random.below(3) {
        let body = json!({
            "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": format!("stranger{number}"), "active": true,
        });
        if let Some(id) = target.add(ObjectKind::User, &body) {
            let held = target.of(ObjectKind::User)[&id].to_value();
            strangers.push((id, held));
        }
    }
    strangers
}
