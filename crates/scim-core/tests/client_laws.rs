//! What holds for every conversation of a client, with the service provider of this crate and with a hostile service.

#[cfg(test)]
#[path = "support/block_on.rs"]
mod block_on;

#[cfg(test)]
mod laws {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use chrono::DateTime;
    use proptest::collection::vec;
    use proptest::option;
    use proptest::prelude::*;
    use scim_core::client::{
        Call, Client, ClientError, Effect, Outcome, Request, Response, Sent, Target,
    };
    use scim_core::compatibility::Compatibility;
    use scim_core::message::{PatchOperation, PatchOperationKind, PatchRequest, SearchRequest};
    use scim_core::patch::PatchDialect;
    use scim_core::resource::Resource;
    use scim_core::schema::SchemaRegistry;
    use scim_core::service_provider::{
        self, MemoryStore, RequestContext, ServiceDefinition, ServiceProvider,
    };
    use scim_core::urn;
    use serde_json::{Map, Value, json};

    use crate::block_on::block_on;

    const BASE: &str = "https://people.example/scim/v2";

    /// The service of this crate in the place of a network.
    struct Service {
        provider: ServiceProvider<MemoryStore>,
        requests: AtomicUsize,
    }

    impl Service {
        fn new(compatibility: Compatibility) -> Self {
            let registry = SchemaRegistry::standard();
            let mut definition = ServiceDefinition::new(registry.clone());
            definition.compatibility = compatibility;
            Self {
                provider: ServiceProvider::new(definition, MemoryStore::new(registry)),
                requests: AtomicUsize::new(0),
            }
        }

        fn answer(&self, request: &Request) -> Response {
            let path = request.url.strip_prefix(BASE).unwrap();
            let (path, query) = path
                .split_once('?')
                .map_or((path, None), |(path, query)| (path, Some(query)));
            let mut received = service_provider::Request::new(request.method, path);
            received.query = query.map(str::to_owned);
            received.headers.clone_from(&request.headers);
            received.body.clone_from(&request.body);
            let number = self.requests.fetch_add(1, Ordering::Relaxed);
            let context = RequestContext::new(
                "t1",
                "client",
                DateTime::UNIX_EPOCH,
                format!("id-{number}"),
                BASE,
            );
            let answer = block_on(self.provider.answer(received, context));
            let mut response = Response::new(answer.status);
            response.headers = answer.headers;
            response.with_body(answer.body.unwrap_or_default())
        }

        fn ask<T: std::fmt::Debug>(&self, mut call: Call<T>) -> Result<T, ClientError> {
            loop {
                match call.read(&self.answer(call.request()), DateTime::UNIX_EPOCH) {
                    Outcome::Send => {}
                    Outcome::Done(result) => {
                        assert_eq!(call.deviations(), [], "the service follows the protocol");
                        return Ok(result);
                    }
                    Outcome::Failed(error) => return Err(error),
                    retry @ Outcome::Retry { .. } => panic!("{retry:?}"),
                }
            }
        }
    }

    fn target() -> Target {
        Target::new(BASE.parse().unwrap())
    }

    fn user(name: &str) -> Resource {
        let user = json!({"schemas": [urn::USER], "userName": name});
        Resource::new(user.as_object().unwrap().clone())
    }

