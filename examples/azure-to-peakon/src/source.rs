//! Where users, groups and assignments come from: a file, or Microsoft Graph.

mod document;
mod file;
pub(crate) mod graph;
mod rows;

use scim_mapping::provisioning::{ObjectKind, SourceEnd};
use scim_mapping::{Assignments, Record, source::SourceItem};

pub(crate) use file::FileSource;
pub(crate) use graph::GraphSource;

use crate::failure::Failure;

/// What one reading gives: objects, or why one of them cannot be read, and whether that was all.
#[derive(Debug, Default)]
pub(crate) struct Batch {
    pub(crate) items: Vec<Result<SourceItem, String>>,
    pub(crate) end: Option<SourceEnd>,
}

/// A directory. A clone is the same one.
#[derive(Debug, Clone)]
pub(crate) enum Source {
    File(FileSource),
    Graph(GraphSource),
}

/// The objects of one kind, while they are read.
#[derive(Debug)]
pub(crate) enum Reading {
    File(file::FileReading),
    Graph(Box<graph::GraphReading>),
}

impl Source {
    /// Who is assigned to the application, read anew.
    pub(crate) async fn assignments(&self) -> Result<Assignments, Failure> {
        match self {
            Self::File(source) => source.assignments().await,
            Self::Graph(source) => source.assignments().await,
        }
    }

    /// Begins to read the objects of one kind: those that changed since the watermark, or all of them.
    pub(crate) fn begin(&self, kind: ObjectKind, watermark: Option<&str>) -> Reading {
        match self {
            Self::File(source) => Reading::File(source.begin(kind)),
            Self::Graph(source) => Reading::Graph(Box::new(source.begin(kind, watermark))),
        }
    }

    /// One object by its id; none if the directory does not have it.
    pub(crate) async fn read(&self, kind: ObjectKind, id: &str) -> Result<Option<Record>, Failure> {
        match self {
            Self::File(source) => source.read(kind, id).await,
            Self::Graph(source) => source.read(kind, id).await,
        }
    }

    /// The user with this sign-in name or object id.
    pub(crate) async fn find(&self, name: &str) -> Result<Record, Failure> {
        let found = match self {
            Self::File(source) => source.find(name).await?,
            Self::Graph(source) => source.find(name).await?,
        };
        found.ok_or_else(|| {
            let advice = "give the sign-in name or the object id of a user as the directory has it";
            Failure::new(self.place(), format!("nobody is called {name}"), advice)
        })
    }

    /// What messages call it.
    pub(crate) fn place(&self) -> String {
        match self {
            Self::File(source) => source.place(),
            Self::Graph(source) => source.place(),
        }
    }
}

impl Reading {
    /// The next objects. After the end there are none.
    pub(crate) async fn next(&mut self) -> Result<Batch, Failure> {
        match self {
            Self::File(reading) => reading.next().await,
            Self::Graph(reading) => reading.next().await,
        }
    }

    /// How much of it is read, if that is known.
    pub(crate) fn fraction(&self) -> Option<f64> {
        match self {
            Self::File(reading) => Some(reading.fraction()),
            Self::Graph(_) => None,
        }
    }
}
