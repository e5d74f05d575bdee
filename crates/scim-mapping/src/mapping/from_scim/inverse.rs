//! Expressions that can be undone.

use serde_json::Value;

use crate::expression::{Environment, EvaluatedValue, Expression, Function, Node};
use crate::location::plain;
use crate::record::Record;

/// The attribute that `node` reads, and the value it must have had.
pub(super) fn of(
    node: &Node,
    value: Value,
    environment: &Environment,
) -> Result<(String, Value), String> {
    let (function, arguments) = match node {
        Node::Attribute(name) => return Ok((name.clone(), value)),
        Node::Call {
            function,
            arguments,
        } => (*function, arguments),
        other => {
            return Err(format!(
                "`{other}` carries no attribute; this is the way out only"
            ));
        }
    };
    let cannot = || {
        Err(format!(
            "{function} cannot be undone; give the attribute a rule of its own"
        ))
    };
    let argument = |index: usize| arguments.get(index).and_then(Option::as_ref);
    let Some(source) = argument(0) else {
        return cannot();
    };
    let before = match function {
        Function::CStr | Function::CBool | Function::Redact | Function::IgnoreFlowIfNullOrEmpty => {
            value
        }
        Function::Not => match truth(&value) {
            Some(value) => Value::Bool(!value),
            None => {
                return Err(format!(
                    "{value} is neither True nor False, which Not gives"
                ));
            }
        },
        Function::Append => {
            let Some(Node::Text(suffix)) = argument(1) else {
                return cannot();
            };
            match plain(&value).strip_suffix(suffix.as_str()) {
                Some(text) => Value::from(text),
                None => {
                    return Err(format!(
                        "it does not end with \"{suffix}\"; correct it in the target"
                    ));
                }
            }
        }
        Function::Switch => key_of(arguments, &plain(&value))?,
        Function::FormatDateTime => {
            let (Some(input), Some(output)) = (argument(2), argument(3)) else {
                return cannot();
            };
            let back = Node::Call {
                function,
                arguments: vec![
                    Some(Node::Text(plain(&value))),
                    None,
                    Some(output.clone()),
                    Some(input.clone()),
                ],
            };
            reformat(&back, environment)?
        }
        _ => return cannot(),
    };
    of(source, before, environment)
}

fn truth(value: &Value) -> Option<bool> {
    let text = plain(value);
    if text.eq_ignore_ascii_case("true") {
        Some(true)
    } else if text.eq_ignore_ascii_case("false") {
        Some(false)
    } else {
        None
    }
}

/// The one key whose value it is. A key that is True or False stands for a truth value.
fn key_of(arguments: &[Option<Node>], value: &str) -> Result<Value, String> {
    let is_it = |node: Option<&Option<Node>>| match node {
        Some(Some(Node::Text(text) | Node::Number(text))) => text.eq_ignore_ascii_case(value),
        Some(Some(Node::Word(word))) => word.as_str().eq_ignore_ascii_case(value),
        _ => false,
    };
    let pairs = arguments.get(2..).unwrap_or_default().chunks(2);
    let keys: Vec<&Option<Node>> = pairs
        .filter(|pair| is_it(pair.get(1)))
        .filter_map(|pair| pair.first())
        .collect();
    let key = match keys.as_slice() {
        [Some(Node::Text(key) | Node::Number(key))] if !is_it(arguments.get(1)) => key.clone(),
        [Some(Node::Word(key))] if !is_it(arguments.get(1)) => key.as_str().to_owned(),
        [] => {
            return Err(format!(
                "no key of Switch gives \"{value}\"; add one, or correct it in the target"
            ));
        }
        _ => {
            return Err(format!(
                "Switch gives \"{value}\" for several keys, so that none is the one"
            ));
        }
    };
    Ok(truth(&Value::from(key.as_str())).map_or_else(|| Value::from(key), Value::Bool))
}

fn reformat(back: &Node, environment: &Environment) -> Result<Value, String> {
    // Through the text: that is where an expression is checked.
    let expression: Expression = back
        .to_string()
        .parse()
        .map_err(|_| "the format of the date cannot be undone".to_owned())?;
    match expression.evaluate(&Record::default(), environment) {
        Ok(EvaluatedValue::Text(text)) => Ok(Value::from(text)),
        Ok(_) => Err("there is no date".to_owned()),
        Err(error) => Err(error.to_string()),
    }
}
