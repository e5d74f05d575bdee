//! The program: reads the command line, runs the service, stops it in good order.

mod command_line;

use std::io::{IsTerminal as _, Write as _};
use std::process::ExitCode;

use clap::Parser as _;
use peakon_service::{Configuration, Token, read_attributes, start};

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
    let (token, is_new) = match command_line.token() {
        Some(token) => (token, false),
        None => (Token::generate()?, true),
    };
    let public_url = command_line.public_url();
    let mut configuration =
        Configuration::new(command_line.listen, command_line.database, token.clone());
    configuration.public_url = public_url;
    if let Some(file) = &command_line.attributes {
        configuration.attributes = read_attributes(file)?;
    }
    let service = start(configuration).await?;
    let mut output = std::io::stdout();
    if is_new {
        writeln!(output, "token {}", token.reveal())?;
    }
    writeln!(output, "ready {}", service.base_url())?;
    output.flush()?;
    told_to_stop().await?;
    service.stop().await;
    Ok(())
}

/// Comes back on ctrl-c, and on Unix on SIGTERM.
async fn told_to_stop() -> std::io::Result<()> {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let mut terminate = signal(SignalKind::terminate())?;
        tokio::select! {
            interrupted = tokio::signal::ctrl_c() => interrupted,
            _ = terminate.recv() => Ok(()),
        }
    }
    #[cfg(not(unix))]
    tokio::signal::ctrl_c().await
}
