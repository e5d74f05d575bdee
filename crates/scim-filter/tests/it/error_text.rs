//! The texts of errors, whole.

use scim_filter::Filter;

#[track_caller]
fn says(text: &str, message: &str) {
    let error = text.parse::<Filter>().expect_err(text);
    assert_eq!(format!("{error:#}"), message);
}

#[test]
fn one_line_and_a_caret() {
    says(
        r#"userName eq "x" and (active eq )"#,
        "byte 31: expected a value, found `)`\n  userName eq \"x\" and (active eq )\n                                 ^",
    );
    says(
        "userName = \"x\"",
        "byte 9: unknown operator: `=`; write eq\n  userName = \"x\"\n           ^",
    );
}

#[test]
fn the_end_has_a_caret_too() {
    says(
        "(a pr",
        "byte 5: expected `and`, `or` or `)`, found the end\n  (a pr\n       ^",
    );
}

#[test]
fn an_empty_text_has_no_excerpt() {
    says(
        "",
        "byte 0: expected an attribute name, `not (` or `(`, found nothing at all",
    );
}

#[test]
fn wide_and_combining_characters_move_the_caret_by_their_columns() {
    says(
        "a eq \"日本\" x",
        "byte 14: expected `and`, `or` or the end, found `x`\n  a eq \"日本\" x\n              ^",
    );
    says(
        "a eq \"e\u{301}e\u{301}\" x",
        "byte 14: expected `and`, `or` or the end, found `x`\n  a eq \"e\u{301}e\u{301}\" x\n            ^",
    );
}

/// Emoji as terminals with emoji show them, marks of scripts other than Latin, and a joined family, which is one picture.
#[test]
fn emoji_and_marks_of_any_script_move_the_caret_by_their_columns() {
    for (shown, columns) in [
        ("\u{2705}", 2),
        ("\u{26a1}", 2),
        ("\u{1f468}\u{200d}\u{1f469}\u{200d}\u{1f467}", 2),
        ("\u{2764}\u{fe0f}", 2),
        ("\u{e01}\u{e34}", 1),
        ("\u{928}\u{947}", 1),
        ("\u{ac00}", 2),
        ("\u{ff76}", 1),
    ] {
        let text = format!("a eq \"{shown}\" x");
        let error = text.parse::<Filter>().expect_err(&text);
        let caret = format!("{error:#}")
            .lines()
            .last()
            .map(|line| line.chars().count());
        let before_caret = 2 + r#"a eq "" "#.len() + columns;
        assert_eq!(caret, Some(before_caret + 1), "{text}");
    }
}

#[test]
fn a_long_line_is_shown_through_a_window() {
    let text = format!("{} x {}", vec!["a pr"; 100].join(" or "), "y ".repeat(100));
    let error = text.parse::<Filter>().expect_err("x");
    let shown = format!("{error:#}");
    let lines: Vec<&str> = shown.lines().collect();
    assert_eq!(lines.len(), 3);
    assert!(
        lines.iter().all(|line| line.chars().count() <= 102),
        "{shown}"
    );
    let caret = lines[2].chars().count() - 1;
    assert_eq!(lines[1].chars().nth(caret), Some('x'));
}

#[test]
fn control_characters_are_not_printed() {
    let error = "a eq \"\u{1b}[2J\u{202e}\""
        .parse::<Filter>()
        .expect_err("escape");
    assert!(!format!("{error:#}").contains(['\u{1b}', '\u{202e}']));
}

#[test]
fn the_content_of_a_string_is_not_repeated_in_the_line() {
    let error = r#"password eq "s3cret" "s3cret""#.parse::<Filter>().expect_err("two values");
    assert!(!error.to_string().contains("s3cret"));
    assert!(!format!("{error:?}").contains("s3cret"));
}
