//! `log`: what was done to whom.

use super::{Ending, sync::write_report};
use crate::arguments::LogArguments;
use crate::failure::Failure;
use crate::render::{self, Voice};
use crate::state::{StateFile, log::LogQuery};

pub(crate) async fn log(arguments: &LogArguments, voice: Voice) -> Result<Ending, Failure> {
    let state = StateFile::open_to_read(&arguments.state.state).await?;
    let query = LogQuery {
        object: arguments.user.clone(),
        status: arguments.status.clone(),
        action: arguments.action.clone(),
        cycle: arguments.cycle.clone(),
        since: arguments.since,
        until: arguments.until,
        limit: Some(arguments.limit).filter(|limit| *limit > 0),
    };
    if let Some(path) = &arguments.report.report {
        write_report(path, &state, &query).await?;
    }
    let entries = state.entries(&query).await?;
    voice.document(&entries)?;
    if arguments.steps {
        for entry in &entries {
            let time = entry.activity_date_time.format("%Y-%m-%d %H:%M:%S UTC");
            voice.line(&format!("{time}, cycle {}", entry.cycle_id));
            voice.lines(render::entries([entry], true));
        }
    } else {
        voice.lines(render::log_lines(&entries));
    }
    if entries.is_empty() {
        voice.line(
            "No entry fits. Whoever has not changed leaves none; `explain` shows whether somebody is in scope, and his values.",
        );
    }
    Ok(Ending::Well)
}
