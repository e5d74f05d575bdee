//! What is printed, as text files: arguments, one a line; a line of three dashes; the output; another one; the exit code.

#[cfg(test)]
mod output {
    use std::fs;
    use std::path::Path;
    use std::process::{Command, Output};

    fn run<'a>(arguments: impl IntoIterator<Item = &'a str>) -> Output {
        Command::new(env!("CARGO_BIN_EXE_filter-to-sql"))
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
            let output = run(arguments.split('\n'));
            let printed = String::from_utf8(output.stdout).unwrap();
            let found = format!("{printed}---\n{}\n", output.status.code().unwrap());
            assert_eq!(found, expected, "{}", path.display());
            count += 1;
        }
        assert!(count > 4);
    }

    /// The README shows what the program prints.
    #[test]
    fn the_readme_is_true() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
        let readme = fs::read_to_string(folder.join("README.md")).unwrap();
        let (_, shown) = readme.split_once("```console\n$ ").unwrap();
        let (shown, _) = shown.split_once("```").unwrap();
        let (command, expected) = shown.split_once('\n').unwrap();
        let (_, arguments) = command.split_once(" -- ").unwrap();
        let (options, filter) = arguments.split_once('\'').unwrap();
        let filter = filter.trim_end_matches('\'');
        let output = run(options.split_whitespace().chain([filter]));
        assert_eq!(String::from_utf8(output.stdout).unwrap(), expected);
    }

    #[test]
    fn a_wrong_command_line_ends_with_2() {
        let output = run([]);
        assert_eq!(output.status.code(), Some(2));
        assert!(
            String::from_utf8(output.stderr)
                .unwrap()
                .contains("<FILTER>")
        );
    }
}
