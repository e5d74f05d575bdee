//! Files that are not what they are taken for, or are wrong inside.

use std::{fs, path::Path};

use super::support::{SECRET, refused, run, sample, written};

/// Three are warned of: a number that the directory keeps as a text, a person named by a text, and groups told apart by a name.
#[test]
fn sample_schema_can_be_used() {
    let output = run(&["check", &sample("schema.json")]);
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(
        output.status.success(),
        "{text}{}",
        String::from_utf8_lossy(&output.stderr)
    );
    // Where the line is wrapped depends on how long the path of this checkout is.
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        text.ends_with("schema.json: 0 errors, 3 warnings"),
        "{text}"
    );
}

/// What is wrong is what `check` is asked for, and so goes to standard output; in one line.
#[track_caller]
fn checked(schema: &str, parts: &[&str]) -> String {
    let output = run(&["check", schema]);
    let text = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(1), "{text}");
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    for part in parts {
        assert!(text.contains(part), "{part:?} is missing in: {text}");
    }
    text
}

/// Every problem that `mapping-dry-run` tells of the same export, in its words.
#[test]
fn a_faulty_schema_is_told_of_as_by_the_dry_run() {
    let examples = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let dry_run = examples.join("mapping-dry-run");
    let expected = fs::read_to_string(dry_run.join("tests/expected/faulty.txt")).unwrap();
    let faulty = dry_run.join("sample/faulty.json").display().to_string();
    let problems: Vec<&str> = expected
        .lines()
        .filter(|line| line.starts_with("target:") || line.starts_with("rule "))
        .collect();
    assert_eq!(problems.len(), 4, "{expected}");
    let text = checked(&faulty, &problems);
    assert!(text.contains("faulty.json: 4 errors, 0 warnings"), "{text}");

    let output = run(&["check", &faulty, "--json"]);
    assert_eq!(output.status.code(), Some(1));
    let told: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let told = told["problems"].as_array().unwrap();
    assert_eq!(told.len(), 4);
    assert_eq!(told[1]["object"], "User");
    assert_eq!(told[1]["rule"], 1);
    assert_eq!(told[1]["wayOut"], "correct the expression");
}

#[test]
fn the_wrong_file_is_told_what_it_is_and_which_option_takes_it() {
    let folder = tempfile::tempdir().unwrap();
    let page = written(
        &folder,
        "page.json",
        "<!DOCTYPE html><title>Sign in</title>",
    );
    let table = written(&folder, "people.csv", "id;mail\n1;a@b.example\n");
    let empty = written(&folder, "empty.json", "\n");
    let part = written(&folder, "part.json", r#"{"attributeMappings": []}"#);
    let other = written(&folder, "other.json", "{}");
    for (file, parts) in [
        (
            sample("directory.json"),
            ["a directory", "with --directory"],
        ),
        (page, ["a web page", "Review your schema here"]),
        (table, ["a table (CSV)", "with --directory"]),
        (empty, ["the file is empty", "Review your schema here"]),
        (
            part,
            [
                "a part of a synchronization schema",
                "Review your schema here",
            ],
        ),
        (other, ["JSON of another kind", "Review your schema here"]),
    ] {
        refused(
            &["check", &file],
            1,
            &[&file, parts[0], parts[1], "--schema"],
        );
    }
    let [directory, schema] = [sample("directory.json"), sample("schema.json")];
    let user = [
        "explain",
        "ines",
        "--schema",
        &directory,
        "--directory",
        &directory,
    ];
    refused(&user, 1, &["a synchronization schema is wanted here"]);
    let user = [
        "explain",
        "ines",
        "--schema",
        &schema,
        "--directory",
        &schema,
    ];
    refused(&user, 1, &["a directory is wanted here", "with --schema"]);
}

#[test]
fn malformed_schemas_are_refused_with_their_places() {
    let folder = tempfile::tempdir().unwrap();
    let truncated = written(
        &folder,
        "truncated.json",
        "{\"id\": \"x\",\n  \"synchronizationRules\": [",
    );
    refused(
        &["check", &truncated],
        1,
        &["truncated.json", "line 2", "what to do"],
    );
    refused(&["check", "/no/such/file.json"], 1, &["/no/such/file.json"]);

    let schema = fs::read_to_string(sample("schema.json")).unwrap();
    let broken = schema
        .replace(
            "\"expression\": \"[jobTitle]\"",
            "\"expression\": \"Jion([jobTitle]\"",
        )
        .replace(
            "emails[type eq \\\"work\\\"].value",
            "emails[type eq work].value",
        );
    let broken = written(&folder, "broken.json", &broken);
    checked(
        &broken,
        &["Job Title", "emails[type eq work].value", "2 errors"],
    );
}

#[test]
fn malformed_scoping_filter_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let schema = fs::read_to_string(sample("schema.json")).unwrap();
    let unknown = written(
        &folder,
        "unknown.json",
        &schema.replace("\"REGEX MATCH\"", "\"RESEMBLES\""),
    );
    checked(&unknown, &["RESEMBLES"]);
    let regex = written(
        &folder,
        "regex.json",
        &schema.replace("^[0-9]{6}$", "^[0-9{6}$"),
    );
    checked(&regex, &["^[0-9{6}$"]);
}

#[test]
fn files_that_cannot_be_read_are_refused_before_anything_is_sent() {
    let folder = tempfile::tempdir().unwrap();
    let empty = written(&folder, "directory.json", "");
    let state = folder.path().join("state.db").display().to_string();
    let job = |directory: &str, state: &str| {
        let schema = sample("schema.json");
        let job = [
            "sync",
            "--once",
            "--tenant-url",
            "http://127.0.0.1:9/scim/v2",
            "--token",
            SECRET,
            "--directory",
            directory,
            "--schema",
            &schema,
            "--state",
            state,
        ];
        job.map(str::to_owned)
    };
    let run = |arguments: [String; 12], parts: &[&str]| {
        let arguments = arguments.each_ref().map(String::as_str);
        refused(&arguments, 1, parts)
    };
    let told = run(
        job(&empty, &state),
        &["directory.json", "empty", "what to do"],
    );
    assert!(
        told.contains("--token-file"),
        "a secret on the command line is warned of: {told}"
    );
    run(
        job("/no/such.json", &state),
        &["/no/such.json", "a file that is there and can be read"],
    );
    let schema = sample("schema.json");
    run(
        job(&sample("directory.json"), &schema),
        &["this is a synchronization schema; a state", "with --schema"],
    );
    let old = written(&folder, "state.json", "{\"version\": 1}");
    run(
        job(&sample("directory.json"), &old),
        &["state.json", "earlier version", "--state"],
    );
}

/// What stands behind it would be the end of that field, and the people there would have left.
#[test]
fn a_table_with_a_quotation_mark_that_is_not_closed_is_refused_at_its_line() {
    let folder = tempfile::tempdir().unwrap();
    let text = "id,mail,displayName\n1,a@b.example,A\n2,b@b.example,\"B\n3,c@b.example,C\n";
    let table = written(&folder, "people.csv", text);
    let schema = sample("schema.json");
    refused(
        &[
            "explain",
            "c@b.example",
            "--directory",
            &table,
            "--schema",
            &schema,
        ],
        1,
        &[
            "people.csv",
            "line 3, record 2: a quotation mark opens here and is not closed",
            "what to do",
        ],
    );
}
