//! The command line.

pub(crate) mod secret;
mod source;
mod target;
mod values;

use std::path::PathBuf;
use std::time::Duration;

use chrono::{DateTime, Utc};
use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;
use scim_mapping::provisioning::{JobSettings, OutOfScope};

pub(crate) use self::source::SourceArguments;
pub(crate) use self::target::TargetArguments;
use crate::notification::NotificationArguments;
use crate::report_page::ReportArguments;

const EXIT_CODES: &str = "Exit codes:
    0  all is well
    1  it could not be done, or the cycle failed; the message names the place and what to do
    2  the command line is wrong
    3  the cycle is done, and some objects failed; they are tried again
    4  the job is in quarantine, or stopped before deletions: look at `status`
    5  another process is at work with the same state
  130  stopped by Ctrl-C or SIGTERM, in a cycle or between two; the next run goes on";

/// Provisions a Microsoft Entra directory into Peakon over SCIM.
///
/// Without a command it shows the whole story on the sample that comes with it: a Peakon service on a free local
/// port, three provisioning cycles, and every result checked by asking the service.
#[derive(Debug, Parser)]
#[command(name = "azure-to-peakon", version, after_help = EXIT_CODES)]
pub(crate) struct Arguments {
    /// Write JSON to standard output, and nothing else
    #[arg(long, global = true)]
    pub(crate) json: bool,
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Check that the tenant URL and the token are right, as Entra's Test Connection does
    TestConnection {
        #[command(flatten)]
        target: TargetArguments,
    },
    /// Check a synchronization schema and name everything that is wrong with it
    Check {
        /// The schema as "Review your schema here" downloads it
        schema: PathBuf,
    },
    /// Show what the next cycle would do, and write nothing
    Plan(Box<JobArguments>),
    /// Provision the directory: every 40 minutes, or once
    Sync(Box<SyncArguments>),
    /// Provision one user now, and show the four steps
    Provision {
        /// The user's sign-in name or object id
        user: String,
        #[command(flatten)]
        job: Box<JobArguments>,
    },
    /// Show for one user why each attribute has its value
    Explain {
        /// The user's sign-in name or object id
        user: String,
        #[command(flatten)]
        source: Box<SourceArguments>,
        /// The synchronization schema as "Review your schema here" downloads it
        #[arg(long, value_name = "FILE")]
        schema: PathBuf,
    },
    /// Show what was done to whom
    Log(LogArguments),
    /// Show how the job stands: the last cycle, quarantine, what waits
    Status {
        #[command(flatten)]
        state: StateArguments,
    },
    /// Clear parts of the state, as the portal's "Restart provisioning" does: end a quarantine, try at once what failed,
    /// compare everybody in the next cycle
    Restart(RestartArguments),
    /// Print the completions of a shell
    Completions {
        /// For this shell
        shell: Shell,
    },
}

