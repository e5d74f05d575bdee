//! R-9865-2-4, R-9865-2-7, R-9865-2-8, R-9865-2-10, R-9865-2.2-1, R-9865-5.2-4, P-7644-3.4.2.1-1: walks by cursor through a whole
//! service, over stores that search by themselves and over stores that do not.

#[cfg(test)]
#[path = "support/block_on.rs"]
mod block_on;

#[cfg(test)]
mod laws {
    use std::collections::BTreeSet;

    use chrono::DateTime;
    use proptest::collection::vec;
    use proptest::prelude::*;
    use scim_core::schema::SchemaRegistry;
    use scim_core::service_provider::{
        AesSivSeal, CursorPaging, MemoryStore, Request, RequestContext, Response,
        ServiceDefinition, ServiceProvider, StoreCapabilities,
    };
    use serde_json::{Value, json};

    use crate::block_on::block_on;

    /// More than any walk here takes: one that goes on is going round.
    const PAGES: usize = 200;

    struct Service {
        provider: ServiceProvider<MemoryStore>,
        created: usize,
    }

    /// What comes: a user with a title, or a group.
    #[derive(Clone, Debug)]
    enum Kind {
        User(Option<String>),
        Group(String),
    }

    /// What happens between two pages.
    #[derive(Clone, Debug)]
    enum Event {
        Comes(Kind),
        /// The one with this number, counted from the first one that came, if it is there.
        Goes(usize),
    }

    impl Service {
        fn new(native_search: bool) -> Self {
            let registry = SchemaRegistry::standard();
            let mut capabilities = StoreCapabilities::default();
            capabilities.native_search = native_search;
            let store = MemoryStore::new(registry.clone()).with_capabilities(capabilities);
            let mut definition = ServiceDefinition::new(registry);
            definition.cursors = Some(CursorPaging::new(AesSivSeal::new([3; 64])));
            definition.root_search = true;
            Self {
                provider: ServiceProvider::new(definition, store),
                created: 0,
            }
        }

        fn answer(&self, request: Request, id: String) -> Response {
            let now = DateTime::UNIX_EPOCH;
            let base = "https://people.example/scim/v2";
            let context = RequestContext::new("t", "admin", now, id, base);
            block_on(self.provider.answer(request, context))
        }

        fn get(&self, path: &str, query: &str) -> (u16, Value) {
            let request = Request::new("GET", path).with_query(query);
            let response = self.answer(request, "none".to_owned());
            let body = response.body.unwrap_or_default();
            (response.status, serde_json::from_slice(&body).unwrap())
        }

        fn create(&mut self, kind: &Kind) -> String {
            let (path, body) = match kind {
                Kind::User(title) => {
                    let schema = "urn:ietf:params:scim:schemas:core:2.0:User";
                    let name = format!("user{}", self.created);
                    let body = json!({"schemas": [schema], "userName": name, "displayName": title});
                    ("/Users", body)
                }
                Kind::Group(name) => {
                    let schema = "urn:ietf:params:scim:schemas:core:2.0:Group";
                    ("/Groups", json!({"schemas": [schema], "displayName": name}))
                }
            };
            // Ids that do not come in the order of creation.
            let id = format!("{:03}", (self.created * 37) % 1000);
            self.created += 1;
            let request = Request::new("POST", path).with_body(body.to_string());
            let response = self.answer(request, id.clone());
            assert_eq!(response.status, 201);
            id
        }

        fn delete(&self, id: &str) {
            for path in ["/Users", "/Groups"] {
                let request = Request::new("DELETE", format!("{path}/{id}"));
                self.answer(request, "none".to_owned());
            }
        }
    }

    fn ids(page: &Value) -> Vec<String> {
        let resources = page["Resources"].as_array().unwrap().iter();
        resources
            .map(|resource| resource["id"].as_str().unwrap().to_owned())
            .collect()
    }

    fn name() -> impl Strategy<Value = String> {
        "[abAB]{1,2}"
    }

    fn kind() -> impl Strategy<Value = Kind> {
        prop_oneof![
            prop::option::of(name()).prop_map(Kind::User),
            name().prop_map(Kind::Group),
        ]
    }

    fn event() -> impl Strategy<Value = Event> {
        prop_oneof![
            kind().prop_map(Event::Comes),
            (0_usize..30).prop_map(Event::Goes),
        ]
    }

    /// The parameters of a query that stay the same from page to page.
    fn question() -> impl Strategy<Value = String> {
        let sorts = [
            "",
            "&sortBy=displayName",
            "&sortBy=displayName&sortOrder=descending",
        ];
        let filters = [
            "",
            "&filter=displayName+pr",
            "&filter=not+(displayName+sw+%22a%22)",
        ];
        let choose = |of: [&'static str; 3]| prop::sample::select(of.to_vec());
        (1_usize..6, choose(sorts), choose(filters))
            .prop_map(|(count, sort, filter)| format!("&count={count}{sort}{filter}"))
    }

    fn path() -> impl Strategy<Value = &'static str> {
        prop::sample::select(vec!["/", "/Users"])
    }

