//! Text that fits into 80 columns, whatever script it is in; but a path in a paragraph stays whole, so that it can be copied.

use console::measure_text_width;

/// The width that everything printed keeps to.
pub(crate) const COLUMNS: usize = 80;
const GAP: &str = "  ";

/// Rows under headings; each column has its width, and longer cells go on in the next line.
#[derive(Debug)]
pub(crate) struct Table {
    columns: Vec<(&'static str, usize, Side)>,
    rows: Vec<Vec<String>>,
}

/// Where a cell stands in its column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    Left,
    Right,
}

impl Table {
    pub(crate) fn new(columns: &[(&'static str, usize, Side)]) -> Self {
        Self {
            columns: columns.to_vec(),
            rows: Vec::new(),
        }
    }

    pub(crate) fn row(&mut self, cells: impl IntoIterator<Item = String>) {
        self.rows.push(cells.into_iter().collect());
    }

    /// The lines, without trailing blanks.
    pub(crate) fn lines(&self) -> Vec<String> {
        let headings = self
            .columns
            .iter()
            .map(|(heading, ..)| (*heading).to_owned())
            .collect();
        let rule = self
            .columns
            .iter()
            .map(|(_, width, _)| "─".repeat(*width))
            .collect();
        [headings, rule]
            .iter()
            .chain(&self.rows)
            .flat_map(|row: &Vec<String>| self.cells(row))
            .collect()
    }

    fn cells(&self, row: &[String]) -> Vec<String> {
        let wrapped: Vec<Vec<String>> = self
            .columns
            .iter()
            .zip(row)
            .map(|((_, width, _), cell)| wrap(cell, *width, LongWords::Broken))
            .collect();
        let height = wrapped.iter().map(Vec::len).max().unwrap_or(0);
        (0..height)
            .map(|line| {
                let cells = self
                    .columns
                    .iter()
                    .zip(&wrapped)
                    .map(|((_, width, side), cell)| {
                        pad(cell.get(line).map_or("", String::as_str), *width, *side)
                    });
                cells.collect::<Vec<_>>().join(GAP).trim_end().to_owned()
            })
            .collect()
    }
}

fn pad(text: &str, width: usize, side: Side) -> String {
    let blanks = " ".repeat(width.saturating_sub(measure_text_width(text)));
    match side {
        Side::Left => format!("{text}{blanks}"),
        Side::Right => format!("{blanks}{text}"),
    }
}

/// What becomes of a word that is longer than a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum LongWords {
    /// It goes on in the next line: what stands beside it keeps its place.
    Broken,
    /// It stands whole: a path or a URL is copied from here. Scripts that know no blanks are broken all the same.
    Whole,
}

impl LongWords {
    fn may_break_at(self, character: char) -> bool {
        self == Self::Broken || measure_text_width(character.encode_utf8(&mut [0; 4])) > 1
    }
}

/// Breaks `text` into lines of at most `width` columns: at a blank where there is one, else where it must be.
fn wrap(text: &str, width: usize, long_words: LongWords) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    for word in text.split_inclusive(char::is_whitespace) {
        if measure_text_width(&line) + measure_text_width(word.trim_end()) > width
            && !line.is_empty()
        {
            lines.push(std::mem::take(&mut line).trim_end().to_owned());
        }
        for character in word.chars().map(|character| {
            if character.is_control() {
                ' '
            } else {
                character
            }
        }) {
            let mut longer = line.clone();
            longer.push(character);
            // Combining characters take no column, and so stay with their letter.
            if measure_text_width(longer.trim_end()) > width && long_words.may_break_at(character) {
                lines.push(std::mem::take(&mut line));
                longer = character.to_string();
            }
            line = longer;
        }
    }
    if !line.is_empty() || lines.is_empty() {
        lines.push(line.trim_end().to_owned());
    }
    lines
}

/// A paragraph whose lines after the first are indented by `indent`.
pub(crate) fn paragraph(first: &str, text: &str) -> Vec<String> {
    let indent = measure_text_width(first);
    let lines = wrap(text, COLUMNS.saturating_sub(indent), LongWords::Whole);
    let starts = std::iter::once(first.to_owned()).chain(std::iter::repeat(" ".repeat(indent)));
    starts
        .zip(lines)
        .map(|(start, line)| format!("{start}{line}").trim_end().to_owned())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{COLUMNS, LongWords, Side, Table, paragraph, wrap};
    use console::measure_text_width;

    #[test]
    fn wide_letters_count_twice_and_combining_ones_not_at_all() {
        for long_words in [LongWords::Broken, LongWords::Whole] {
            assert_eq!(wrap("札幌市札幌市", 6, long_words), ["札幌市", "札幌市"]);
            assert_eq!(
                wrap("e\u{301}e\u{301}e\u{301}", 3, long_words),
                ["e\u{301}e\u{301}e\u{301}"]
            );
        }
    }

    #[test]
    fn lines_break_at_blanks_first() {
        for long_words in [LongWords::Broken, LongWords::Whole] {
            assert_eq!(wrap("one two three", 8, long_words), ["one two", "three"]);
            assert_eq!(wrap("", 4, long_words), [""]);
        }
        assert_eq!(
            wrap("abcdefghij", 4, LongWords::Broken),
            ["abcd", "efgh", "ij"]
        );
        assert_eq!(
            wrap("to abcdefghij: no", 4, LongWords::Whole),
            ["to", "abcdefghij:", "no"]
        );
    }

    #[test]
    fn a_path_in_a_paragraph_can_be_copied_however_long_it_is() {
        let path = format!("/srv/{}/schema.json", "folder/".repeat(20));
        let lines = paragraph("  what to do: ", &format!("look at {path} and mend it"));
        let indent = " ".repeat(14);
        assert_eq!(
            lines,
            [
                "  what to do: look at".to_owned(),
                format!("{indent}{path}"),
                format!("{indent}and mend it"),
            ]
        );
        let text = "株式会社札幌市".repeat(20);
        let lines = paragraph("", &text);
        assert!(lines.iter().all(|line| measure_text_width(line) <= COLUMNS));
        assert_eq!(lines.concat(), text);
    }

    #[test]
    fn columns_line_up_in_every_script() {
        let mut table = Table::new(&[("Name", 8, Side::Left), ("Count", 5, Side::Right)]);
        table.row(["渡邊".to_owned(), "7".to_owned()]);
        table.row(["Nguye\u{302}\u{303}n".to_owned(), "12".to_owned()]);
        let lines = table.lines();
        assert!(
            lines
                .iter()
                .skip(1)
                .all(|line| measure_text_width(line) == 15),
            "{lines:#?}"
        );
    }
}