#[derive(Debug, Args)]
pub(crate) struct StateArguments {
    /// Where links, what waits and the log are kept
    #[arg(
        long,
        value_name = "FILE",
        env = "AZURE_TO_PEAKON_STATE",
        default_value = "azure-to-peakon.db"
    )]
    pub(crate) state: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct JobArguments {
    #[command(flatten)]
    pub(crate) target: TargetArguments,
    #[command(flatten)]
    pub(crate) source: SourceArguments,
    /// The synchronization schema as "Review your schema here" downloads it
    #[arg(long, value_name = "FILE")]
    pub(crate) schema: PathBuf,
    #[command(flatten)]
    pub(crate) state: StateArguments,
    #[command(flatten)]
    pub(crate) settings: SettingsArguments,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Rules of the cycle")]
pub(crate) struct SettingsArguments {
    /// So many requests are under way at a time
    #[arg(long, value_name = "COUNT", default_value = "8", value_parser = values::requests)]
    in_flight: u16,
    /// What becomes of employees who leave the scope
    #[arg(long, value_enum, default_value = "disable")]
    out_of_scope: OutOfScopeArgument,
    /// Disable employees who are deleted for good in the directory, in place of deleting them
    #[arg(long)]
    no_hard_deletes: bool,
    /// More deletions and disables than that in one cycle need permission; 0 asks for none
    #[arg(long, value_name = "COUNT", default_value = "500", value_parser = values::deletions)]
    deletion_threshold: usize,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum OutOfScopeArgument {
    Disable,
    Delete,
    Leave,
}

impl SettingsArguments {
    pub(crate) fn settings(&self) -> JobSettings {
        let mut settings = JobSettings::default();
        settings.in_flight = usize::from(self.in_flight);
        settings.out_of_scope = match self.out_of_scope {
            OutOfScopeArgument::Disable => OutOfScope::Disable,
            OutOfScopeArgument::Delete => OutOfScope::Delete,
            OutOfScopeArgument::Leave => OutOfScope::Leave,
        };
        settings.hard_deletes = !self.no_hard_deletes;
        settings.deletion_threshold = Some(self.deletion_threshold).filter(|count| *count > 0);
        settings
    }
}

#[derive(Debug, Args)]
pub(crate) struct SyncArguments {
    #[command(flatten)]
    pub(crate) job: JobArguments,
    /// Run one cycle and end
    #[arg(long)]
    pub(crate) once: bool,
    /// From the start of one cycle to the start of the next: 40m, 90s, 1h; from 1m to 24h
    #[arg(long, default_value = "40m", value_name = "TIME", value_parser = values::interval)]
    pub(crate) interval: Duration,
    /// Compare everybody with the target, also those who have not changed
    #[arg(long)]
    pub(crate) full: bool,
    #[command(flatten)]
    pub(crate) report: ReportArguments,
    #[command(flatten)]
    pub(crate) notification: NotificationArguments,
}

#[derive(Debug, Args)]
pub(crate) struct LogArguments {
    #[command(flatten)]
    pub(crate) state: StateArguments,
    /// Of this user or group only: the sign-in name, or the id on either side
    #[arg(long, value_name = "NAME")]
    pub(crate) user: Option<String>,
    /// With this status only
    #[arg(long, value_parser = ["success", "failure", "warning", "skipped"])]
    pub(crate) status: Option<String>,
    /// With this action only
    #[arg(long, value_parser = ["create", "update", "delete", "disable", "stagedDelete", "other"])]
    pub(crate) action: Option<String>,
    /// Of this cycle only: its id, or the beginning of it
    #[arg(long, value_name = "ID")]
    pub(crate) cycle: Option<String>,
    /// Since a time such as 2026-02-03T07:05:00Z, a day (in UTC), or so long ago: 90m, 24h, 7d
    #[arg(long, value_name = "TIME", value_parser = values::moment)]
    pub(crate) since: Option<DateTime<Utc>>,
    /// Before a time, written in the same ways
    #[arg(long, value_name = "TIME", value_parser = values::moment)]
    pub(crate) until: Option<DateTime<Utc>>,
    /// Show the newest so many entries; 0 for all
    #[arg(long, value_name = "COUNT", default_value = "100", value_parser = values::entries)]
    pub(crate) limit: u32,
    /// Show the steps of each entry, too
    #[arg(long)]
    pub(crate) steps: bool,
    #[command(flatten)]
    pub(crate) report: ReportArguments,
}

#[derive(Debug, Args)]
pub(crate) struct RestartArguments {
    #[command(flatten)]
    pub(crate) state: StateArguments,
    /// What to clear; without it watermark, escrows and quarantine, as the portal's Restart does: the links stay
    #[arg(long, value_enum, value_delimiter = ',', value_name = "PART")]
    pub(crate) clear: Vec<Part>,
    /// Let the next cycle carry out deletions that were stopped by the threshold
    #[arg(long)]
    pub(crate) force_deletes: bool,
}

/// A part of the state, by the name that Microsoft Graph gives it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Part {
    /// Everybody is read and compared with the target
    Watermark,
    /// What failed is tried at once, and forgotten
    Escrows,
    /// The job runs as usual again
    Quarantine,
    /// The links between both sides: everybody is matched again
    Links,
    /// All of it
    Full,
}

#[cfg(test)]
mod tests {
    use super::Arguments;
    use clap::CommandFactory;

    #[test]
    fn command_line_is_sound() {
        Arguments::command().debug_assert();
    }
}
