//! Directories without groups: CSV with a header, and NDJSON.

use std::io::Read;

use scim_mapping::Record;
use scim_mapping::source::{SourceError, SourceItem, SourceReader};
use serde_json::Value;

/// Gives every user to `receive`, which ends the reading with `false`; the final error, if there is one.
pub(super) fn read(
    mut source: impl Read,
    mut reader: SourceReader,
    receive: &mut dyn FnMut(Result<Record, SourceError>) -> bool,
) -> Result<(), std::io::Error> {
    let mut buffer = vec![0; 1 << 16];
    loop {
        let length = source.read(&mut buffer)?;
        let items = if length == 0 {
            reader.finish()
        } else {
            reader.push(buffer.get(..length).unwrap_or_default())
        };
        for item in items {
            let record = match item {
                Ok(SourceItem::Record(record)) => Ok(with_names_of_mappings(&record)),
                Ok(_) => continue,
                Err(error) => Err(error),
            };
            let is_final = record.as_ref().is_err_and(|error| error.is_final);
            if !receive(record) || is_final {
                return Ok(());
            }
        }
        if length == 0 {
            return Ok(());
        }
    }
}

/// Names are those of mappings, or, where there is an `id` in place of an `objectId`, those of Microsoft Graph. In CSV everything
/// is a text, also whether the account is enabled.
fn with_names_of_mappings(record: &Record) -> Record {
    let mut attributes = record.attributes().clone();
    for name in ["accountEnabled", "IsSoftDeleted"] {
        if let Some(Value::String(text)) = attributes.get(name)
            && let Ok(truth) = text.to_ascii_lowercase().parse::<bool>()
        {
            attributes.insert(name.to_owned(), truth.into());
        }
    }
    if let Some(Value::Number(id)) = attributes.get("id") {
        let id = Value::from(id.to_string());
        attributes.insert("id".to_owned(), id);
    }
    if !attributes.contains_key("objectId")
        && let Ok(user) = Record::from_graph_user(&Value::Object(attributes.clone()))
    {
        return user;
    }
    if !attributes.contains_key("IsSoftDeleted") {
        let disabled = attributes.get("accountEnabled") == Some(&Value::Bool(false));
        attributes.insert("IsSoftDeleted".to_owned(), disabled.into());
    }
    Record::new(attributes)
}

#[cfg(test)]
mod tests {
    use super::read;
    use scim_mapping::Record;
    use scim_mapping::source::SourceReader;

    fn records(text: &str, reader: SourceReader) -> Vec<Result<Record, String>> {
        let mut records = Vec::new();
        read(text.as_bytes(), reader, &mut |record| {
            records.push(record.map_err(|error| error.to_string()));
            true
        })
        .unwrap();
        records
    }

    #[test]
    fn columns_are_called_as_in_mappings_or_as_in_graph() {
        for (text, mobile) in [
            ("id,mobilePhone,accountEnabled\n7,+47 1,False\n", "+47 1"),
            ("objectId,mobile,accountEnabled\n7,+47 2,false\n", "+47 2"),
        ] {
            let all = records(text, SourceReader::csv());
            let record = all[0].as_ref().unwrap();
            assert_eq!(record.text("objectId").as_deref(), Some("7"));
            assert_eq!(record.text("mobile").as_deref(), Some(mobile));
            assert_eq!(record.get("IsSoftDeleted"), Some(&true.into()));
        }
    }

    #[test]
    fn a_line_that_cannot_be_read_is_told_and_the_next_one_is_read() {
        let all = records(
            "{\"id\":1}\n{\"id\"\n{\"id\":\"3\"}\n",
            SourceReader::ndjson(),
        );
        assert_eq!(
            all[0].as_ref().unwrap().text("objectId").as_deref(),
            Some("1")
        );
        assert!(
            all[1].as_ref().unwrap_err().contains("record 2"),
            "{:?}",
            all[1]
        );
        assert_eq!(
            all[2].as_ref().unwrap().text("objectId").as_deref(),
            Some("3")
        );
    }
}
