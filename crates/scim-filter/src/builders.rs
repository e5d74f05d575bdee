//! Conditions written in code, which are the same for a filter and for what stands in brackets.

use alloc::boxed::Box;
use alloc::vec;

use crate::{AttributePath, Comparison, ComparisonOperator, Filter, Literal, ValueFilter};

/// Writes one method for each row: its name, the operator, what it says of the attribute, a value for the example.
macro_rules! comparisons {
    ($tree:ident: $($name:ident $operator:ident $meaning:literal $value:literal;)*) => {
        impl $tree {$(
            #[doc = concat!("`", stringify!($name), "`: the attribute ", $meaning, " the value.")]
            ///
            /// # Examples
            ///
            /// ```
            #[doc = concat!("use scim_filter::{AttributePath, ", stringify!($tree), "};")]
            ///
            /// let value = AttributePath::new("value")?;
            #[doc = concat!("let filter = ", stringify!($tree), "::", stringify!($name), "(value, ", stringify!($value), ");")]
            #[doc = concat!("assert_eq!(filter.to_string(), r#\"value ", stringify!($name), " ", stringify!($value), "\"#);")]
            /// # Ok::<(), scim_filter::ParseError>(())
            /// ```
            #[must_use]
            pub fn $name(path: AttributePath, value: impl Into<Literal>) -> Self {
                Self::Comparison(Comparison::new(path, ComparisonOperator::$operator, value.into()))
            }
        )*}
    };
}

/// Writes the methods of one tree; its name stands in the examples.
macro_rules! builders {
    ($tree:ident) => {
        comparisons! { $tree:
            eq Eq "equals" "x";
            ne Ne "does not equal" "x";
            co Co "contains" "x";
            sw Sw "starts with" "x";
            ew Ew "ends with" "x";
            gt Gt "is greater than" 5;
            ge Ge "is greater than or equal to" 5;
            lt Lt "is less than" 5;
            le Le "is less than or equal to" 5;
        }

        impl $tree {
            /// `pr`: the attribute has a value.
            ///
            /// # Examples
            ///
            /// ```
            #[doc = concat!("use scim_filter::{AttributePath, ", stringify!($tree), "};")]
            ///
            #[doc = concat!("let filter = ", stringify!($tree), "::present(AttributePath::new(\"value\")?);")]
            /// assert_eq!(filter.to_string(), "value pr");
            /// # Ok::<(), scim_filter::ParseError>(())
            /// ```
            #[must_use]
            pub const fn present(path: AttributePath) -> Self {
                Self::Present(path)
            }

            #[doc = concat!("Both hold; a chain stays one flat [`", stringify!($tree), "::And`].")]
            ///
            /// # Examples
            ///
            /// ```
            #[doc = concat!("use scim_filter::", stringify!($tree), ";")]
            ///
            #[doc = concat!("let either: ", stringify!($tree), " = \"a pr or b pr\".parse()?;")]
            /// let filter = either.and("c pr".parse()?).and("d pr".parse()?);
            /// assert_eq!(filter.to_string(), "(a pr or b pr) and c pr and d pr");
            /// # Ok::<(), scim_filter::ParseError>(())
            /// ```
            #[must_use]
            pub fn and(self, other: Self) -> Self {
                let mut parts = match self {
                    Self::And(parts) => parts,
                    single => vec![single],
                };
                match other {
                    Self::And(others) => parts.extend(others),
                    single => parts.push(single),
                }
                Self::And(parts)
            }

            #[doc = concat!("At least one holds; a chain stays one flat [`", stringify!($tree), "::Or`].")]
            ///
            /// # Examples
            ///
            /// ```
            #[doc = concat!("use scim_filter::", stringify!($tree), ";")]
            ///
            #[doc = concat!("let first: ", stringify!($tree), " = \"a pr\".parse()?;")]
            /// let filter = first.or("b pr".parse()?).or("c pr".parse()?);
            /// assert_eq!(filter.to_string(), "a pr or b pr or c pr");
            /// # Ok::<(), scim_filter::ParseError>(())
            /// ```
            #[must_use]
            pub fn or(self, other: Self) -> Self {
                let mut parts = match self {
                    Self::Or(parts) => parts,
                    single => vec![single],
                };
                match other {
                    Self::Or(others) => parts.extend(others),
                    single => parts.push(single),
                }
                Self::Or(parts)
            }

            /// It does not hold.
            ///
            /// # Examples
            ///
            /// ```
            #[doc = concat!("use scim_filter::", stringify!($tree), ";")]
            ///
            #[doc = concat!("let filter: ", stringify!($tree), " = \"a pr\".parse()?;")]
            /// assert_eq!(filter.negate().to_string(), "not (a pr)");
            /// # Ok::<(), scim_filter::ParseError>(())
            /// ```
            #[must_use]
            pub fn negate(self) -> Self {
                Self::Not(Box::new(self))
            }
        }
    };
}

builders!(Filter);
builders!(ValueFilter);
