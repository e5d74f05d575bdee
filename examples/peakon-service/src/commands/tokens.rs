//! `peakon-service token …`.

use chrono::{DateTime, NaiveDate, NaiveTime, SecondsFormat, Utc};
use clap::{Args, Subcommand};
use peakon_service::Accounts;

use super::{Outcome, print};

const ISSUE: &str = "\
Example:
  peakon-service token issue fjordlab --label \"directory, from May on\" --expires 2027-05-01

Prints `token` and the token, once: only its hash is kept. Two tokens of an account are valid at a time, so a token is replaced
without a gap: issue the second one, give it to the directory, revoke the first one.";

const LIST: &str = "\
Example:
  peakon-service token list fjordlab

Prints a line for each valid token: its id, when it was issued, when it ends, when it was last used (to the minute), its label. The tokens themselves are not known any more.";

const REVOKE: &str = "\
Example:
  peakon-service token revoke fjordlab 5f0c1ae27b90d4e3

The id is what `token list` prints. Every service over the database refuses the token from its next request on,
and does not start with it.";

#[derive(Subcommand)]
pub(crate) enum TokenCommand {
    /// Make a token and print it, once
    #[command(after_help = ISSUE)]
    Issue(Issue),
    /// List the tokens of an account
    #[command(after_help = LIST)]
    List {
        /// The account
        account: String,
    },
    /// End a token
    #[command(after_help = REVOKE)]
    Revoke {
        /// The account
        account: String,
        /// The id of the token
        #[arg(value_name = "TOKEN-ID")]
        id: String,
    },
}

#[derive(Args)]
pub(crate) struct Issue {
    /// The account
    account: String,

    /// What the token is for
    #[arg(long, default_value = "directory")]
    label: String,

    /// A date, or date and time, from which on the token is not valid; otherwise it is until it is revoked
    #[arg(long, value_name = "WHEN", value_parser = moment)]
    expires: Option<DateTime<Utc>>,
}

impl TokenCommand {
    pub(super) async fn run(self, accounts: &Accounts) -> Outcome {
        match self {
            Self::Issue(issue) => {
                let token = accounts
                    .issue_token(&issue.account, &issue.label, issue.expires)
                    .await?;
                print(&format!("token {}", token.reveal()))
            }
            Self::List { account } => {
                let written =
                    |moment: DateTime<Utc>| moment.to_rfc3339_opts(SecondsFormat::Secs, true);
                for token in accounts.tokens(&account).await? {
                    let ends = match token.expires_at {
                        Some(end) => format!("ends {}", written(end)),
                        None => "without end".to_owned(),
                    };
                    let used = match token.last_used_at {
                        Some(at) => format!("used {}", written(at)),
                        None => "never used".to_owned(),
                    };
                    let issued = written(token.created_at);
                    print(&format!(
                        "{}  issued {issued}  {ends}  {used}  {}",
                        token.id, token.label
                    ))?;
                }
                Ok(())
            }
            Self::Revoke { account, id } => {
                accounts.revoke_token(&account, &id).await?;
                print(&format!("revoked {id}"))
            }
        }
    }
}

/// A date is its first moment, in UTC.
fn moment(text: &str) -> Result<DateTime<Utc>, String> {
    if let Ok(date) = text.parse::<NaiveDate>() {
        return Ok(date.and_time(NaiveTime::MIN).and_utc());
    }
    let moment = DateTime::parse_from_rfc3339(text);
    moment
        .map(|moment| moment.to_utc())
        .map_err(|cause| format!("{cause}; write it like 2027-05-01 or 2027-05-01T09:00:00+02:00"))
}
