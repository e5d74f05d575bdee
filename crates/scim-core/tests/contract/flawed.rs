//! The store in memory with one flaw, as stores on a database have it.

#[path = "lookups.rs"]
mod lookups;

use std::future::poll_fn;
use std::sync::Mutex;
use std::task::Poll;

use scim_core::resource::Resource;
use scim_core::schema::SchemaRegistry;
use scim_core::service_provider::{
    Amended, Amendment, InsertionError, MemoryStore, NewResource, Page, Paging, RequestContext,
    ResourceStore, Search, StoreCapabilities, StoreError, next_version,
};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Flaw {
    LosesNickNames,
    Merges,
    ComparesTakenValuesExactly,
    LooksAndThenInserts,
    ReplacesOlderVersions,
    ComparesAndThenReplaces,
    DeletesAnyVersion,
    KeepsReferences,
    FindsTrimmedTexts,
    TakesEmptyForNull,
    SortsByBytes,
    CountsThePage,
    TakesCursorsForOffsets,
    EndsAfterAPage,
    SearchesAllTenants,
    KeepsHalfABatch,
    CountsEveryAmendment,
    LoadsAndThenAmends,
    ForgetsToRollBackWhenDropped,
    ForgetsToRollBackWhenFailing,
}

/// It waits at the begin and at the end of each call, and may fail between two resources of a batch.
pub(super) struct Flawed {
    inner: MemoryStore,
    registry: SchemaRegistry,
    flaw: Option<Flaw>,
    fault: Mutex<Option<usize>>,
}

