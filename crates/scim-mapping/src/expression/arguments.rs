//! What is checked of a call while it is read, when its place is still known.

use super::function::UNSUPPORTED;
use super::grammar::Fault;
use super::{ExpressionErrorKind, Function, Node, Word};
use super::{functions, pattern};
use crate::nearest::nearest;

pub(super) fn function<'text>(text: &'text str, name: &str) -> Result<Function, Fault<'text>> {
    if let Some(function) = Function::from_name(name) {
        return Ok(function);
    }
    if let Some((_, instead)) = UNSUPPORTED
        .iter()
        .find(|(unsupported, _)| *unsupported == name)
    {
        let message = format!("the function `{name}` is not supported here; {instead}");
        return Err(Fault::new(
            ExpressionErrorKind::UnsupportedFunction,
            text,
            name.len(),
            message,
        ));
    }
    let nearest = suggestion(name, Function::ALL.iter().map(|function| function.name()));
    let message = format!("there is no function `{name}`{nearest}");
    Err(Fault::new(
        ExpressionErrorKind::UnknownFunction,
        text,
        name.len(),
        message,
    ))
}

pub(super) fn unknown_word<'text>(text: &'text str, word: &str) -> Fault<'text> {
    let nearest = suggestion(word, Word::ALL.iter().map(|word| word.as_str()));
    let message = format!(
        "the word `{word}` has no meaning{nearest}; attributes stand in [ ], texts in \" \""
    );
    Fault::new(ExpressionErrorKind::UnknownWord, text, word.len(), message)
}

/// The end of a message: the known name that is spelt most alike, if one is near.
fn suggestion<'known>(name: &str, known: impl Iterator<Item = &'known str>) -> String {
    nearest(name, known)
        .map(|nearest| format!("; did you mean `{nearest}`?"))
        .unwrap_or_default()
}

/// Checks number and combination of the arguments, each given with the rest of the text at which it begins.
pub(super) fn arguments<'text>(
    text: &'text str,
    function: Function,
    arguments: Vec<(&'text str, Option<Node>)>,
) -> Result<Node, Fault<'text>> {
    let name = function.name();
    let wrong =
        |message: String| Fault::new(ExpressionErrorKind::Arguments, text, name.len(), message);
    let given = arguments
        .iter()
        .rposition(|(_, argument)| argument.is_some())
        .map_or(0, |last| last + 1);
    let (minimum, maximum) = function.argument_count();
    if given < minimum || given > maximum {
        let takes = match (minimum, maximum) {
            (0, 0) => "no arguments".to_owned(),
            (1, 1) => "1 argument".to_owned(),
            (minimum, usize::MAX) => format!("{minimum} or more arguments"),
            (minimum, maximum) if minimum == maximum => format!("{minimum} arguments"),
            (minimum, maximum) => format!("{minimum} to {maximum} arguments"),
        };
        return Err(wrong(format!(
            "{name} takes {takes}, not {given}: {}",
            function.signature()
        )));
    }
    let is_given = |index: usize| matches!(arguments.get(index), Some((_, Some(_))));
    let optional: &[usize] = match function {
        Function::Switch | Function::Replace | Function::FormatDateTime => &[1],
        Function::Coalesce | Function::Join => &[0, 1],
        _ => &[],
    };
    // Each key of Switch needs its value.
    let needed = if function == Function::Switch {
        given
    } else {
        minimum
    };
    if let Some(missing) = (0..needed).find(|index| !is_given(*index) && !optional.contains(index))
    {
        return Err(wrong(format!(
            "the argument {} of {name} is missing: {}",
            missing + 1,
            function.signature()
        )));
    }
    if function == Function::Switch && given % 2 != 0 {
        return Err(wrong(
            "Switch takes a source, a default (which may be empty) and then pairs of key and value"
                .to_owned(),
        ));
    }
    if function == Function::FormatDateTime && (!is_given(2) || (given == 3 && !is_given(1))) {
        return Err(wrong("FormatDateTime takes a source, styles (which may be empty), an input and an output format".to_owned()));
    }
    if function == Function::Replace {
        functions::check_replace(&is_given).map_err(&wrong)?;
        if let Some((place, Some(Node::Text(expression)))) = arguments.get(2) {
            pattern::compile(expression)
                .map_err(|message| Fault::new(ExpressionErrorKind::Pattern, place, 0, message))?;
        }
    }
    Ok(Node::Call {
        function,
        arguments: arguments
            .into_iter()
            .map(|(_, argument)| argument)
            .collect(),
    })
}
