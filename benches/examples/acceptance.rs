//! Whether ours takes each filter of the corpus, as one JSON object: for `peers/against_scim2_models.py`, which asks a rival the same.

use std::error::Error;
use std::io::Write as _;

use serde_json::{Map, Value};

fn main() -> Result<(), Box<dyn Error>> {
    let mut acceptance = Map::new();
    for filter in benches::filter_corpus()? {
        let taken = filter.parse::<scim_filter::Filter>().is_ok();
        acceptance.insert(filter, Value::Bool(taken));
    }
    writeln!(std::io::stdout(), "{}", Value::Object(acceptance))?;
    Ok(())
}
