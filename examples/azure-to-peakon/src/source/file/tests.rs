use std::path::PathBuf;

use scim_mapping::{AssignmentExplanation, source::SourceItem};

use super::FileSource;
use scim_mapping::provisioning::{ObjectKind, SourceEnd};

const DIRECTORY: &str = r#"{
  "users": [
    {"id": "1", "userPrincipalName": "ines@lumenhaus.example", "jobTitle": "Steward"},
    {"id": "2", "userPrincipalName": "o'neill@lumenhaus.example"},
    {"userPrincipalName": "nobody@lumenhaus.example"},
    {"id": "1"},
    {"id": "3", "@removed": {"reason": "changed"}}
  ],
  "groups": [
    {"id": "g1", "displayName": "All", "members": [{"id": "2"}, {"id": "g2"}]},
    {"id": "g2", "displayName": "Inner", "members": [{"id": "3"}]}
  ],
  "appRoleAssignedTo": [
    {"id": "a1", "principalId": "g1", "principalType": "Group"},
    {"id": "a2", "principalId": "4", "principalType": "User"}
  ]
}"#;

fn file(name: &str, text: &str) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    std::fs::write(&path, text).unwrap();
    (folder, path)
}

async fn all(source: &FileSource, kind: ObjectKind) -> Result<Vec<String>, String> {
    let mut reading = source.begin(kind);
    let mut told = Vec::new();
    loop {
        let batch = reading
            .next()
            .await
            .map_err(|failure| failure.to_string())?;
        for item in batch.items {
            told.push(match item {
                Ok(SourceItem::Record(record)) => record.text("objectId").unwrap(),
                Ok(SourceItem::Removed { id, reason }) => format!("{id} {reason}"),
                Ok(other) => format!("{other:?}"),
                Err(problem) => problem.rsplit('/').next().unwrap().to_owned(),
            });
        }
        if let Some(end) = batch.end {
            assert_eq!(end, SourceEnd::complete());
            return Ok(told);
        }
    }
}

#[tokio::test]
async fn a_document_is_read_and_what_cannot_be_read_is_told() {
    // A byte order mark in front, as Windows writes it.
    let (_folder, path) = file("directory.json", &format!("\u{feff}{DIRECTORY}"));
    let source = FileSource::open(&path).unwrap();
    let users = all(&source, ObjectKind::User).await.unwrap();
    assert_eq!(users.len(), 5, "{users:#?}");
    assert_eq!(
        (users[0].as_str(), users[1].as_str(), users[4].as_str()),
        ("1", "2", "3 changed")
    );
    assert!(
        users[2].starts_with("directory.json, users[2]: there is no `id`"),
        "{}",
        users[2]
    );
    assert!(
        users[3].contains("users[3]: the id 1 stands in the file twice"),
        "{}",
        users[3]
    );
    assert_eq!(all(&source, ObjectKind::Group).await.unwrap(), ["g1", "g2"]);
    let assignments = source.assignments().await.unwrap();
    assert!(assignments.explain("2").is_assigned());
    assert_eq!(assignments.explain("4"), AssignmentExplanation::Direct);
    assert!(matches!(
        assignments.explain("3"),
        AssignmentExplanation::OnlyNested { .. }
    ));
    let found = source
        .find("O'Neill@LUMENHAUS.example")
        .await
        .unwrap()
        .unwrap();
    assert_eq!(found.text("objectId").as_deref(), Some("2"));
    assert!(source.read(ObjectKind::User, "9").await.unwrap().is_none());
}

#[tokio::test]
async fn without_assignments_everybody_counts() {
    for (name, text) in [
        ("a.json", r#"{"users": [{"id": "1"}]}"#),
        ("a.json", r#"[{"id": "1"}]"#),
        ("a.ndjson", "{\"id\": \"1\"}\n"),
        ("a.csv", "id;mail\n1;a@b.example\n"),
        ("a.csv", "\u{feff}objectId,mail\r\n1,a@b.example\r\n"),
    ] {
        let (_folder, path) = file(name, text);
        let source = FileSource::open(&path).unwrap();
        assert!(
            source
                .assignments()
                .await
                .unwrap()
                .explain("1")
                .is_assigned(),
            "{text}"
        );
        assert_eq!(
            all(&source, ObjectKind::User).await.unwrap(),
            ["1"],
            "{text}"
        );
        assert!(
            all(&source, ObjectKind::Group).await.unwrap().is_empty(),
            "{text}"
        );
    }
}

#[tokio::test]
async fn a_file_without_anybody_is_the_end_of_everybody_only_if_that_is_meant() {
    for (name, text) in [
        ("a.json", r#"{"users": []}"#),
        (
            "a.json",
            r#"{"users": [], "groups": [{"id": "g", "displayName": "All"}]}"#,
        ),
        ("a.json", r#"{"value": []}"#),
        ("a.json", "[]"),
        ("a.csv", "objectId,mail\r\n"),
    ] {
        let (_folder, path) = file(name, text);
        let source = FileSource::open(&path).unwrap();
        let problem = all(&source, ObjectKind::User).await.unwrap_err();
        assert!(
            problem.contains("a.") && problem.contains("--allow-empty-directory"),
            "{text}: {problem}"
        );
        assert!(all(&source, ObjectKind::Group).await.is_ok(), "{text}");
        let source = source.which_may_be_empty(true);
        assert_eq!(
            all(&source, ObjectKind::User).await.unwrap(),
            [""; 0],
            "{text}"
        );
    }
}

#[tokio::test]
async fn an_empty_list_of_assignments_is_not_a_missing_one() {
    let (_folder, path) = file(
        "a.json",
        r#"{"users": [{"id": "1"}], "appRoleAssignedTo": []}"#,
    );
    let source = FileSource::open(&path).unwrap();
    let problem = source.assignments().await.unwrap_err().to_string();
    for part in ["a.json", "nobody is assigned", "--allow-empty-directory"] {
        assert!(problem.contains(part), "{problem}");
    }
    let nobody = source.which_may_be_empty(true).assignments().await;
    assert!(!nobody.unwrap().explain("1").is_assigned());
}

#[tokio::test]
async fn what_is_no_directory_is_refused_with_its_place() {
    for (text, problem) in [
        (
            r#"{"users": [{"id": "1"}, "#,
            "cut off: it ends in the middle, at line 1",
        ),
        (r#"{"people": [{"id": "1"}]}"#, "missing field `users`"),
        ("id,id\na,b\n", "two columns are called"),
    ] {
        let (_folder, path) = file("wrong", text);
        let source = FileSource::open(&path).unwrap();
        let told = match all(&source, ObjectKind::User).await {
            Ok(told) => told.concat(),
            Err(problem) => problem,
        };
        assert!(told.contains(problem), "{text}: {told}");
    }
    for (text, problem) in [
        (" \n", "the file is empty"),
        ("mail\na\n", "no column `id` or `objectId`"),
        (
            "Dear all,\nhere is the list\n",
            "no column `id` or `objectId`",
        ),
        (
            r#"{"synchronizationRules": []}"#,
            "give this file with --schema",
        ),
        ("<!doctype html><title>Sign in</title>", "a web page"),
        ("SQLite format 3\0", "the state"),
        ("PK\u{3}\u{4}", "save the workbook as CSV"),
        (
            r#"{"error": {"code": "InvalidAuthenticationToken"}}"#,
            "an error that Microsoft Graph answered",
        ),
    ] {
        let (_folder, path) = file("wrong", text);
        let told = FileSource::open(&path).unwrap_err().to_string();
        assert!(
            told.contains(problem) && told.contains("--directory"),
            "{text}: {told}"
        );
    }
}
