//! [`CompatibilityFlag`].

use super::Preset;

/// One flag of a [`Compatibility`](super::Compatibility) as data.
///
/// ```
/// use scim_core::compatibility::{Compatibility, Preset};
///
/// let flag = Compatibility::strict().flags().find(|flag| flag.name == "remove_with_value").ok_or("it is there")?;
/// assert!(flag.clients.contains(&"JumpCloud") && flag.sources.contains(&"SCIMple#436"));
/// assert!(flag.presets.contains(&Preset::Standard) && !flag.enabled);
/// # Ok::<(), &str>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct CompatibilityFlag {
    /// The name of the field.
    pub name: &'static str,
    /// What it does, in Markdown.
    pub description: &'static str,
    /// Whether it makes the service more lenient than the RFCs, or stricter.
    pub kind: FlagKind,
    /// The clients known to need it.
    pub clients: &'static [&'static str],
    /// Where it comes from: sections of RFCs, rows of this project's `CONFORMANCE.md` such as `A-26`, public threads as
    /// `repository#number`.
    pub sources: &'static [&'static str],
    /// The presets in which it is on.
    pub presets: &'static [Preset],
    /// Whether it is on in the set that was asked.
    pub enabled: bool,
}

/// Which way a flag leads away from the RFCs.
///
/// ```
/// use scim_core::compatibility::{Compatibility, FlagKind};
///
/// let demands = |flag: &scim_core::compatibility::CompatibilityFlag| flag.kind == FlagKind::Demands;
/// assert!(!Compatibility::okta().flags().filter(demands).any(|flag| flag.enabled));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "there is no third way")]
pub enum FlagKind {
    /// On: something is accepted that the RFCs do not define; each use is reported.
    Tolerates,
    /// On: something is refused, or done otherwise, that the RFCs define.
    Demands,
}
