//! Records read out of bytes.

use scim_mapping::source::{SourceItem, SourceLimits, SourceReader};
use serde_json::{Value, json};

use super::files;

fn reader(case: &Value) -> SourceReader {
    let reader = match case["format"].as_str().unwrap() {
        "graph" => SourceReader::graph(),
        "csv" => SourceReader::csv(),
        _ => SourceReader::ndjson(),
    };
    let mut limits = SourceLimits::default();
    if let Some(bytes) = case["recordBytes"].as_u64() {
        limits.record_bytes = usize::try_from(bytes).unwrap();
    }
    if let Some(columns) = case["columns"].as_u64() {
        limits.columns = usize::try_from(columns).unwrap();
    }
    let mut reader = reader.with_limits(limits);
    if let Some(delimiter) = case["delimiter"].as_str() {
        reader = reader.with_delimiter(delimiter.as_bytes()[0]);
    }
    if let Some(list) = case["list"].as_array() {
        let separator = list[1].as_str().unwrap().chars().next().unwrap();
        reader = reader.with_list(list[0].as_str().unwrap(), separator);
    }
    reader
}

fn bytes(case: &Value) -> Vec<u8> {
    match &case["text"] {
        Value::String(text) => text.clone().into_bytes(),
        bytes => serde_json::from_value(bytes.clone()).unwrap(),
    }
}

fn shown(item: Result<SourceItem, scim_mapping::source::SourceError>) -> Value {
    match item {
        Ok(SourceItem::Record(record)) => json!({"record": record.attributes()}),
        Ok(SourceItem::Removed { id, reason }) => json!({"removed": [id, reason]}),
        Ok(SourceItem::NextLink(link)) => json!({"next": link}),
        Ok(SourceItem::DeltaLink(link)) => json!({"delta": link}),
        Ok(other) => json!({"unknown": format!("{other:?}")}),
        Err(error) => json!({"error": error.to_string(), "final": error.is_final}),
    }
}

#[test]
fn sources_are_read_whole_and_in_pieces_alike() {
    for (_, file) in files("source") {
        for case in file["cases"].as_array().unwrap() {
            let bytes = bytes(case);
            for size in [bytes.len().max(1), 7, 1] {
                let mut reader = reader(case);
                let mut items: Vec<_> = bytes
                    .chunks(size)
                    .flat_map(|piece| reader.push(piece))
                    .collect();
                items.extend(reader.finish());
                let items: Vec<Value> = items.into_iter().map(shown).collect();
                assert_eq!(json!(items), case["items"], "{}, {size}", case["name"]);
            }
        }
    }
}
