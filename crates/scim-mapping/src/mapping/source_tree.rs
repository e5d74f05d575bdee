//! An expression as Graph writes it: the text, and beside it a tree of `attributeMappingSource`.

use crate::expression::{Expression, Node};
use crate::rule::RuleSource;
use crate::synchronization_schema::{
    AttributeMappingSource, Presence, ScalarValue, SourceParameter,
};

/// A tree takes three levels of JSON for one of the expression, and readers of JSON stop at 128.
const DEEPEST_TREE: usize = 32;

/// What stands in a schema for the source of a rule; nothing for none.
pub(super) fn write(source: &RuleSource) -> Option<AttributeMappingSource> {
    match source {
        RuleSource::None => None,
        RuleSource::Direct(name) => Some(node(&Node::Attribute(name.clone()), true)),
        RuleSource::Constant(text) => Some(node(&Node::Text(text.clone()), true)),
        RuleSource::Expression(expression) => {
            let root = expression.root();
            Some(node(root, depth(root) <= DEEPEST_TREE))
        }
    }
}

fn node(node: &Node, with_parameters: bool) -> AttributeMappingSource {
    let (kind, name) = kind_and_name(node);
    let parameters = if !with_parameters && kind == "Function" {
        Presence::Absent
    } else {
        Presence::Set(parameters(node))
    };
    AttributeMappingSource {
        expression: Presence::Set(node.to_string()),
        name: Presence::Set(name.into()),
        r#type: Presence::Set(kind.to_owned()),
        parameters,
        ..AttributeMappingSource::default()
    }
}

/// A comparison has no form in the reference; it is written like a function with the name of its operator.
fn kind_and_name(node: &Node) -> (&'static str, String) {
    match node {
        Node::Attribute(name) => ("Attribute", name.clone()),
        Node::Text(text) | Node::Number(text) => ("Constant", text.clone()),
        Node::Word(word) => ("Constant", word.as_str().to_owned()),
        Node::Comparison { operator, .. } => ("Function", operator.to_string()),
        Node::Call { function, .. } => ("Function", function.name().to_owned()),
    }
}

/// Arguments that are left empty are left out.
fn parameters(parent: &Node) -> Vec<SourceParameter> {
    let parameter = |key: &str, argument: &Node| SourceParameter {
        key: Presence::Set(key.to_owned()),
        value: Presence::Set(node(argument, true)),
        ..SourceParameter::default()
    };
    match parent {
        Node::Comparison { left, right, .. } => {
            vec![parameter("left", left), parameter("right", right)]
        }
        Node::Call {
            function,
            arguments,
        } => arguments
            .iter()
            .enumerate()
            .filter_map(|(index, argument)| {
                let argument = argument.as_ref()?;
                Some(parameter(key(function.name(), index), argument))
            })
            .collect(),
        Node::Attribute(_) | Node::Text(_) | Node::Number(_) | Node::Word(_) => Vec::new(),
    }
}

/// The name of a parameter: as Graph's list of functions has it, otherwise as Microsoft's page describes the function.
/// What repeats has the name of the last.
fn key(function: &str, index: usize) -> &'static str {
    let keys: &[&str] = match function {
        "Append" => &["source", "suffix"],
        "BitAnd" => &["value1", "value2"],
        "CBool"
        | "CDate"
        | "IgnoreFlowIfNullOrEmpty"
        | "IsNull"
        | "IsNullOrEmpty"
        | "IsPresent"
        | "IsString" => &["expression"],
        "Count" | "RemoveDuplicates" => &["attribute"],
        "CStr" | "DateFromNum" | "NumFromDate" | "Redact" => &["value"],
        "DateAdd" => &["interval", "value", "dateTime"],
        "DateDiff" => &["interval", "date1", "date2"],
        "FormatDateTime" => &["source", "dateTimeStyles", "inputFormat", "outputFormat"],
        "IIF" => &["condition", "valueIfTrue", "valueIfFalse"],
        "InStr" => &["value1", "value2", "start", "compareType"],
        "Item" => &["attribute", "index"],
        "Join" => &["separator", "source"],
        "Left" => &["string", "numChars"],
        "Mid" => &["source", "start", "length"],
        "PCase" => &["source", "wordSeparators"],
        "RandomString" => &[
            "length",
            "minimumNumbers",
            "minimumSpecialCharacters",
            "minimumCapital",
            "minimumLowerCase",
            "charactersToAvoid",
        ],
        "Replace" => &[
            "source",
            "oldValue",
            "regexPattern",
            "regexGroupName",
            "replacementValue",
            "replacementAttributeName",
            "template",
        ],
        "SelectUniqueValue" => &["uniqueValueRule"],
        "Split" => &["source", "delimiter"],
        "Switch" => &["source", "defaultValue", "switchValue"],
        "ToLower" | "ToUpper" => &["source", "culture"],
        "Word" => &["string", "wordNumber", "delimiters"],
        _ => &["source"],
    };
    keys.get(index).or(keys.last()).copied().unwrap_or("source")
}

