//! Resources in a database, and the question whether it says the same as scim-core.

use std::error::Error;

use scim_core::compatibility::Compatibility;
use scim_core::evaluation::BoundFilter;
use scim_core::resource::Resource;
use scim_core::schema::RegisteredResourceType;
use scim_core::sql::{SqlDialect, SqlPage};

use crate::database::{Database, Layout};
use crate::dice::Dice;
use crate::{odd_names, registry, resources};

pub(crate) type Outcome = Result<(), Box<dyn Error>>;

pub(crate) const TYPES: [&str; 4] = ["User", "Group", "Thing", "Odd"];
pub(crate) const RESOURCES: usize = 24;

fn resource_type(name: &str) -> Result<RegisteredResourceType, Box<dyn Error>> {
    match name {
        "Odd" => odd_names::resource_type(),
        name => registry::resource_type(name),
    }
}

/// A database with the resources of one type, kept in two ways.
pub(crate) struct Held {
    pub(crate) resource_type: RegisteredResourceType,
    pub(crate) database: Database,
    pub(crate) layouts: Vec<Layout>,
    pub(crate) batch: i64,
    pub(crate) resources: Vec<Resource>,
}

impl Held {
    pub(crate) async fn new(
        dialect: SqlDialect,
        url: &str,
        name: &str,
    ) -> Result<Self, Box<dyn Error>> {
        let resource_type = resource_type(name)?;
        let mut database = Database::open(dialect, url).await?;
        let layouts = vec![
            Layout::plain(dialect, &resource_type)?,
            Layout::indexed(dialect, &resource_type)?,
        ];
        for layout in &layouts {
            database.create(layout).await?;
        }
        Ok(Self {
            resource_type,
            database,
            layouts,
            batch: 0,
            resources: Vec::new(),
        })
    }

    /// Other resources, beside those that are there.
    pub(crate) async fn next_batch(&mut self, resources: Vec<Resource>) -> Outcome {
        self.batch += 1;
        for layout in &self.layouts {
            for resource in &resources {
                self.database.insert(layout, self.batch, resource).await?;
            }
        }
        self.resources = resources;
        Ok(())
    }

    pub(crate) async fn next_generated(&mut self, dice: &mut Dice) -> Outcome {
        let batch = self.batch;
        let resources = (0..RESOURCES)
            .map(|number| {
                let start = dice.pick(&["a", "B", "é", "😀", "'", ""]);
                let id = format!("{start}{:02}-{batch}", (number * 7) % RESOURCES);
                resources::resource(&self.resource_type, &id, dice)
            })
            .collect();
        self.next_batch(resources).await
    }

    /// How many resources fulfil a filter, when all agree on it.
    pub(crate) async fn count(
        &mut self,
        text: &str,
        filter: &BoundFilter,
    ) -> Result<usize, Box<dyn Error>> {
        let mut expected: Vec<_> = self
            .resources
            .iter()
            .filter(|resource| filter.matches(resource))
            .filter_map(Resource::id)
            .collect();
        expected.sort_unstable();
        for layout in &self.layouts {
            let found = self
                .database
                .ask(layout, self.batch, Some(filter), None, SqlPage::All)
                .await
                .map_err(|error| format!("{text}\n{error}"))?;
            if found != expected {
                let query = layout.table.query(Some(filter), None, SqlPage::All)?;
                let wrong = self.resources.iter().find(|resource| {
                    let id = resource.id().unwrap_or_default();
                    found.iter().any(|found| found == id) != expected.contains(&id)
                });
                return Err(format!(
                    "{text}\n{}\n{:?}\nfound {found:?}\nnot {expected:?}\nas for {}\nkept as {}",
                    query.clauses(),
                    query.parameters,
                    wrong.map(Resource::to_value).unwrap_or_default(),
                    wrong
                        .map(|wrong| layout.table.comparison_document(wrong))
                        .transpose()?
                        .unwrap_or_default(),
                )
                .into());
            }
        }
        Ok(expected.len())
    }

    pub(crate) fn bind(&self, text: &str, compatibility: &Compatibility) -> Option<BoundFilter> {
        let parser = self
            .resource_type
            .parser()
            .leniency(compatibility.leniency());
        let filter = parser.filter(text).ok()?;
        BoundFilter::bind(&filter, &self.resource_type, compatibility).ok()
    }
}

#[expect(
    clippy::print_stdout,
    reason = "how much was asked is part of what the test shows"
)]
pub(crate) fn println_of(dialect: SqlDialect, what: &str) {
    println!("{dialect:?}: {what}");
}
