//! Provisions a Microsoft Entra directory into Peakon over SCIM, and shows what happened.
//!
//! With no argument it tells the whole story on the sample that is built in: a Peakon service on a free local port,
//! three provisioning cycles over HTTP, and every result checked by asking the service.

mod arguments;
mod commands;
mod failure;
mod file_kind;
mod http;
mod mappings;
mod notification;
mod progress;
mod render;
mod report_page;
mod run;
mod source;
mod state;
mod story;
mod table;
mod target;

use std::process::ExitCode;

use clap::Parser;

use arguments::{Arguments, Command};
use commands::Ending;
use failure::Failure;
use render::Voice;

fn main() -> ExitCode {
    let exit_code = match parse().and_then(run) {
        Ok(ending) => ending.exit_code(),
        Err(failure) => {
            render::complain(&failure);
            failure.exit_code()
        }
    };
    ExitCode::from(match exit_code {
        0 if render::is_lost() => Ending::NotWell.exit_code(),
        exit_code => exit_code,
    })
}

/// The command line. Help, and what is wrong with it for a person, is said by clap, which ends the program.
fn parse() -> Result<(Arguments, Voice), Failure> {
    let is_json = std::env::args_os().any(|argument| argument == "--json");
    let voice = Voice::new(is_json);
    match Arguments::try_parse() {
        Ok(arguments) => Ok((arguments, voice)),
        Err(error) if is_json && error.use_stderr() => {
            let problem = error.to_string();
            let problem = problem.trim().trim_start_matches("error: ");
            let advice = "azure-to-peakon --help tells what there is";
            Err(Failure::new("the command line", problem, advice).of_the_command_line())
        }
        Err(error) => error.exit(),
    }
}

fn run((arguments, voice): (Arguments, Voice)) -> Result<Ending, Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::new("the runtime", error, "run again"))?;
    runtime.block_on(async {
        match arguments.command {
            None => story::tell(voice).await,
            Some(Command::TestConnection { target }) => {
                commands::test_connection(&target, voice).await
            }
            Some(Command::Check { schema }) => commands::check(&schema, voice),
            Some(Command::Plan(job)) => commands::plan(&job, voice).await,
            Some(Command::Sync(sync)) => commands::sync(&sync, voice).await,
            Some(Command::Provision { user, job }) => commands::provision(&user, &job, voice).await,
            Some(Command::Explain {
                user,
                source,
                schema,
            }) => commands::explain(&user, &source, &schema, voice).await,
            Some(Command::Log(log)) => commands::log(&log, voice).await,
            Some(Command::Status { state }) => commands::status(&state, voice).await,
            Some(Command::Restart(restart)) => commands::restart(&restart, voice).await,
            Some(Command::Completions { shell }) => Ok(commands::completions(shell)),
        }
    })
}