fn depth(node: &Node) -> usize {
    1 + match node {
        Node::Comparison { left, right, .. } => depth(left).max(depth(right)),
        Node::Call { arguments, .. } => arguments.iter().flatten().map(depth).max().unwrap_or(0),
        Node::Attribute(_) | Node::Text(_) | Node::Number(_) | Node::Word(_) => 0,
    }
}

/// What the export says besides the text, and says differently. Members that it leaves out say nothing.
pub(super) fn difference(source: &AttributeMappingSource, root: &Node) -> Option<String> {
    // What an export has beside a comparison is not documented.
    if matches!(root, Node::Comparison { .. }) {
        return None;
    }
    let (kind, name) = kind_and_name(root);
    if let Some(given) = source.r#type.value()
        && !given.eq_ignore_ascii_case(kind)
    {
        return Some(format!("the type is {given}, where `{root}` is {kind}"));
    }
    if let Some(given) = source.name.value().map(ScalarValue::to_string)
        && !given.is_empty()
        && given != name
    {
        return Some(format!(
            "the name is \"{given}\", where `{root}` has \"{name}\""
        ));
    }
    let given = source.parameters.value()?;
    let arguments: Vec<&Node> = match root {
        Node::Call { arguments, .. } => arguments.iter().flatten().collect(),
        _ => Vec::new(),
    };
    let given: Vec<&AttributeMappingSource> = given
        .iter()
        .filter_map(|parameter| parameter.value.value())
        .collect();
    if given.len() != arguments.len() {
        let parameters = match given.len() {
            1 => "is 1 parameter".to_owned(),
            count => format!("are {count} parameters"),
        };
        let arguments = match arguments.len() {
            1 => "1 argument".to_owned(),
            count => format!("{count} arguments"),
        };
        return Some(format!(
            "there {parameters}, where `{root}` has {arguments}"
        ));
    }
    let pairs = given.into_iter().zip(arguments).enumerate();
    pairs
        .into_iter()
        .find_map(|(index, (given, argument))| parameter_difference(index + 1, given, argument))
}

fn parameter_difference(
    number: usize,
    given: &AttributeMappingSource,
    argument: &Node,
) -> Option<String> {
    if let Some(text) = given.expression.value().filter(|text| !text.is_empty()) {
        let same = match text.parse::<Expression>() {
            Ok(parsed) => is_same(parsed.root(), argument),
            Err(_) => without_blanks(text) == without_blanks(&argument.to_string()),
        };
        if !same {
            return Some(format!(
                "the parameter {number} is `{text}`, where the text has `{argument}`"
            ));
        }
    }
    difference(given, argument).map(|difference| format!("in the parameter {number}, {difference}"))
}

/// Numbers are constants with quoted text in Graph's trees.
fn is_same(left: &Node, right: &Node) -> bool {
    let literal = |node: &Node| match node {
        Node::Text(text) | Node::Number(text) => Some(text.clone()),
        Node::Word(word) => Some(word.as_str().to_owned()),
        _ => None,
    };
    match (literal(left), literal(right)) {
        (Some(left), Some(right)) => left == right,
        _ => left == right,
    }
}

fn without_blanks(text: &str) -> String {
    text.chars().filter(|character| *character != ' ').collect()
}
