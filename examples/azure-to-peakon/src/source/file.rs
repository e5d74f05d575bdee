//! A directory in a file, read from its beginning for each cycle and never held as a whole.

mod format;
mod reading;

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{BufReader, Read, Seek};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use scim_mapping::provisioning::ObjectKind;
use scim_mapping::source::{SourceItem, SourceReader};
use scim_mapping::{Assignments, Record};
use serde_json::Value;

use self::format::Format;
pub(crate) use self::reading::FileReading;
use super::document::{self, Section};
use super::rows;
use crate::failure::Failure;
use crate::file_kind::Wanted;

/// A directory in a file.
#[derive(Debug, Clone)]
pub(crate) struct FileSource {
    path: PathBuf,
    format: Format,
    /// Whether it is meant that nobody stands in it.
    may_be_empty: bool,
    /// How far the file is read.
    position: Arc<AtomicU64>,
}

/// A file that tells how far it is read.
struct Counted {
    file: File,
    position: Arc<AtomicU64>,
}

impl Read for Counted {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let length = self.file.read(buffer)?;
        self.position
            .fetch_add(u64::try_from(length).unwrap_or_default(), Ordering::Relaxed);
        Ok(length)
    }
}

impl FileSource {
    /// Looks at the file: JSON, NDJSON or CSV, by its content.
    pub(crate) fn open(path: &Path) -> Result<Self, Failure> {
        let refuse = |error: &std::io::Error| unreadable(path, error);
        let mut file = File::open(path).map_err(|error| refuse(&error))?;
        let mut start = vec![0; 1 << 16];
        let mut length = 0;
        while let Some(rest) = start.get_mut(length..).filter(|rest| !rest.is_empty()) {
            match file.read(rest).map_err(|error| refuse(&error))? {
                0 => break,
                read => length += read,
            }
        }
        start.truncate(length);
        let format = Format::of(&start, &path.display().to_string())?;
        Ok(Self {
            path: path.to_owned(),
            format,
            may_be_empty: false,
            position: Arc::default(),
        })
    }

    /// The same file, in which it may be meant that nobody stands.
    pub(crate) fn which_may_be_empty(mut self, may_be_empty: bool) -> Self {
        self.may_be_empty = may_be_empty;
        self
    }

    pub(crate) fn place(&self) -> String {
        self.path.display().to_string()
    }

    pub(crate) fn begin(&self, kind: ObjectKind) -> FileReading {
        let source = Self {
            position: Arc::default(),
            ..self.clone()
        };
        FileReading::new(source, kind)
    }

    pub(crate) async fn assignments(&self) -> Result<Assignments, Failure> {
        if self.format != Format::Document {
            return Ok(Assignments::everybody());
        }
        let source = self.clone();
        blocking(move || source.read_assignments()).await
    }

    pub(crate) async fn read(&self, kind: ObjectKind, id: &str) -> Result<Option<Record>, Failure> {
        let id = id.to_owned();
        self.first(kind, move |record| {
            record.text("objectId").as_deref() == Some(&id)
        })
        .await
    }

    pub(crate) async fn find(&self, name: &str) -> Result<Option<Record>, Failure> {
        let wanted = name.to_lowercase();
        self.first(ObjectKind::User, move |record| {
            ["userPrincipalName", "mail", "objectId"]
                .iter()
                .any(|name| {
                    record
                        .text(name)
                        .is_some_and(|text| text.to_lowercase() == wanted)
                })
        })
        .await
    }

    async fn first(
        &self,
        kind: ObjectKind,
        is_wanted: impl Fn(&Record) -> bool + Send + 'static,
    ) -> Result<Option<Record>, Failure> {
        let source = self.clone();
        blocking(move || {
            let mut found = None;
            source.each(kind, &mut |item| {
                if let Ok(SourceItem::Record(record)) = item
                    && is_wanted(&record)
                {
                    found = Some(record);
                }
                found.is_none()
            })?;
            Ok(found)
        })
        .await
    }

    fn file(&self) -> Result<BufReader<Counted>, Failure> {
        let file = File::open(&self.path);
        let mut file = file.map_err(|error| unreadable(&self.path, &error))?;
        let mut mark = [0; 3];
        // Editors on Windows begin with a byte order mark, which JSON does not know.
        if file.read(&mut mark).is_err() || mark != [0xEF, 0xBB, 0xBF] {
            file.rewind()
                .map_err(|error| unreadable(&self.path, &error))?;
        }
        let position = Arc::clone(&self.position);
        Ok(BufReader::with_capacity(
            1 << 16,
            Counted { file, position },
        ))
    }

    fn refuse(&self, problem: &dyn std::fmt::Display) -> Failure {
        Failure::new(self.place(), problem, Wanted::Directory.advice())
    }

    fn refuse_document(&self, error: &serde_json::Error) -> Failure {
        if !error.is_eof() {
            return self.refuse(error);
        }
        let problem = format!(
            "the file is cut off: it ends in the middle, at line {} column {}",
            error.line(),
            error.column()
        );
        let advice = "write the directory into it again, to its end; nobody was taken for deleted";
        Failure::new(self.place(), problem, advice)
    }

