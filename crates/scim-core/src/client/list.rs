//! Lists of resources: all pages of a query, or one.

use std::collections::BTreeSet;

use scim_filter::{AttributePath, ComparisonOperator, Filter, Literal};
use serde_json::{Map, Value};

use super::answer::Answer;
use super::call::{Call, Context, Next, Operation};
use super::error::{ClientError, ClientErrorKind};
use super::messages::Request;
use super::reading::resource;
use super::target::Target;
use super::walk::Walk;
use crate::compatibility::Compatibility;
use crate::evaluation::BoundFilter;
use crate::message::SearchRequest;
use crate::resource::Resource;
use crate::schema::{AttributeReference, RegisteredResourceType, Returned, value_key};

/// What a query found.
///
/// # Examples
///
/// See [`Client::list`](super::Client::list).
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Found {
    /// The resources, each once, in the order in which they came; without those that
    /// [`Call::take_resources`](super::Call::take_resources) has taken before.
    pub resources: Vec<Resource>,
    /// How many there are, as the last page told; where filters are matched here, those that the service matched.
    pub total_results: Option<usize>,
}

/// What has to be looked at here, because the service does not do it or cannot be trusted to.
#[derive(Debug)]
pub(super) enum Sieve {
    None,
    Filter(Box<BoundFilter>),
    /// One of the values of the attribute, without regard to case, or none is shown.
    Value {
        reference: Box<AttributeReference>,
        keys: BTreeSet<String>,
    },
}

impl Sieve {
    fn lets_pass(&self, resource: &Resource) -> bool {
        match self {
            Self::None => true,
            Self::Filter(filter) => filter.matches(resource),
            Self::Value { reference, keys } => !keys_of(reference, resource).is_disjoint(keys),
        }
    }
}

/// The values at a place, compared without regard to case: a service may know better than its schema what is the same.
fn keys_of(reference: &AttributeReference, resource: &Resource) -> BTreeSet<String> {
    let values = match reference.value_in(resource) {
        Some(Value::Array(entries)) => entries.as_slice(),
        Some(value) => std::slice::from_ref(value),
        None => &[],
    };
    let part = reference
        .sub_attribute()
        .map_or("value", |sub_attribute| &sub_attribute.name);
    let simple = values.iter().filter_map(|entry| match entry {
        Value::Object(members) => members.get(part),
        value => Some(value),
    });
    simple.filter_map(|value| key(reference, value)).collect()
}

fn key(reference: &AttributeReference, value: &Value) -> Option<String> {
    let definition = reference.definition().clone().case_exact(false);
    value_key(&definition, value).map(|key| key.to_lowercase())
}

/// All pages of a query.
#[derive(Debug)]
pub(super) struct List {
    resource_type: RegisteredResourceType,
    walk: Walk,
    sieve: Sieve,
    /// For a service that turns out to have no filters.
    filter: Option<Filter>,
    is_unsorted: bool,
}

impl List {
    /// A query and its first request.
    pub(super) fn start(
        target: &Target,
        resource_type: &RegisteredResourceType,
        search: &SearchRequest,
        sieve: Sieve,
    ) -> Result<(Self, Request), ClientError> {
        let mut search = search.clone();
        let filter = search.filter.clone();
        let sieve = match (&filter, target.capabilities.filter) {
            (Some(filter), false) => {
                // The filter may look at what was not to be shown.
                search.filter = None;
                search.attributes.clear();
                search.excluded_attributes.clear();
                bound(filter, resource_type)?
            }
            _ => sieve,
        };
        let url = target
            .base_url
            .endpoint(&resource_type.definition().endpoint)?;
        let list = Self {
            resource_type: resource_type.clone(),
            walk: Walk::new(target, url, members(&search, target)),
            sieve,
            filter: search.filter.clone(),
            is_unsorted: search.sort_by.is_some() && !target.capabilities.sort,
        };
        let request = list.walk.request(target);
        Ok((list, request))
    }
}

impl Operation<Found> for List {
    fn read(&mut self, answer: Answer, context: &mut Context) -> Result<Next<Found>, ClientError> {
        let page = self.walk.read(answer.json()?, context)?;
        for members in page.resources {
            let resource = resource(members, &self.resource_type, &mut context.deviations);
            if self.sieve.lets_pass(&resource) {
                context.gathered.push(resource);
            } else if matches!(self.sieve, Sieve::Value { .. }) {
                let detail =
                    "the service gave resources that do not match the filter; they were left out";
                context.deviations.note("filter_ignored", detail);
            }
        }
        if page.is_last {
            if self.is_unsorted {
                let detail = "sorting is not offered; the list comes in the order of the service";
                context.deviations.note("not_sorted", detail);
            }
            return Ok(Next::Done(Found {
                resources: std::mem::take(&mut context.gathered),
                total_results: self.walk.total,
            }));
        }
        Ok(Next::Send(self.walk.request(&context.target)))
    }

