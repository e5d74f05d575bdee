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

use self::cause::Causes;
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

/// Writes the report, or leaves the former one as it was.
///
/// It holds personal data, as the log does: only the owner of the file can read it.
pub(crate) fn write(
    path: &Path,
    summaries: &[CycleSummary],
    entries: &[LogEntry],
) -> Result<(), Failure> {
    let refuse = |problem: &dyn std::fmt::Display| {
        let advice = "name a file in a folder that exists and can be written to";
        Failure::new(path.display().to_string(), problem, advice)
    };
    let text = Page::new(summaries, entries)
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
struct Page<'p> {
    style: &'static str,
    target: &'p str,
    cycles: Vec<Cycle>,
    cycles_left_out: usize,
    chart: Chart,
    causes: Causes<'p>,
    changes: Changes<'p>,
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

impl<'p> Page<'p> {
    fn new(summaries: &[CycleSummary], entries: &'p [LogEntry]) -> Self {
        let mut latest_first: Vec<_> = summaries.iter().collect();
        latest_first.sort_by(|a, b| (b.started, &b.cycle_id).cmp(&(a.started, &a.cycle_id)));
        let cycles: Vec<_> = latest_first
            .iter()
            .take(CYCLES)
            .map(|cycle| Cycle::new(cycle))
            .collect();
        let mut newest_first: Vec<_> = entries.iter().collect();
        newest_first
            .sort_by(|a, b| (b.activity_date_time, &b.id).cmp(&(a.activity_date_time, &a.id)));
        let target = newest_first
            .first()
            .map(|entry| entry.target_system.display_name.as_str());
        Self {
            style: STYLE,
            target: target.filter(|name| !name.is_empty()).unwrap_or("Peakon"),
            chart: Chart::new(&cycles),
            cycles_left_out: summaries.len() - cycles.len(),
            cycles,
            causes: Causes::new(&newest_first),
            changes: Changes::new(&newest_first),
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
        let result = match summary.result {
            CycleResult::Succeeded => ("Succeeded", "good"),
            CycleResult::EntryLevelErrors => ("Some objects failed", "attention"),
            CycleResult::Failed => ("Failed", "bad"),
            CycleResult::Stopped => ("Stopped", "idle"),
            CycleResult::Quarantined => ("In quarantine", "bad"),
            _ => ("Unknown", "idle"),
        };
        Self {
            started: Moment(summary.started),
            ended: Moment(summary.ended),
            duration: duration(summary.ended - summary.started),
            kind: words::kind(&summary.cycle),
            result,
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

#[cfg(test)]
mod tests;
