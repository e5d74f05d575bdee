//! What is printed, as a text file.

#[cfg(test)]
mod output {
    use std::process::Command;

    #[test]
    fn is_as_expected() {
        let output = Command::new(env!("CARGO_BIN_EXE_custom-extension"))
            .output()
            .unwrap();
        assert!(output.status.success());
        let printed = String::from_utf8(output.stdout).unwrap();
        assert_eq!(printed, include_str!("expected.txt"));
    }
}
