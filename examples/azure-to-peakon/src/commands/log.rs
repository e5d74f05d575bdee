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
        voice.line(&nothing(&query, &state).await?);
    }
    if let Some(path) = &arguments.report.report {
        voice.line(&format!("The report is written to {}.", path.display()));
    }
    Ok(Ending::Well)
}

/// Why no entry fits, as far as one part of the query tells.
async fn nothing(query: &LogQuery, state: &StateFile) -> Result<String, Failure> {
    if let Some(id) = &query.cycle
        && !state
            .cycles()
            .await?
            .iter()
            .any(|cycle| cycle.cycle_id.starts_with(id))
    {
        return Ok(format!(
            "No cycle that is kept has an id that begins with {id}; `log --steps` shows the ids."
        ));
    }
    if let Some(name) = &query.object {
        let of_him = LogQuery {
            object: Some(name.clone()),
            limit: Some(1),
            ..LogQuery::default()
        };
        if state.entries(&of_him).await?.is_empty() {
            return Ok(format!(
                "The log has nobody who is called {name}. Whoever has not changed in 30 days leaves no entry; `explain` says whether \
                 the directory knows the name, and shows his scope and his values."
            ));
        }
    }
    Ok("No entry fits. Whoever has not changed leaves none; `explain` shows whether somebody is in scope, and his values.".to_owned())
}