    /// What a client may set, the user name aside.
    fn attributes() -> impl Strategy<Value = Map<String, Value>> {
        let text = || {
            option::of(
                "[a-zA-Z é\"\\\\\\]]{1,6}".prop_filter("not blank", |text| !text.trim().is_empty()),
            )
        };
        let email = (
            "[a-c]{1,2}@example\\.com",
            prop_oneof![Just("work"), Just("home"), Just("other")],
        )
            .prop_map(|(value, kind)| json!({"value": value, "type": kind}));
        let emails = vec(email, 0..4).prop_map(|mut emails| {
            emails.sort_by_key(ToString::to_string);
            emails.dedup();
            emails
        });
        (
            text(),
            option::of(any::<bool>()),
            emails,
            text(),
            text(),
            text(),
        )
            .prop_map(|(title, active, emails, given, family, department)| {
                let mut members = Map::new();
                let mut set = |name: &str, value: Option<Value>| {
                    if let Some(value) = value {
                        members.insert(name.to_owned(), value);
                    }
                };
                set("title", title.map(Value::from));
                set("active", active.map(Value::from));
                set("emails", (!emails.is_empty()).then_some(emails.into()));
                let mut name = Map::new();
                name.extend(given.map(|given| ("givenName".to_owned(), given.into())));
                name.extend(family.map(|family| ("familyName".to_owned(), family.into())));
                set("name", (!name.is_empty()).then_some(name.into()));
                set(
                    urn::ENTERPRISE_USER,
                    department.map(|department| json!({"department": department})),
                );
                members
            })
    }

