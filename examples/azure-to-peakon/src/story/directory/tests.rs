use super::Directory;

const DIRECTORY: &str = r#"{
  "users": [
    {"id": "1", "userPrincipalName": "ines@lumenhaus.example", "jobTitle": "Steward"},
    {"id": "2", "userPrincipalName": "o'neill@lumenhaus.example"},
    {"id": "3", "userPrincipalName": "nested@lumenhaus.example"},
    {"id": "4", "userPrincipalName": "by.name@lumenhaus.example"}
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

#[test]
fn direct_members_and_named_users_are_assigned_and_members_of_inner_groups_are_not() {
    let directory = Directory::from_json(DIRECTORY, "test").unwrap();
    assert_eq!(
        directory.assigned().into_iter().collect::<Vec<_>>(),
        ["2", "4"]
    );
    assert_eq!(directory.assigned_groups().count(), 1);
}

#[test]
fn without_assignments_everybody_counts() {
    let directory = Directory::from_json(r#"{"users": [{"id": "1"}]}"#, "test").unwrap();
    assert_eq!(directory.assigned().len(), 1);
}

#[test]
fn a_delta_changes_what_it_names() {
    let mut directory = Directory::from_json(DIRECTORY, "test").unwrap();
    let delta = r#"{
      "users": [{"id": "1", "jobTitle": null}, {"id": "5"}, {"id": "3", "@removed": {"reason": "deleted"}}],
      "groups": [{"id": "g1", "displayName": "Everybody", "members@delta": [
        {"id": "5"}, {"id": "2", "@removed": {"reason": "deleted"}}]}],
      "appRoleAssignedTo": [{"id": "a2", "@removed": {"reason": "deleted"}}]
    }"#;
    directory.apply(delta, "delta").unwrap();
    assert_eq!(directory.assigned().into_iter().collect::<Vec<_>>(), ["5"]);
    let ines = directory.user("1").unwrap();
    assert!(ines["jobTitle"].is_null());
    assert_eq!(ines["userPrincipalName"], "ines@lumenhaus.example");
    assert!(directory.user("3").is_none());
}

#[test]
fn a_refused_delta_changes_nothing() {
    let mut directory = Directory::from_json(DIRECTORY, "test").unwrap();
    let problem = directory
        .apply(
            r#"{"users": [{"id": "1", "jobTitle": "x"}, {"jobTitle": "y"}]}"#,
            "delta.json",
        )
        .unwrap_err()
        .to_string();
    assert!(
        problem.starts_with("delta.json, users[1]: this user has no `id`"),
        "{problem}"
    );
    assert_eq!(directory.user("1").unwrap()["jobTitle"], "Steward");
}

#[test]
fn names_are_found_in_any_case() {
    let directory = Directory::from_json(DIRECTORY, "test").unwrap();
    assert_eq!(
        directory.user_named("O'Neill@LUMENHAUS.example").unwrap().0,
        "2"
    );
}
