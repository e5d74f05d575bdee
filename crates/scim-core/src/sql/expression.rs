//! Text of SQL: identifiers, ways into JSON, and conditions joined to longer ones.

use core::cmp::Reverse;
use std::collections::BTreeMap;

use super::SqlDialect;

/// So many conditions stand side by side; more are put into parentheses by groups, because a database reads each further one as
/// one level deeper.
const SIDE_BY_SIDE: usize = 16;

/// Conditions with more parentheses inside of each other change their places.
const NESTED: usize = 12;

/// An identifier in quotes. It holds letters, digits and underscores only.
pub(super) fn quoted(identifier: &str) -> String {
    format!("\"{identifier}\"")
}

fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Step {
    Member(String),
    First,
}

/// A value inside of a JSON value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Json {
    dialect: SqlDialect,
    base: String,
    steps: Vec<Step>,
}

impl Json {
    /// The value of a column, or of another expression.
    pub(super) const fn new(dialect: SqlDialect, base: String) -> Self {
        Self {
            dialect,
            base,
            steps: Vec::new(),
        }
    }

    /// The member of this object, by its name as the comparison document spells it.
    pub(super) fn member(&self, name: &str) -> Self {
        self.with(Step::Member(name.to_owned()))
    }

    /// The first element of this array.
    pub(super) fn first(&self) -> Self {
        self.with(Step::First)
    }

    fn with(&self, step: Step) -> Self {
        let mut longer = self.clone();
        longer.steps.push(step);
        longer
    }

    /// The text that stands there, or NULL.
    pub(super) fn text(&self) -> String {
        match (self.dialect, self.steps.split_last()) {
            (SqlDialect::Sqlite, None) => self.base.clone(),
            (SqlDialect::Sqlite, Some(_)) => {
                format!("json_extract({}, {})", self.base, self.path())
            }
            (SqlDialect::PostgreSql, None) => collated(&self.base),
            (SqlDialect::PostgreSql, Some((last, steps))) => {
                // COLLATE binds tighter than an arrow does.
                collated(&format!("({}{})", self.chain(steps), arrow("->>", last)))
            }
        }
    }

    /// Whether anything stands there.
    pub(super) fn exists(&self) -> String {
        match self.dialect {
            SqlDialect::Sqlite => format!("json_type({}, {}) IS NOT NULL", self.base, self.path()),
            SqlDialect::PostgreSql => format!("({}) IS NOT NULL", self.chain(&self.steps)),
        }
    }

    pub(super) const fn dialect(&self) -> SqlDialect {
        self.dialect
    }

    /// Whether this is all of what stands in a column or row.
    pub(super) const fn is_whole(&self) -> bool {
        self.steps.is_empty()
    }

    /// The elements of this array as rows: what stands after FROM, and an element.
    pub(super) fn elements(&self, alias: &str, are_texts: bool) -> (String, Self) {
        let alias = quoted(alias);
        let rows = match self.dialect {
            SqlDialect::Sqlite => format!("json_each({}, {}) AS {alias}", self.base, self.path()),
            SqlDialect::PostgreSql => {
                let function = if are_texts {
                    "jsonb_array_elements_text"
                } else {
                    "jsonb_array_elements"
                };
                let array = self.chain(&self.steps);
                format!("{function}({array}) AS {alias}(\"value\")")
            }
        };
        let element = Self::new(self.dialect, format!("{alias}.\"value\""));
        (rows, element)
    }

    /// As a path of SQLite. The names hold neither quotation marks nor backslashes.
    fn path(&self) -> String {
        let mut path = String::from("$");
        for step in &self.steps {
            match step {
                Step::Member(name) => {
                    path.push_str(".\"");
                    path.push_str(name);
                    path.push('"');
                }
                Step::First => path.push_str("[0]"),
            }
        }
        literal(&path)
    }

    fn chain(&self, steps: &[Step]) -> String {
        let arrows = steps.iter().map(|step| arrow("->", step));
        std::iter::once(self.base.clone()).chain(arrows).collect()
    }
}

fn arrow(arrow: &str, step: &Step) -> String {
    match step {
        Step::Member(name) => format!(" {arrow} {}", literal(name)),
        Step::First => format!(" {arrow} 0"),
    }
}

/// A column as a key to compare.
pub(super) fn column(dialect: SqlDialect, table: &str, name: &str) -> String {
    let column = format!("{}.{}", quoted(table), quoted(name));
    match dialect {
        SqlDialect::Sqlite => column,
        SqlDialect::PostgreSql => collated(&column),
    }
}

/// A column that the database fills by itself.
pub(super) fn generated(dialect: SqlDialect, name: &str, key: &str) -> String {
    let name = quoted(name);
    match dialect {
        SqlDialect::Sqlite => format!("{name} TEXT GENERATED ALWAYS AS ({key}) STORED"),
        SqlDialect::PostgreSql => {
            format!("{name} TEXT COLLATE \"C\" GENERATED ALWAYS AS {key} STORED")
        }
    }
}

/// By byte, whatever the collation of the database is.
fn collated(text: &str) -> String {
    format!("({text} COLLATE \"C\")")
}

