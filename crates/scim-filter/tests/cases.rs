//! The behaviour of the reader, as data: `cases/accepts`, `cases/rejects`, `cases/lenient`.
//!
//! Each file is named after the requirement that its cases show; what a case can say stands in [`Case`].

use std::error::Error;
use std::path::Path;

use scim_filter::{Filter, Leniency, ParseError, Parser};
use serde::Deserialize;

type Outcome = Result<(), Box<dyn Error>>;

/// One text and what comes of it. Exactly one of the four kinds of text is given.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Case {
    filter: Option<String>,
    path: Option<String>,
    attribute_path: Option<String>,
    selection: Option<String>,
    /// Schemas that the parser knows.
    #[serde(default)]
    schemas: Vec<String>,
    /// Schemas after which everything is one name.
    #[serde(default)]
    schemas_with_free_names: Vec<String>,
    /// The canonical text, if it is not the text itself.
    canonical: Option<String>,
    /// The parts of an attribute path: schema, attribute, sub-attribute.
    parts: Option<(Option<String>, String, Option<String>)>,
    /// The byte at which reading failed.
    offset: Option<usize>,
    /// The kind of the failure.
    kind: Option<String>,
    /// Exactly what could have stood there.
    expected: Option<Vec<String>>,
    /// What stands there.
    found: Option<String>,
    /// Words that the message has to hold.
    message: Option<String>,
    /// The tolerances that the text needs.
    #[serde(default)]
    leniency: Vec<String>,
    /// What was tolerated: name, start, end.
    tolerated: Option<Vec<(String, usize, usize)>>,
}

impl Case {
    fn text(&self) -> &str {
        [
            &self.filter,
            &self.path,
            &self.attribute_path,
            &self.selection,
        ]
        .into_iter()
        .flatten()
        .next()
        .map_or("", String::as_str)
    }

    fn parser(&self) -> Parser {
        self.schemas_with_free_names.iter().fold(
            Parser::new().schemas(&self.schemas),
            Parser::schema_with_free_names,
        )
    }

    /// Reads the text and prints it.
    fn read(&self, parser: &Parser) -> Result<String, ParseError> {
        if self.filter.is_some() {
            parser.filter(self.text()).map(|filter| filter.to_string())
        } else if self.path.is_some() {
            parser.patch_path(self.text()).map(|path| path.to_string())
        } else if self.attribute_path.is_some() {
            parser
                .attribute_path(self.text())
                .map(|path| path.to_string())
        } else {
            let selection = parser.selection(self.text())?;
            Ok(selection
                .iter()
                .map(ToString::to_string)
                .collect::<Vec<_>>()
                .join(","))
        }
    }

    fn check_accepted(&self, parser: &Parser) -> Outcome {
        let text = self.text();
        let canonical = self.canonical.as_deref().unwrap_or(text);
        let printed = self
            .read(parser)
            .map_err(|error| format!("{text:?}: {error:#}"))?;
        equal(text, "canonical text", &printed, &canonical.to_owned())?;
        let again = Self {
            ..self.with_text(&printed)
        };
        let printed_again = again
            .read(parser)
            .map_err(|error| format!("{printed:?}: {error:#}"))?;
        equal(text, "text printed twice", &printed_again, &printed)?;
        if self.filter.is_some() {
            let (first, second) = (parser.filter(text)?, parser.filter(&printed)?);
            equal(text, "tree of the printed text", &second, &first)?;
        }
        if self.path.is_some() {
            let (first, second) = (parser.patch_path(text)?, parser.patch_path(&printed)?);
            equal(text, "tree of the printed text", &second, &first)?;
        }
        if let Some((schema, attribute, sub_attribute)) = &self.parts {
            let path = match parser.filter(text) {
                Ok(Filter::Comparison(comparison)) => comparison.path,
                Ok(Filter::Present(path)) => path,
                _ => parser.attribute_path(text)?,
            };
            equal(text, "schema", &path.schema(), &schema.as_deref())?;
            equal(text, "attribute", &path.attribute(), &attribute.as_str())?;
            equal(
                text,
                "sub-attribute",
                &path.sub_attribute(),
                &sub_attribute.as_deref(),
            )?;
        }
        Ok(())
    }

    fn check_rejected(&self, parser: &Parser) -> Outcome {
        let text = self.text();
        let error = match self.read(parser) {
            Ok(printed) => return Err(format!("{text:?} was read as {printed:?}").into()),
            Err(error) => error,
        };
        let offset = self
            .offset
            .ok_or_else(|| format!("{text:?}: the case tells no offset"))?;
        equal(text, "offset", &error.range().start, &offset)?;
        if let Some(kind) = &self.kind {
            equal(text, "kind", &error.kind().as_str(), &kind.as_str())?;
        }
        if let Some(expected) = &self.expected {
            let found: Vec<String> = error.expected().iter().map(ToString::to_string).collect();
            equal(text, "expected set", &found, expected)?;
        }
        if let Some(found) = &self.found {
            equal(text, "found token", &error.found(), &found.as_str())?;
        }
        match &self.message {
            Some(message) if !error.to_string().contains(message) => {
                Err(format!("{text:?}: {error} does not say {message:?}").into())
            }
            _ => Ok(()),
        }
    }

