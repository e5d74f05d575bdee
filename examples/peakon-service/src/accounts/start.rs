//! What becomes of the account `default` when the service starts.

use super::{AccountError, Accounts, NewAccount, attributes, settings};
use crate::configuration::Configuration;
use crate::database::failure;
use crate::store::to_renew;
use crate::token::Token;

/// The account of whoever says nothing about accounts.
const DEFAULT: &str = "default";

impl Accounts {
    /// Makes the account `default` at the first start, and lets a later start add to it. What is not said stays as it is.
    ///
    /// Gives a token, if none was given and the account had none. Another process may hold the account for long, while it makes
    /// what the database compares anew: this one waits for it.
    pub(crate) async fn prepare(
        &self,
        configuration: &Configuration,
    ) -> Result<Option<Token>, AccountError> {
        loop {
            match self.prepare_at_once(configuration).await {
                Err(error) if failure::is_held(&error) => {
                    tracing::warn!(
                        "another process holds an account in the database; waiting for it"
                    );
                }
                prepared => return prepared,
            }
        }
    }

    async fn prepare_at_once(
        &self,
        configuration: &Configuration,
    ) -> Result<Option<Token>, AccountError> {
        let mut new = NewAccount::new(DEFAULT);
        if let Some(attributes) = &configuration.attributes {
            new.attributes.clone_from(attributes);
        }
        configuration.settle(&mut new.settings);
        if !self.create_if_missing(new).await? {
            let mut transaction = self.database.write_alone(DEFAULT).await?;
            if let Some(of_file) = &configuration.attributes {
                attributes::add_missing(&mut transaction, DEFAULT, of_file.clone()).await?;
            }
            settings::change(&mut transaction, DEFAULT, |it| configuration.settle(it)).await?;
            transaction.commit().await?;
        }
        // Not with the first request of each one, which would wait for it.
        for account in to_renew(&self.database).await? {
            self.load(&account).await?;
        }
        match &configuration.token {
            Some(token) => {
                self.take_over_token(DEFAULT, token).await?;
                Ok(None)
            }
            None => self.first_token(DEFAULT).await,
        }
    }
}
