//! The main job as a user runs it.

use std::collections::BTreeSet;

use console::measure_text_width;
use serde_json::Value;
use support::run;

#[cfg(test)]
mod support {
    use std::process::{Command, Output};

    pub(crate) fn run(arguments: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_azure-to-peakon"))
        .args(arguments)
        // It must work from any folder.
        .current_dir(std::env::temp_dir())
        .output()
        .unwrap()
    }
}

#[test]
fn story_ends_well_and_says_the_same_to_machines() {
    let output = run(&["--json"]);
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    let document: Value =
        serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {errors}"));
    assert!(output.status.success(), "{errors}{document:#}");
    assert_eq!(errors, "", "standard error is empty without a terminal");
    assert_eq!(document["passed"], true);

    let cycles = document["cycles"].as_array().unwrap();
    assert_eq!(cycles.len(), 3);
    let [first, second, third] = [
        &cycles[0]["cycle"],
        &cycles[1]["cycle"],
        &cycles[2]["cycle"],
    ];
    let users = |cycle: &Value, what: &str| cycle["counts"]["User"][what].as_u64().unwrap();
    assert!(users(first, "created") >= 300, "{first:#}");
    assert_eq!(users(first, "disabled"), 4);
    assert_eq!(users(second, "created"), 1);
    assert_eq!(users(second, "disabled"), 2);
    assert_eq!(users(second, "restored"), 1);
    assert_eq!(third["writes"], 0);
    for cycle in [first, second, third] {
        assert_eq!(users(cycle, "failed"), 0);
        assert_eq!(cycle["counts"]["Group"]["failed"], 0);
    }

    let entries = cycles[1]["entries"].as_array().unwrap();
    let promoted = entries
        .iter()
        .flat_map(|entry| entry["modifiedProperties"].as_array().unwrap());
    let mut titles = promoted.filter(|change| {
        change["displayName"]
            .as_str()
            .unwrap()
            .ends_with(":Job Title")
    });
    assert!(titles.any(|change| {
        change["newValue"] == "Head of Trials & Data" && change["oldValue"].is_string()
    }));

    let mut waiting = [0; 3];
    for (cycle, waiting) in cycles.iter().zip(&mut waiting) {
        let mut told = BTreeSet::new();
        for entry in cycle["entries"].as_array().unwrap() {
            let id = entry["sourceIdentity"]["id"].as_str().unwrap();
            let changes = entry["modifiedProperties"].as_array().unwrap();
            let is_change = entry["provisioningAction"] != "other";
            assert_eq!(is_change, !changes.is_empty(), "{entry:#}");
            for change in changes {
                let path = change["displayName"].as_str().unwrap();
                assert!(told.insert((id, path)), "twice in a cycle: {entry:#}");
            }
            if entry["provisioningStatusInfo"]["status"] == "warning" {
                let error = &entry["provisioningStatusInfo"]["errorInformation"];
                assert_eq!(error["errorCode"], "UnresolvedReference", "{entry:#}");
                assert!(
                    error["recommendedAction"]
                        .as_str()
                        .unwrap()
                        .contains("assign")
                );
                *waiting += 1;
            }
        }
    }
    // Who waits for whom is told once: the third cycle has nothing new to tell, although it compares everybody.
    assert!(waiting[0] > 0 && waiting[2] == 0, "{waiting:?}");
    assert!(
        third["counts"]["User"]["pendingReferences"]
            .as_u64()
            .unwrap()
            > 0
    );

    let audience = &document["audience"];
    assert_eq!(audience["left"].as_array().unwrap().len(), 2);
    assert_eq!(audience["joined"].as_array().unwrap().len(), 2);
    let checks = document["checks"].as_array().unwrap();
    let checks: Vec<&Value> = checks
        .iter()
        .flat_map(|step| step["checks"].as_array().unwrap())
        .collect();
    assert!(
        checks.len() > 30 && checks.iter().all(|check| check["passed"] == true),
        "{checks:#?}"
    );
}

#[test]
fn everything_printed_fits_into_80_columns() {
    let output = run(&[]);
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{text}");
    for line in text.lines() {
        assert!(measure_text_width(line) <= 80, "too wide: {line}");
        assert!(
            !line.contains('\u{1b}'),
            "a colour without a terminal: {line}"
        );
    }
    assert!(text.contains("checks passed"));
    let (first, _) = text.split_once("The service, asked after").unwrap();
    let warnings = first.lines().filter(|line| line.starts_with("  warning "));
    assert_eq!(warnings.count(), 3, "{first}");
    assert!(first.contains(" more wait; --json names them"), "{first}");
}
