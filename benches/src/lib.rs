//! Seeded generators shared by all benches.
