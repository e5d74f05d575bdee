//! The whole story, with no argument: a directory is provisioned into Peakon, and the service is asked after each step.

mod directory;
mod expectation;
mod snapshot;
mod transitions;
mod verification;
mod work;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use chrono::{SecondsFormat, Utc};
use reqwest::Url;
use scim_core::resource::Secret;
use scim_mapping::provisioning::{
    CycleKind, JobNames, JobSettings, LogEntry, LogStatus, ObjectKind,
};
use serde::Serialize;
use serde_json::Value;

use self::{
    directory::Directory,
    snapshot::{Inspector, Snapshot},
    verification::{Check, Verification},
    work::{Told, Work},
};
use crate::{
    commands::Ending,
    failure::Failure,
    mappings::{self, MappingRow, Mappings},
    render::{self, Voice},
    state::StateFile,
    target::{Discovered, Target},
};

const DIRECTORY: &str = include_str!("../sample/directory.json");
const EMPLOYEES: &str = include_str!("../sample/employees.json");
const CHANGES: &str = include_str!("../sample/changes.json");
const SCHEMA: &str = include_str!("../sample/schema.json");

/// So many warnings of a cycle are shown: what the story is about stands below them.
const WARNINGS: usize = 3;

/// The mappings of the sample.
fn mappings() -> Result<Mappings, Failure> {
    let place = "sample/schema.json";
    Mappings::new(mappings::read_schema(SCHEMA.as_bytes(), place)?, place)
}

/// What `--json` prints.
#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
struct Document {
    passed: bool,
    mapping: Vec<MappingRow>,
    cycles: Vec<Told>,
    audience: Audience,
    checks: Vec<StepChecks>,
}

/// Whom a survey reaches before the changes and after them.
#[derive(Debug, Default, Serialize)]
struct Audience {
    before: usize,
    after: usize,
    left: Vec<String>,
    joined: Vec<String>,
}

#[derive(Debug, Serialize)]
struct StepChecks {
    after: String,
    checks: Vec<Check>,
}

/// The story while it is told.
struct Story {
    voice: Voice,
    inspector: Inspector,
    document: Document,
    strangers: BTreeMap<String, Value>,
}

/// Tells the story; false when a check failed.
pub(crate) async fn tell(voice: Voice) -> Result<Ending, Failure> {
    let folder = tempfile::tempdir().map_err(|error| {
        Failure::new(
            "the temporary folder",
            error,
            "set TMPDIR to one that can be written",
        )
    })?;
    let token = peakon_service::Token::generate()
        .map_err(|error| Failure::new("the system's random numbers", error, "run again"))?;
    let database = format!("sqlite://{}", folder.path().join("peakon.db").display());
    let listen = ([127, 0, 0, 1], 0).into();
    let configuration = peakon_service::Configuration::new(listen, database, token.clone());
    let service = peakon_service::start(configuration)
        .await
        .map_err(|error| Failure::new("the Peakon service", error, "see what it says"))?;
    let outcome = tell_with(voice, service.base_url(), token.reveal(), folder.path()).await;
    service.stop().await;
    let document = outcome?;
    voice.document(&document)?;
    Ok(if document.passed {
        Ending::Well
    } else {
        Ending::NotWell
    })
}

