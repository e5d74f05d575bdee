//! What came of the checks.

use std::fmt;

/// What came of each check, in a list.
///
/// ```
/// use scim_core::schema::SchemaRegistry;
/// use scim_core::service_provider::blocking::AtOnce;
/// use scim_core::service_provider::contract::{self, Outcome, Subject};
/// # use scim_core::resource::Resource;
/// # use scim_core::service_provider::{Page, RequestContext, Search, StoreError, blocking};
/// # struct Forgetful;
/// # impl blocking::ResourceStore for Forgetful {
/// #     fn load(&self, _: &RequestContext, _: &str, _: &str) -> Result<Option<Resource>, StoreError> {
/// #         Ok(None)
/// #     }
/// #     fn search(&self, _: &RequestContext, _: &Search) -> Result<Page, StoreError> {
/// #         Ok(Page::new(0, Vec::new()))
/// #     }
/// #     fn insert(&self, _: &RequestContext, _: &str, resource: Resource) -> Result<Resource, StoreError> {
/// #         Ok(resource)
/// #     }
/// #     fn replace(&self, _: &RequestContext, _: &str, _: Resource, _: &str) -> Result<Resource, StoreError> {
/// #         Err(StoreError::NotFound)
/// #     }
/// #     fn delete(&self, _: &RequestContext, _: &str, _: &str, _: Option<&str>) -> Result<(), StoreError> {
/// #         Err(StoreError::NotFound)
/// #     }
/// # }
///
/// // A store that forgets what it is given.
/// struct Forgetting;
///
/// impl Subject for Forgetting {
///     type Store = AtOnce<Forgetful>;
///     async fn empty(&self, _: &SchemaRegistry) -> Self::Store {
///         AtOnce(Forgetful)
///     }
/// }
///
/// let report = contract::check_blocking(&Forgetting);
/// let copies = report.checks().iter().find(|check| check.name == "keeps_copies").ok_or("no such check")?;
/// assert!(matches!(copies.outcome, Outcome::Failed(_)));
/// assert!(report.into_result().is_err_and(|broken| broken.to_string().contains("keeps_copies")));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    checks: Vec<Check>,
}

/// What came of one check.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Check {
    /// Its name, which stays the same from version to version.
    pub name: &'static str,
    /// What came of it.
    pub outcome: Outcome,
}

/// What came of one check.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Outcome {
    /// The store did all that the check asked of it.
    Passed,
    /// The check says nothing about this store, for this reason. It has not passed.
    NotApplicable(String),
    /// The store did something else than the contract says.
    Failed(Violation),
}

/// Where a store broke the contract.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Violation {
    /// What the contract says.
    pub expected: String,
    /// What the store did.
    pub found: String,
    /// Where to look in the store.
    pub advice: String,
}

/// A store that does not keep the contract. `Debug` is `Display`, so that an `unwrap` shows the whole list.
#[derive(Clone, PartialEq, Eq)]
pub struct Broken(Report);

impl Report {
    pub(super) fn push(&mut self, name: &'static str, outcome: Outcome) {
        self.checks.push(Check { name, outcome });
    }

    /// All checks, in the order in which they were made.
    #[must_use]
    pub fn checks(&self) -> &[Check] {
        &self.checks
    }

    /// The names of the checks that failed.
    pub fn failed(&self) -> impl Iterator<Item = &'static str> {
        let failed = |check: &&Check| matches!(check.outcome, Outcome::Failed(_));
        self.checks.iter().filter(failed).map(|check| check.name)
    }

    /// The report, if no check failed. Which ones were not applicable, it still says.
    ///
    /// # Errors
    ///
    /// [`Broken`] if a check failed.
    pub fn into_result(self) -> Result<Self, Broken> {
        if self.failed().next().is_none() {
            Ok(self)
        } else {
            Err(Broken(self))
        }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for check in &self.checks {
            writeln!(formatter, "{check}")?;
        }
        let count = |wanted: fn(&Outcome) -> bool| {
            let outcomes = self.checks.iter().map(|check| &check.outcome);
            outcomes.filter(|outcome| wanted(outcome)).count()
        };
        write!(
            formatter,
            "{} passed, {} failed, {} not applicable",
            count(|outcome| matches!(outcome, Outcome::Passed)),
            count(|outcome| matches!(outcome, Outcome::Failed(_))),
            count(|outcome| matches!(outcome, Outcome::NotApplicable(_))),
        )
    }
}

impl fmt::Display for Check {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.outcome {
            Outcome::Passed => write!(formatter, "passed          {}", self.name),
            Outcome::NotApplicable(why) => {
                write!(formatter, "not applicable  {}: {why}", self.name)
            }
            Outcome::Failed(violation) => {
                write!(formatter, "FAILED          {}{violation}", self.name)
            }
        }
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let indent = "\n    ";
        write!(formatter, "{indent}expected: {}", self.expected)?;
        write!(formatter, "{indent}found:    {}", self.found)?;
        write!(formatter, "{indent}mend:     {}", self.advice)
    }
}

impl fmt::Display for Broken {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "the store does not keep the contract of ResourceStore\n{}",
            self.0
        )
    }
}

impl fmt::Debug for Broken {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}

impl std::error::Error for Broken {}
