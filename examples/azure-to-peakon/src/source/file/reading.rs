//! The objects of one kind, while a thread reads them.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use scim_mapping::provisioning::{ObjectKind, SourceEnd};
use scim_mapping::source::SourceItem;
use tokio::sync::mpsc::{Receiver, Sender, channel};

use super::FileSource;
use crate::failure::Failure;
use crate::source::Batch;

/// So many objects are read ahead.
const AHEAD: usize = 256;

/// The objects of one kind, while they are read.
#[derive(Debug)]
pub(crate) struct FileReading {
    told: Receiver<Told>,
    place: String,
    /// Whether no object has come, although the file has to hold some.
    lacks_objects: bool,
    is_over: bool,
    position: Arc<AtomicU64>,
    length: u64,
}

/// What the thread tells.
#[derive(Debug)]
enum Told {
    /// An object, or why it cannot be read.
    Object(Result<SourceItem, String>),
    /// The file cannot be read.
    Failed(Failure),
    /// That was all. A thread that comes to grief does not get to say so.
    End,
}

impl FileReading {
    pub(super) fn new(source: FileSource, kind: ObjectKind) -> Self {
        let (sender, told) = channel(AHEAD);
        let length = std::fs::metadata(&source.path).map_or(0, |file| file.len());
        let reading = Self::of(told, &source, kind, length);
        tokio::task::spawn_blocking(move || read(&source, kind, &sender));
        reading
    }

    fn of(told: Receiver<Told>, source: &FileSource, kind: ObjectKind, length: u64) -> Self {
        Self {
            told,
            place: source.place(),
            lacks_objects: kind == ObjectKind::User && !source.may_be_empty,
            is_over: false,
            position: Arc::clone(&source.position),
            length,
        }
    }

    #[expect(clippy::cast_precision_loss, reason = "for a bar on a screen")]
    pub(crate) fn fraction(&self) -> f64 {
        self.position.load(Ordering::Relaxed) as f64 / self.length.max(1) as f64
    }

    pub(crate) async fn next(&mut self) -> Result<Batch, Failure> {
        let mut batch = Batch::default();
        if self.is_over {
            return Ok(batch);
        }
        let mut received = Vec::new();
        if self.told.recv_many(&mut received, AHEAD).await == 0 {
            self.is_over = true;
            let problem = "the reading has broken off before the end of the file";
            let advice = "run again; if that does not help, tell the authors";
            return Err(Failure::new(&self.place, problem, advice));
        }
        for told in received {
            match told {
                Told::Object(object) => {
                    self.lacks_objects = false;
                    batch.items.push(object);
                }
                Told::Failed(failure) => {
                    self.is_over = true;
                    return Err(failure);
                }
                Told::End => {
                    self.is_over = true;
                    batch.end = Some(self.end()?);
                }
            }
        }
        Ok(batch)
    }

    /// Whoever does not stand in the file is gone; but a file without anybody is an export that went wrong.
    fn end(&self) -> Result<SourceEnd, Failure> {
        if self.lacks_objects {
            let problem =
                "there is no user in this file, and without any each employee would be deleted";
            let advice = "write the directory into it again; if nobody is to be left, say so with --allow-empty-directory";
            return Err(Failure::new(&self.place, problem, advice));
        }
        Ok(SourceEnd::complete())
    }
}

fn read(source: &FileSource, kind: ObjectKind, sender: &Sender<Told>) {
    let outcome = source.each(kind, &mut |item| {
        sender.blocking_send(Told::Object(item)).is_ok()
    });
    // Nobody reads any more: then nobody asks how it ended, either.
    let _ = sender.blocking_send(outcome.map_or_else(Told::Failed, |()| Told::End));
}

#[cfg(test)]
mod tests {
    use tokio::sync::mpsc::channel;

    use super::{FileReading, Told};
    use crate::source::FileSource;
    use scim_mapping::provisioning::ObjectKind;
    use scim_mapping::source::SourceItem;

    #[tokio::test]
    async fn a_thread_that_comes_to_grief_is_not_the_end_of_the_file() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(&file, r#"{"users": [{"id": "1"}, {"id": "2"}]}"#).unwrap();
        let source = FileSource::open(file.path()).unwrap();
        let (sender, told) = channel(1);
        let mut reading = FileReading::of(told, &source, ObjectKind::User, 0);
        let thread = std::thread::spawn(move || {
            let removed = SourceItem::Removed {
                id: "1".to_owned(),
                reason: "changed".to_owned(),
            };
            sender.blocking_send(Told::Object(Ok(removed))).unwrap();
            panic!("as a fault of the reader would");
        });
        assert!(thread.join().is_err());
        let batch = reading.next().await.unwrap();
        assert_eq!((batch.items.len(), batch.end), (1, None));
        let problem = reading.next().await.unwrap_err().to_string();
        assert!(problem.contains("broken off"), "{problem}");
    }
}
