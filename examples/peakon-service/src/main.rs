//! The program: reads the command line, runs the service, stops it in good order.

mod command_line;
mod commands;
mod configuration_file;
mod log;

use std::io::Write as _;
use std::process::ExitCode;

use peakon_service::{
    Configuration, DatabaseError, StartError, read_attributes, read_resource_types, start,
};

use self::command_line::CommandLine;

#[tokio::main]
async fn main() -> ExitCode {
    let command_line = CommandLine::read();
    log::begin(command_line.log, command_line.log_format);
    for flag in &command_line.shown_secrets {
        tracing::warn!(
            "{flag} shows a secret to whoever lists the processes; give it by the environment or the configuration file"
        );
    }
    match run(command_line).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(std::io::stderr(), "peakon-service: {error}");
            ExitCode::from(if is_of_the_url(error.as_ref()) { 2 } else { 1 })
        }
    }
}

/// Whether it is the URL of the database that is wrong, as it was given, and not the database.
fn is_of_the_url(error: &(dyn std::error::Error + 'static)) -> bool {
    let error = match error.downcast_ref() {
        Some(StartError::Database(error)) => Some(error),
        _ => error.downcast_ref(),
    };
    matches!(
        error,
        Some(DatabaseError::Unsupported { .. } | DatabaseError::NotAUrl | DatabaseError::InMemory)
    )
}

async fn run(command_line: CommandLine) -> Result<(), Box<dyn std::error::Error>> {
    if let Some(command) = command_line.command {
        return command.run(&command_line.database).await;
    }
    let token = command_line.token();
    let public_url = command_line.public_url();
    let tls = command_line.tls();
    let metrics_token = command_line.metrics_token();
    let mut configuration =
        Configuration::without_token(command_line.listen, command_line.database);
    configuration.token = token;
    configuration.public_url = public_url;
    if let Some(file) = &command_line.attributes {
        configuration.attributes = Some(read_attributes(file)?);
    }
    if let Some(file) = &command_line.resource_types {
        configuration.resource_types = Some(read_resource_types(file)?);
    }
    configuration.unknown_members = command_line.unknown_members;
    configuration.tls = tls;
    configuration.metrics_token = metrics_token;
    configuration.limits = command_line.limits;
    let mut signals = Signals::new()?;
    let service = start(configuration).await?;
    let mut output = std::io::stdout();
    if let Some(token) = service.new_token() {
        writeln!(output, "token {}", token.reveal())?;
    }
    writeln!(output, "ready {}", service.base_url())?;
    output.flush()?;
    signals.stop(|| service.renew_certificate()).await;
    let requests_under_way = service.requests_under_way();
    tokio::select! {
        () = service.stop() => Ok(()),
        () = signals.stop(|| ()) => Err(match requests_under_way() {
            0 => "stopped at once, as asked for".into(),
            cut_off => format!("stopped at once, as asked for; requests under way that were cut off: {cut_off}").into(),
        }),
    }
}

/// What the process is told from outside. From its making on, none of it ends the program in another way.
#[cfg(unix)]
struct Signals {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
    hang_up: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    fn new() -> std::io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
            hang_up: signal(SignalKind::hangup())?,
        })
    }

    /// Waits for ctrl-c or SIGTERM. On each SIGHUP this is done.
    async fn stop(&mut self, on_hang_up: impl Fn()) {
        loop {
            tokio::select! {
                _ = self.interrupt.recv() => return,
                _ = self.terminate.recv() => return,
                _ = self.hang_up.recv() => on_hang_up(),
            }
        }
    }
}

/// What the process is told from outside: ctrl-c.
#[cfg(not(unix))]
struct Signals;

#[cfg(not(unix))]
impl Signals {
    fn new() -> std::io::Result<Self> {
        Ok(Self)
    }

    async fn stop(&mut self, _on_hang_up: impl Fn()) {
        let _ = tokio::signal::ctrl_c().await;
    }
}
