//! Canonical text, with the fewest parentheses.

use core::fmt::{self, Display, Formatter, Write};

use crate::{Comparison, Filter, Literal, PatchPath, ValueFilter, ValuePath};

/// What surrounds an expression, and so which expressions need parentheses in it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Surroundings {
    /// The whole text, brackets or parentheses: none.
    None,
    /// A part of an `or`: none, because `and` binds tighter.
    Or,
    /// A part of an `and`: an `or`.
    And,
}

/// One node, whichever tree it belongs to.
enum Node<'a, T> {
    And(&'a [T]),
    Or(&'a [T]),
    Not(&'a T),
    Leaf(&'a dyn Display),
    Present(&'a dyn Display),
}

trait Tree: Sized {
    fn node(&self) -> Node<'_, Self>;
}

impl Tree for Filter {
    fn node(&self) -> Node<'_, Self> {
        match self {
            Self::And(parts) => Node::And(parts),
            Self::Or(parts) => Node::Or(parts),
            Self::Not(part) => Node::Not(part),
            Self::Comparison(comparison) => Node::Leaf(comparison),
            Self::Present(path) => Node::Present(path),
            Self::ValuePath(path) => Node::Leaf(path),
        }
    }
}

impl Tree for ValueFilter {
    fn node(&self) -> Node<'_, Self> {
        match self {
            Self::And(parts) => Node::And(parts),
            Self::Or(parts) => Node::Or(parts),
            Self::Not(part) => Node::Not(part),
            Self::Comparison(comparison) => Node::Leaf(comparison),
            Self::Present(path) => Node::Present(path),
        }
    }
}

fn expression<T: Tree>(
    tree: &T,
    surroundings: Surroundings,
    formatter: &mut Formatter<'_>,
) -> fmt::Result {
    match tree.node() {
        // A single part is the part itself, and the same operator within itself needs no parentheses.
        Node::And([part]) | Node::Or([part]) => expression(part, surroundings, formatter),
        Node::And(parts) => chain(parts, " and ", Surroundings::And, formatter),
        Node::Or(parts) if surroundings == Surroundings::And => {
            formatter.write_char('(')?;
            chain(parts, " or ", Surroundings::Or, formatter)?;
            formatter.write_char(')')
        }
        Node::Or(parts) => chain(parts, " or ", Surroundings::Or, formatter),
        Node::Not(part) => {
            formatter.write_str("not (")?;
            expression(part, Surroundings::None, formatter)?;
            formatter.write_char(')')
        }
        Node::Leaf(leaf) => leaf.fmt(formatter),
        Node::Present(path) => {
            path.fmt(formatter)?;
            formatter.write_str(" pr")
        }
    }
}

fn chain<T: Tree>(
    parts: &[T],
    operator: &str,
    surroundings: Surroundings,
    formatter: &mut Formatter<'_>,
) -> fmt::Result {
    // No parser and no builder makes an empty chain; what it prints is no filter either.
    if parts.is_empty() {
        return formatter.write_str("()");
    }
    for (index, part) in parts.iter().enumerate() {
        if index > 0 {
            formatter.write_str(operator)?;
        }
        expression(part, surroundings, formatter)?;
    }
    Ok(())
}

impl Display for Filter {
    /// Canonical text: operators in lower case, single spaces, the fewest parentheses.
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        expression(self, Surroundings::None, formatter)
    }
}

impl Display for ValueFilter {
    /// Canonical text, as for [`Filter`].
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        expression(self, Surroundings::None, formatter)
    }
}

impl Display for ValuePath {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}[{}]", self.attribute, self.filter)
    }
}

impl Display for Comparison {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} {} {}", self.path, self.operator, self.value)
    }
}

impl Display for PatchPath {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Attribute(path) => path.fmt(formatter),
            Self::ValuePath {
                attribute,
                filter,
                sub_attribute,
            } => {
                write!(formatter, "{attribute}[{filter}]")?;
                match sub_attribute {
                    Some(name) => write!(formatter, ".{name}"),
                    None => Ok(()),
                }
            }
            Self::Schema(urn) => formatter.write_str(urn),
        }
    }
}

impl Display for Literal {
    /// As JSON.
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => formatter.write_str("null"),
            Self::Boolean(value) => write!(formatter, "{value}"),
            Self::Number(number) => number.fmt(formatter),
            Self::String(text) => quoted(text, formatter),
        }
    }
}

/// A JSON string: only quotation marks, backslashes and control characters are escaped
/// ([RFC 8259, section 7](https://www.rfc-editor.org/rfc/rfc8259#section-7)).
fn quoted(text: &str, formatter: &mut Formatter<'_>) -> fmt::Result {
    formatter.write_char('"')?;
    let mut rest = text;
    while let Some(place) = rest.find(|c: char| c == '"' || c == '\\' || c < ' ') {
        let (plain, from_special) = rest.split_at(place);
        formatter.write_str(plain)?;
        let mut characters = from_special.chars();
        match characters.next() {
            Some('\u{8}') => formatter.write_str("\\b")?,
            Some('\u{c}') => formatter.write_str("\\f")?,
            Some('\n') => formatter.write_str("\\n")?,
            Some('\r') => formatter.write_str("\\r")?,
            Some('\t') => formatter.write_str("\\t")?,
            Some(c @ ('"' | '\\')) => write!(formatter, "\\{c}")?,
            Some(c) => write!(formatter, "\\u{:04x}", u32::from(c))?,
            None => {}
        }
        rest = characters.as_str();
    }
    formatter.write_str(rest)?;
    formatter.write_char('"')
}
