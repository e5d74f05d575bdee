//! When and how a value goes to the target: `flowType` of Graph's attribute mapping.

use serde::{Deserialize, Serialize};

/// Which objects a rule applies to, and what it may change in them: Graph's `attributeFlowType`.
///
/// A new object gets the value in every case; what differs is what happens to one that exists.
///
/// ```
/// use scim_mapping::{Apply, Rule, RuleSource};
///
/// let mut rule = Rule::new(RuleSource::Direct("mail".to_owned()), "userName".parse()?);
/// assert_eq!(rule.apply, Apply::Always);
/// rule.apply = Apply::OnCreate;
/// assert_eq!(rule.row().apply, "Only during creation");
/// rule.apply = Apply::OnValueAdd;
/// assert_eq!(rule.row().apply, "ValueAddOnly");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[expect(
    clippy::exhaustive_enums,
    reason = "Graph's reference knows these five"
)]
pub enum Apply {
    /// The attribute becomes the value.
    #[default]
    Always,
    /// Nothing changes.
    #[serde(rename = "ObjectAddOnly")]
    OnCreate,
    /// A list gets the values that it lacks; an attribute with one value does not change.
    #[serde(rename = "MultiValueAddOnly")]
    OnMultiValueAdd,
    /// A list gets the values that it lacks; an attribute with one value gets it if it has none.
    #[serde(rename = "ValueAddOnly")]
    OnValueAdd,
    /// The attribute gets the value if it has none at all.
    #[serde(rename = "AttributeAddOnly")]
    OnAttributeAdd,
}

impl Apply {
    const ALL: [Self; 5] = [
        Self::Always,
        Self::OnCreate,
        Self::OnMultiValueAdd,
        Self::OnValueAdd,
        Self::OnAttributeAdd,
    ];

    /// The name of the flow type in Graph.
    ///
    /// ```
    /// assert_eq!(scim_mapping::Apply::OnCreate.as_str(), "ObjectAddOnly");
    /// ```
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Always => "Always",
            Self::OnCreate => "ObjectAddOnly",
            Self::OnMultiValueAdd => "MultiValueAddOnly",
            Self::OnValueAdd => "ValueAddOnly",
            Self::OnAttributeAdd => "AttributeAddOnly",
        }
    }

    pub(crate) fn from_name(name: &str) -> Option<Self> {
        let mut all = Self::ALL.into_iter();
        all.find(|apply| apply.as_str().eq_ignore_ascii_case(name))
    }
}

/// How a value is brought into an object of the target that exists: what a comparison has to obey.
///
/// ```
/// use scim_mapping::{Apply, Environment, Mapping, Occasion, Record, Rule, RuleSource, ValueChange};
///
/// let mut rule = Rule::new(RuleSource::Direct("proxyAddresses".to_owned()), "entitlements".parse()?);
/// rule.multi_valued = true;
/// rule.apply = Apply::OnMultiValueAdd;
/// let record = Record::default().with("proxyAddresses", vec!["a", "b"]);
/// let environment = Environment::new("2026-02-03T07:05:09Z".parse()?);
/// let attributes = Mapping::new(vec![rule]).evaluate(&record, &environment, Occasion::Update)?;
/// assert_eq!(attributes.iter().next().map(|attribute| attribute.change), Some(ValueChange::Add));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(
    clippy::exhaustive_enums,
    reason = "there is no fourth way to change a value"
)]
pub enum ValueChange {
    /// The attribute becomes the value: whatever else a list has goes. PATCH replaces.
    #[default]
    Replace,
    /// What is there stays: a list gets the values that it lacks, an attribute with one value gets it if it has none.
    /// PATCH adds.
    Add,
    /// The attribute gets the value if it has none at all, not even another one of a list. PATCH adds.
    AddIfNone,
}

/// What happens to a reference to an object that is not in the target: `exportMissingReferences`.
///
/// ```
/// use scim_mapping::{MissingReferences, Rule, RuleSource};
///
/// let mut rule = Rule::new(RuleSource::Direct("manager".to_owned()), "manager".parse()?);
/// assert_eq!(rule.missing_references, MissingReferences::Wait);
/// rule.missing_references = MissingReferences::Send;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(clippy::exhaustive_enums, reason = "a reference waits or is sent")]
pub enum MissingReferences {
    /// It waits until the object is there.
    #[default]
    Wait,
    /// It is sent as the source has it.
    Send,
}
