//! Turning a filter into something else, from the leaves up.

use alloc::vec::Vec;

use crate::{AttributePath, Comparison, Filter, ValueFilter, ValuePath};

/// What each kind of node becomes: a query of another language, a set of names, an evaluation.
///
/// [`Filter::fold`] calls the methods from the leaves up, so a translator writes no recursion.
///
/// # Examples
///
/// A filter as SQL with bound parameters:
///
/// ```
/// use scim_filter::{AttributePath, Comparison, ComparisonOperator, Filter, Fold, Literal};
///
/// /// Gathers the values apart from the text, so that no value can become SQL.
/// struct Sql(Vec<String>);
///
/// impl Fold for Sql {
///     type Output = Result<String, String>;
///
///     fn comparison(&mut self, comparison: &Comparison) -> Self::Output {
///         let (ComparisonOperator::Eq, Literal::String(value)) = (comparison.operator, &comparison.value) else {
///             return Err(format!("not offered: {comparison}"));
///         };
///         self.0.push(value.clone());
///         Ok(format!("{} = ?", column(&comparison.path)?))
///     }
///
///     fn present(&mut self, path: &AttributePath) -> Self::Output {
///         Ok(format!("{} IS NOT NULL", column(path)?))
///     }
///
///     fn not(&mut self, part: Self::Output) -> Self::Output {
///         Ok(format!("NOT ({})", part?))
///     }
///
///     fn and(&mut self, parts: Vec<Self::Output>) -> Self::Output {
///         Ok(parts.into_iter().collect::<Result<Vec<_>, _>>()?.join(" AND "))
///     }
///
///     fn or(&mut self, parts: Vec<Self::Output>) -> Self::Output {
///         Ok(format!("({})", parts.into_iter().collect::<Result<Vec<_>, _>>()?.join(" OR ")))
///     }
///
///     fn value_path(&mut self, attribute: &AttributePath, _: Self::Output) -> Self::Output {
///         Err(format!("not offered: {attribute}[…]"))
///     }
/// }
///
/// fn column(path: &AttributePath) -> Result<&'static str, String> {
///     match path.as_str().to_ascii_lowercase().as_str() {
///         "username" => Ok("user_name"),
///         "title" => Ok("title"),
///         unknown => Err(format!("no column for {unknown}")),
///     }
/// }
///
/// let filter: Filter = r#"title pr and not (userName eq "bjensen")"#.parse()?;
/// let mut sql = Sql(Vec::new());
/// assert_eq!(filter.fold(&mut sql).as_deref(), Ok("title IS NOT NULL AND NOT (user_name = ?)"));
/// assert_eq!(sql.0, ["bjensen"]);
/// # Ok::<(), scim_filter::ParseError>(())
/// ```
pub trait Fold {
    /// What a node becomes.
    type Output;

    /// An attribute compared with a value.
    fn comparison(&mut self, comparison: &Comparison) -> Self::Output;

    /// `pr`.
    fn present(&mut self, path: &AttributePath) -> Self::Output;

    /// `not (…)`.
    fn not(&mut self, part: Self::Output) -> Self::Output;

    /// A chain of `and`.
    fn and(&mut self, parts: Vec<Self::Output>) -> Self::Output;

    /// A chain of `or`.
    fn or(&mut self, parts: Vec<Self::Output>) -> Self::Output;

    /// The brackets of an attribute begin: until [`Fold::value_path`] the paths name its sub-attributes.
    fn enter_value_path(&mut self, attribute: &AttributePath) {
        let _ = attribute;
    }

    /// The brackets of an attribute end; `filter` is what stood in them.
    fn value_path(&mut self, attribute: &AttributePath, filter: Self::Output) -> Self::Output;
}

impl Filter {
    /// Turns the filter into something else, from the leaves up.
    ///
    /// # Examples
    ///
    /// See [`Fold`].
    ///
    /// ```
    /// use scim_filter::{AttributePath, Comparison, Filter, Fold};
    ///
    /// struct CountConditions;
    ///
    /// impl Fold for CountConditions {
    ///     type Output = usize;
    ///
    ///     fn comparison(&mut self, _: &Comparison) -> usize { 1 }
    ///     fn present(&mut self, _: &AttributePath) -> usize { 1 }
    ///     fn not(&mut self, part: usize) -> usize { part }
    ///     fn and(&mut self, parts: Vec<usize>) -> usize { parts.into_iter().sum() }
    ///     fn or(&mut self, parts: Vec<usize>) -> usize { parts.into_iter().sum() }
    ///     fn value_path(&mut self, _: &AttributePath, filter: usize) -> usize { filter }
    /// }
    ///
    /// let filter: Filter = "a pr and emails[b pr or c pr]".parse()?;
    /// assert_eq!(filter.fold(&mut CountConditions), 3);
    /// # Ok::<(), scim_filter::ParseError>(())
    /// ```
    pub fn fold<F: Fold>(&self, fold: &mut F) -> F::Output {
        match self {
            Self::And(parts) => {
                let parts = parts.iter().map(|part| part.fold(fold)).collect();
                fold.and(parts)
            }
            Self::Or(parts) => {
                let parts = parts.iter().map(|part| part.fold(fold)).collect();
                fold.or(parts)
            }
            Self::Not(part) => {
                let part = part.fold(fold);
                fold.not(part)
            }
            Self::Comparison(comparison) => fold.comparison(comparison),
            Self::Present(path) => fold.present(path),
            Self::ValuePath(ValuePath { attribute, filter }) => {
                fold.enter_value_path(attribute);
                let filter = filter.fold(fold);
                fold.value_path(attribute, filter)
            }
        }
    }
}

impl ValueFilter {
    /// Turns the filter into something else, from the leaves up; the same as [`Filter::fold`].
    ///
    /// # Examples
    ///
    /// ```
    /// use scim_filter::{AttributePath, Comparison, Fold, ValueFilter};
    ///
    /// /// Whether `type` is named anywhere.
    /// struct NamesType;
    ///
    /// impl Fold for NamesType {
    ///     type Output = bool;
    ///
    ///     fn comparison(&mut self, comparison: &Comparison) -> bool { self.present(&comparison.path) }
    ///     fn present(&mut self, path: &AttributePath) -> bool { path.attribute().eq_ignore_ascii_case("type") }
    ///     fn not(&mut self, part: bool) -> bool { part }
    ///     fn and(&mut self, parts: Vec<bool>) -> bool { parts.contains(&true) }
    ///     fn or(&mut self, parts: Vec<bool>) -> bool { parts.contains(&true) }
    ///     fn value_path(&mut self, _: &AttributePath, filter: bool) -> bool { filter }
    /// }
    ///
    /// assert!(r#"value pr and Type eq "work""#.parse::<ValueFilter>()?.fold(&mut NamesType));
    /// # Ok::<(), scim_filter::ParseError>(())
    /// ```
    pub fn fold<F: Fold>(&self, fold: &mut F) -> F::Output {
        match self {
            Self::And(parts) => {
                let parts = parts.iter().map(|part| part.fold(fold)).collect();
                fold.and(parts)
            }
            Self::Or(parts) => {
                let parts = parts.iter().map(|part| part.fold(fold)).collect();
                fold.or(parts)
            }
            Self::Not(part) => {
                let part = part.fold(fold);
                fold.not(part)
            }
            Self::Comparison(comparison) => fold.comparison(comparison),
            Self::Present(path) => fold.present(path),
        }
    }
}
