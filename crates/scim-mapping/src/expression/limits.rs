/// How long and how deep an expression may be.
///
/// ```
/// let limits = scim_mapping::ExpressionLimits::default();
/// assert_eq!((limits.characters, limits.depth), (10_000, 64));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ExpressionLimits {
    /// The most characters: Entra's own limit is 10,000.
    pub characters: usize,
    /// The deepest nesting of calls. Entra states none; people stop understanding long before 64.
    pub depth: usize,
}

impl Default for ExpressionLimits {
    fn default() -> Self {
        Self {
            characters: 10_000,
            depth: 64,
        }
    }
}
