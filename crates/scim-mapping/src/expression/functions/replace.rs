//! `Replace`, with the regular expressions of .NET as far as they run in linear time.

use std::collections::BTreeMap;

use regex::{Captures, Regex};

use super::super::evaluation::Bounded;
use super::super::pattern::compile;
use super::super::{EvaluatedValue, EvaluationError, Function, Node};
use super::{Call, Outcome};

const OLD: usize = 1;
const PATTERN: usize = 2;
const GROUP: usize = 3;
const REPLACEMENT: usize = 4;
const ATTRIBUTE: usize = 5;
const TEMPLATE: usize = 6;

/// The longest text, in bytes, that a regular expression is run over: each match is linear, but there may be as many
/// matches as characters.
const LONGEST: usize = 65_536;

/// The way of replacing follows from which arguments are given.
enum Mode {
    Text,
    Template,
    Pattern,
    Group,
    OtherAttribute,
}

fn mode(is_given: &impl Fn(usize) -> bool) -> Option<Mode> {
    let given = [OLD, PATTERN, GROUP, REPLACEMENT, ATTRIBUTE, TEMPLATE].map(is_given);
    match given {
        [true, false, false, true, false, false] => Some(Mode::Text),
        [true, false, false, false, false, true] => Some(Mode::Template),
        [false, true, false, true, false, false] => Some(Mode::Pattern),
        [false, true, true, true, false, false] => Some(Mode::Group),
        [false, true, true, false, true, false] => Some(Mode::OtherAttribute),
        _ => None,
    }
}

pub(in super::super) fn check(is_given: &impl Fn(usize) -> bool) -> Result<(), String> {
    mode(is_given).map(|_| ()).ok_or_else(|| {
        "this combination of arguments of Replace means nothing; give oldValue with replacementValue or template, \
         or regexPattern with replacementValue, with regexGroupName and replacementValue, \
         or with regexGroupName and replacementAttributeName"
            .to_owned()
    })
}

/// Compiles the patterns that stand in the text, so that evaluation need not.
pub(in super::super) fn collect_patterns(root: &Node, patterns: &mut BTreeMap<String, Regex>) {
    root.visit(&mut |node| {
        if let Node::Call {
            function: Function::Replace,
            arguments,
        } = node
            && let Some(Some(Node::Text(pattern))) = arguments.get(PATTERN)
            && let Ok(compiled) = compile(pattern)
        {
            patterns.insert(pattern.clone(), compiled);
        }
    });
}

fn pattern(call: &Call<'_>) -> Result<Regex, EvaluationError> {
    let pattern = call.needed_text(PATTERN)?;
    match call.scope.patterns.get(&pattern) {
        Some(compiled) => Ok(compiled.clone()),
        None => compile(&pattern).map_err(EvaluationError::new),
    }
}

pub(super) fn replace(call: &Call<'_>) -> Outcome {
    let mode = mode(&|index| call.is_given(index))
        .ok_or_else(|| EvaluationError::new("a combination that means nothing"))?;
    let source = call.text(0)?;
    if matches!(mode, Mode::OtherAttribute) {
        return match source.filter(|text| !text.is_empty()) {
            Some(text) => Ok(text.into()),
            None => from_other_attribute(call),
        };
    }
    let Some(source) = source else {
        return Ok(EvaluatedValue::Null);
    };
    let replacement = || Ok(call.text(REPLACEMENT)?.unwrap_or_default());
    Ok(match mode {
        Mode::Text => match call.needed_text(OLD)?.as_str() {
            "" => source,
            old => replace_text(call, &source, old, &replacement()?)?,
        },
        Mode::Template => {
            let template = call.needed_text(TEMPLATE)?;
            match call.needed_text(OLD)?.as_str() {
                "" => template,
                old => replace_text(call, &template, old, &source)?,
            }
        }
        Mode::Pattern => {
            let pattern = pattern(call)?;
            let replacement = replacement()?;
            replace_matches(call, &pattern, &source, |captures, result| {
                expand(&pattern, captures, &source, &replacement, result)
            })?
        }
        Mode::Group | Mode::OtherAttribute => {
            let group = call.needed_text(GROUP)?;
            let pattern = pattern(call)?;
            let replacement = replacement()?;
            known_group(&pattern, &group)?;
            replace_matches(call, &pattern, &source, |captures, result| {
                let Some(whole) = captures.get(0) else {
                    return Ok(());
                };
                match captures.name(&group) {
                    Some(part) => {
                        result.push(source.get(whole.start()..part.start()).unwrap_or_default())?;
                        result.push(&replacement)?;
                        result.push(source.get(part.end()..whole.end()).unwrap_or_default())
                    }
                    None => result.push(whole.as_str()),
                }
            })?
        }
    }
    .into())
}

fn replace_text(
    call: &Call<'_>,
    source: &str,
    old: &str,
    replacement: &str,
) -> Result<String, EvaluationError> {
    let mut result = call.bounded();
    for (index, part) in source.split(old).enumerate() {
        if index > 0 {
            result.push(replacement)?;
        }
        result.push(part)?;
    }
    Ok(result.into_text())
}

/// Whether the pattern has the group; a name that it lacks would never be replaced.
pub(in super::super) fn known_group(pattern: &Regex, group: &str) -> Result<(), EvaluationError> {
    if pattern.capture_names().flatten().any(|name| name == group) {
        return Ok(());
    }
    let names: Vec<&str> = pattern.capture_names().flatten().collect();
    let known = if names.is_empty() {
        "it has no named group; write (?<name>…)".to_owned()
    } else {
        format!("it has {}", names.join(", "))
    };
    Err(EvaluationError::new(format!(
        "the regular expression has no group {group:?}; {known}"
    )))
}