    fn with_text(&self, text: &str) -> Self {
        let same_kind = |other: &Option<String>| other.as_ref().map(|_| text.to_owned());
        Self {
            filter: same_kind(&self.filter),
            path: same_kind(&self.path),
            attribute_path: same_kind(&self.attribute_path),
            selection: same_kind(&self.selection),
            schemas: self.schemas.clone(),
            schemas_with_free_names: self.schemas_with_free_names.clone(),
            canonical: None,
            parts: None,
            offset: None,
            kind: None,
            expected: None,
            found: None,
            message: None,
            leniency: Vec::new(),
            tolerated: None,
        }
    }
}

fn equal<T: PartialEq + std::fmt::Debug>(text: &str, what: &str, found: &T, wanted: &T) -> Outcome {
    if found == wanted {
        Ok(())
    } else {
        Err(format!("{text:?}: the {what} is {found:?}, not {wanted:?}").into())
    }
}

fn cases(text: &str) -> Result<Vec<Case>, Box<dyn Error>> {
    let cases: Vec<Case> = serde_json::from_str(text)?;
    if cases.is_empty() {
        Err("no case in the file".into())
    } else {
        Ok(cases)
    }
}

#[expect(
    clippy::needless_pass_by_value,
    reason = "the harness gives the text away"
)]
fn accepts(_: &Path, text: String) -> datatest_stable::Result<()> {
    cases(&text)?
        .iter()
        .try_for_each(|case| case.check_accepted(&case.parser()))
}

#[expect(
    clippy::needless_pass_by_value,
    reason = "the harness gives the text away"
)]
fn rejects(file: &Path, text: String) -> datatest_stable::Result<()> {
    let cases = cases(&text)?;
    for case in &cases {
        case.check_rejected(&case.parser())?;
    }
    // What a person reads, whole: a change of any message shows in the diff of `tests/snapshots`.
    let messages: Vec<String> = cases
        .iter()
        .filter_map(|case| case.read(&case.parser()).err())
        .map(|error| format!("{error:#}"))
        .collect();
    let name = file.file_stem().unwrap_or_default().to_string_lossy();
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("snapshots");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name.as_ref(), messages.join("\n\n")));
    Ok(())
}

/// A tolerated text is read with its flags, told about, and refused without each one of them.
#[expect(
    clippy::needless_pass_by_value,
    reason = "the harness gives the text away"
)]
fn lenient(_: &Path, text: String) -> datatest_stable::Result<()> {
    for case in cases(&text)? {
        let parser = case.parser().leniency(leniency(&case.leniency, None)?);
        case.check_tolerated(&parser)?;
        for flag in &case.leniency {
            let parser = case
                .parser()
                .leniency(leniency(&case.leniency, Some(flag))?);
            if let Ok(printed) = case.read(&parser) {
                return Err(
                    format!("{:?} was read as {printed:?} without {flag}", case.text()).into(),
                );
            }
        }
    }
    Ok(())
}

impl Case {
    fn check_tolerated(&self, parser: &Parser) -> Outcome {
        let text = self.text();
        let canonical = self.canonical.as_deref().unwrap_or(text);
        let printed = self
            .read(parser)
            .map_err(|error| format!("{text:?}: {error:#}"))?;
        equal(text, "canonical text", &printed, &canonical.to_owned())?;
        let Some(wanted) = &self.tolerated else {
            return Err(format!("{text:?}: the case tells no report").into());
        };
        let reported = if self.path.is_some() {
            parser.patch_path_with_report(text)?.tolerated
        } else {
            parser.filter_with_report(text)?.tolerated
        };
        let tolerated: Vec<_> = reported
            .into_iter()
            .map(|tolerated| {
                (
                    tolerated.leniency.to_owned(),
                    tolerated.range.start,
                    tolerated.range.end,
                )
            })
            .collect();
        equal(text, "report", &tolerated, wanted)
    }
}

fn leniency(names: &[String], except: Option<&str>) -> Result<Leniency, String> {
    names
        .iter()
        .filter(|name| Some(name.as_str()) != except)
        .try_fold(Leniency::none(), |leniency, name| {
            leniency
                .with_flag(name, true)
                .ok_or_else(|| format!("no leniency is called {name}"))
        })
}

datatest_stable::harness! {
    { test = accepts, root = "tests/cases/accepts", pattern = r"\.json$" },
    { test = rejects, root = "tests/cases/rejects", pattern = r"\.json$" },
    { test = lenient, root = "tests/cases/lenient", pattern = r"\.json$" },
}
