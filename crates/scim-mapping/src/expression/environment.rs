use std::fmt;
use std::sync::Arc;

use chrono::{DateTime, Utc};

/// What an evaluation may know besides the record: the time, and where random numbers come from.
///
/// ```
/// use scim_mapping::{Environment, Expression, Record};
///
/// let environment = Environment::new("2026-02-03T07:05:09Z".parse()?).with_random(|| 4);
/// let now: Expression = "Now()".parse()?;
/// assert_eq!(now.evaluate(&Record::default(), &environment)?.to_string(), "2/3/2026 7:05:09 AM");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
#[non_exhaustive]
pub struct Environment {
    /// The present time, which `Now()` gives.
    pub now: DateTime<Utc>,
    random: Option<Arc<dyn Fn() -> u64 + Send + Sync>>,
}

impl Environment {
    /// An environment at the time `now`, without random numbers: `Guid` and `RandomString` fail in it.
    ///
    /// ```
    /// use scim_mapping::{Environment, Expression, Record};
    ///
    /// let environment = Environment::new("2026-02-03T07:05:09Z".parse()?);
    /// let guid: Expression = "Guid()".parse()?;
    /// assert!(guid.evaluate(&Record::default(), &environment).is_err());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn new(now: DateTime<Utc>) -> Self {
        Self { now, random: None }
    }

    /// The same environment with a source of random numbers. For passwords it must be a cryptographic one.
    ///
    /// ```
    /// use scim_mapping::{Environment, Expression, Record};
    ///
    /// let environment = Environment::new("2026-02-03T07:05:09Z".parse()?).with_random(|| 4);
    /// let guid: Expression = "Guid()".parse()?;
    /// assert!(guid.evaluate(&Record::default(), &environment).is_ok());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn with_random(self, source: impl Fn() -> u64 + Send + Sync + 'static) -> Self {
        Self {
            random: Some(Arc::new(source)),
            ..self
        }
    }

    pub(super) fn random(&self) -> Option<u64> {
        self.random.as_ref().map(|source| source())
    }
}

impl fmt::Debug for Environment {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Environment")
            .field("now", &self.now)
            .field("random", &self.random.is_some())
            .finish()
    }
}
