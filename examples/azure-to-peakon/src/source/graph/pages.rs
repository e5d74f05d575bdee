//! The objects of one kind, page by page.

use reqwest::Url;
use scim_mapping::provisioning::{ObjectKind, SourceEnd};
use scim_mapping::source::{SourceItem, SourceReader};

use super::{GraphSource, PAGE, collection, connection::Answer};
use crate::{failure::Failure, source::Batch};

/// Reads all objects of one kind, or those that changed.
#[derive(Debug)]
pub(crate) struct GraphReading {
    source: GraphSource,
    kind: ObjectKind,
    next: Next,
}

#[derive(Debug)]
enum Next {
    /// A delta link of an earlier reading.
    Resume(String),
    /// The token from which the next reading goes on: asked for first, so that no change falls between.
    Token,
    /// A page of everything.
    All {
        url: Url,
        delta_link: String,
    },
    /// Users that are deleted, and may come back.
    Deleted {
        url: Url,
        delta_link: String,
    },
    /// A page of changes.
    Changes(Url),
    Over,
}

/// What one page holds.
#[derive(Debug, Default)]
struct Page {
    items: Vec<Result<SourceItem, String>>,
    next_link: Option<String>,
    delta_link: Option<String>,
}

impl GraphReading {
    pub(super) fn new(source: GraphSource, kind: ObjectKind, watermark: Option<&str>) -> Self {
        let next = watermark.map_or(Next::Token, |link| Next::Resume(link.to_owned()));
        Self { source, kind, next }
    }

    pub(crate) async fn next(&mut self) -> Result<Batch, Failure> {
        match std::mem::replace(&mut self.next, Next::Over) {
            Next::Resume(link) => {
                let url = self.source.0.connection.link(&link)?;
                self.changes(url).await
            }
            Next::Changes(url) => self.changes(url).await,
            Next::Token => self.token().await,
            Next::All { url, delta_link } => self.all(url, delta_link).await,
            Next::Deleted { url, delta_link } => self.deleted(url, delta_link).await,
            Next::Over => Ok(Batch::default()),
        }
    }

    async fn token(&mut self) -> Result<Batch, Failure> {
        let collection = collection(self.kind);
        let properties = self.source.properties(self.kind);
        // Only what is selected is watched.
        let related = match self.kind {
            ObjectKind::Group => ",members",
            ObjectKind::User if properties.manager => ",manager",
            ObjectKind::User => "",
        };
        let select = format!("{}{related}", properties.select);
        let options = [("$select", select.as_str()), ("$deltatoken", "latest")];
        let mut url = self.source.url(&[collection, "delta"], &options);
        let delta_link = loop {
            let page = self
                .page(url)
                .await?
                .ok_or_else(|| self.strange("410 for a new delta query"))?;
            match (page.delta_link, page.next_link) {
                (Some(link), _) => break link,
                (None, Some(link)) => url = self.source.0.connection.link(&link)?,
                (None, None) => return Err(self.strange("a delta query without a delta link")),
            }
        };
        let mut url = self.source.object_url(self.kind, &[collection]);
        url.query_pairs_mut().append_pair("$top", PAGE);
        self.next = Next::All { url, delta_link };
        Ok(Batch::default())
    }

    async fn all(&mut self, url: Url, delta_link: String) -> Result<Batch, Failure> {
        let page = self
            .page(url)
            .await?
            .ok_or_else(|| self.strange("410 for a list"))?;
        let mut batch = Batch::default();
        for item in page.items {
            batch.items.push(match item {
                Ok(SourceItem::Record(record)) => Ok(SourceItem::Record(
                    self.source.completed(self.kind, record).await?,
                )),
                other => other,
            });
        }
        self.next = match page.next_link {
            Some(link) => Next::All {
                url: self.source.0.connection.link(&link)?,
                delta_link,
            },
            None if self.kind == ObjectKind::User => {
                let path = ["directory", "deletedItems", "microsoft.graph.user"];
                let url = self.source.url(&path, &[("$select", "id"), ("$top", PAGE)]);
                Next::Deleted { url, delta_link }
            }
            None => {
                batch.end = Some(SourceEnd::listed(delta_link));
                Next::Over
            }
        };
        Ok(batch)
    }

    /// Without them, whoever is deleted would look like somebody who is gone for good.
    async fn deleted(&mut self, url: Url, delta_link: String) -> Result<Batch, Failure> {
        let page = self
            .page(url)
            .await?
            .ok_or_else(|| self.strange("410 for a list"))?;
        let removed = |item: Result<SourceItem, String>| {
            Some(match item {
                Ok(SourceItem::Record(record)) => Ok(SourceItem::Removed {
                    id: record.text("objectId")?,
                    reason: "changed".to_owned(),
                }),
                other => other,
            })
        };
        let mut batch = Batch {
            items: page.items.into_iter().filter_map(removed).collect(),
            end: None,
        };
        match page.next_link {
            Some(link) => {
                let url = self.source.0.connection.link(&link)?;
                self.next = Next::Deleted { url, delta_link };
            }
            None => batch.end = Some(SourceEnd::listed(delta_link)),
        }
        Ok(batch)
    }

    async fn changes(&mut self, url: Url) -> Result<Batch, Failure> {
        let Some(page) = self.page(url).await? else {
            // The token is too old: everything is read, as at first.
            self.next = Next::Token;
            return Ok(Batch::default());
        };
        let mut batch = Batch::default();
        let mut changed = Vec::new();
        for item in page.items {
            match item {
                Ok(SourceItem::Record(record)) => changed.extend(record.text("objectId")),
                other => batch.items.push(other),
            }
        }
        let kind = self.kind;
        let whole = self
            .source
            .in_flight(changed, move |source, id| async move {
                source.read(kind, &id).await
            });
        // Who is gone by now stands in the next delta.
        let whole = whole.await?.into_iter().flatten();
        batch
            .items
            .extend(whole.map(|record| Ok(SourceItem::Record(record))));
        match (page.next_link, page.delta_link) {
            (Some(link), _) => self.next = Next::Changes(self.source.0.connection.link(&link)?),
            (None, Some(link)) => batch.end = Some(SourceEnd::changes(link)),
            (None, None) => return Err(self.strange("a delta query without a delta link")),
        }
        Ok(batch)
    }

    /// None when the token of a delta query has expired.
    async fn page(&self, url: Url) -> Result<Option<Page>, Failure> {
        let path = url.path().to_owned();
        let body = match self.source.0.connection.get(url).await? {
            Answer::Success(body) => body,
            Answer::Expired => return Ok(None),
            Answer::Absent => {
                return Err(self.source.0.connection.strange(&path, &"404 Not Found"));
            }
        };
        let mut reader = SourceReader::graph();
        let mut page = Page::default();
        let items = reader.push(&body).into_iter().chain(reader.finish());
        for item in items {
            match item {
                Ok(SourceItem::NextLink(link)) => page.next_link = Some(link),
                Ok(SourceItem::DeltaLink(link)) => page.delta_link = Some(link),
                Ok(item) => page.items.push(Ok(item)),
                Err(error) if error.is_final => {
                    return Err(self.source.0.connection.strange(&path, &error));
                }
                Err(error) => page.items.push(Err(error.to_string())),
            }
        }
        Ok(Some(page))
    }

    fn strange(&self, problem: &str) -> Failure {
        self.source
            .0
            .connection
            .strange(collection(self.kind), &problem)
    }
}
