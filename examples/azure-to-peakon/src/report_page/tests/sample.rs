//! A week of an invented company, as the log tells it.

use chrono::{DateTime, Duration, Utc};
use scim_mapping::provisioning::{CycleSummary, LogEntry};
use serde_json::{Value, json};

const PEOPLE: [&str; 9] = [
    "Aino Lehtonen",
    "Amara Okafor",
    "Bjørn Halvorsen",
    "Chloé Dubois",
    "Daniel Reyes",
    "Elif Yılmaz",
    "Ingrid Solberg",
    "João Almeida",
    "Mei Tanaka",
];

pub(super) fn at(cycle: i64) -> DateTime<Utc> {
    let start: DateTime<Utc> = "2026-02-02T06:00:00Z".parse().unwrap();
    start + Duration::minutes(40) * i32::try_from(cycle).unwrap()
}

/// A cycle with these counts: created, updated, disabled, deleted, failed.
pub(super) fn cycle(number: i64, kind: &str, counts: [usize; 5], result: &str) -> CycleSummary {
    let [created, updated, disabled, deleted, failed] = counts;
    let ended = at(number) + Duration::milliseconds(4_200);
    let summary = json!({
        "cycle": {"kind": kind}, "cycleId": format!("c{number:04}"), "started": at(number), "ended": ended,
        "counts": {"User": {
            "created": created, "updated": updated, "disabled": disabled, "deleted": deleted, "failed": failed,
            "skipped": {"Unchanged": 360},
        }},
        "requests": 12, "writes": created + updated + disabled + deleted, "result": result,
    });
    serde_json::from_value(summary).unwrap()
}

pub(super) fn entry(
    number: i64,
    name: &str,
    action: &str,
    status: Value,
    changes: Value,
) -> LogEntry {
    let sign_in = format!("{}@fjordlab.example", name.to_lowercase().replace(' ', "."));
    let id = format!("c{number:04}.{name}");
    let mut entry = json!({
        "id": id, "activityDateTime": at(number), "jobId": "scim", "cycleId": format!("c{number:04}"), "changeId": id,
        "provisioningAction": action, "durationInMilliseconds": 84,
        "initiatedBy": {"displayName": "azure-to-peakon", "initiatorType": "system"},
        "sourceSystem": {"displayName": "Microsoft Entra ID"}, "targetSystem": {"displayName": "Peakon"},
        "sourceIdentity": {"id": sign_in, "displayName": name, "identityType": "User", "details": {"UserPrincipalName": sign_in}},
        "targetIdentity": {"id": "7", "identityType": "urn:ietf:params:scim:schemas:core:2.0:User"},
        "provisioningSteps": [],
    });
    entry["provisioningStatusInfo"] = status;
    entry["modifiedProperties"] = changes;
    serde_json::from_value(entry).unwrap()
}

pub(super) fn success() -> Value {
    json!({"status": "success"})
}

pub(super) fn trouble(status: &str, code: &str, reason: &str, advice: &str) -> Value {
    json!({"status": status, "errorInformation": {
        "errorCode": code, "reason": reason, "errorCategory": "nonServiceFailure", "recommendedAction": advice,
    }})
}

fn change(name: &str, old: Option<&str>, new: &str) -> Value {
    json!({"displayName": name, "oldValue": old, "newValue": new})
}

/// What the picture shows.
pub(super) fn week() -> (Vec<CycleSummary>, Vec<LogEntry>) {
    (cycles(), entries())
}

fn cycles() -> Vec<CycleSummary> {
    let mut cycles = vec![cycle(0, "Initial", [38, 0, 0, 0, 2], "EntryLevelErrors")];
    for number in 1..48 {
        let updated = [3, 8, 0, 5, 12, 1, 0][usize::try_from(number % 7).unwrap()];
        let created = usize::from(number % 5 == 0) * 4;
        let disabled = usize::from(number % 9 == 4) * 3;
        let failed = if number < 12 {
            2
        } else {
            usize::from(number % 16 == 0)
        };
        let result = if failed > 0 {
            "EntryLevelErrors"
        } else {
            "Succeeded"
        };
        cycles.push(cycle(
            number,
            "Incremental",
            [
                created,
                updated,
                disabled,
                usize::from(number == 30),
                failed,
            ],
            result,
        ));
    }
    cycles.push(cycle(
        48,
        "Incremental",
        [1, 6, 2, 0, 3],
        "EntryLevelErrors",
    ));
    cycles
}

fn entries() -> Vec<LogEntry> {
    let mut entries = Vec::new();
    let peakon = "urn:ietf:params:scim:schemas:extension:peakon:2.0:User";
    let taken = || {
        trouble(
            "failure",
            "EntryConflict",
            "the target answered 409: userName is taken",
            "another object of the target has this value: give one of the two another value in the source, or match on this attribute if they are to be one",
        )
    };
    for (number, name) in [
        (46, PEOPLE[0]),
        (47, PEOPLE[0]),
        (48, PEOPLE[0]),
        (48, PEOPLE[4]),
    ] {
        entries.push(entry(number, name, "create", taken(), json!([])));
    }
    let title = format!("urn of {peakon}");
    let wrong = trouble(
        "failure",
        "UnprocessableEntity",
        &format!("the target answered 400: Start Date of {title} is no date"),
        "correct the mapping of the attribute named, or its source value",
    );
    entries.push(entry(48, PEOPLE[2], "update", wrong, json!([])));
    let open = trouble(
        "warning",
        "",
        "the manager is not in the target yet",
        "assign the manager as well",
    );
    entries.push(entry(48, PEOPLE[7], "update", open, json!([])));
    let created = json!([
        change("userName", None, "mei.tanaka@fjordlab.example"),
        change("active", None, "True"),
        change("name.givenName", None, "Mei"),
        change(&format!("{peakon}:Job Title"), None, "Data Steward"),
        change(&format!("{peakon}:Salary"), None, "[Redact]"),
    ]);
    entries.push(entry(48, PEOPLE[8], "create", success(), created));
    for (name, old, new) in [
        (PEOPLE[1], "Engineer", "Lead Engineer"),
        (PEOPLE[3], "Analyst", "Data Analyst"),
        (PEOPLE[5], "", "Designer"),
    ] {
        let changes = json!([change(&format!("{peakon}:Job Title"), Some(old), new)]);
        entries.push(entry(48, name, "update", success(), changes));
    }
    for name in [PEOPLE[6], PEOPLE[7]] {
        let changes = json!([change("active", Some("True"), "False")]);
        entries.push(entry(48, name, "disable", success(), changes));
    }
    entries.push(entry(30, "Tomasz Nowak", "delete", success(), json!([])));
    entries
}