    fn in_path(kind: &Kind, path: &str) -> bool {
        path == "/" || matches!(kind, Kind::User(_))
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, cases: 64, ..ProptestConfig::default() })]

        #[test]
        fn who_is_there_all_the_time_is_seen_once(
            kinds in vec(kind(), 0..20),
            native_search in any::<bool>(),
            path in path(),
            count in 1_usize..6,
            sort in prop::sample::select(vec!["", "&sortBy=displayName", "&sortBy=displayName&sortOrder=descending"]),
            events in vec(vec(event(), 0..3), 60),
        ) {
            let mut service = Service::new(native_search);
            let all: Vec<String> = kinds.iter().map(|kind| service.create(kind)).collect();
            let of_path = kinds.iter().zip(&all).filter(|(kind, _)| in_path(kind, path));
            let mut stayed: BTreeSet<String> = of_path.map(|(_, id)| id.clone()).collect();
            let mut seen = Vec::new();
            let mut cursor = String::new();
            let mut events = events.iter();
            loop {
                let (status, page) = service.get(path, &format!("cursor={cursor}&count={count}{sort}"));
                prop_assert_eq!(status, 200);
                let found = ids(&page);
                prop_assert!(found.len() <= count && page.get("startIndex").is_none());
                prop_assert_eq!(&page["itemsPerPage"], &json!(found.len()));
                seen.extend(found);
                prop_assert!(seen.len() <= PAGES, "{:?}", seen);
                match page.get("nextCursor") {
                    Some(next) => cursor = next.as_str().unwrap().to_owned(),
                    None => break,
                }
                for event in events.next().into_iter().flatten() {
                    match event {
                        Event::Comes(kind) => {
                            service.create(kind);
                        }
                        Event::Goes(index) => if let Some(id) = all.get(*index) {
                            service.delete(id);
                            stayed.remove(id);
                        },
                    }
                }
            }
            let distinct: BTreeSet<String> = seen.iter().cloned().collect();
            prop_assert_eq!(distinct.len(), seen.len(), "{:?}", seen);
            prop_assert!(stayed.is_subset(&distinct), "{:?} of {:?}", distinct, stayed);
        }

        #[test]
        fn a_walk_shows_what_one_large_page_shows_in_its_order_and_the_way_back_is_the_same(
            kinds in vec(kind(), 0..20),
            native_search in any::<bool>(),
            path in path(),
            question in question(),
        ) {
            let mut service = Service::new(native_search);
            for kind in &kinds {
                service.create(kind);
            }
            let mut pages = Vec::new();
            let (_, mut page) = service.get(path, &format!("cursor{question}"));
            prop_assert!(page.get("previousCursor").is_none());
            loop {
                pages.push(ids(&page));
                prop_assert!(pages.len() <= PAGES, "{:?}", pages);
                let Some(next) = page["nextCursor"].as_str() else { break };
                page = service.get(path, &format!("cursor={next}{question}")).1;
            }
            let parts: Vec<&str> = question.split('&').filter(|part| !part.starts_with("count")).collect();
            let one_page = parts.join("&");
            let (_, whole) = service.get(path, &format!("cursor&count=1000{one_page}"));
            prop_assert_eq!(&whole["totalResults"], &page["totalResults"]);
            prop_assert_eq!(whole["totalResults"].as_u64(), Some(ids(&whole).len() as u64));
            prop_assert_eq!(pages.concat(), ids(&whole));
            let (_, by_index) = service.get(path, &format!("startIndex=1&count=1000{one_page}"));
            if path == "/Users" || question.contains("sortBy") {
                prop_assert_eq!(ids(&by_index), ids(&whole));
            }
            if path == "/Users" {
                let mut back = vec![ids(&page)];
                while let Some(previous) = page["previousCursor"].as_str() {
                    page = service.get(path, &format!("cursor={previous}{question}")).1;
                    back.push(ids(&page));
                    prop_assert!(back.len() <= PAGES, "{:?}", back);
                }
                back.reverse();
                prop_assert_eq!(back, pages);
            }
        }

        #[test]
        fn a_store_without_a_search_of_its_own_makes_no_difference(
            kinds in vec(kind(), 0..20),
            path in path(),
            question in question(),
            start_index in 1_usize..25,
        ) {
            let mut services = [Service::new(true), Service::new(false)];
            for kind in &kinds {
                for service in &mut services {
                    service.create(kind);
                }
            }
            let [native, scanned] = &services;
            let mut cursor = Some(String::new());
            let mut pages = 0;
            while let Some(sealed) = cursor {
                pages += 1;
                prop_assert!(pages <= PAGES);
                let query = format!("cursor={sealed}{question}");
                let page = native.get(path, &query);
                prop_assert_eq!(&page, &scanned.get(path, &query));
                if let Some(previous) = page.1["previousCursor"].as_str() {
                    let query = format!("cursor={previous}{question}");
                    prop_assert_eq!(native.get(path, &query), scanned.get(path, &query));
                }
                cursor = page.1["nextCursor"].as_str().map(str::to_owned);
            }
            let query = format!("startIndex={start_index}{question}");
            prop_assert_eq!(native.get(path, &query), scanned.get(path, &query));
        }

        #[test]
        fn a_cursor_in_which_one_character_is_another_is_refused(
            path in path(),
            position in any::<prop::sample::Index>(),
            other in "[0-9A-Za-z_.~-]",
        ) {
            let mut service = Service::new(true);
            for name in ["a", "b", "c"] {
                service.create(&Kind::User(Some(name.to_owned())));
            }
            let (_, page) = service.get(path, "cursor&count=2&sortBy=displayName");
            let own = page["nextCursor"].as_str().unwrap();
            let position = position.index(own.len());
            let mut forged = own.to_owned();
            forged.replace_range(position..=position, &other);
            prop_assume!(forged != own);
            let (status, refusal) = service.get(path, &format!("cursor={forged}&count=2&sortBy=displayName"));
            prop_assert_eq!((status, &refusal["scimType"]), (400, &json!("invalidCursor")));
        }
    }
}
