//! The whole story, with no argument: a directory is provisioned into Peakon, and the service is asked after each step.

mod expectation;
mod snapshot;
mod transitions;
mod verification;

use std::collections::{BTreeMap, BTreeSet};

use chrono::{SecondsFormat, Utc};
use reqwest::Url;
use serde::Serialize;
use serde_json::Value;

use self::{
    snapshot::{Inspector, Snapshot},
    verification::{Check, Verification},
};
use crate::{
    client::{Client, Token},
    cycle::{Cycle, Job},
    directory::Directory,
    discovery::{discover, test_connection},
    failure::Failure,
    mappings::{MappingRow, Mappings},
    old_state::State,
    render::{self, Voice},
    report::{Action, CycleReport},
};

const DIRECTORY: &str = include_str!("../sample/directory.json");
const EMPLOYEES: &str = include_str!("../sample/employees.json");
const CHANGES: &str = include_str!("../sample/changes.json");
pub(crate) const SCHEMA: &str = include_str!("../sample/schema.json");

/// What `--json` prints.
#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
struct Document {
    passed: bool,
    mapping: Vec<MappingRow>,
    cycles: Vec<CycleReport>,
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

/// The directory that `explain` uses when no other is named.
pub(crate) fn sample_directory() -> Result<Directory, Failure> {
    Directory::from_json(DIRECTORY, "sample/directory.json")
}

/// Tells the story; false when a check failed.
pub(crate) async fn tell(voice: Voice) -> Result<bool, Failure> {
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
    let outcome = tell_with(
        voice,
        service.base_url(),
        &Token::from(token.reveal().to_owned()),
    )
    .await;
    service.stop().await;
    let document = outcome?;
    voice.document(&document)?;
    Ok(document.passed)
}

async fn tell_with(voice: Voice, base: &str, token: &Token) -> Result<Document, Failure> {
    let url = Url::parse(base).map_err(|error| Failure::new(base, error, "see what it says"))?;
    let client = Client::new(&url, token)?;
    let mut story = Story {
        voice,
        inspector: Inspector::new(&url, token)?,
        document: Document::default(),
        strangers: BTreeMap::new(),
    };
    let mut directory = sample_directory()?;
    let mappings = Mappings::from_json(SCHEMA, "sample/schema.json")?;
    story
        .introduce(base, &client, &directory, &mappings)
        .await?;
    let target = discover(&client).await?;
    let mut state = State::new(base, mappings.fingerprint());

    let before = story.inspector.snapshot().await?;
    story.strangers = strangers(&before, &directory);
    let job = Job {
        client: &client,
        mappings: &mappings,
        target: &target,
        directory: &directory,
    };
    let cycle = job
        .run("initial cycle", Cycle::Incremental, &mut state, voice)
        .await?;
    let created = story.verify(&directory, &before, cycle, None).await?;

    let moment = now();
    // The service counts in milliseconds: what follows comes later.
    tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    let old = directory.clone();
    directory.apply(CHANGES, "sample/changes.json")?;
    let job = Job {
        client: &client,
        mappings: &mappings,
        target: &target,
        directory: &directory,
    };
    let cycle = job
        .run("second cycle", Cycle::Incremental, &mut state, voice)
        .await?;
    let changed = story
        .verify(&directory, &created, cycle, Some((&old, &moment)))
        .await?;

    let writes = story.inspector.writes().await?;
    let cycle = job
        .run("third cycle", Cycle::Full, &mut state, voice)
        .await?;
    let silent = cycle.writes;
    story.verify(&directory, &changed, cycle, None).await?;
    let seen = story.inspector.writes().await?.saturating_sub(writes);
    story.check_silence(silent, seen);
    story.conclude();
    Ok(story.document)
}

impl Story {
    async fn introduce(
        &mut self,
        base: &str,
        client: &Client,
        directory: &Directory,
        mappings: &Mappings,
    ) -> Result<(), Failure> {
        let voice = self.voice;
        voice.heading("Peakon");
        voice.line(&format!(
            "serves SCIM at {base}, its database in a temporary folder"
        ));
        for employee in employees()? {
            self.inspector.hire(&employee).await?;
        }
        test_connection(client, mappings.matching_attribute()).await?;
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
        Ok(())
    }

    /// Reports on a cycle, and asks the service whether it is so.
    async fn verify(
        &mut self,
        directory: &Directory,
        before: &Snapshot,
        cycle: CycleReport,
        change: Option<(&Directory, &str)>,
    ) -> Result<Snapshot, Failure> {
        let voice = self.voice;
        let title = cycle.name.clone();
        voice.heading(&capitalised(&title));
        voice.lines(render::outcome(&cycle));
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
        let tally = cycle.users;
        checks.push(Check::that(
            format!(
                "{} more than before, as the cycle says, and no failure",
                tally.created
            ),
            tally.created == grown && tally.failed == 0 && cycle.groups.failed == 0,
            &format!(
                "the service has {grown} more; {} users and {} groups failed",
                tally.failed, cycle.groups.failed
            ),
        ));
        if let Some((old, moment)) = change {
            let changes: Vec<_> = cycle
                .entries
                .iter()
                .filter(|entry| entry.action != Action::Skipped)
                .collect();
            voice.heading("What changed");
            voice.lines(render::changes(changes));
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
        self.document.cycles.push(cycle);
        self.document.checks.push(StepChecks {
            after: title,
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