/// The references to groups in a replacement which the pattern lacks, and which therefore stay as they are written.
pub(in super::super) fn unknown_references(pattern: &Regex, replacement: &str) -> Vec<String> {
    let mut unknown = Vec::new();
    let mut rest = replacement;
    while let Some((_, after)) = rest.split_once("${") {
        let Some((name, behind)) = after.split_once('}') else {
            break;
        };
        if group_index(pattern, name).is_none() {
            unknown.push(name.to_owned());
        }
        rest = behind;
    }
    unknown
}

fn short_enough(text: &str) -> Result<&str, EvaluationError> {
    if text.len() > LONGEST {
        return Err(EvaluationError::new(format!(
            "the text has {} bytes, and a regular expression is run over {LONGEST} at most",
            text.len()
        )));
    }
    Ok(text)
}

fn from_other_attribute(call: &Call<'_>) -> Outcome {
    let Some(other) = call.text(ATTRIBUTE)? else {
        return Ok(EvaluatedValue::Null);
    };
    let group = call.needed_text(GROUP)?;
    let pattern = pattern(call)?;
    known_group(&pattern, &group)?;
    let found = pattern
        .captures(short_enough(&other)?)
        .and_then(|captures| captures.name(&group).map(|part| part.as_str().to_owned()));
    Ok(found.into())
}

/// Goes through the matches as .NET does: an empty match may stand right behind another one.
fn replace_matches(
    call: &Call<'_>,
    pattern: &Regex,
    source: &str,
    mut write: impl FnMut(&Captures<'_>, &mut Bounded) -> Result<(), EvaluationError>,
) -> Result<String, EvaluationError> {
    let source = short_enough(source)?;
    let mut result = call.bounded();
    let mut copied = 0;
    let mut position = 0;
    while position <= source.len() {
        let Some(captures) = pattern.captures_at(source, position) else {
            break;
        };
        let Some(found) = captures.get(0) else { break };
        result.push(source.get(copied..found.start()).unwrap_or_default())?;
        write(&captures, &mut result)?;
        copied = found.end();
        position = if found.is_empty() {
            let next = source
                .get(found.end()..)
                .and_then(|rest| rest.chars().next());
            found.end() + next.map_or(1, char::len_utf8)
        } else {
            found.end()
        };
    }
    result.push(source.get(copied..).unwrap_or_default())?;
    Ok(result.into_text())
}

/// Expands `$1`, `${1}`, `${name}`, `$$`, `$&`, `` $` ``, `$'`, `$+` and `$_`; an unknown group stays as it is written.
fn expand(
    pattern: &Regex,
    captures: &Captures<'_>,
    source: &str,
    replacement: &str,
    result: &mut Bounded,
) -> Result<(), EvaluationError> {
    let whole = captures.get(0).map_or(0..0, |found| found.range());
    let mut rest = replacement;
    while let Some((before, after)) = rest.split_once('$') {
        result.push(before)?;
        rest = after;
        let digits = after
            .find(|character: char| !character.is_ascii_digit())
            .unwrap_or(after.len());
        let braced = after
            .strip_prefix('{')
            .and_then(|inner| inner.split_once('}'));
        if let Some((name, behind)) = braced
            && let Some(group) = group(pattern, captures, name)
        {
            result.push(group)?;
            rest = behind;
        } else if digits > 0
            && let Some((number, behind)) = after.split_at_checked(digits)
            && let Some(group) = group(pattern, captures, number)
        {
            result.push(group)?;
            rest = behind;
        } else {
            let mut characters = after.chars();
            match characters.next() {
                Some('$') => result.push("$")?,
                Some('&') => result.push(source.get(whole.clone()).unwrap_or_default())?,
                Some('`') => result.push(source.get(..whole.start).unwrap_or_default())?,
                Some('\'') => result.push(source.get(whole.end..).unwrap_or_default())?,
                Some('_') => result.push(source)?,
                Some('+') => {
                    let last = numbered(pattern).pop().and_then(|last| captures.get(last));
                    result.push(last.map_or("", |part| part.as_str()))?;
                }
                _ => {
                    result.push("$")?;
                    continue;
                }
            }
            rest = characters.as_str();
        }
    }
    result.push(rest)
}

/// The text of a group by name or number.
fn group<'source>(
    pattern: &Regex,
    captures: &Captures<'source>,
    name: &str,
) -> Option<&'source str> {
    let index = group_index(pattern, name)?;
    Some(captures.get(index).map_or("", |part| part.as_str()))
}

fn group_index(pattern: &Regex, name: &str) -> Option<usize> {
    match name.parse::<usize>() {
        Ok(number) => numbered(pattern).get(number).copied(),
        Err(_) => pattern
            .capture_names()
            .position(|candidate| candidate == Some(name)),
    }
}

/// The groups in the order of their numbers: .NET numbers those with a name behind the others.
fn numbered(pattern: &Regex) -> Vec<usize> {
    let groups = || pattern.capture_names().enumerate();
    let without = groups().filter(|(_, name)| name.is_none());
    let with = groups().filter(|(_, name)| name.is_some());
    without.chain(with).map(|(index, _)| index).collect()
}
