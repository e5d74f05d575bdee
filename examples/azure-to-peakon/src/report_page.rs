//! The run report: one HTML page that needs nothing else, neither a network nor a script.

mod cause;
mod change;
mod chart;
mod words;

use std::io::Write as _;
use std::path::{Path, PathBuf};

use askama::Template;
use clap::Args;
use scim_mapping::provisioning::{CycleResult, CycleSummary, LogEntry, ObjectCounts};

use self::cause::{Causes, Gathering};
use self::change::{Changes, Shown};
use self::chart::Chart;
use self::words::{Moment, duration};
use crate::failure::Failure;

/// So many cycles are shown, the latest ones: two days and a half at one every 40 minutes.
const CYCLES: usize = 90;
/// The page's own style; the page names its hash, and a browser takes no other.
const STYLE: &str = include_str!("../templates/report.css");

/// Where the run report goes.
#[derive(Debug, Args)]
pub(crate) struct ReportArguments {
    /// Write a report of the cycles as one HTML page that can be opened in any browser
    #[arg(long, value_name = "FILE")]
    pub(crate) report: Option<PathBuf>,
}

/// What the page says of the log: counts of all entries, and of the newest what they hold.
#[derive(Debug, Default)]
pub(crate) struct LogDigest {
    target: Option<String>,
    entries: usize,
    /// The times of the newest entry and of the oldest.
    times: Option<(Moment, Moment)>,
    causes: Gathering,
    changes: Changes,
}

impl LogDigest {
    /// The newest entry comes first.
    pub(crate) fn add(&mut self, entry: &LogEntry) {
        let at = Moment(entry.activity_date_time);
        self.times = Some((self.times.map_or(at, |(newest, _)| newest), at));
        self.target
            .get_or_insert_with(|| entry.target_system.display_name.clone());
        self.entries += 1;
        self.causes.add(entry);
        self.changes.add(entry);
    }
}

/// Writes the report, or leaves the former one as it was.
///
/// It holds personal data, as the log does: only the owner of the file can read it.
pub(crate) fn write(
    path: &Path,
    summaries: &[CycleSummary],
    log: LogDigest,
) -> Result<(), Failure> {
    let refuse = |problem: &dyn std::fmt::Display| {
        let advice = "name a file in a folder that exists and can be written to";
        Failure::new(path.display().to_string(), problem, advice)
    };
    let text = Page::new(summaries, log)
        .render()
        .map_err(|error| refuse(&error))?;
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    let mut file = tempfile::NamedTempFile::new_in(folder.unwrap_or(Path::new(".")))
        .map_err(|error| refuse(&error))?;
    file.write_all(text.as_bytes())
        .and_then(|()| file.as_file().sync_all())
        .map_err(|error| refuse(&error))?;
    file.persist(path).map_err(|error| refuse(&error.error))?;
    Ok(())
}

#[derive(Template)]
#[template(path = "report.html")]
struct Page {
    style: &'static str,
    target: String,
    cycles: Vec<Cycle>,
    cycles_left_out: usize,
    chart: Chart,
    entries: usize,
    times: Option<(Moment, Moment)>,
    causes: Causes,
    changes: Changes,
}

/// A cycle in numbers.
struct Cycle {
    started: Moment,
    ended: Moment,
    duration: String,
    kind: &'static str,
    result: (&'static str, &'static str),
    reason: String,
    counts: ObjectCounts,
    skipped: usize,
    objects: usize,
    requests: usize,
    writes: usize,
}

impl Page {
    fn new(summaries: &[CycleSummary], log: LogDigest) -> Self {
        let mut latest_first: Vec<_> = summaries.iter().collect();
        latest_first.sort_by(|a, b| (b.started, &b.cycle_id).cmp(&(a.started, &a.cycle_id)));
        let cycles: Vec<_> = latest_first
            .iter()
            .take(CYCLES)
            .map(|cycle| Cycle::new(cycle))
            .collect();
        Self {
            style: STYLE,
            target: log
                .target
                .filter(|name| !name.is_empty())
                .unwrap_or_else(|| "Peakon".to_owned()),
            chart: Chart::new(&cycles),
            cycles_left_out: summaries.len() - cycles.len(),
            cycles,
            entries: log.entries,
            times: log.times,
            causes: log.causes.finish(),
            changes: log.changes.finish(),
        }
    }
}

impl Cycle {
    fn new(summary: &CycleSummary) -> Self {
        // Users and groups together; the skips by reason are in the log.
        let mut counts = ObjectCounts::default();
        let (mut skipped, mut objects) = (0, 0);
        for of_kind in summary.counts.values() {
            counts.created += of_kind.created;
            counts.updated += of_kind.updated;
            counts.disabled += of_kind.disabled;
            counts.restored += of_kind.restored;
            counts.deleted += of_kind.deleted;
            counts.failed += of_kind.failed;
            counts.staged += of_kind.staged;
            counts.pending_references += of_kind.pending_references;
            skipped += of_kind.skipped.values().sum::<usize>();
            objects += of_kind.objects();
        }
        Self {
            started: Moment(summary.started),
            ended: Moment(summary.ended),
            duration: duration(summary.ended - summary.started),
            kind: words::kind(&summary.cycle),
            result: result(summary.result),
            reason: summary.reason.clone().unwrap_or_default(),
            counts,
            skipped,
            objects,
            requests: summary.requests,
            writes: summary.writes,
        }
    }

    /// What came of the objects: a name, how many, and whether it calls for attention.
    fn figures(&self) -> [(&'static str, usize, &'static str); 8] {
        let counts = &self.counts;
        let if_any = |count, class| if count > 0 { class } else { "" };
        [
            ("Created", counts.created, ""),
            ("Updated", counts.updated, ""),
            ("Restored", counts.restored, ""),
            ("Disabled", counts.disabled, ""),
            ("Deleted", counts.deleted, ""),
            (
                "Held back",
                counts.staged,
                if_any(counts.staged, "attention"),
            ),
            ("Failed", counts.failed, if_any(counts.failed, "bad")),
            ("Nothing to do", self.skipped, ""),
        ]
    }
}

/// How a cycle ended, in words, and what class of the page's style shows it.
pub(crate) const fn result(result: CycleResult) -> (&'static str, &'static str) {
    match result {
        CycleResult::Succeeded => ("Succeeded", "good"),
        CycleResult::EntryLevelErrors => ("Some objects failed", "attention"),
        CycleResult::Failed => ("Failed", "bad"),
        CycleResult::Stopped => ("Stopped", "idle"),
        CycleResult::Quarantined => ("In quarantine", "bad"),
        _ => ("Unknown", "idle"),
    }
}

#[cfg(test)]
mod tests;
