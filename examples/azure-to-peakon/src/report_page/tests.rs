//! What is on the page, and what is never on it.

mod browser;
mod sample;

use askama::Template as _;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use scim_mapping::provisioning::{CycleSummary, LogEntry};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use self::sample::{cycle, entry, success, trouble, week};
use super::{LogDigest, Page, STYLE, write};

fn page(summaries: &[CycleSummary], entries: &[LogEntry]) -> String {
    Page::new(summaries, digest(entries)).render().unwrap()
}

/// Of entries in any order.
fn digest(entries: &[LogEntry]) -> LogDigest {
    let mut newest_first: Vec<_> = entries.iter().collect();
    newest_first.sort_by(|a, b| (b.activity_date_time, &b.id).cmp(&(a.activity_date_time, &a.id)));
    let mut log = LogDigest::default();
    for entry in newest_first {
        log.add(entry);
    }
    log
}

/// Without its tags, with single blanks.
fn text(page: &str) -> String {
    let (_, body) = page.split_once("<body>").unwrap();
    let mut text = String::new();
    for part in body.split('<').skip(1) {
        text.push_str(part.split_once('>').map_or("", |(_, after)| after));
        text.push(' ');
    }
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[track_caller]
fn shows(page: &str, parts: &[&str]) {
    let text = text(page);
    for part in parts {
        assert!(text.contains(part), "no {part:?} in {text}");
    }
}

#[test]
fn before_the_first_cycle_there_is_a_page_that_says_so() {
    let nothing = [
        "There has been no cycle yet.",
        "Nothing has failed, and nothing is open.",
        "Nothing was changed.",
    ];
    shows(&page(&[], &[]), &nothing);
}

#[test]
fn the_week_is_told() {
    let (cycles, entries) = week();
    let page = page(&cycles, &entries);
    // 48 cycles of 40 minutes after 6 o'clock on the 2nd: 32 hours later.
    shows(
        &page,
        &[
            "49 cycles, from 2 Feb 2026, 06:00 to 3 Feb 2026, 14:00 . Times are UTC.",
            "The latest cycle Some objects failed Incremental, ended 3 Feb 2026, 14:00 after 4.2 s: 372 objects, 12 requests, 9 of them writes.",
            "Created 1 Updated 6 Restored 0 Disabled 2 Deleted 0 Held back 0 Failed 3 Nothing to do 360",
            // The same object failed three times; it is one.
            "A value that must be unique is taken Failed: 2 What to do: Another object of the target has this value: give one of the two another value in the source, or match on this attribute if they are to be one",
            "In the log: EntryConflict",
            "Aino Lehtonen User the target answered 409: userName is taken 3 Feb 2026, 14:00 3 times",
            "The target does not accept a value Failed: 1",
            "Something is still open Still open: 1 What to do: Assign the manager as well",
            "Created 1 Mei Tanaka User, 3 Feb 2026, 14:00 , 5 attributes",
            "peakon:Salary Nothing Not shown",
            "Updated 3",
            "peakon:Job Title Engineer Lead Engineer",
            "peakon:Job Title Empty text Designer",
            "Disabled 2",
            "active True False",
            "Deleted 1 Tomasz Nowak User, 3 Feb 2026, 02:00",
        ],
    );
    let order = [
        "A value that must be unique is taken",
        "The target does not accept a value",
        "Something is still open",
    ];
    let places = order.map(|cause| page.find(cause).unwrap());
    assert!(places.is_sorted(), "{places:?}");
    // 38 created and 2 failed are the most; the top is 40. 38 of 40 are 95 %, and 2 are 5 %.
    assert!(page.contains(r#"<rect class="created" x="1.50" y="5.00" width="7" height="95.00"/><rect class="failed" x="1.50" y="0.00" width="7" height="5.00"/>"#));
}

#[test]
fn what_was_held_back_is_told_with_the_way_on() {
    let staged = json!({"status": "skipped"});
    let page = page(
        &[],
        &[entry(1, "Mei Tanaka", "stagedDelete", staged, json!([]))],
    );
    shows(
        &page,
        &[
            "Too many would be disabled or deleted in one cycle Held back: 1",
            "restart --force-deletes",
        ],
    );
}

/// A browser takes this style and no other.
#[test]
fn the_page_names_the_hash_of_its_style() {
    let hash = BASE64_STANDARD.encode(Sha256::digest(STYLE));
    let page = page(&[], &[]);
    assert!(
        page.contains(&format!("style-src 'sha256-{hash}'")),
        "the hash of report.css is {hash}"
    );
    assert!(page.contains(&format!("<style>{STYLE}</style>")));
    assert!(!STYLE.contains("url(") && !STYLE.contains("@import"));
}

/// All texts that come from elsewhere, with the same text in them.
fn filled(text: &str) -> String {
    let mut summary = cycle(1, "Incremental", [1, 1, 1, 1, 1], "Failed");
    summary.reason = Some(text.to_owned());
    let changes = json!([{"displayName": text, "oldValue": text, "newValue": text.repeat(20)}]);
    let mut entries = vec![
        entry(1, text, "create", success(), changes),
        entry(
            1,
            text,
            "update",
            trouble("failure", text, text, text),
            json!([]),
        ),
        entry(
            1,
            text,
            "update",
            trouble("warning", text, text, text),
            json!([]),
        ),
    ];
    for entry in &mut entries {
        text.clone_into(&mut entry.source_identity.identity_type);
        text.clone_into(&mut entry.target_system.display_name);
    }
    page(&[summary], &entries)
}

#[test]
fn nothing_from_elsewhere_becomes_markup() {
    let count = |page: &str| (page.matches('<').count(), page.matches('"').count());
    let plain = count(&filled("Ordinary text of a length"));
    for hostile in [
        "<script>alert(1)</script>",
        "\"><img src=x onerror=alert(1)>",
        "</style></title><style>",
        "{{ 7 * 7 }}{% include 'x' %}",
        "' onmouseover='alert(1)",
    ] {
        assert_eq!(count(&filled(hostile)), plain, "{hostile}");
    }
}

#[test]
fn the_page_stays_small_and_says_what_it_leaves_out() {
    let cycles: Vec<_> = (0..2_000)
        .map(|number| cycle(number, "Incremental", [1; 5], "Succeeded"))
        .collect();
    let property = json!({"displayName": "a".repeat(5_000), "oldValue": "<".repeat(5_000), "newValue": "é".repeat(1_000)});
    let properties = Value::from(vec![property; 60]);
    let mut entries = Vec::new();
    for number in 0..150 {
        for action in ["create", "update", "disable", "delete"] {
            entries.push(entry(
                number,
                &format!("Person {number}"),
                action,
                success(),
                properties.clone(),
            ));
        }
        let reason = "r".repeat(5_000);
        let failed = trouble("failure", "Timeout", &reason, &"advice ".repeat(1_000));
        entries.push(entry(
            number,
            &format!("Person {number}"),
            "update",
            failed,
            json!([]),
        ));
        let rare = trouble("failure", &format!("Code{number}"), &reason, "");
        entries.push(entry(number, "Nobody", "update", rare, json!([])));
    }
    let page = page(&cycles, &entries);
    assert!(page.len() < 16 << 20, "{} bytes", page.len());
    shows(
        &page,
        &[
            "1,910 earlier cycles are left out.",
            // Six entries for each of 150.
            "Problems and changes are counted over 900 entries of the log, from 2 Feb 2026, 06:00 to 6 Feb 2026, 09:20 ; the lists show the newest.",
            "Created 150",
            "The target did not answer Failed: 150",
            // 50 of 150 objects, and 40 of 151 causes.
            "100 more are left out here; the command azure-to-peakon log shows all.",
            "111 rarer causes are left out here",
            // 1,000 attributes are those of 25 objects with 40 each.
            "20 more attributes are left out.",
            "125 more are left out here",
            "and 800 more characters",
        ],
    );
}

#[test]
fn the_file_is_for_its_owner_and_replaced_as_a_whole() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("report.html");
    std::fs::write(&path, "former").unwrap();
    write(&path, &[], LogDigest::default()).unwrap();
    let page = std::fs::read_to_string(&path).unwrap();
    assert!(
        page.starts_with("<!DOCTYPE html>") && page.ends_with("</html>"),
        "{page}"
    );
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = std::fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    let failure = write(
        &folder.path().join("missing/report.html"),
        &[],
        LogDigest::default(),
    )
    .unwrap_err()
    .to_string();
    assert!(
        failure.contains("missing/report.html") && failure.contains("a folder that exists"),
        "{failure}"
    );
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
}
