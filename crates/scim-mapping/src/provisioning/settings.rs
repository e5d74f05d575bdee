//! How a job behaves.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// What becomes of an object that was provisioned and left the scope: it is no longer assigned, or fails a scoping filter.
///
/// ```
/// use scim_mapping::provisioning::{JobSettings, OutOfScope};
///
/// assert_eq!(JobSettings::default().out_of_scope, OutOfScope::Disable);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[expect(clippy::exhaustive_enums, reason = "there is no fourth way")]
pub enum OutOfScope {
    /// It is disabled, as Entra does it. Groups cannot be, and stay.
    #[default]
    Disable,
    /// It is deleted.
    Delete,
    /// It stays as it is (Entra's `SkipOutOfScopeDeletions`).
    Leave,
}

/// How often and when a failed request is repeated, and a failed object tried again in later cycles.
///
/// ```
/// use std::time::Duration;
/// use scim_mapping::provisioning::RetrySettings;
///
/// let retry = RetrySettings::default();
/// assert_eq!((retry.attempts, retry.first_delay, retry.longest_delay), (3, Duration::from_secs(1), Duration::from_secs(300)));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RetrySettings {
    /// How often an object is tried within a cycle, at least once.
    pub attempts: u32,
    /// How long the first repetition waits; each further one waits twice as long.
    pub first_delay: Duration,
    /// The longest wait before a repetition.
    pub longest_delay: Duration,
    /// The longest wait that a target may ask for with `Retry-After`.
    pub longest_throttle: Duration,
    /// How often the target may ask to wait (429, or 503 with `Retry-After`) for one object before it counts as failed.
    pub throttles: u32,
    /// How many answers in a row may ask to wait before the cycle fails; those to requests that were under way together count once.
    pub throttles_in_a_row: u32,
    /// The longest distance between two tries in later cycles; the first is [`JobSettings::interval`], and each doubles it.
    pub longest_escrow: Duration,
    /// After how long an object that keeps failing is no longer tried by itself: only when it changes in the source, in an
    /// initial cycle, or when an administrator clears the escrows.
    pub drop_after: Duration,
}

impl Default for RetrySettings {
    fn default() -> Self {
        Self {
            attempts: 3,
            first_delay: Duration::from_secs(1),
            longest_delay: Duration::from_secs(300),
            longest_throttle: Duration::from_secs(60 * 60),
            throttles: 10,
            throttles_in_a_row: 100,
            longest_escrow: DAY,
            drop_after: 28 * DAY,
        }
    }
}

/// When a job is quarantined, how slowly it goes on then, and when it is given up.
///
/// Shares, numbers of objects, distances and the four weeks are those of Entra's documentation; `unanswered` and `failed_cycles` are
/// choices of this library.
///
/// ```
/// use scim_mapping::provisioning::QuarantineSettings;
///
/// let quarantine = QuarantineSettings::default();
/// assert_eq!((quarantine.failed_percent, quarantine.of_at_least), (40, 5_000));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct QuarantineSettings {
    /// More than this share of a cycle's objects fails, in per cent.
    pub failed_percent: u32,
    /// The fewest objects of a cycle for the share to count.
    pub of_at_least: usize,
    /// More objects than this wait in escrow, without those that wait for a reference.
    pub failures: usize,
    /// More objects than this wait, for whatever reason.
    pub failures_in_all: usize,
    /// After so many requests in a row without an answer a cycle fails, and after so many server errors when nothing else
    /// came in it; requests that were under way together count once.
    pub unanswered: u32,
    /// After so many cycles in a row that failed because of the target it counts as unreachable.
    pub failed_cycles: u32,
    /// The distances between the cycles of a job in quarantine; the last one repeats. Never empty.
    pub retries: Vec<Duration>,
    /// After how long in quarantine a job is given up.
    pub give_up_after: Duration,
}

impl Default for QuarantineSettings {
    fn default() -> Self {
        Self {
            failed_percent: 40,
            of_at_least: 5_000,
            failures: 40_000,
            failures_in_all: 60_000,
            unanswered: 10,
            failed_cycles: 3,
            retries: vec![DAY / 4, DAY / 2, DAY],
            give_up_after: 28 * DAY,
        }
    }
}

/// How a job behaves.
///
/// ```
/// use std::time::Duration;
/// use scim_mapping::provisioning::JobSettings;
///
/// let mut settings = JobSettings::default();
/// assert_eq!((settings.in_flight, settings.interval), (8, Duration::from_secs(40 * 60)));
/// settings.deletion_threshold = Some(50);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct JobSettings {
    /// The most requests that wait for an answer at a time, at least one.
    pub in_flight: usize,
    /// Whether the target understands PATCH; otherwise changes are sent with PUT.
    pub patch_supported: bool,
    /// What becomes of objects that left the scope.
    pub out_of_scope: OutOfScope,
    /// Whether objects that are gone from the source for good are deleted; otherwise they are disabled.
    pub hard_deletes: bool,
    /// More than this many objects to disable or delete in a cycle stop it before the first; none for no such limit.
    pub deletion_threshold: Option<usize>,
    /// How failed requests and objects are repeated.
    pub retry: RetrySettings,
    /// When a job is quarantined.
    pub quarantine: QuarantineSettings,
    /// The most members of a group that one request adds or removes, at least one.
    pub members_per_request: usize,
    /// The distance between two cycles.
    pub interval: Duration,
}

impl Default for JobSettings {
    fn default() -> Self {
        Self {
            in_flight: 8,
            patch_supported: true,
            out_of_scope: OutOfScope::Disable,
            hard_deletes: true,
            deletion_threshold: Some(500),
            retry: RetrySettings::default(),
            quarantine: QuarantineSettings::default(),
            members_per_request: 100,
            interval: Duration::from_secs(40 * 60),
        }
    }
}

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// What a job and the systems on both sides are called in log entries and notifications.
///
/// ```
/// use scim_mapping::provisioning::JobNames;
///
/// let mut names = JobNames::default();
/// names.target = "Peakon".to_owned();
/// assert_eq!(names.source, "Microsoft Entra ID");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct JobNames {
    /// The job's id, `jobId` of log entries.
    pub job_id: String,
    /// The directory.
    pub source: String,
    /// The application.
    pub target: String,
}

impl Default for JobNames {
    fn default() -> Self {
        Self {
            job_id: "scim".to_owned(),
            source: "Microsoft Entra ID".to_owned(),
            target: "the target".to_owned(),
        }
    }
}
