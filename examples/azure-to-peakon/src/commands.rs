//! What the subcommands do.

use std::{fs, path::Path, time::Duration};

use chrono::Utc;
use serde_json::json;

use crate::{
    arguments::{self, Target},
    client::Client,
    cycle::{Cycle, Job},
    directory::{Directory, user_name},
    discovery::{self, Discovered, discover},
    failure::Failure,
    mappings::Mappings,
    old_state::State,
    render::{self, Voice},
    report::CycleReport,
    story,
};

/// Everything that a job reads before it sends anything.
struct Prepared {
    client: Client,
    mappings: Mappings,
    directory: Directory,
    state: State,
}

impl Prepared {
    /// Reads all files first, so that a mistake in one of them is found before anything is sent.
    fn new(job: &arguments::Job) -> Result<Self, Failure> {
        let client = Client::new(&job.target.tenant_url, &job.target.token)?;
        let mappings = read_mappings(&job.schema)?;
        let directory = read_directory(&job.directory)?;
        let state = State::load(&job.state, client.base(), mappings.fingerprint())?;
        Ok(Self {
            client,
            mappings,
            directory,
            state,
        })
    }

    async fn target(&self) -> Result<Discovered, Failure> {
        discovery::test_connection(&self.client, self.mappings.matching_attribute()).await?;
        let target = discover(&self.client).await?;
        self.mappings.check_target(&target)?;
        Ok(target)
    }

    fn job<'a>(&'a self, target: &'a Discovered) -> Job<'a> {
        Job {
            client: &self.client,
            mappings: &self.mappings,
            target,
            directory: &self.directory,
        }
    }
}

fn read(path: &Path) -> Result<String, Failure> {
    fs::read_to_string(path).map_err(|error| {
        let advice = "name a file that exists and holds UTF-8 text";
        Failure::new(path.display().to_string(), error, advice)
    })
}

fn read_mappings(path: &Path) -> Result<Mappings, Failure> {
    Mappings::from_json(&read(path)?, &path.display().to_string())
}

fn read_directory(path: &Path) -> Result<Directory, Failure> {
    Directory::from_json(&read(path)?, &path.display().to_string())
}

/// Asks for somebody who does not exist, and for the schemas.
pub(crate) async fn test_connection(target: &Target, voice: Voice) -> Result<bool, Failure> {
    let client = Client::new(&target.tenant_url, &target.token)?;
    discovery::test_connection(&client, "userName").await?;
    let found = discover(&client).await?;
    voice.document(&json!({
        "tenantUrl": client.base(),
        "schemas": found.schemas,
        "groups": found.groups.is_some(),
    }))?;
    voice.line(&format!(
        "{}: the URL and the token are right",
        client.base()
    ));
    let groups = if found.groups.is_some() {
        "users and groups"
    } else {
        "users, no groups"
    };
    voice.line(&format!("{} schemas; {groups}", found.schemas));
    Ok(true)
}

/// Names every problem of a schema.
pub(crate) fn check(path: &Path, voice: Voice) -> Result<bool, Failure> {
    let mappings = read_mappings(path)?;
    voice.document(&json!({ "rules": mappings.rows() }))?;
    voice.lines(render::mapping(&mappings.rows()));
    voice.line(&format!("{}: no problem found", path.display()));
    Ok(true)
}

/// Shows what the next cycle would send.
pub(crate) async fn plan(job: &arguments::Job, voice: Voice) -> Result<bool, Failure> {
    let prepared = Prepared::new(job)?;
    let target = prepared.target().await?;
    let mut state = prepared.state.clone();
    let report = prepared
        .job(&target)
        .run("plan", Cycle::Plan, &mut state, voice)
        .await?;
    tell(&report, voice)?;
    voice.line("Nothing was written.");
    Ok(report.users.failed == 0)
}

/// One cycle, or one every `interval` minutes until somebody stops it.
pub(crate) async fn sync(
    job: &arguments::Job,
    interval: Option<u64>,
    voice: Voice,
) -> Result<bool, Failure> {
    let Some(minutes) = interval else {
        return sync_once(job, voice).await;
    };
    loop {
        let started = tokio::time::Instant::now();
        // What failed may be repaired by the next time: a file, the network, the token.
        if let Err(failure) = sync_once(job, voice).await {
            render::complain(&failure);
        }
        tokio::select! {
            () = tokio::time::sleep_until(started + Duration::from_mins(minutes)) => {}
            _ = tokio::signal::ctrl_c() => return Ok(true),
        }
    }
}

async fn sync_once(job: &arguments::Job, voice: Voice) -> Result<bool, Failure> {
    let mut prepared = Prepared::new(job)?;
    let target = prepared.target().await?;
    let mut state = std::mem::replace(&mut prepared.state, State::new("", ""));
    let outcome = prepared
        .job(&target)
        .run("cycle", Cycle::Incremental, &mut state, voice)
        .await;
    // Also after a failure: who was created is linked, and not created again.
    state.save(&job.state)?;
    let report = outcome?;
    voice.line(&Utc::now().format("%Y-%m-%d %H:%M:%S UTC").to_string());
    tell(&report, voice)?;
    Ok(report.users.failed == 0 && report.groups.failed == 0)
}

/// One user, whatever the state says about him.
pub(crate) async fn provision(
    name: &str,
    job: &arguments::Job,
    voice: Voice,
) -> Result<bool, Failure> {
    let mut prepared = Prepared::new(job)?;
    let id = find(
        &prepared.directory,
        name,
        &job.directory.display().to_string(),
    )?;
    let target = prepared.target().await?;
    let mut state = std::mem::replace(&mut prepared.state, State::new("", ""));
    let outcome = prepared.job(&target).provision(&id, &mut state).await;
    state.save(&job.state)?;
    let report = outcome?;
    tell(&report, voice)?;
    Ok(report.users.failed == 0)
}

/// Why each attribute of one user has its value.
pub(crate) fn explain(
    name: &str,
    directory: Option<&Path>,
    schema: Option<&Path>,
    voice: Voice,
) -> Result<bool, Failure> {
    let place = directory.map_or_else(
        || "the sample".to_owned(),
        |path| path.display().to_string(),
    );
    let directory = directory.map_or_else(story::sample_directory, read_directory)?;
    let mappings = match schema {
        Some(path) => read_mappings(path)?,
        None => Mappings::from_json(story::SCHEMA, "sample/schema.json")?,
    };
    let id = find(&directory, name, &place)?;
    let explanation = mappings.explain(&directory, &id)?;
    voice.document(&explanation)?;
    voice.lines(render::explanation(&explanation));
    Ok(true)
}

fn find(directory: &Directory, name: &str, place: &str) -> Result<String, Failure> {
    let found = directory.user_named(name).map(|(id, _)| id.to_owned());
    found.ok_or_else(|| {
        let example = directory
            .users()
            .next()
            .map_or("", |(_, user)| user_name(user));
        let advice = format!("give a sign-in name as it stands there, such as {example}");
        Failure::new(place, format!("nobody is called {name}"), advice)
    })
}

fn tell(report: &CycleReport, voice: Voice) -> Result<(), Failure> {
    voice.document(report)?;
    voice.lines(render::changes(&report.entries));
    voice.lines(render::outcome(report));
    Ok(())
}
