//! Changes that are made to their end, whether or not somebody still waits for the answer.

use tokio::sync::oneshot;

use crate::accounts::AccountError;
use crate::database::failure;

/// Makes a change that every employee may have a part in. Whoever asked for it may have been answered before that it goes on.
pub(super) async fn to_its_end(
    change: impl Future<Output = Result<(), AccountError>> + Send + 'static,
) -> Result<(), AccountError> {
    let (tell, told) = oneshot::channel();
    tokio::spawn(async move {
        if let Err(Err(error)) = tell.send(change.await) {
            let cause = failure::described(&error);
            tracing::error!(cause, "a change of an attribute failed after its answer");
        }
    });
    // Without a word it ends only by a panic.
    told.await
        .unwrap_or_else(|_| Err(sqlx::Error::WorkerCrashed.into()))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[tokio::test]
    async fn a_change_is_made_though_nobody_waits_for_it() {
        let (begin, is_begun) = oneshot::channel();
        let (done, outcome) = oneshot::channel();
        let change = async {
            is_begun.await.unwrap();
            done.send("done").unwrap();
            Ok(())
        };
        let given_up = tokio::time::timeout(Duration::ZERO, to_its_end(change)).await;
        assert!(given_up.is_err());
        begin.send(()).unwrap();
        assert_eq!(outcome.await, Ok("done"));
    }

    #[tokio::test]
    async fn what_became_of_it_is_told_to_who_waits() {
        let refused = async { Err(AccountError::NoAccount("fjordlab".to_owned())) };
        assert!(matches!(
            to_its_end(refused).await,
            Err(AccountError::NoAccount(_))
        ));
        assert!(to_its_end(async { Ok(()) }).await.is_ok());
    }
}
