/// How long and how deep an expression may be, and how much it may make.
///
/// ```
/// let limits = scim_mapping::ExpressionLimits::default();
/// assert_eq!((limits.characters, limits.depth, limits.output), (10_000, 64, 1_048_576));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ExpressionLimits {
    /// The most characters: Entra's own limit is 10,000.
    pub characters: usize,
    /// The deepest nesting of calls. Entra states none; people stop understanding long before 64.
    pub depth: usize,
    /// The most bytes of a text that a function makes. Entra states none; a target stores far less.
    pub output: usize,
}

impl Default for ExpressionLimits {
    fn default() -> Self {
        Self {
            characters: 10_000,
            depth: 64,
            output: 1_048_576,
        }
    }
}