/// Waits once.
async fn pause() {
    let mut is_over = false;
    poll_fn(|context| {
        if is_over {
            return Poll::Ready(());
        }
        is_over = true;
        context.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}

pub(super) fn version(resource: &Resource) -> String {
    resource.meta().and_then(|meta| meta.version).unwrap()
}

fn number(version: &str) -> Option<u64> {
    version
        .strip_prefix("W/\"")?
        .strip_suffix('"')?
        .parse()
        .ok()
}

/// Whether the store refuses what is taken by itself, because the one inside does not.
const fn looks_itself(flaw: Option<Flaw>) -> bool {
    matches!(
        flaw,
        Some(Flaw::ComparesTakenValuesExactly | Flaw::LooksAndThenInserts)
    )
}

impl Flawed {
    pub(super) fn new(registry: &SchemaRegistry, flaw: Option<Flaw>) -> Self {
        Self {
            inner: MemoryStore::new(if looks_itself(flaw) {
                lookups::without_uniqueness(registry)
            } else {
                registry.clone()
            }),
            registry: registry.clone(),
            flaw,
            fault: Mutex::new(None),
        }
    }

    pub(super) fn fail_after(&self, steps: usize) {
        *self.fault.lock().unwrap() = Some(steps);
    }

    fn has(&self, flaw: Flaw) -> bool {
        self.flaw == Some(flaw)
    }

    /// Waits once, unless half of the flaw would then be seen by somebody who does not wait for the end.
    async fn wait(&self) {
        let never = [Flaw::LosesNickNames, Flaw::Merges, Flaw::KeepsReferences];
        if !never.iter().any(|flaw| self.has(*flaw)) {
            pause().await;
        }
    }

    async fn held(
        &self,
        context: &RequestContext,
        resource_type: &str,
        id: &str,
    ) -> Result<Resource, StoreError> {
        let held = self.inner.load(context, resource_type, id).await?;
        held.ok_or(StoreError::NotFound)
    }

    /// Replaces whatever is there.
    async fn overwrite(
        &self,
        context: &RequestContext,
        resource_type: &str,
        resource: Resource,
    ) -> Result<Resource, StoreError> {
        let held = self
            .held(context, resource_type, resource.id().unwrap())
            .await?;
        self.inner
            .replace(context, resource_type, resource, &version(&held))
            .await
    }

    fn kept(&self, mut resource: Resource) -> Resource {
        if self.has(Flaw::LosesNickNames) {
            resource.attributes_mut().remove("nickName");
        }
        resource
    }

    /// Refuses what is taken, for an inner store that does not.
    async fn look(
        &self,
        context: &RequestContext,
        resource_type: &str,
        resource: &Resource,
    ) -> Result<(), StoreError> {
        let exactly = self.has(Flaw::ComparesTakenValuesExactly);
        if exactly || self.has(Flaw::LooksAndThenInserts) {
            let resource_type = self.registry.resource_type(resource_type).unwrap();
            lookups::refuse_taken(&self.inner, context, resource_type, resource, exactly).await?;
            if !exactly {
                self.wait().await;
            }
        }
        Ok(())
    }

    /// One after the other, and all out again if one is refused.
    async fn insert_each(
        &self,
        context: &RequestContext,
        resources: Vec<NewResource>,
        fault: Option<usize>,
    ) -> Result<Vec<Resource>, InsertionError> {
        let mut kept: Vec<NewResource> = Vec::new();
        for (index, new) in resources.into_iter().enumerate() {
            let inserted = if fault == Some(index) {
                Err(StoreError::failed("the disk is full"))
            } else {
                self.inner
                    .insert(context, &new.resource_type, new.resource.clone())
                    .await
            };
            let Err(error) = inserted else {
                kept.push(new);
                if self.has(Flaw::ForgetsToRollBackWhenDropped) {
                    self.wait().await;
                }
                continue;
            };
            let forgets = self.has(Flaw::KeepsHalfABatch) && fault.is_none()
                || self.has(Flaw::ForgetsToRollBackWhenFailing) && fault.is_some();
            for new in kept.iter().filter(|_| !forgets) {
                let (name, id) = (&new.resource_type, new.resource.id().unwrap());
                self.inner.delete(context, name, id, None).await.unwrap();
            }
            return Err(InsertionError::new(index, error));
        }
        Ok(kept.into_iter().map(|new| new.resource).collect())
    }
}

impl ResourceStore for Flawed {
    fn capabilities(&self) -> StoreCapabilities {
        let mut capabilities = self.inner.capabilities();
        capabilities.native_search = !self.has(Flaw::EndsAfterAPage);
        // It would undo amendments, too.
        capabilities.entry_deltas = !self.has(Flaw::ComparesAndThenReplaces);
        capabilities
    }

    async fn load(
        &self,
        context: &RequestContext,
        resource_type: &str,
        id: &str,
    ) -> Result<Option<Resource>, StoreError> {
        self.wait().await;
        self.inner.load(context, resource_type, id).await
    }

    async fn search(&self, context: &RequestContext, search: &Search) -> Result<Page, StoreError> {
        self.wait().await;
        let mut context = context.clone();
        if self.has(Flaw::SearchesAllTenants) {
            "tenant-1".clone_into(&mut context.tenant);
        }
        let is_by_index = matches!(search.paging, Paging::Index { .. });
        let (inner, context) = (&self.inner, &context);
        match self.flaw {
            Some(Flaw::FindsTrimmedTexts) => {
                lookups::search_changed(inner, context, search, |text| Some(text.trim().to_owned()))
                    .await
            }
            Some(Flaw::TakesEmptyForNull) => {
                lookups::search_changed(inner, context, search, |text| {
                    Some(text.to_owned()).filter(|text| !text.is_empty())
                })
                .await
            }
            Some(Flaw::SortsByBytes) if is_by_index && search.sort.is_some() => {
                lookups::search_by_bytes(inner, context, search).await
            }
            Some(Flaw::CountsThePage) if is_by_index => {
                let mut page = inner.search(context, search).await?;
                page.total_results = Some(page.resources.len());
                Ok(page)
            }
            Some(Flaw::TakesCursorsForOffsets) if !is_by_index => {
                lookups::search_by_offset(inner, context, search).await
            }
            Some(Flaw::EndsAfterAPage) => {
                let page = inner.search(context, search).await?;
                Ok(page.with_cursors(None, None))
            }
            _ => inner.search(context, search).await,
        }
    }

    async fn insert(
        &self,
        context: &RequestContext,
        resource_type: &str,
        resource: Resource,
    ) -> Result<Resource, StoreError> {
        self.fault.lock().unwrap().take();
        self.wait().await;
        self.look(context, resource_type, &resource).await?;
        let held = self
            .inner
            .insert(context, resource_type, self.kept(resource))
            .await;
        self.wait().await;
        held
    }

    async fn replace(
        &self,
        context: &RequestContext,
        resource_type: &str,
        resource: Resource,
        expected_version: &str,
    ) -> Result<Resource, StoreError> {
        self.fault.lock().unwrap().take();
        self.wait().await;
        let held = self
            .held(context, resource_type, resource.id().unwrap())
            .await?;
        let mut expected = expected_version.to_owned();
        if self.has(Flaw::ReplacesOlderVersions) && number(&expected) > number(&version(&held)) {
            expected = version(&held);
        }
        if self.has(Flaw::ComparesAndThenReplaces) {
            if version(&held) != expected {
                return Err(StoreError::Stale);
            }
            self.wait().await;
            return self.overwrite(context, resource_type, resource).await;
        }
        let mut resource = self.kept(resource);
        if self.has(Flaw::Merges)
            && let Some(old) = held.get("nickName")
        {
            let attributes = resource.attributes_mut();
            attributes.entry("nickName").or_insert_with(|| old.clone());
        }
        self.look(context, resource_type, &resource).await?;
        let held = self
            .inner
            .replace(context, resource_type, resource, &expected)
            .await;
        self.wait().await;
        held
    }

    async fn delete(
        &self,
        context: &RequestContext,
        resource_type: &str,
        id: &str,
        expected_version: Option<&str>,
    ) -> Result<(), StoreError> {
        self.fault.lock().unwrap().take();
        self.wait().await;
        let expected = expected_version.filter(|_| !self.has(Flaw::DeletesAnyVersion));
        let mut before = Vec::new();
        if self.has(Flaw::KeepsReferences) {
            for resource_type in self.registry.resource_types() {
                let name = &resource_type.definition().name;
                before.push((name, lookups::all(&self.inner, context, name).await?));
            }
        }
        self.inner
            .delete(context, resource_type, id, expected)
            .await?;
        for (name, resources) in before {
            for old in resources.into_iter().filter(|it| it.id() != Some(id)) {
                self.overwrite(context, name, old).await?;
            }
        }
        self.wait().await;
        Ok(())
    }

    async fn insert_all(
        &self,
        context: &RequestContext,
        resources: Vec<NewResource>,
    ) -> Result<Vec<Resource>, InsertionError> {
        let fault = self.fault.lock().unwrap().take();
        self.wait().await;
        for (index, new) in resources.iter().enumerate() {
            let looked = self.look(context, &new.resource_type, &new.resource).await;
            looked.map_err(|error| InsertionError::new(index, error))?;
            let before = &resources[..index];
            if looks_itself(self.flaw) && lookups::is_taken_in(&self.registry, before, new) {
                let taken = StoreError::conflict("label", "it is taken");
                return Err(InsertionError::new(index, taken));
            }
        }
        let resources = resources
            .into_iter()
            .map(|new| NewResource::new(new.resource_type, self.kept(new.resource)));
        let held = self.insert_each(context, resources.collect(), fault).await;
        self.wait().await;
        held
    }

    async fn amend(
        &self,
        context: &RequestContext,
        amendment: &Amendment,
    ) -> Result<Amended, StoreError> {
        self.fault.lock().unwrap().take();
        self.wait().await;
        let (name, id) = (&amendment.resource_type, &amendment.id);
        if self.has(Flaw::LoadsAndThenAmends) {
            let before = self.held(context, name, id).await?;
            let amended = lookups::amended(&self.registry, &before, amendment);
            self.wait().await;
            if amended != before {
                self.overwrite(context, name, amended.clone()).await?;
            }
            return Ok(lookups::told(amended, amendment));
        }
        let before = self.held(context, name, id).await?;
        let answer = self.inner.amend(context, amendment).await?;
        let mut now = self.held(context, name, id).await?;
        if self.has(Flaw::CountsEveryAmendment) && now == before {
            let mut meta = now.meta().unwrap();
            meta.version = Some(next_version(meta.version.as_deref()));
            now.set_meta(&meta);
            self.overwrite(context, name, now.clone()).await?;
            return Ok(lookups::told(now, amendment));
        }
        self.wait().await;
        Ok(answer)
    }
}
