//! What is said about one text.

use std::fmt;

use scim_filter::{Filter, Leniency, ParseError, Parser, PatchPath, Tolerated};

use crate::tree;

/// What a text is.
pub(crate) enum Explanation {
    /// It follows the grammar: its tree, and its canonical text.
    Read { tree: String, canonical: String },
    /// It does not; a lenient service may understand it all the same.
    Refused {
        error: ParseError,
        tolerated: Option<Lenient>,
    },
}

/// How a lenient service understands a text.
pub(crate) struct Lenient {
    canonical: String,
    /// Each tolerance that was needed, with the part of the text that needed it.
    needed: Vec<(&'static str, String)>,
}

impl Explanation {
    pub(crate) fn of_filter(parser: &Parser, text: &str) -> Self {
        match parser.filter(text) {
            Ok(filter) => Self::Read {
                tree: tree::of_filter(&filter),
                canonical: filter.to_string(),
            },
            Err(error) => {
                let lenient = parser.clone().leniency(Leniency::all());
                let parsed = lenient.filter_with_report(text).ok();
                Self::Refused {
                    error,
                    tolerated: parsed
                        .map(|parsed| Lenient::new(text, &parsed.value, &parsed.tolerated)),
                }
            }
        }
    }

    pub(crate) fn of_path(parser: &Parser, text: &str) -> Self {
        match parser.patch_path(text) {
            Ok(path) => Self::Read {
                tree: tree::of_path(&path),
                canonical: path.to_string(),
            },
            Err(error) => {
                let lenient = parser.clone().leniency(Leniency::all());
                let tolerated = lenient.patch_path(text).ok();
                Self::Refused {
                    error,
                    // Paths are read without a report.
                    tolerated: tolerated.map(|path: PatchPath| Lenient {
                        canonical: path.to_string(),
                        needed: Vec::new(),
                    }),
                }
            }
        }
    }

    pub(crate) const fn follows_the_grammar(&self) -> bool {
        matches!(self, Self::Read { .. })
    }
}

impl Lenient {
    fn new(text: &str, filter: &Filter, tolerated: &[Tolerated]) -> Self {
        let part = |tolerated: &Tolerated| {
            let part = text.get(tolerated.range.clone()).unwrap_or_default();
            (tolerated.leniency, part.trim().to_owned())
        };
        Self {
            canonical: filter.to_string(),
            needed: tolerated.iter().map(part).collect(),
        }
    }
}

impl fmt::Display for Explanation {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Read { tree, canonical } => {
                write!(formatter, "{tree}")?;
                writeln!(formatter, "\ncanonical: {canonical}")
            }
            Self::Refused { error, tolerated } => {
                writeln!(formatter, "{error:#}")?;
                let Some(lenient) = tolerated else {
                    return writeln!(formatter, "\nno tolerance helps");
                };
                writeln!(
                    formatter,
                    "\na lenient service reads: {}",
                    lenient.canonical
                )?;
                for (leniency, part) in &lenient.needed {
                    writeln!(formatter, "  {leniency}, for `{part}`")?;
                }
                Ok(())
            }
        }
    }
}
