//! The way through all pages of a list, by index or by cursor, to its end or to a limit.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::base_url::in_query;
use super::call::Context;
use super::deviation::Deviations;
use super::error::{ClientError, ClientErrorKind};
use super::messages::Request;
use super::reading::{count, member};
use super::target::Target;
use crate::urn;

/// As often a page may bring nothing new, as when something was inserted before it; then the service shows one page for ever.
const PAGES_WITHOUT_NEWS: usize = 3;
/// A header or an address has room for no more.
const MAXIMUM_CURSOR: usize = 8_000;

/// A query and how far it was answered.
#[derive(Debug)]
pub(super) struct Walk {
    /// The address of the endpoint, without `.search`.
    url: String,
    /// The members of the search request, but for those that lead to another page.
    search: Map<String, Value>,
    by_post: bool,
    place: Place,
    seen_ids: BTreeSet<String>,
    seen_cursors: BTreeSet<String>,
    pages: usize,
    resources: usize,
    without_news: usize,
    pub(super) total: Option<usize>,
}

/// Where the next page begins.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Place {
    Index(usize),
    /// The empty cursor asks for the first page.
    Cursor(String),
}

/// One page: the objects in it that did not come before.
pub(super) struct Page {
    pub(super) resources: Vec<Map<String, Value>>,
    pub(super) is_last: bool,
}

impl Walk {
    /// A query at an endpoint; `search` as the message has it.
    pub(super) fn new(target: &Target, url: String, mut search: Map<String, Value>) -> Self {
        search.remove("cursor");
        let start = search.remove("startIndex").as_ref().and_then(count);
        let has_filter = search.contains_key("filter");
        let mut walk = Self::by_index(url, search);
        walk.place = match start {
            None if target.capabilities.cursor => Place::Cursor(String::new()),
            start => Place::Index(start.unwrap_or(1).max(1)),
        };
        let is_long = walk.address().len() > target.limits.url_bytes;
        walk.by_post = (target.capabilities.search && has_filter) || is_long;
        walk
    }

    /// A query by GET whose pages are counted from the first.
    pub(super) const fn by_index(url: String, search: Map<String, Value>) -> Self {
        Self {
            url,
            search,
            by_post: false,
            place: Place::Index(1),
            seen_ids: BTreeSet::new(),
            seen_cursors: BTreeSet::new(),
            pages: 0,
            resources: 0,
            without_news: 0,
            total: None,
        }
    }

    /// Asks by GET from now on, if that is possible. What no address has room for cannot be asked in another way.
    pub(super) fn without_post(&mut self, target: &Target) -> bool {
        let could =
            self.by_post && self.pages == 0 && self.address().len() <= target.limits.url_bytes;
        self.by_post &= !could;
        could
    }

    pub(super) const fn is_at_start(&self) -> bool {
        self.pages == 0
    }

    pub(super) const fn is_by_post(&self) -> bool {
        self.by_post
    }

    /// Asks for everything from now on, and for all of it: the filter may look at what was not to be shown.
    pub(super) fn without_filter(&mut self) {
        for name in ["filter", "attributes", "excludedAttributes"] {
            self.search.remove(name);
        }
        self.by_post = false;
    }

    pub(super) fn request(&self, target: &Target) -> Request {
        if self.by_post {
            let mut body = self.search.clone();
            body.insert("schemas".to_owned(), json!([urn::SEARCH_REQUEST]));
            body.extend(self.place_members());
            let mut request = target.request(
                "POST",
                format!("{}/.search", self.url),
                Some(&Value::Object(body)),
            );
            request.repeatable = true;
            return request;
        }
        target.request("GET", self.address(), None)
    }

    fn place_members(&self) -> Vec<(String, Value)> {
        match &self.place {
            Place::Index(1) => Vec::new(),
            Place::Index(start) => vec![("startIndex".to_owned(), (*start).into())],
            Place::Cursor(cursor) => vec![("cursor".to_owned(), cursor.as_str().into())],
        }
    }

