//! `peakon-service administrator …`.

use clap::Subcommand;
use peakon_service::{Accounts, Token};

use super::{Outcome, print};

/// Where a password is taken from: a command line is seen in the list of processes.
const PASSWORD: &str = "PEAKON_ADMINISTRATOR_PASSWORD";

const ADD: &str = "\
Example:
  peakon-service administrator add ines --account fjordlab
  PEAKON_ADMINISTRATOR_PASSWORD=\"$(cat password.txt)\" peakon-service administrator add ines --account fjordlab

The password, of at least 12 characters, is taken from the environment variable PEAKON_ADMINISTRATOR_PASSWORD. Without one, a
password is made and printed once. Only its Argon2id hash is kept.";

const SET_PASSWORD: &str = "\
Example:
  PEAKON_ADMINISTRATOR_PASSWORD=\"$(cat password.txt)\" peakon-service administrator set-password ines

Whoever is logged in as this administrator is logged out.";

const LIST: &str = "\
Example:
  peakon-service administrator list --account fjordlab

Prints a line for each administrator: the account and the login.";

const REMOVE: &str = "\
Example:
  peakon-service administrator remove ines

The right ends at once, wherever the administrator is logged in.";

#[derive(Subcommand)]
pub(crate) enum AdministratorCommand {
    /// Let somebody open the administration page of an account
    #[command(after_help = ADD)]
    Add {
        /// What the administrator logs in with
        login: String,
        /// The account
        #[arg(long)]
        account: String,
    },
    /// Give somebody another password, taken or made as by `add`
    #[command(after_help = SET_PASSWORD)]
    SetPassword {
        /// What the administrator logs in with
        login: String,
    },
    /// List who may open the administration pages
    #[command(after_help = LIST)]
    List {
        /// Those of this account only
        #[arg(long)]
        account: Option<String>,
    },
    /// Take the right away from somebody
    #[command(after_help = REMOVE)]
    Remove {
        /// What the administrator logs in with
        login: String,
    },
}

impl AdministratorCommand {
    pub(super) async fn run(self, accounts: &Accounts) -> Outcome {
        match self {
            Self::Add { login, account } => {
                let (password, is_made) = password()?;
                accounts
                    .add_administrator(&account, &login, &password)
                    .await?;
                tell(&login, &password, is_made)
            }
            Self::SetPassword { login } => {
                let (password, is_made) = password()?;
                accounts.set_password(&login, &password).await?;
                tell(&login, &password, is_made)
            }
            Self::List { account } => {
                for administrator in accounts.administrators(account.as_deref()).await? {
                    print(&format!(
                        "{}  {}",
                        administrator.account, administrator.login
                    ))?;
                }
                Ok(())
            }
            Self::Remove { login } => {
                accounts.remove_administrator(&login).await?;
                print(&format!("removed {login}"))
            }
        }
    }
}

/// The password given, or one that is made: 256 random bits, as a token has.
fn password() -> Result<(String, bool), Box<dyn std::error::Error>> {
    match std::env::var(PASSWORD) {
        Ok(password) => Ok((password, false)),
        Err(std::env::VarError::NotPresent) => Ok((Token::generate()?.reveal().to_owned(), true)),
        Err(_) => Err(format!("{PASSWORD} is not UTF-8; give another password").into()),
    }
}

fn tell(login: &str, password: &str, is_made: bool) -> Outcome {
    print(&format!("administrator {login}"))?;
    if is_made {
        print(&format!("password {password}"))?;
    }
    Ok(())
}
