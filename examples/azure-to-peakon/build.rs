//! Tells the tests whether there is a browser with its driver, a judge of accessibility, and a program that plays a terminal, so
//! that those that need them are either run or shown as ignored.

use std::process::Command;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    for (variable, name) in [("CHROMEDRIVER", "browser"), ("AXE_CORE", "axe")] {
        println!("cargo::rerun-if-env-changed={variable}");
        println!("cargo::rustc-check-cfg=cfg({name})");
        if std::env::var_os(variable).is_some() {
            println!("cargo::rustc-cfg={name}");
        }
    }
    println!("cargo::rustc-check-cfg=cfg(terminal)");
    let script = Command::new("script").arg("--version").output();
    if script.is_ok_and(|script| String::from_utf8_lossy(&script.stdout).contains("util-linux")) {
        println!("cargo::rustc-cfg=terminal");
    }
}
