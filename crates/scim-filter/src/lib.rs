//! SCIM 2.0 filters and PATCH paths ([RFC 7644, section 3.4.2.2](https://www.rfc-editor.org/rfc/rfc7644#section-3.4.2.2)
//! and [section 3.5.2](https://www.rfc-editor.org/rfc/rfc7644#section-3.5.2)): text to tree and back.

mod attribute_path;
mod comparison;
mod filter;
mod grammar;
#[cfg(feature = "serde")]
mod json;
#[cfg(feature = "schemars")]
mod json_schema;
mod leniency;
mod limits;
mod literal;
mod parse_error;
mod parser;
mod patch_path;
mod print;
#[cfg(feature = "arbitrary")]
mod random;
mod value_filter;

pub use attribute_path::AttributePath;
pub use comparison::{Comparison, ComparisonOperator};
pub use filter::{Filter, ValuePath};
pub use leniency::{Leniency, Parsed, Tolerated};
pub use limits::Limits;
pub use literal::{Literal, Number};
pub use parse_error::{ParseError, ParseErrorKind};
pub use parser::Parser;
pub use patch_path::PatchPath;
pub use value_filter::ValueFilter;
