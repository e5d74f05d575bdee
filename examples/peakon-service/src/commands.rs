//! What the program does beside serving: it makes accounts, tokens and administrators.

mod accounts;
mod administrators;
mod tokens;

use std::io::Write as _;

use clap::Subcommand;
use peakon_service::Accounts;

use self::accounts::AccountCommand;
use self::administrators::AdministratorCommand;
use self::tokens::TokenCommand;

type Outcome = Result<(), Box<dyn std::error::Error>>;

/// What else than serving.
#[derive(Subcommand)]
pub(crate) enum Command {
    /// Make accounts, look at them, change what they ask for
    #[command(subcommand)]
    Account(AccountCommand),
    /// Issue, list and revoke the bearer tokens of an account
    #[command(subcommand)]
    Token(TokenCommand),
    /// Let people open the administration page of an account, or no longer
    #[command(subcommand)]
    Administrator(AdministratorCommand),
}

impl Command {
    /// Does it to the accounts in a database. Services that run over it see it at their next request.
    pub(crate) async fn run(self, database: &str) -> Outcome {
        // With a mistake in the URL, every other command would find nothing in a new database.
        let accounts = match self {
            Self::Account(AccountCommand::Add(_)) => Accounts::open(database).await?,
            _ => Accounts::open_existing(database).await?,
        };
        let outcome = match self {
            Self::Account(command) => command.run(&accounts).await,
            Self::Token(command) => command.run(&accounts).await,
            Self::Administrator(command) => command.run(&accounts).await,
        };
        accounts.close().await;
        outcome
    }
}

fn print(line: &str) -> Outcome {
    writeln!(std::io::stdout(), "{line}")?;
    Ok(())
}
