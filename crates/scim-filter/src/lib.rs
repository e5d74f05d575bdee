//! SCIM 2.0 filters and PATCH paths: text to tree and back.
//!
//! This crate is the syntax of [RFC 7644](https://www.rfc-editor.org/rfc/rfc7644): the filters of
//! [section 3.4.2.2](https://www.rfc-editor.org/rfc/rfc7644#section-3.4.2.2), the paths of PATCH in
//! [section 3.5.2](https://www.rfc-editor.org/rfc/rfc7644#section-3.5.2), the lists of `attributes` and `excludedAttributes`, and
//! `sortBy`. It knows no schema and no resource. It has one dependency, cannot panic, and does no input or output.
//!
//! # Quick start
//!
//! ```
//! use scim_filter::{AttributePath, Filter};
//!
//! // Read what a client sent …
//! let filter: Filter = r#"userType eq "Employee" and emails[type eq "work"]"#.parse()?;
//!
//! // … look at it …
//! let Filter::And(parts) = &filter else { panic!("two conditions") };
//! assert!(matches!(&parts[1], Filter::ValuePath(path) if path.attribute.attribute() == "emails"));
//!
//! // … and write one in code: values are values, nothing in them can become syntax.
//! let by_name = Filter::eq(AttributePath::new("userName")?, r#"x" or title pr"#);
//! assert_eq!(by_name.to_string(), r#"userName eq "x\" or title pr""#);
//! # Ok::<(), scim_filter::ParseError>(())
//! ```
//!
//! # The tree
//!
//! [`Filter`] is a plain enum: [`And`](Filter::And) and [`Or`](Filter::Or) hold any number of parts,
//! [`Not`](Filter::Not) one; the leaves are a [`Comparison`], [`Present`](Filter::Present) and a [`ValuePath`], whose brackets hold
//! a [`ValueFilter`]. Values are typed as in JSON ([`Literal`]); a [`Number`] keeps every digit. An [`AttributePath`] compares
//! without regard to case and prints as it was written. Printing is canonical, with the fewest parentheses, and reading what
//! was printed gives the same tree.
//!
//! # Errors
//!
//! A [`ParseError`] has a byte range, a stable [`kind`](ParseError::kind), what could have stood there and what does. `{:#}`
//! draws a caret:
//!
//! ```
//! use scim_filter::Filter;
//!
//! let error = r#"title pr and userType = "Employee""#.parse::<Filter>().expect_err("no such operator");
//! assert_eq!(
//!     format!("{error:#}"),
//!     r#"byte 22: unknown operator: `=`; write eq
//!   title pr and userType = "Employee"
//!                         ^"#,
//! );
//! ```
//!
//! # Where a schema ends
//!
//! `urn:…:2.0:User:name` holds colons and dots, and the RFC does not say where the URN ends. A [`Parser`] that is told which
//! schemas there are takes the longest that fits, and says so if no attribute follows it; otherwise the last colon decides.
//! After a schema the names of attributes may be of several words, as Peakon's are:
//!
//! ```
//! use scim_filter::{Filter, Parser};
//!
//! let peakon = "urn:ietf:params:scim:schemas:extension:peakon:2.0:User";
//! let parser = Parser::new().schema_with_free_names(peakon);
//! let filter = parser.filter(&format!(r#"{peakon}:Job Title (EU) eq "CTO""#))?;
//! let Filter::Comparison(comparison) = filter else { panic!("a comparison") };
//! assert_eq!(comparison.path.attribute(), "Job Title (EU)");
//! # Ok::<(), scim_filter::ParseError>(())
//! ```
//!
//! # Leniency
//!
//! What real clients send outside the grammar is accepted by name, one [`Leniency`] flag for each habit, and
//! [`Parser::filter_with_report`] tells what was tolerated and where. Only names with spaces are on unless asked otherwise: after
//! the URN of a schema they cannot be mistaken for anything else.
//!
//! ```
//! use scim_filter::{Leniency, Parser};
//!
//! // The names could come from a configuration file.
//! let leniency = Leniency::none().with_flag("literals_in_any_case", true).ok_or("no such flag")?;
//! let parsed = Parser::new().leniency(leniency).filter_with_report("active eq True")?;
//! assert_eq!(parsed.value.to_string(), "active eq true");
//! assert_eq!((parsed.tolerated[0].leniency, parsed.tolerated[0].range.clone()), ("literals_in_any_case", 10..14));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Limits
//!
//! Length, depth and number of conditions are bounded while reading ([`Limits`]); so no text can exhaust the stack, and what
//! was read can be cloned, compared, hashed, printed and dropped on a small one. Reading and printing take time in proportion
//! to the text; where a name with spaces ends is looked for in 1,024 bytes at most, and the conditions read ahead for it count
//! against the limit once more.
//!
//! ```
//! use scim_filter::{Filter, ParseErrorKind};
//!
//! let look_up = vec![r#"id eq "2819c223""#; 1_000].join(" or ");
//! assert!(look_up.parse::<Filter>().is_ok());
//! let attack = "not (".repeat(10_000);
//! assert_eq!(attack.parse::<Filter>().expect_err("too deep").kind(), ParseErrorKind::TooDeep);
//! ```
//!
//! # Translating to a query language
//!
//! [`Filter::fold`] turns a tree into something else from the leaves up: [`Fold`] has a translator to SQL with bound
//! parameters as its example.
//!
//! # Features
//!
//! The crate needs `alloc` and no `std`, alone and with `serde`.
//!
//! - `serde`: [`Filter`], [`ValueFilter`], [`PatchPath`] and [`AttributePath`] as JSON strings; the message of a failure tells
//!   the position in them.
//! - `schemars`: their JSON Schema.
//! - `arbitrary`: valid trees from random bytes.
//!
//! # Deviations from the RFC
//!
//! - A tab counts as a space, and any number of them may stand between the parts, beside brackets, and after `not`.
//! - A name may begin with one `$`, for `$ref` (RFC 7643, erratum 8924), and hold `$`.
//! - A value path cannot hold another one (erratum 4690).
//! - Attribute operators bind tighter than logical ones (erratum 4670).

#![no_std]
#![cfg_attr(docsrs, feature(doc_cfg))]

extern crate alloc;

mod attribute_path;
mod builders;
mod comparison;
mod filter;
mod fold;
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
pub use fold::Fold;
pub use leniency::{Leniency, LeniencyFlag, Parsed, Tolerated};
pub use limits::Limits;
pub use literal::{Literal, Number};
pub use parse_error::{ParseError, ParseErrorKind};
pub use parser::Parser;
pub use patch_path::PatchPath;
pub use value_filter::ValueFilter;
