use serde_json::from_value;

use super::*;

const NOW: DateTime<Utc> = DateTime::UNIX_EPOCH;

fn cursors() -> CursorPaging {
    let mut cursors = CursorPaging::new(AesSivSeal::new([7; 64]));
    cursors.timeout_seconds = NonZeroU32::new(60);
    cursors
}

fn held() -> Held {
    let place = json!({"direction": "next", "order": "title", "value": "CTO", "id": "2819c223"});
    Held {
        issued: 0,
        count: 10,
        places: vec![from_value(place).unwrap(), None],
    }
}

fn kind(opened: Result<Held, Error>) -> ErrorKind {
    opened.unwrap_err().kind()
}

/// R-9865-2-2
#[test]
fn a_cursor_is_opened_as_it_was_sealed_and_consists_of_unreserved_characters() {
    let sealed = cursors().seal(&held(), b"query");
    assert_eq!(cursors().open(&sealed, b"query", NOW), Ok(held()));
    assert!(
        sealed
            .chars()
            .all(|character| character.is_ascii_alphanumeric() || "-._~".contains(character))
    );
}

/// R-9865-5.2-4
#[test]
fn every_changed_character_is_found_and_all_refusals_are_the_same() {
    let sealed = cursors().seal(&held(), b"query");
    let refusal = cursors().open(&sealed, b"another query", NOW).unwrap_err();
    assert_eq!(refusal.kind(), ErrorKind::InvalidCursor);
    for (index, own) in sealed.char_indices() {
        for other in ('0'..='9')
            .chain('A'..='Z')
            .chain('a'..='z')
            .chain(['-', '_', '.'])
        {
            if other == own {
                continue;
            }
            let mut forged = sealed.clone();
            forged.replace_range(index..=index, &other.to_string());
            assert_eq!(cursors().open(&forged, b"query", NOW), Err(refusal.clone()));
        }
    }
    let without_first: String = sealed.chars().skip(1).collect();
    let mut without_last = sealed.clone();
    without_last.pop();
    for forged in ["", "A", "AAAA", &without_first, &without_last] {
        assert_eq!(cursors().open(forged, b"query", NOW), Err(refusal.clone()));
    }
    let other_key = CursorPaging::new(AesSivSeal::new([8; 64]));
    assert_eq!(other_key.open(&sealed, b"query", NOW), Err(refusal));
}

/// R-9865-4-2
#[test]
fn a_cursor_lives_as_long_as_is_announced() {
    let sealed = cursors().seal(&held(), b"query");
    let at = |second| DateTime::from_timestamp(second, 999_999_999).unwrap();
    for second in [-5, 0, 60] {
        assert_eq!(cursors().open(&sealed, b"query", at(second)), Ok(held()));
    }
    let expired = cursors().open(&sealed, b"query", at(61));
    assert_eq!(kind(expired), ErrorKind::ExpiredCursor);
    let invalid = cursors().open(&sealed, b"another query", at(61));
    assert_eq!(kind(invalid), ErrorKind::InvalidCursor);
}

#[test]
fn neither_key_nor_place_is_shown() {
    let sealed = cursors().seal(&held(), b"query");
    let plain = base64::Engine::decode(&base64::prelude::BASE64_URL_SAFE_NO_PAD, &sealed).unwrap();
    assert!(!String::from_utf8_lossy(&plain).contains("CTO"));
    let shown = format!("{:?} {:?}", cursors(), held());
    assert!(!shown.contains("7, 7") && !shown.contains("CTO"), "{shown}");
}