    fn refused(
        &mut self,
        error: ClientError,
        context: &mut Context,
    ) -> Result<Next<Found>, ClientError> {
        let is_absent = matches!(
            error.kind(),
            ClientErrorKind::NotOffered | ClientErrorKind::NotFound
        );
        if is_absent && self.walk.without_post(&context.target) {
            let detail =
                "queries by POST are not offered; GET was used: set Capabilities::search to false";
            context.deviations.note("no_search", detail);
            return Ok(Next::Send(self.walk.request(&context.target)));
        }
        let is_offered = error.kind() != ClientErrorKind::NotOffered || self.walk.is_by_post();
        if !is_offered
            && self.walk.is_at_start()
            && let Some(filter) = self.filter.take()
        {
            let detail =
                "filters are not offered; all were read: set Capabilities::filter to false";
            context.deviations.note("no_filter", detail);
            self.sieve = bound(&filter, &self.resource_type)?;
            self.walk.without_filter();
            return Ok(Next::Send(self.walk.request(&context.target)));
        }
        Err(error)
    }
}

impl Call<Found> {
    /// The resources that came since this was asked last: whoever takes them page by page holds no more than a page.
    ///
    /// # Examples
    ///
    /// ```
    /// use chrono::DateTime;
    /// use scim_core::client::{Client, Outcome, Response, Target};
    /// use scim_core::message::SearchRequest;
    /// use scim_core::schema::SchemaRegistry;
    ///
    /// let registry = SchemaRegistry::standard();
    /// let users = registry.resource_type("User").ok_or("users are standard")?;
    /// let client = Client::new(Target::new("https://people.example/v2".parse()?))?;
    /// let mut call = client.list(users, &SearchRequest::new())?;
    ///
    /// let page = |id| format!(r#"{{"totalResults": 2, "Resources": [{{"id": "{id}"}}]}}"#);
    /// let more = call.read(&Response::new(200).with_body(page(1)), DateTime::UNIX_EPOCH);
    /// assert_eq!(more, Outcome::Send);
    /// assert_eq!(call.request().url, "https://people.example/v2/Users?startIndex=2");
    /// assert_eq!(call.take_resources().len(), 1);
    /// let end = call.read(&Response::new(200).with_body(page(2)), DateTime::UNIX_EPOCH);
    /// assert!(matches!(end, Outcome::Done(found) if found.resources.len() == 1));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn take_resources(&mut self) -> Vec<Resource> {
        std::mem::take(self.gathered())
    }
}

/// Those that have one value.
pub(super) fn with_value(
    resource_type: &RegisteredResourceType,
    path: &AttributePath,
    value: Literal,
) -> Result<(SearchRequest, Sieve), ClientError> {
    let refuse = |detail: String| ClientError::new(ClientErrorKind::InvalidRequest, detail);
    let reference = resource_type
        .resolve(path)
        .map_err(|unknown| refuse(unknown.to_string()))?;
    let json = match &value {
        Literal::String(text) => Value::from(text.as_str()),
        Literal::Boolean(truth) => Value::from(*truth),
        Literal::Number(number) => serde_json::from_str(number.as_str()).unwrap_or_default(),
        Literal::Null => Value::Null,
    };
    // What is shown on request only says nothing by its absence.
    let is_shown = [reference.attribute(), reference.definition()]
        .iter()
        .all(|definition| matches!(definition.returned, Returned::Always | Returned::Default));
    let sieve = match key(&reference, &json) {
        Some(key) if is_shown => Sieve::Value {
            reference: Box::new(reference),
            keys: BTreeSet::from([key]),
        },
        _ => Sieve::None,
    };
    let filter = Filter::Comparison(scim_filter::Comparison::new(
        path.clone(),
        ComparisonOperator::Eq,
        value,
    ));
    let mut search = SearchRequest::new();
    search.filter = Some(filter);
    Ok((search, sieve))
}

fn bound(filter: &Filter, resource_type: &RegisteredResourceType) -> Result<Sieve, ClientError> {
    let bound = BoundFilter::bind(filter, resource_type, &Compatibility::entra_legacy());
    let bound = bound.map_err(|failure| {
        let detail = format!("the filter cannot be matched here: {failure}");
        ClientError::new(ClientErrorKind::InvalidRequest, detail)
    })?;
    Ok(Sieve::Filter(Box::new(bound)))
}

/// The members of a query that the service understands.
fn members(search: &SearchRequest, target: &Target) -> Map<String, Value> {
    let mut search = search.clone();
    if !target.capabilities.sort {
        (search.sort_by, search.sort_order) = (None, None);
    }
    let largest = target
        .capabilities
        .page_size
        .and_then(|size| i64::try_from(size).ok());
    search.count = match (search.count, largest) {
        (Some(count), Some(largest)) => Some(count.min(largest)),
        (count, _) => count,
    };
    match serde_json::to_value(&search) {
        Ok(Value::Object(members)) => members,
        _ => Map::new(),
    }
}