    /// Without what the service keeps, and in one order.
    fn content(resource: &Resource) -> Value {
        let mut members = resource.attributes().clone();
        members.retain(|name, _| name != "meta" && name != "schemas");
        if let Some(Value::Array(emails)) = members.get_mut("emails") {
            emails.sort_by_key(ToString::to_string);
        }
        Value::Object(members)
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(64) })]

        /// P-7644-3.4.2.4-5, P-7644-3.4.3-5, P-7644-3.2-4
        #[test]
        fn a_walk_gives_every_resource_once(
            count in 0_usize..25, page in option::of(1_i64..8), search in any::<bool>(), filter in any::<bool>(), is_filtered in any::<bool>(),
        ) {
            let service = Service::new(Compatibility::standard());
            let mut target = target();
            let discovered = service.ask(Client::new(target.clone()).unwrap().discover()).unwrap();
            let users = discovered.registry.resource_type("User").unwrap();
            target.capabilities = discovered.capabilities;
            prop_assert!(target.capabilities.search && target.capabilities.filter && target.capabilities.sort);
            (target.capabilities.search, target.capabilities.filter) = (search, filter);
            let client = Client::new(target).unwrap();
            let mut expected = Vec::new();
            for number in 0..count {
                let created = service.ask(client.create(users, &user(&format!("u{number}"))).unwrap()).unwrap();
                if !is_filtered || format!("u{number}").contains('1') {
                    expected.push(created.id().unwrap().to_owned());
                }
            }
            let mut request = SearchRequest::new();
            request.count = page;
            request.filter = is_filtered.then(|| users.parser().filter("userName co \"1\"").unwrap());
            let found = service.ask(client.list(users, &request).unwrap()).unwrap();
            let mut ids: Vec<_> = found.resources.iter().map(|user| user.id().unwrap().to_owned()).collect();
            ids.sort();
            expected.sort();
            prop_assert_eq!(ids, expected);
        }

        /// P-7644-3.5.1-2, P-7644-3.14-5
        #[test]
        fn a_modified_resource_is_what_it_was_to_be(
            first in attributes(), second in attributes(), theirs in option::of("[a-z]{1,6}"), patch in any::<bool>(), entra in any::<bool>(), etag in any::<bool>(),
        ) {
            let service = Service::new(if entra { Compatibility::entra_legacy() } else { Compatibility::strict() });
            let registry = SchemaRegistry::standard();
            let users = registry.resource_type("User").unwrap();
            let mut target = target();
            (target.capabilities.patch, target.capabilities.etag) = (patch, etag);
            target.dialect = if entra { PatchDialect::Entra } else { PatchDialect::Rfc };
            let client = Client::new(target).unwrap();

            let mut created = user("ines");
            created.attributes_mut().extend(first);
            let before = service.ask(client.create(users, &created).unwrap()).unwrap();
            let id = before.id().unwrap();
            let mut after = user("ines");
            after.set_id(id);
            after.attributes_mut().extend(second);
            // Somebody else changes another attribute in between, and that stays, too.
            if let Some(nick_name) = &theirs {
                let operation = PatchOperation::new(
                    PatchOperationKind::Replace, Some("nickName".parse().unwrap()), Some(nick_name.as_str().into()),
                );
                let other = Client::new(self::target()).unwrap();
                service.ask(other.patch(users, id, PatchRequest::new(vec![operation]), None).unwrap()).unwrap();
            }
            let call = client.modify(users, &before, &after).unwrap();
            prop_assert_eq!(call.is_none(), content(&before) == content(&after));
            let shown = call.map(|call| service.ask(call).unwrap().unwrap());
            let held = service.ask(client.get(users, id, &[]).unwrap()).unwrap();
            if let Some(nick_name) = theirs {
                after.attributes_mut().insert("nickName".to_owned(), nick_name.into());
            }
            prop_assert_eq!(content(&held), content(&after));
            if let Some(shown) = shown {
                prop_assert_eq!(content(&shown), content(&after));
                prop_assert_eq!(shown.meta().unwrap().version, held.meta().unwrap().version);
            }
        }
    }

    /// Many calls may be under way on many threads.
    #[test]
    fn a_client_and_its_calls_may_go_to_other_threads() {
        const fn check<T: Send + Sync + 'static>() {}
        check::<Client>();
        check::<Call<Resource>>();
        check::<ClientError>();
    }

    /// What a service may answer that is broken, or means harm.
    fn answers() -> impl Strategy<Value = Result<Response, Sent>> {
        let status = prop_oneof![
            4 => Just(200_u16),
            2 => prop_oneof![Just(201_u16), Just(204), Just(308), Just(302), Just(412), Just(404), Just(429), Just(503), Just(501)],
            1 => any::<u16>(),
        ];
        let list = |json: Value| json.to_string().into_bytes();
        let body = prop_oneof![
            (0_u64..5, 0_u64..9).prop_map(move |(id, total)| list(json!({
                "schemas": [urn::LIST_RESPONSE], "totalResults": total, "Resources": [{"id": id.to_string(), "userName": "x"}]
            }))),
            (0_u64..5, "[a-c]").prop_map(move |(id, cursor)| list(json!({"Resources": [{"id": id.to_string()}], "nextCursor": cursor}))),
            any::<u64>().prop_map(move |total| list(json!({"totalResults": total, "startIndex": u64::MAX, "Resources": [{}, {}]}))),
            "[a-z.]{0,3}".prop_map(move |id| list(json!({"id": id, "userName": "ines", "emails": [{"value": "x"}], "meta": {"version": id}}))),
            Just(list(json!({"patch": {"supported": true}, "filter": {"maxResults": -1}, "pagination": []}))),
            Just(list(json!({"Resources": [{"id": urn::USER, "attributes": [{"name": "userName"}]}, {"name": "User", "endpoint": "//../Users?", "schema": urn::USER}]}))),
            Just(list(json!({"status": 7, "scimType": ["x"], "detail": {"s3cret": 1}}))),
            Just(b"the token is s3cret".to_vec()),
            Just(b"\"s3cret\"".to_vec()),
            vec(any::<u8>(), 0..40),
            Just(Vec::new()),
        ];
        let field = prop_oneof![
            Just((
                "Location",
                "https://people.example/scim/v2/Users/7".to_owned()
            )),
            Just(("Location", "//evil.example/".to_owned())),
            Just(("Retry-After", "0".to_owned())),
            Just(("ETag", "W/\"1\"".to_owned())),
            (
                prop_oneof![
                    Just("Location"),
                    Just("Retry-After"),
                    Just("ETag"),
                    Just("Content-Type")
                ],
                "\\PC{0,12}"
            ),
        ];
        let response = (status, body, vec(field, 0..3)).prop_map(|(status, body, fields)| {
            fields.into_iter().fold(
                Response::new(status).with_body(body),
                |response, (name, value)| response.with_header(name, value),
            )
        });
        prop_oneof![
            12 => response.prop_map(Ok),
            1 => prop_oneof![Just(Err(Sent::No)), Just(Err(Sent::Perhaps))],
        ]
    }

    /// Answers a call in turn until it is over; nothing that is sent goes elsewhere.
    fn drive<T: std::fmt::Debug>(
        call: Result<Call<T>, ClientError>,
        answers: &[Result<Response, Sent>],
    ) -> Result<(), TestCaseError> {
        let mut call = call.unwrap();
        let mut writes = 0_usize;
        let mut has_changed = false;
        for (step, answer) in answers.iter().cycle().enumerate() {
            prop_assert!(step < 2_000, "it never ends");
            let request = call.request().clone();
            prop_assert!(
                request.url.starts_with("https://people.example/"),
                "{}",
                request.url
            );
            prop_assert!(request.url.bytes().all(|byte| byte.is_ascii_graphic()));
            prop_assert!(!request.url.contains("s3cret"));
            has_changed |= request.method != "GET" && !request.url.ends_with(".search");
            let converted = http::Request::<bytes::Bytes>::try_from(&request);
            prop_assert!(converted.is_ok(), "{converted:?}");
            let outcome = match answer {
                Ok(response) => call.read(response, DateTime::UNIX_EPOCH),
                Err(sent) => call.lost(*sent),
            };
            if request.method == "POST"
                && !request.url.ends_with(".search")
                && answer == &Err(Sent::Perhaps)
            {
                writes += 1;
                prop_assert!(writes < 2, "a creation is not repeated");
            }
            prop_assert!(call.deviations().len() <= 100);
            match outcome {
                Outcome::Send => {}
                Outcome::Retry { .. } => prop_assert_eq!(call.request(), &request),
                Outcome::Done(_) => break,
                Outcome::Failed(error) => {
                    let told = format!("{error} {error:?} {call:?} {:?}", call.deviations());
                    prop_assert!(!told.contains("s3cret"), "{told}");
                    prop_assert!(error.effect() == Effect::None || has_changed, "{told}");
                    break;
                }
            }
        }
        let over = call.read(&Response::new(200), DateTime::UNIX_EPOCH);
        prop_assert!(matches!(over, Outcome::Failed(_)));
        Ok(())
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(300) })]

        /// H-9110-4, P-7644-7.4-2, P-7644-3.12-8
        #[test]
        fn whatever_a_service_answers_a_call_ends(
            answers in vec(answers(), 1..12), patch in any::<bool>(), etag in any::<bool>(), cursor in any::<bool>(), search in any::<bool>(),
        ) {
            let registry = SchemaRegistry::standard();
            let users = registry.resource_type("User").unwrap();
            let mut target = target();
            target.bearer_token = Some("s3cret".into());
            (target.capabilities.patch, target.capabilities.etag) = (patch, etag);
            (target.capabilities.cursor, target.capabilities.search) = (cursor, search);
            (target.limits.pages, target.limits.resources) = (20, 40);
            let client = Client::new(target).unwrap();
            let mut before = user("ines");
            before.set_id("42");
            let mut after = before.clone();
            after.attributes_mut().insert("emails".to_owned(), json!([{"value": "a@example.com"}]));
            let user_name = "userName".parse().unwrap();
            drive(client.create(users, &before), &answers)?;
            drive(client.get(users, "42", &["emails"]), &answers)?;
            drive(client.get_if_changed(users, "42", "1"), &answers)?;
            drive(client.replace(users, &before), &answers)?;
            drive(client.modify(users, &before, &after).map(Option::unwrap), &answers)?;
            drive(client.delete(users, "42", Some("1")), &answers)?;
            drive(client.list(users, &SearchRequest::new()), &answers)?;
            drive(client.find(users, &user_name, "ines"), &answers)?;
            drive(Ok(client.discover()), &answers)?;
            drive(client.test_connection(users, &user_name, "nobody"), &answers)?;
        }
    }
}
