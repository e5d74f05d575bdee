//! R-9865-2-1, R-9865-2-4, R-9865-2-7, R-9865-2-8, R-9865-2-9, R-9865-2-10, R-9865-2.2-1: a walk from page to page, while resources come and go.

#[cfg(test)]
mod laws {
    use std::collections::{BTreeMap, BTreeSet};

    use proptest::collection::{btree_map, vec};
    use proptest::prelude::*;
    use scim_core::compatibility::Compatibility;
    use scim_core::error::ErrorKind;
    use scim_core::message::SortOrder;
    use scim_core::paging::{Cursor, CursorPage, page};
    use scim_core::resource::Resource;
    use scim_core::schema::SchemaRegistry;
    use scim_core::sorting::BoundSort;
    use serde_json::json;

    /// What happens between two pages: a user comes, or the one of this number goes.
    #[derive(Clone, Debug)]
    enum Event {
        Comes(u16, Option<String>),
        Goes(u16),
    }

    fn title() -> impl Strategy<Value = Option<String>> {
        prop::option::of("[abAB]{1,2}")
    }

    fn event() -> impl Strategy<Value = Event> {
        prop_oneof![
            (0_u16..256, title()).prop_map(|(id, title)| Event::Comes(id, title)),
            (0_u16..256).prop_map(Event::Goes),
        ]
    }

    fn user(id: u16, title: Option<&String>) -> Resource {
        let user = json!({"id": format!("{id:03}"), "title": title});
        Resource::new(user.as_object().cloned().unwrap())
    }

    fn users() -> impl Strategy<Value = BTreeMap<u16, Resource>> {
        btree_map(0_u16..256, title(), 0..40).prop_map(|titles| {
            titles
                .iter()
                .map(|(id, title)| (*id, user(*id, title.as_ref())))
                .collect()
        })
    }

    fn sort() -> impl Strategy<Value = Option<BoundSort>> {
        let orders = [SortOrder::Ascending, SortOrder::Descending];
        prop::option::of(prop::sample::select(orders.to_vec())).prop_map(|order| {
            let registry = SchemaRegistry::standard();
            let users = registry.resource_type("User").unwrap();
            order.map(|order| {
                BoundSort::bind(
                    &"title".parse().unwrap(),
                    order,
                    users,
                    &Compatibility::standard(),
                )
                .unwrap()
            })
        })
    }

    /// As it comes back from a client.
    fn returned(cursor: Option<&Cursor>) -> Option<Cursor> {
        serde_json::from_str(&serde_json::to_string(&cursor).unwrap()).unwrap()
    }

    fn ids(page: &CursorPage<'_>) -> Vec<u16> {
        let id = |resource: &&Resource| resource.id().unwrap().parse().unwrap();
        page.resources.iter().map(id).collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn who_is_there_all_the_time_is_seen_once(
            users in users(),
            sort in sort(),
            count in 1_usize..7,
            events in vec(vec(event(), 0..4), 40),
        ) {
            let mut held = users.clone();
            let mut stayed: BTreeSet<u16> = held.keys().copied().collect();
            let mut seen = Vec::new();
            let mut cursor = None;
            for events in events {
                let page = page(held.values(), sort.as_ref(), cursor.as_ref(), count).unwrap();
                prop_assert!(page.resources.len() <= count);
                seen.extend(ids(&page));
                cursor = returned(page.next.as_ref());
                if cursor.is_none() {
                    break;
                }
                for event in events {
                    match event {
                        Event::Comes(id, title) => {
                            held.entry(id).or_insert_with(|| user(id, title.as_ref()));
                        }
                        Event::Goes(id) => {
                            held.remove(&id);
                            stayed.remove(&id);
                        }
                    }
                }
            }
            // A walk that more and more users join may take longer than this one.
            if cursor.is_none() {
                for id in stayed {
                    prop_assert_eq!(seen.iter().filter(|seen| **seen == id).count(), 1, "{}", id);
                }
            }
        }

        #[test]
        fn the_way_back_shows_the_same_pages(users in users(), sort in sort(), count in 1_usize..7) {
            let page = |cursor: Option<&Cursor>| page(users.values(), sort.as_ref(), cursor, count).unwrap();
            let mut pages = vec![page(None)];
            prop_assert_eq!(&pages[0].previous, &None);
            while let Some(cursor) = returned(pages.last().unwrap().next.as_ref()) {
                pages.push(page(Some(&cursor)));
            }
            let all: Vec<u16> = pages.iter().flat_map(ids).collect();
            prop_assert_eq!(all.len(), users.len());
            prop_assert_eq!(all.iter().collect::<BTreeSet<_>>().len(), users.len());
            for pair in pages.windows(2) {
                let back = returned(pair[1].previous.as_ref());
                prop_assert!(back.is_some());
                prop_assert_eq!(&page(back.as_ref()), &pair[0]);
            }
        }
    }

    #[test]
    fn a_cursor_shows_no_value_in_a_log() {
        let registry = SchemaRegistry::standard();
        let users = registry.resource_type("User").unwrap();
        let sort = BoundSort::bind(
            &"title".parse().unwrap(),
            SortOrder::Ascending,
            users,
            &Compatibility::standard(),
        )
        .unwrap();
        let cursor = Cursor::after(&user(7, Some(&"secret".to_owned())), Some(&sort));
        assert!(serde_json::to_string(&cursor).unwrap().contains("secret"));
        assert!(!format!("{cursor:?}").contains("secret"));
    }

    /// R-9865-2.1-2, A-65
    #[test]
    fn another_order_refuses_a_cursor() {
        let held = [user(1, Some(&"b".to_owned())), user(2, None), user(3, None)];
        let registry = SchemaRegistry::standard();
        let users = registry.resource_type("User").unwrap();
        let standard = Compatibility::standard();
        let bind =
            |path: &str, order| BoundSort::bind(&path.parse().unwrap(), order, users, &standard);
        let mut sorts = vec![None];
        for path in ["title", "nickName"] {
            for order in [SortOrder::Ascending, SortOrder::Descending] {
                sorts.push(Some(bind(path, order).unwrap()));
            }
        }
        for (made, sort) in sorts.iter().enumerate() {
            let next = page(&held, sort.as_ref(), None, 1).unwrap().next;
            let cursor = returned(next.as_ref()).unwrap();
            for (asked, sort) in sorts.iter().enumerate() {
                let answer = page(&held, sort.as_ref(), Some(&cursor), 1);
                let refused = answer.err().map(|error| error.kind());
                let expected = (made != asked).then_some(ErrorKind::InvalidCursor);
                assert_eq!(refused, expected, "{sort:?}");
                let reached = held.iter().any(|one| cursor.leads_to(one, sort.as_ref()));
                assert_eq!(reached, made == asked, "{sort:?}");
            }
        }
    }

    /// R-9865-2-3, A-65
    #[test]
    fn a_page_of_nobody_has_no_neighbours() {
        let held = [user(1, None), user(2, None)];
        let nothing = page(&held, None, None, 0).unwrap();
        assert!(nothing.resources.is_empty() && nothing.next.is_none());
        let past_the_end = Cursor::after(&held[1], None);
        let nothing = page(&held, None, past_the_end.as_ref(), 5).unwrap();
        assert!(nothing.resources.is_empty() && nothing.next.is_none());
    }
}