/// A condition, and how deep a database nests it.
///
/// It may be unknown (NULL) where it is not fulfilled. Neither AND nor OR makes a difference there, and a negation is written so
/// that it makes none either: so a look-up in an index stays one.
#[derive(Clone, Debug)]
pub(super) struct Condition {
    text: String,
    depth: usize,
    /// How many pairs of parentheses are open at its innermost place.
    nesting: usize,
    is_joined: bool,
    /// What is equal to what, if that is all.
    equality: Option<(String, String)>,
}

impl Condition {
    /// One comparison.
    pub(super) const fn simple(text: String) -> Self {
        Self {
            text,
            depth: 4,
            nesting: 2,
            is_joined: false,
            equality: None,
        }
    }

    /// A value is equal to an operand.
    pub(super) fn equal(value: &str, operand: &str) -> Self {
        Self {
            equality: Some((value.to_owned(), operand.to_owned())),
            ..Self::simple(format!("{value} = {operand}"))
        }
    }

    /// A condition that holds always, or never.
    fn constant(holds: bool) -> Self {
        Self::simple(if holds { "TRUE" } else { "FALSE" }.to_owned())
    }

    pub(super) fn all(conditions: Vec<Self>) -> Self {
        Self::joined(conditions, " AND ").unwrap_or_else(|| Self::constant(true))
    }

    pub(super) fn any(conditions: Vec<Self>) -> Self {
        Self::joined(Self::listed(conditions), " OR ").unwrap_or_else(|| Self::constant(false))
    }

    /// Of several equalities of one value, one list: clients ask for hundreds of identifiers at once.
    fn listed(conditions: Vec<Self>) -> Vec<Self> {
        let mut operands = BTreeMap::<String, Vec<String>>::new();
        for (value, operand) in conditions.iter().filter_map(|one| one.equality.clone()) {
            operands.entry(value).or_default().push(operand);
        }
        operands.retain(|_, operands| operands.len() > 1);
        let mut listed = Vec::with_capacity(conditions.len());
        for condition in conditions {
            let value = condition.equality.as_ref().map(|(value, _)| value);
            let Some(operands) = value.and_then(|value| operands.get_mut(value)) else {
                listed.push(condition);
                continue;
            };
            // The first one becomes the list, and the others have become part of it.
            if let Some((value, _)) = condition.equality.filter(|_| !operands.is_empty()) {
                let list = std::mem::take(operands).join(", ");
                listed.push(Self::simple(format!("{value} IN ({list})")));
            }
        }
        listed
    }

    fn joined(mut conditions: Vec<Self>, word: &str) -> Option<Self> {
        while conditions.len() > SIDE_BY_SIDE {
            conditions = conditions
                .chunks(SIDE_BY_SIDE)
                .map(|group| Self::side_by_side(group, word))
                .collect();
        }
        match conditions.len() {
            0 => None,
            1 => conditions.pop(),
            _ => Some(Self::side_by_side(&conditions, word)),
        }
    }

    fn side_by_side(conditions: &[Self], word: &str) -> Self {
        let mut conditions: Vec<_> = conditions.iter().collect();
        // The parser of an older SQLite has room for a hundred symbols, and keeps what stands before a parenthesis.
        let nesting = conditions.iter().map(|condition| condition.nesting).max();
        let nesting = nesting.unwrap_or_default();
        if nesting > NESTED {
            conditions.sort_by_key(|condition| Reverse(condition.nesting));
        }
        let deepest = conditions.iter().map(|condition| condition.depth).max();
        let texts: Vec<_> = conditions.iter().map(|one| one.operand()).collect();
        Self {
            text: texts.join(word),
            depth: deepest.unwrap_or_default() + conditions.len(),
            nesting: nesting + 1,
            is_joined: conditions.len() > 1,
            equality: None,
        }
    }

    fn operand(&self) -> String {
        if self.is_joined {
            format!("({})", self.text)
        } else {
            self.text.clone()
        }
    }

    /// True exactly if this condition is not, be it false or unknown.
    pub(super) fn negated(self) -> Self {
        Self {
            text: format!("({}) IS NOT TRUE", self.text),
            depth: self.depth + 1,
            nesting: self.nesting + 1,
            is_joined: false,
            equality: None,
        }
    }

    /// Some row fulfils it.
    pub(super) fn exists_in(self, rows: &str) -> Self {
        Self {
            text: format!("EXISTS (SELECT 1 FROM {rows} WHERE {})", self.text),
            depth: self.depth + 2,
            nesting: self.nesting + 1,
            is_joined: false,
            equality: None,
        }
    }

    /// The owner of some row that fulfils it is `id`. A database can begin with the rows, which an index may find.
    pub(super) fn selects(self, id: &str, owner: &str, rows: &str) -> Self {
        Self {
            text: format!("{id} IN (SELECT {owner} FROM {rows} WHERE {})", self.text),
            depth: self.depth + 3,
            nesting: self.nesting + 1,
            is_joined: false,
            equality: None,
        }
    }

    pub(super) const fn depth(&self) -> usize {
        self.depth
    }

    pub(super) fn into_text(self) -> String {
        self.text
    }
}
