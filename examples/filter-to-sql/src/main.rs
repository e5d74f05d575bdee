//! Shows what a SCIM filter is in SQL, runs it on an in-memory SQLite, and compares the answer with scim-core's own.

fn main() {}