    fn address(&self) -> String {
        let mut address = self.url.clone();
        let members = self.search.iter().filter(|(name, _)| *name != "schemas");
        let members = members.map(|(name, value)| (name.clone(), value.clone()));
        let mut separator = '?';
        for (name, value) in members.chain(self.place_members()) {
            let value = match value {
                Value::Array(values) => {
                    let values: Vec<_> = values.iter().filter_map(Value::as_str).collect();
                    values.join(",")
                }
                Value::String(text) => text,
                other => other.to_string(),
            };
            address.push(separator);
            address.push_str(&name);
            address.push('=');
            address.push_str(&in_query(&value).to_string());
            separator = '&';
        }
        address
    }

    /// Takes a page, and finds out whether there is another one.
    pub(super) fn read(
        &mut self,
        body: Option<Value>,
        context: &mut Context,
    ) -> Result<Page, ClientError> {
        let limits = context.target.limits;
        let deviations = &mut context.deviations;
        let list = List::read(body, deviations)?;
        self.note_total(list.total, deviations);
        if let (Place::Index(asked), Some(start)) = (&self.place, list.start)
            && start != *asked
            && !list.resources.is_empty()
        {
            let detail = "a page says that it begins elsewhere than it was asked to";
            deviations.note("start_index", detail);
        }
        let wanted = self.search.get("count").and_then(count);
        if wanted.is_some_and(|wanted| list.resources.len() > wanted) {
            let detail = "a page has more resources than were asked for";
            deviations.note("page_too_large", detail);
        }
        let received = list.resources.len();
        self.pages += 1;
        self.resources = self.resources.saturating_add(received);
        if self.resources > limits.resources {
            return Err(too_large(format!(
                "the list has more than {} resources",
                limits.resources
            )));
        }
        let resources = self.new_ones(list.resources, deviations);
        let next = self.next(received, list.next_cursor, deviations)?;
        let is_last = next.is_none();
        if let Some(next) = next {
            // Pages by cursor may be empty, and yet not the last.
            let is_news = !resources.is_empty() || received == 0;
            self.without_news = if is_news { 0 } else { self.without_news + 1 };
            if self.without_news >= PAGES_WITHOUT_NEWS {
                return Err(too_large(
                    "the service gives the same page again and again".to_owned(),
                ));
            }
            if self.pages >= limits.pages {
                return Err(too_large(format!(
                    "the list has more than {} pages",
                    limits.pages
                )));
            }
            self.place = next;
        }
        Ok(Page { resources, is_last })
    }

    fn next(
        &mut self,
        received: usize,
        cursor: Option<String>,
        deviations: &mut Deviations,
    ) -> Result<Option<Place>, ClientError> {
        if let Some(cursor) = cursor {
            if cursor.len() > MAXIMUM_CURSOR {
                return Err(too_large("a cursor is longer than an address".to_owned()));
            }
            if !self.seen_cursors.insert(cursor.clone()) {
                return Err(too_large(
                    "a cursor leads back to a page that was read before".to_owned(),
                ));
            }
            return Ok(Some(Place::Cursor(cursor)));
        }
        let start = match &self.place {
            Place::Index(start) => *start,
            // Without another cursor it was the last page; unless the service does not know cursors.
            Place::Cursor(cursor)
                if !cursor.is_empty() || self.total.is_none_or(|total| total <= received) =>
            {
                return Ok(None);
            }
            Place::Cursor(_) => {
                deviations.note("no_cursor", "a list without cursors was read by index");
                1
            }
        };
        let next = start.saturating_add(received);
        let is_over = self.total.is_some_and(|total| next > total);
        let wants_some = self.search.get("count").and_then(count) != Some(0);
        if received == 0 && !is_over && self.total.is_some() && wants_some {
            let detail = "the list ended before its totalResults; resources may be missing";
            deviations.note("short_list", detail);
        }
        Ok((received > 0 && !is_over).then_some(Place::Index(next)))
    }

