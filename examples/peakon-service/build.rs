//! Tells the tests what there is for them, so that those that need more than cargo are either run or shown as ignored: a PostgreSQL
//! server, a browser with its driver, and a judge of accessibility.

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
}
