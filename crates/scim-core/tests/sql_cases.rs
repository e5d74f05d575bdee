//! What filters, orders and pages are in SQL, and what is stored for them: the files below `tests/cases/sql` are the
//! specification.
#![expect(
    clippy::needless_pass_by_value,
    reason = "the harness hands over the text of a file"
)]

#[path = "semantics/registry.rs"]
mod registry;

use std::error::Error;
use std::path::Path;

use scim_core::compatibility::Compatibility;
use scim_core::evaluation::BoundFilter;
use scim_core::message::SortOrder;
use scim_core::paging::Cursor;
use scim_core::resource::Resource;
use scim_core::schema::RegisteredResourceType;
use scim_core::sorting::BoundSort;
use scim_core::sql::{SqlDialect, SqlEntries, SqlPage, SqlTable, SqlValue};
use serde::Deserialize;
use serde_json::{Map, Value};

type Outcome = Result<(), Box<dyn Error>>;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct QueryCases {
    #[serde(rename = "about")]
    _about: String,
    compatibility: Option<String>,
    resource_type: String,
    table: String,
    /// Path and column.
    #[serde(default)]
    columns: Map<String, Value>,
    #[serde(default)]
    assigned_columns: Map<String, Value>,
    /// Path, and the table with its owner and its columns.
    #[serde(default)]
    entries: Vec<Entries>,
    cases: Vec<QueryCase>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entries {
    path: String,
    table: String,
    owner: String,
    columns: Map<String, Value>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct QueryCase {
    name: String,
    filter: Option<String>,
    sort_by: Option<String>,
    /// Another resource type that is asked with it.
    beside: Option<String>,
    #[serde(default)]
    descending: bool,
    /// As it is serialized.
    cursor: Option<Value>,
    start_index: Option<usize>,
    sqlite: Option<String>,
    postgresql: Option<String>,
    #[serde(default)]
    parameters: Vec<Value>,
    /// The keyword or kind of the error, and a word of its text.
    refused: Option<[String; 2]>,
}

fn compatibility(name: Option<&str>) -> Result<Compatibility, Box<dyn Error>> {
    match name {
        None => Ok(Compatibility::standard()),
        Some("entra") => Ok(Compatibility::entra()),
        Some(other) => Err(format!("no preset {other}").into()),
    }
}

fn text(value: &Value) -> Result<&str, String> {
    value.as_str().ok_or_else(|| format!("{value} is no text"))
}

fn table(
    cases: &QueryCases,
    dialect: SqlDialect,
    resource_type: &RegisteredResourceType,
) -> Result<SqlTable, Box<dyn Error>> {
    let mut table = SqlTable::new(dialect, &cases.table, resource_type)?;
    for (path, column) in &cases.columns {
        table = table.with_column(path, text(column)?)?;
    }
    for (path, column) in &cases.assigned_columns {
        table = table.with_required_column(path, text(column)?)?;
    }
    for listed in &cases.entries {
        let mut entries = SqlEntries::new(&listed.table, &listed.owner)?;
        for (sub_attribute, column) in &listed.columns {
            entries = entries.with_column(sub_attribute, text(column)?)?;
        }
        table = table.with_entries(&listed.path, entries)?;
    }
    Ok(table)
}

fn query(_path: &Path, file: String) -> Outcome {
    let cases: QueryCases = serde_json::from_str(&file)?;
    let resource_type = registry::resource_type(&cases.resource_type)?;
    for case in &cases.cases {
        for (dialect, wanted) in [
            (SqlDialect::Sqlite, &case.sqlite),
            (SqlDialect::PostgreSql, &case.postgresql),
        ] {
            let asked = ask(&cases, case, dialect, &resource_type)
                .map_err(|error| format!("{}: {error}", case.name))?;
            match (asked, &case.refused) {
                (Ok((clauses, parameters)), None) => {
                    if Some(&clauses) != wanted.as_ref() || parameters != case.parameters {
                        let found = Value::from(clauses);
                        let parameters = Value::from(parameters);
                        let name = &case.name;
                        return Err(format!("{name}: {dialect:?}\n{found}\n{parameters}").into());
                    }
                }
                (Err(error), Some([kind, word])) => {
                    let found = error.kind().scim_type().unwrap_or("internal");
                    if found != kind || !error.to_string().contains(word) {
                        return Err(format!("{}: {error:?}", case.name).into());
                    }
                }
                (outcome, _) => return Err(format!("{}: {outcome:?}", case.name).into()),
            }
        }
    }
    Ok(())
}

type Asked = Result<(String, Vec<Value>), scim_core::error::Error>;

fn ask(
    cases: &QueryCases,
    case: &QueryCase,
    dialect: SqlDialect,
    resource_type: &RegisteredResourceType,
) -> Result<Asked, Box<dyn Error>> {
    let table = table(cases, dialect, resource_type)?;
    let compatibility = compatibility(cases.compatibility.as_deref())?;
    let parser = resource_type.parser().leniency(compatibility.leniency());
    let filter = match &case.filter {
        None => None,
        Some(filter) => {
            let filter = parser.filter(filter)?;
            Some(BoundFilter::bind(&filter, resource_type, &compatibility)?)
        }
    };
    let order = if case.descending {
        SortOrder::Descending
    } else {
        SortOrder::Ascending
    };
    let sort = match &case.sort_by {
        None => None,
        Some(path) => {
            let beside = case.beside.as_deref().map(registry::resource_type);
            let beside = beside.transpose()?;
            let resource_types = [resource_type].into_iter().chain(&beside);
            let path = parser.attribute_path(path)?;
            let (sorts, _) = BoundSort::bind_each(&path, order, resource_types, &compatibility)?;
            sorts.into_iter().next()
        }
    };
    let cursor: Option<Cursor> = case
        .cursor
        .clone()
        .map(serde_json::from_value)
        .transpose()?;
    let page = match (&cursor, case.start_index) {
        (Some(cursor), _) => SqlPage::Cursor {
            cursor: Some(cursor),
            limit: 11,
        },
        (None, Some(start_index)) => SqlPage::Index {
            start_index,
            count: 10,
        },
        (None, None) => SqlPage::All,
    };
    Ok(table
        .query(filter.as_ref(), sort.as_ref(), page)
        .map(|query| {
            let values = query.parameters.iter().map(|parameter| match parameter {
                SqlValue::Text(text) => text.clone().into(),
                SqlValue::Integer(number) => (*number).into(),
            });
            (query.clauses(), values.collect())
        }))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct DocumentCases {
    #[serde(rename = "about")]
    _about: String,
    resource_type: String,
    cases: Vec<DocumentCase>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct DocumentCase {
    name: String,
    resource: Map<String, Value>,
    document: Option<Value>,
    /// The path that the error names.
    refused: Option<String>,
}

fn document(_path: &Path, file: String) -> Outcome {
    let cases: DocumentCases = serde_json::from_str(&file)?;
    let resource_type = registry::resource_type(&cases.resource_type)?;
    let table = SqlTable::new(SqlDialect::Sqlite, "resources", &resource_type)?;
    for case in cases.cases {
        let made = table.comparison_document(&Resource::new(case.resource));
        let (document, refused) = match made {
            Ok(document) => (Some(document), None),
            Err(error) => (None, error.path().map(str::to_owned)),
        };
        if document != case.document || refused != case.refused {
            let document = document.unwrap_or_default();
            return Err(format!("{}: {document} {refused:?}", case.name).into());
        }
    }
    Ok(())
}

datatest_stable::harness! {
    { test = query, root = "tests/cases/sql/query", pattern = r"\.json$" },
    { test = document, root = "tests/cases/sql/document", pattern = r"\.json$" },
}