    /// Others may come and go while pages are read ([RFC 7644, section
    /// 3.4.2.4](https://www.rfc-editor.org/rfc/rfc7644#section-3.4.2.4)).
    fn note_total(&mut self, total: Option<usize>, deviations: &mut Deviations) {
        if let (Some(before), Some(now)) = (self.total, total)
            && before != now
        {
            let detail =
                "totalResults changed from page to page; pages by index may have missed a resource";
            deviations.note("total_changed", detail);
        }
        self.total = total.or(self.total);
    }

    fn new_ones(
        &mut self,
        resources: Vec<Value>,
        deviations: &mut Deviations,
    ) -> Vec<Map<String, Value>> {
        let mut new_ones = Vec::with_capacity(resources.len());
        for resource in resources {
            let Value::Object(members) = resource else {
                deviations.note("no_object", "what is no object in a list was left out");
                continue;
            };
            let id = member(&members, "id").and_then(Value::as_str);
            if id.is_some_and(|id| !self.seen_ids.insert(id.to_owned())) {
                deviations.note("repeated", "a resource that came twice was taken once");
                continue;
            }
            new_ones.push(members);
        }
        new_ones
    }
}

fn too_large(detail: String) -> ClientError {
    ClientError::new(ClientErrorKind::TooLarge, detail)
}

/// What a list says.
struct List {
    resources: Vec<Value>,
    total: Option<usize>,
    start: Option<usize>,
    next_cursor: Option<String>,
}

impl List {
    fn read(body: Option<Value>, deviations: &mut Deviations) -> Result<Self, ClientError> {
        let members = match body {
            Some(Value::Object(members)) => members,
            Some(Value::Array(resources)) => {
                deviations.note("no_list_response", "an array was taken for a list");
                let total = Some(resources.len());
                return Ok(Self {
                    resources,
                    total,
                    start: None,
                    next_cursor: None,
                });
            }
            _ => return Err(no_list()),
        };
        let is_named = member(&members, "schemas")
            .and_then(Value::as_array)
            .is_some_and(|listed| {
                let mut texts = listed.iter().filter_map(Value::as_str);
                texts.any(|text| text.eq_ignore_ascii_case(urn::LIST_RESPONSE))
            });
        let total = member(&members, "totalResults");
        if !is_named {
            if total.is_none() && member(&members, "Resources").is_none() {
                return Err(no_list());
            }
            deviations.note("no_list_response", "a list does not name its schema");
        }
        let mut number = |name: &'static str, value: Option<&Value>| {
            let read = value.and_then(count);
            if value.is_some_and(|value| !value.is_u64()) {
                deviations.note("number", format!("{name} is no whole number"));
            }
            read
        };
        let total = number("totalResults", total);
        let start = number("startIndex", member(&members, "startIndex"));
        let next_cursor = member(&members, "nextCursor").and_then(Value::as_str);
        let next_cursor = next_cursor
            .filter(|cursor| !cursor.is_empty())
            .map(str::to_owned);
        let resources = take(members, "Resources").unwrap_or_default();
        let resources = match resources {
            Value::Array(resources) => resources,
            Value::Null => Vec::new(),
            _ => return Err(no_list()),
        };
        Ok(Self {
            resources,
            total,
            start,
            next_cursor,
        })
    }
}

fn no_list() -> ClientError {
    let detail = "a ListResponse was expected, and something else came: does the base URL end where the endpoints begin?";
    ClientError::new(ClientErrorKind::NotScim, detail)
}

/// The value of a member by its name in any case.
fn take(members: Map<String, Value>, name: &str) -> Option<Value> {
    let mut found = members
        .into_iter()
        .filter(|(known, _)| known.eq_ignore_ascii_case(name));
    found.next().map(|(_, value)| value)
}
