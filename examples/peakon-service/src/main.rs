//! The program: reads the command line, runs the service, stops it in good order.

mod command_line;

use std::io::{IsTerminal as _, Write as _};
use std::process::ExitCode;

use clap::Parser as _;
use peakon_service::{Configuration, read_attributes, read_resource_types, start};

use self::command_line::CommandLine;

#[tokio::main]
async fn main() -> ExitCode {
    let command_line = CommandLine::parse();
    tracing_subscriber::fmt()
        .with_max_level(command_line.log)
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(std::io::stderr)
        .init();
    match run(command_line).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(std::io::stderr(), "peakon-service: {error}");
            ExitCode::from(1)
        }
    }
}

async fn run(command_line: CommandLine) -> Result<(), Box<dyn std::error::Error>> {
    let token = command_line.token();
    let public_url = command_line.public_url();
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
    let service = start(configuration).await?;
    let stopped = told_to_stop()?;
    let mut output = std::io::stdout();
    if let Some(token) = service.new_token() {
        writeln!(output, "token {}", token.reveal())?;
    }
    writeln!(output, "ready {}", service.base_url())?;
    output.flush()?;
    stopped.await;
    service.stop().await;
    Ok(())
}

/// What comes on ctrl-c, and on Unix on SIGTERM. From this call on, neither ends the program in another way.
#[cfg(unix)]
fn told_to_stop() -> std::io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

/// What comes on ctrl-c.
#[cfg(not(unix))]
fn told_to_stop() -> std::io::Result<impl Future<Output = ()>> {
    Ok(async {
        let _ = tokio::signal::ctrl_c().await;
    })
}
