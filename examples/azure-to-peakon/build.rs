//! Tells the tests whether there is a browser with its driver, and a judge of accessibility, so that those that need them are
//! either run or shown as ignored.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    for (variable, name) in [("CHROMEDRIVER", "browser"), ("AXE_CORE", "axe")] {
        println!("cargo::rerun-if-env-changed={variable}");
        println!("cargo::rustc-check-cfg=cfg({name})");
        if std::env::var_os(variable).is_some() {
            println!("cargo::rustc-cfg={name}");
        }
    }
}