    /// Gives each object of the kind to `receive`, until that says `false`.
    fn each(
        &self,
        kind: ObjectKind,
        receive: &mut dyn FnMut(Result<SourceItem, String>) -> bool,
    ) -> Result<(), Failure> {
        let mut seen = BTreeSet::new();
        let mut check = |place: String,
                         item: Result<SourceItem, String>|
         -> Result<SourceItem, String> {
            let item = item.map_err(|problem| format!("{place}: {problem}"))?;
            if let SourceItem::Record(record) = &item {
                let id = record
                    .text("objectId")
                    .ok_or_else(|| format!("{place}: there is no object id"))?;
                if !seen.insert(id.clone().into_boxed_str()) {
                    return Err(format!(
                        "{place}: the id {id} stands in the file twice; leave each object in it once"
                    ));
                }
            }
            Ok(item)
        };
        let section = if kind == ObjectKind::Group {
            Section::Groups
        } else {
            Section::Users
        };
        let reader = match self.format {
            Format::Document => {
                let mut take = |section: Section, position: usize, value: Value| {
                    let place = format!("{}, {}[{position}]", self.place(), section.name());
                    receive(check(place, object(section, value)))
                };
                return document::read(self.file()?, &[section], &mut take)
                    .map(|_| ())
                    .map_err(|error| self.refuse_document(&error));
            }
            _ if kind == ObjectKind::Group => return Ok(()),
            Format::Lines => SourceReader::ndjson(),
            Format::Csv(delimiter) => SourceReader::csv().with_delimiter(delimiter),
        };
        let mut fault = None;
        let mut number = 0;
        let mut take = |record: Result<Record, scim_mapping::source::SourceError>| {
            number += 1;
            match record {
                Ok(record) => {
                    let place = format!("{}, record {number}", self.place());
                    receive(check(place, Ok(SourceItem::Record(record))))
                }
                Err(error) if error.is_final => {
                    fault = Some(error);
                    false
                }
                Err(error) => receive(Err(format!("{}, {error}", self.place()))),
            }
        };
        rows::read(self.file()?, reader, &mut take).map_err(|error| self.refuse(&error))?;
        fault.map_or(Ok(()), |error| Err(self.refuse(&error)))
    }

    fn read_assignments(&self) -> Result<Assignments, Failure> {
        let mut principals: Vec<String> = Vec::new();
        let mut groups: BTreeMap<String, Vec<String>> = BTreeMap::new();
        let mut problem = None;
        let wanted = [Section::Groups, Section::Assignments];
        let mut take = |section: Section, position, value| {
            let name = if section == Section::Groups {
                "id"
            } else {
                "principalId"
            };
            let Some(id) = text(&value, name) else {
                problem = Some(format!("{}[{position}] has no `{name}`", section.name()));
                return false;
            };
            if section == Section::Groups {
                groups.insert(id, member_ids(&value));
            } else {
                principals.push(id);
            }
            true
        };
        let has_assignments = document::read(self.file()?, &wanted, &mut take)
            .map_err(|error| self.refuse_document(&error))?;
        if let Some(problem) = problem {
            return Err(self.refuse(&problem));
        }
        if !has_assignments {
            return Ok(Assignments::everybody());
        }
        if principals.is_empty() && !self.may_be_empty {
            let problem = "`appRoleAssignedTo` is empty: nobody is assigned, and each employee would be disabled";
            let advice = "write the assignments into it again; leave `appRoleAssignedTo` out if everybody is in scope; if nobody is to be left, say so with --allow-empty-directory";
            return Err(Failure::new(self.place(), problem, advice));
        }
        let mut assignments = Assignments::only();
        for id in principals {
            assignments = match groups.remove(&id) {
                Some(members) => assignments.assigned_group(id, members),
                None => assignments.user(id),
            };
        }
        Ok(groups.into_iter().fold(assignments, |all, (id, members)| {
            all.other_group(id, members)
        }))
    }
}

fn unreadable(path: &Path, error: &std::io::Error) -> Failure {
    let advice = "name with --directory a file that is there and can be read";
    Failure::new(path.display().to_string(), error, advice)
}

fn object(section: Section, mut value: Value) -> Result<SourceItem, String> {
    let id = text(&value, "id").ok_or("there is no `id`; select the object id when exporting")?;
    if let Some(removed) = value.get("@removed") {
        return Ok(SourceItem::Removed {
            id,
            reason: text(removed, "reason").unwrap_or_default(),
        });
    }
    if section == Section::Users {
        let record = Record::from_graph_user(&value);
        return record
            .map(SourceItem::Record)
            .map_err(|error| error.to_string());
    }
    let mut attributes = value
        .as_object_mut()
        .map(std::mem::take)
        .unwrap_or_default();
    attributes.remove("id");
    attributes.insert("objectId".to_owned(), id.into());
    // Without a list there is nobody: a file holds whole groups.
    attributes
        .entry("members")
        .or_insert_with(|| Value::Array(Vec::new()));
    Ok(SourceItem::Record(Record::new(attributes)))
}

fn text(value: &Value, name: &str) -> Option<String> {
    value.get(name).and_then(Value::as_str).map(str::to_owned)
}

fn member_ids(group: &Value) -> Vec<String> {
    let members = group.get("members").and_then(Value::as_array);
    members
        .into_iter()
        .flatten()
        .filter_map(|member| text(member, "id"))
        .collect()
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Failure> + Send + 'static,
) -> Result<T, Failure> {
    let outcome = tokio::task::spawn_blocking(work).await;
    outcome.unwrap_or_else(|error| Err(Failure::new("reading the directory", error, "run again")))
}

#[cfg(test)]
mod tests;
