//! What is printed, as text files: arguments, one a line; a line of three dashes; the output; another one; the exit code.

#[cfg(test)]
mod output {
    use std::fs;
    use std::path::Path;
    use std::process::Command;

    fn run(arguments: &[&str]) -> std::process::Output {
        Command::new(env!("CARGO_BIN_EXE_mapping-dry-run"))
            .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("sample"))
            .args(arguments)
            .output()
            .unwrap()
    }

    #[test]
    fn is_as_expected() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/expected");
        let mut count = 0;
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let text = fs::read_to_string(&path).unwrap();
            let (arguments, expected) = text.split_once("\n---\n").unwrap();
            let arguments: Vec<&str> = arguments.split('\n').collect();
            let output = run(&arguments);
            let printed = String::from_utf8(output.stdout).unwrap();
            let found = format!("{printed}---\n{}\n", output.status.code().unwrap());
            assert_eq!(found, expected, "{}", path.display());
            count += 1;
        }
        assert!(count > 4);
    }

    #[test]
    fn a_wrong_command_line_ends_with_2() {
        assert_eq!(run(&[]).status.code(), Some(2));
        let missing = run(&["missing.json", "users.json"]);
        assert_eq!(missing.status.code(), Some(2));
        assert!(
            String::from_utf8(missing.stderr)
                .unwrap()
                .contains("cannot read missing.json")
        );
    }

    #[test]
    fn the_report_is_json_for_programs() {
        let output = run(&["faulty.json", "users.json", "--json"]);
        let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(report["problems"][0]["severity"], "error");
        assert_eq!(output.status.code(), Some(1));
        let output = run(&["schema.json", "users.json", "--json"]);
        let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(report["users"][0]["scope"]["standing"], "in");
        assert_eq!(report["users"][0]["document"]["name"]["givenName"], "Ines");
    }
}
