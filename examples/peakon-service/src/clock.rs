//! The one place that reads the clock.

use chrono::{DateTime, SubsecRound as _, Utc};

/// Now, in whole milliseconds: what `meta.lastModified` says is then exactly the moment that the
/// activation history holds, and a survey asked for at that moment sees the change.
pub(crate) fn now() -> DateTime<Utc> {
    Utc::now().trunc_subsecs(3)
}
