//! The log of the program, on standard error.

use std::io::IsTerminal as _;

use tracing::level_filters::LevelFilter;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

use crate::command_line::LogFormat;

/// Begins to log.
///
/// Other crates say no more than warnings, whatever the level: in their details, such as the header fields of a request, stand
/// tokens and people.
pub(crate) fn begin(level: LevelFilter, format: LogFormat) {
    let targets = Targets::new()
        .with_target("peakon_service", level)
        .with_default(level.min(LevelFilter::WARN));
    let lines = tracing_subscriber::fmt::layer()
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(std::io::stderr);
    let registry = tracing_subscriber::registry().with(targets);
    match format {
        LogFormat::Text => registry.with(lines).init(),
        LogFormat::Json => registry
            .with(
                lines
                    .json()
                    .flatten_event(true)
                    .with_span_list(false)
                    .with_ansi(false),
            )
            .init(),
    }
}
