//! The committed sample is what its generator writes.

use std::{fs, path::Path, process::Command};

#[test]
fn committed_sample_is_what_the_generator_writes() {
    let folder = tempfile::tempdir().unwrap();
    let status = Command::new(env!("CARGO_BIN_EXE_generate-sample"))
        .arg(folder.path())
        .status()
        .unwrap();
    assert!(status.success());
    let committed = Path::new(env!("CARGO_MANIFEST_DIR")).join("sample");
    for name in ["directory.json", "employees.json", "changes.json"] {
        let expected = fs::read_to_string(committed.join(name)).unwrap();
        let made = fs::read_to_string(folder.path().join(name)).unwrap();
        assert!(
            made == expected,
            "{name} differs: run the generator and commit what it writes"
        );
    }
}
