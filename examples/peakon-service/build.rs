//! Tells the tests what there is for them, so that those that need more than cargo are either run or shown as ignored: a PostgreSQL
//! server, a browser with its driver, a judge of accessibility, and the right to make a small disk that only they see.

use std::process::{Command, Stdio};

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    for (variable, name) in [
        ("TEST_POSTGRESQL_URL", "postgresql"),
        ("CHROMEDRIVER", "browser"),
        ("AXE_CORE", "axe"),
    ] {
        println!("cargo::rerun-if-env-changed={variable}");
        println!("cargo::rustc-check-cfg=cfg({name})");
        if std::env::var_os(variable).is_some() {
            println!("cargo::rustc-cfg={name}");
        }
    }
    println!("cargo::rustc-check-cfg=cfg(small_disk)");
    if can_make_a_small_disk() {
        println!("cargo::rustc-cfg=small_disk");
    }
}

/// As the test does it: in a namespace of its own, which containers mostly do not allow.
fn can_make_a_small_disk() -> bool {
    let script = "mount -t tmpfs -o size=1m none /mnt";
    let mut command = Command::new("unshare");
    command.args(["--map-root-user", "--mount", "sh", "-c", script]);
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}