async fn tell_with(
    voice: Voice,
    base: &str,
    token: &str,
    folder: &Path,
) -> Result<Document, Failure> {
    let url = Url::parse(base).map_err(|error| Failure::new(base, error, "see what it says"))?;
    let token = Secret::new(token);
    let target = Target::new(&url, &token)?;
    let mut story = Story {
        voice,
        inspector: Inspector::new(&url, &token)?,
        document: Document::default(),
        strangers: BTreeMap::new(),
    };
    let mut directory = Directory::from_json(DIRECTORY, "sample/directory.json")?;
    let mappings = mappings()?;
    let discovered = story.introduce(&target, &directory, &mappings).await?;
    let work = Work {
        job: mappings.job(&discovered, JobSettings::default(), JobNames::default())?,
        target: target.prepared(discovered.patch, mappings.patch_dialect())?,
        store: StateFile::open(&folder.join("state.db"), target.base()).await?,
        file: folder.join("directory.json"),
        voice,
    };

    let before = story.inspector.snapshot().await?;
    story.strangers = strangers(&before, &directory);
    let cycle = work
        .cycle("initial cycle", CycleKind::Initial, &directory)
        .await?;
    let created = story.verify(&directory, &before, cycle, None).await?;

    let moment = now();
    // The service counts in milliseconds: what follows comes later.
    tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    let old = directory.clone();
    directory.apply(CHANGES, "sample/changes.json")?;
    let cycle = work
        .cycle("second cycle", CycleKind::Incremental, &directory)
        .await?;
    let changed = story
        .verify(&directory, &created, cycle, Some((&old, &moment)))
        .await?;

    let writes = story.inspector.writes().await?;
    let cycle = work
        .cycle("third cycle", CycleKind::Initial, &directory)
        .await?;
    let silent = cycle.cycle.writes;
    story.verify(&directory, &changed, cycle, None).await?;
    let seen = story.inspector.writes().await?.saturating_sub(writes);
    story.check_silence(u64::try_from(silent).unwrap_or(u64::MAX), seen);
    story.conclude();
    Ok(story.document)
}

impl Story {
    async fn introduce(
        &mut self,
        target: &Target,
        directory: &Directory,
        mappings: &Mappings,
    ) -> Result<Discovered, Failure> {
        let voice = self.voice;
        voice.heading("Peakon");
        voice.line(&format!(
            "serves SCIM at {}, its database in a temporary folder",
            target.base()
        ));
        for employee in employees()? {
            self.inspector.hire(&employee).await?;
        }
        let discovered = target.discover().await?;
        target
            .test_connection(&discovered.users, mappings.matching_attribute())
            .await?;
        voice.line("Test Connection: the URL and the token are right");
        voice.heading("Directory");
        voice.line(&format!(
            "{} people and {} groups, {} people assigned to Peakon",
            directory.len(),
            directory.group_count(),
            directory.assigned().len()
        ));
        self.document.mapping = mappings.rows();
        voice.heading("Mapping");
        voice.lines(render::mapping(&self.document.mapping));
        Ok(discovered)
    }

    /// Reports on a cycle, and asks the service whether it is so.
    async fn verify(
        &mut self,
        directory: &Directory,
        before: &Snapshot,
        told: Told,
        change: Option<(&Directory, &str)>,
    ) -> Result<Snapshot, Failure> {
        let voice = self.voice;
        let title = told.name;
        voice.heading(&capitalised(title));
        voice.lines(render::outcome(&told.cycle));
        let (warnings, others): (Vec<_>, Vec<_>) = told
            .entries
            .iter()
            .partition(|entry| entry.provisioning_status_info.status == LogStatus::Warning);
        let shown = warnings.iter().take(WARNINGS).copied();
        voice.lines(render::problems(others.into_iter().chain(shown)));
        if warnings.len() > WARNINGS {
            let more = warnings.len() - WARNINGS;
            voice.line(&format!("  and {more} more wait; --json names them"));
        }
        let after = self.inspector.snapshot().await?;
        let audience = self.inspector.audience(None).await?;
        let known: BTreeSet<String> = before.users.keys().cloned().collect();
        let verification = Verification {
            directory,
            known: &known,
            strangers: &self.strangers,
            snapshot: &after,
            audience: &audience,
        };
        let mut checks = verification.checks();
        let grown = after.total_users.saturating_sub(before.total_users);
        let counts = |kind| told.cycle.counts.get(&kind).cloned().unwrap_or_default();
        let (users, groups) = (counts(ObjectKind::User), counts(ObjectKind::Group));
        checks.push(Check::that(
            format!(
                "{} more than before, as the cycle says, and no failure",
                users.created
            ),
            users.created == grown && users.failed == 0 && groups.failed == 0,
            &format!(
                "the service has {grown} more; {} users and {} groups failed",
                users.failed, groups.failed
            ),
        ));
        if let Some((old, moment)) = change {
            voice.heading("What changed");
            voice.lines(render::entries(
                told.entries.iter().filter(|entry| is_change(entry)),
                false,
            ));
            let then = self.inspector.audience(Some(moment)).await?;
            checks.extend(transitions::checks(
                old,
                directory,
                &known,
                &after,
                (&then, &audience),
            ));
            self.document.audience = Audience {
                before: then.len(),
                after: audience.len(),
                left: then.difference(&audience).cloned().collect(),
                joined: audience.difference(&then).cloned().collect(),
            };
            self.show_audience();
        }
        voice.heading(&format!("The service, asked after the {title}"));
        for check in &checks {
            voice.lines(render::verdict(
                &check.name,
                check.passed,
                &check.differences,
            ));
        }
        self.document.cycles.push(told);
        self.document.checks.push(StepChecks {
            after: title.to_owned(),
            checks,
        });
        Ok(after)
    }

