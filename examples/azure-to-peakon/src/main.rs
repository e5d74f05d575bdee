//! Provisions a Microsoft Entra directory into Peakon over SCIM, and shows what happened.
//!
//! With no argument it tells the whole story on the sample that is built in: a Peakon service on a free local port,
//! three provisioning cycles over HTTP, and every result checked by asking the service.

mod arguments;
mod client;
mod commands;
mod cycle;
mod directory;
mod discovery;
mod failure;
mod http;
mod mappings;
#[cfg_attr(not(test), expect(dead_code, reason = "the next cycle will call it"))]
mod notification;
mod old_state;
mod progress;
mod render;
mod report;
#[cfg_attr(not(test), expect(dead_code, reason = "the next cycle will call it"))]
mod report_page;
#[expect(dead_code, reason = "the next cycle will read from there")]
mod source;
#[expect(dead_code, reason = "the next cycle will keep its state there")]
mod state;
mod story;
mod table;
#[expect(dead_code, reason = "the next cycle will write there")]
mod target;

use std::process::ExitCode;

use clap::Parser;

use arguments::{Arguments, Command};
use failure::Failure;
use render::Voice;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match run(arguments) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(failure) => {
            render::complain(&failure);
            ExitCode::from(failure.exit_code())
        }
    }
}

/// True when everything is as it must be.
fn run(arguments: Arguments) -> Result<bool, Failure> {
    let voice = Voice::new(arguments.json);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(|error| Failure::new("the runtime", error, "run again"))?;
    runtime.block_on(async {
        match arguments.command {
            None => story::tell(voice).await,
            Some(Command::TestConnection(target)) => {
                commands::test_connection(&target, voice).await
            }
            Some(Command::Check { schema }) => commands::check(&schema, voice),
            Some(Command::Plan(job)) => commands::plan(&job, voice).await,
            Some(Command::Sync {
                job,
                once,
                interval,
            }) => commands::sync(&job, (!once).then_some(interval), voice).await,
            Some(Command::Provision {
                user_principal_name,
                job,
            }) => commands::provision(&user_principal_name, &job, voice).await,
            Some(Command::Explain {
                user_principal_name,
                directory,
                schema,
            }) => commands::explain(
                &user_principal_name,
                directory.as_deref(),
                schema.as_deref(),
                voice,
            ),
        }
    })
}
