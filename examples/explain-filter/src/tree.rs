//! A tree, drawn with lines.

use scim_filter::{AttributePath, Comparison, Filter, Fold, PatchPath};

/// One node with what hangs below it.
struct Node {
    label: String,
    children: Vec<Self>,
}

pub(crate) fn of_filter(filter: &Filter) -> String {
    let mut drawing = String::new();
    filter.fold(&mut Drawing).draw("", "", &mut drawing);
    drawing
}

pub(crate) fn of_path(path: &PatchPath) -> String {
    let node = match path {
        PatchPath::Schema(urn) => Node::leaf(format!("schema {urn}")),
        PatchPath::Attribute(path) => Node::new("attribute".to_owned(), parts(path)),
        PatchPath::ValuePath {
            attribute,
            filter,
            sub_attribute,
        } => {
            let mut children = parts(attribute);
            let selection = filter.fold(&mut Drawing);
            children.push(Node::new("where".to_owned(), vec![selection]));
            children.extend(
                sub_attribute
                    .iter()
                    .map(|name| Node::leaf(format!("sub-attribute {name}"))),
            );
            Node::new("entries of an attribute".to_owned(), children)
        }
    };
    let mut drawing = String::new();
    node.draw("", "", &mut drawing);
    drawing
}

fn parts(path: &AttributePath) -> Vec<Node> {
    let schema = path.schema().map(|urn| format!("schema {urn}"));
    let sub_attribute = path
        .sub_attribute()
        .map(|name| format!("sub-attribute {name}"));
    let name = Some(format!("name {}", path.attribute()));
    [schema, name, sub_attribute]
        .into_iter()
        .flatten()
        .map(Node::leaf)
        .collect()
}

impl Node {
    fn new(label: String, children: Vec<Self>) -> Self {
        Self { label, children }
    }

    fn leaf(label: String) -> Self {
        Self::new(label, Vec::new())
    }

    /// `first` stands before the label, `rest` before every line below it.
    fn draw(&self, first: &str, rest: &str, drawing: &mut String) {
        drawing.push_str(first);
        drawing.push_str(&self.label);
        drawing.push('\n');
        let Some((last, others)) = self.children.split_last() else {
            return;
        };
        for child in others {
            child.draw(&format!("{rest}├─ "), &format!("{rest}│  "), drawing);
        }
        last.draw(&format!("{rest}└─ "), &format!("{rest}   "), drawing);
    }
}

/// Makes nodes from the leaves up.
struct Drawing;

impl Fold for Drawing {
    type Output = Node;

    fn comparison(&mut self, comparison: &Comparison) -> Node {
        Node::leaf(comparison.to_string())
    }

    fn present(&mut self, path: &AttributePath) -> Node {
        Node::leaf(format!("{path} pr"))
    }

    fn not(&mut self, part: Node) -> Node {
        Node::new("not".to_owned(), vec![part])
    }

    fn and(&mut self, parts: Vec<Node>) -> Node {
        Node::new("and".to_owned(), parts)
    }

    fn or(&mut self, parts: Vec<Node>) -> Node {
        Node::new("or".to_owned(), parts)
    }

    fn value_path(&mut self, attribute: &AttributePath, filter: Node) -> Node {
        Node::new(format!("an entry of {attribute} where"), vec![filter])
    }
}
