//! Tells the tests whether there is a PostgreSQL server for them, so that those that need one are either run or shown as ignored.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-env-changed=TEST_POSTGRESQL_URL");
    println!("cargo::rustc-check-cfg=cfg(postgresql)");
    if std::env::var_os("TEST_POSTGRESQL_URL").is_some() {
        println!("cargo::rustc-cfg=postgresql");
    }
}
