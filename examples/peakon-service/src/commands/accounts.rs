//! `peakon-service account …`.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use peakon_service::{
    AccountSettings, Accounts, EmployeeRules, NewAccount, UnknownMembers, read_attributes,
    read_resource_types,
};

use super::{Outcome, print};

const ADD: &str = "\
Example:
  peakon-service account add fjordlab --name \"Fjordlab A/S\" --employee-rules peakon \\
      --email-domain fjordlab.example --database sqlite:///var/lib/peakon.db
  peakon-service token issue fjordlab --label directory --database sqlite:///var/lib/peakon.db

The first command makes the account, the second one prints its bearer token. The SCIM URL is the same for all accounts: the token
tells them apart.";

const LIST: &str = "\
Example:
  peakon-service account list --database postgres://peakon@db.example.com/peakon

Prints a line for each account: its id, what is asked of its employees, its name.";

const SET: &str = "\
Example:
  peakon-service account set default --employee-rules peakon --email-domain fjordlab.example --email-domain fjord.example

Changes what is given and nothing else. `--email-domain any` allows every domain again.";

const REMOVE: &str = "\
Example:
  peakon-service account remove fjordlab --confirm \"Fjordlab A/S\"

Removes the employees, also those of the past, groups, attributes, tokens, administrators and last requests of the account. This cannot
be undone; make a backup before. While it lasts nobody writes into the account, in SQLite into no account.";

#[derive(Subcommand)]
pub(crate) enum AccountCommand {
    /// Make an account
    #[command(after_help = ADD)]
    Add(Add),
    /// List the accounts
    #[command(after_help = LIST)]
    List,
    /// Change what an account asks for
    #[command(after_help = SET)]
    Set(Set),
    /// Remove an account with all that belongs to it
    #[command(after_help = REMOVE)]
    Remove {
        /// The account
        #[arg(value_name = "ACCOUNT")]
        id: String,
        /// What people call it, as `account list` tells: so that no other one is removed by mistake
        #[arg(long, value_name = "NAME")]
        confirm: String,
    },
}

#[derive(Args)]
pub(crate) struct Add {
    /// What the account is called in commands: small letters, digits, hyphens
    #[arg(value_name = "ACCOUNT")]
    id: String,

    /// What people call it, if not by its id
    #[arg(long)]
    name: Option<String>,

    /// A JSON file with the account's own attributes, as `peakon-service --help` tells
    #[arg(long, value_name = "FILE")]
    attributes: Option<PathBuf>,

    #[command(flatten)]
    settings: Settings,
}

#[derive(Args)]
#[command(mut_group("Settings", |settings| settings.required(true)))]
pub(crate) struct Set {
    /// The account
    #[arg(value_name = "ACCOUNT")]
    id: String,

    #[command(flatten)]
    settings: Settings,
}

#[derive(Args)]
struct Settings {
    /// What is asked of every employee
    #[arg(long, value_enum, value_name = "WHAT")]
    employee_rules: Option<EmployeeRules>,

    /// A domain that e-mail addresses may have; give it again for each of several, or `any` for all there are
    #[arg(long = "email-domain", value_name = "DOMAIN")]
    email_domains: Vec<String>,

    /// What becomes of a member of a group who does not exist
    #[arg(long, value_enum, value_name = "WHAT")]
    unknown_members: Option<UnknownMembers>,

    /// A JSON file with resource types beside employees and groups, as `peakon-service --help` tells
    #[arg(long, value_name = "FILE")]
    resource_types: Option<PathBuf>,
}

impl AccountCommand {
    pub(super) async fn run(self, accounts: &Accounts) -> Outcome {
        match self {
            Self::Add(add) => {
                let mut new = NewAccount::new(add.id);
                if let Some(name) = add.name {
                    new.name = name;
                }
                if let Some(file) = &add.attributes {
                    new.attributes = read_attributes(file)?;
                }
                let settle = add.settings.read()?;
                settle(&mut new.settings);
                let account = accounts.create(new).await?;
                print(&format!("account {}", account.id))
            }
            Self::List => {
                for account in accounts.list().await? {
                    let rules = match account.settings.employee_rules {
                        EmployeeRules::Peakon => "peakon",
                        _ => "tolerant",
                    };
                    print(&format!("{}  {rules}  {}", account.id, account.name))?;
                }
                Ok(())
            }
            Self::Remove { id, confirm } => {
                accounts.remove(&id, &confirm).await?;
                print(&format!("removed {id}"))
            }
            Self::Set(set) => {
                let settle = set.settings.read()?;
                accounts.change_settings(&set.id, settle).await?;
                print(&format!("account {}", set.id))
            }
        }
    }
}

impl Settings {
    /// What is to be changed, when the file that is named has been read.
    fn read(self) -> Result<impl FnOnce(&mut AccountSettings) + Send, Box<dyn std::error::Error>> {
        let file = self.resource_types.as_deref();
        let resource_types = file.map(read_resource_types).transpose()?;
        Ok(move |settings: &mut AccountSettings| {
            if let Some(rules) = self.employee_rules {
                settings.employee_rules = rules;
            }
            if !self.email_domains.is_empty() {
                settings.email_domains = self.email_domains;
                settings.email_domains.retain(|domain| domain != "any");
            }
            if let Some(unknown_members) = self.unknown_members {
                settings.unknown_members = unknown_members;
            }
            if let Some(resource_types) = resource_types {
                settings.resource_types = resource_types;
            }
        })
    }
}
