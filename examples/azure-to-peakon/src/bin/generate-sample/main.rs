//! Writes `sample/directory.json`, `sample/employees.json` and `sample/changes.json`: the same bytes on every machine.
//!
//! ```console
//! $ cargo run -p azure-to-peakon --bin generate-sample            # into the package's sample folder
//! $ cargo run -p azure-to-peakon --bin generate-sample -- FOLDER
//! ```
//!
//! Every name in it is invented, and every domain is reserved for examples.

mod country;
mod documents;
mod names;
mod people;
mod random;

use std::{error::Error, path::PathBuf};

use random::Random;

const SEED: u64 = 0x5043_494d;

fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::args_os().nth(1).map_or_else(
        || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/sample")),
        PathBuf::from,
    );
    let mut random = Random::new(SEED);
    let people = people::workforce(&mut random);
    let directory = documents::directory(&people, &mut random);
    let changes = documents::changes(&people, &directory, &mut random);
    for (name, text) in [
        ("directory.json", directory),
        ("employees.json", documents::employees(&people)),
        ("changes.json", changes),
    ] {
        let path = folder.join(name);
        std::fs::write(&path, text)
            .map_err(|error| format!("cannot write {}: {error}", path.display()))?;
    }
    Ok(())
}
