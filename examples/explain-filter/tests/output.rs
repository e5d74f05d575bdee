//! What is printed, as text files: arguments, one a line; a line of three dashes; the output; another one; the exit code.

#[cfg(test)]
mod output {
    use std::fs;
    use std::path::Path;
    use std::process::Command;

    #[test]
    fn is_as_expected() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/expected");
        let mut count = 0;
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let text = fs::read_to_string(&path).unwrap();
            let (arguments, expected) = text.split_once("\n---\n").unwrap();
            let output = Command::new(env!("CARGO_BIN_EXE_explain-filter"))
                .args(arguments.split('\n'))
                .output()
                .unwrap();
            let printed = String::from_utf8(output.stdout).unwrap();
            let found = format!("{printed}---\n{}\n", output.status.code().unwrap());
            assert_eq!(found, expected, "{}", path.display());
            count += 1;
        }
        assert!(count > 4);
    }

    #[test]
    fn a_wrong_command_line_ends_with_2() {
        let output = Command::new(env!("CARGO_BIN_EXE_explain-filter"))
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(2));
        assert!(String::from_utf8(output.stderr).unwrap().contains("<TEXT>"));
    }
}