    fn show_audience(&self) {
        let audience = &self.document.audience;
        self.voice.heading("Survey audience");
        self.voice
            .line(&format!("before the changes {:>4} people", audience.before));
        self.voice
            .line(&format!("after the changes  {:>4} people", audience.after));
        for (sign, names) in [("-", &audience.left), ("+", &audience.joined)] {
            for name in names {
                self.voice.line(&format!("  {sign} {name}"));
            }
        }
    }

    /// A cycle that compares everybody and finds nothing to do sends no write: said by both sides.
    fn check_silence(&mut self, sent: u64, seen: u64) {
        let otherwise = format!("sent {sent}, the service counted {seen}");
        let name = "no write was sent, and none arrived at the service";
        let check = Check::that(name, sent == 0 && seen == 0, &otherwise);
        self.voice.lines(render::verdict(
            &check.name,
            check.passed,
            &check.differences,
        ));
        if let Some(last) = self.document.checks.last_mut() {
            last.checks.push(check);
        }
    }

    fn conclude(&mut self) {
        let checks = || self.document.checks.iter().flat_map(|step| &step.checks);
        let (all, passed) = (
            checks().count(),
            checks().filter(|check| check.passed).count(),
        );
        self.voice.heading("Result");
        self.voice.line(&format!("{passed} of {all} checks passed"));
        self.document.passed = all == passed;
    }
}

/// Something was written, or should have been.
fn is_change(entry: &LogEntry) -> bool {
    entry.provisioning_status_info.status != LogStatus::Skipped
}

fn employees() -> Result<Vec<Value>, Failure> {
    let refuse = |problem: &str| {
        Failure::new(
            "sample/employees.json",
            problem,
            "run the generator of the sample again",
        )
    };
    let mut document: Value =
        serde_json::from_str(EMPLOYEES).map_err(|error| refuse(&error.to_string()))?;
    match document.get_mut("employees").map(Value::take) {
        Some(Value::Array(employees)) => Ok(employees),
        _ => Err(refuse("there is no list `employees`")),
    }
}

/// Employees of whom the directory knows nothing.
fn strangers(snapshot: &Snapshot, directory: &Directory) -> BTreeMap<String, Value> {
    let unknown = |(name, _): &(&String, &Value)| directory.user_named(name).is_none();
    let strangers = snapshot.users.iter().filter(unknown);
    strangers
        .map(|(name, employee)| (name.clone(), employee.clone()))
        .collect()
}

fn now() -> String {
    Utc::now().to_rfc3339_opts(SecondsFormat::Millis, true)
}

fn capitalised(text: &str) -> String {
    let mut characters = text.chars();
    let first = characters.next().into_iter().flat_map(char::to_uppercase);
    first.collect::<String>() + characters.as_str()
}
