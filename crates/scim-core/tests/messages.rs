//! The messages and the discovery documents: shapes of RFC 7643, section 8, and of RFC 7644, with data of our own.

#[cfg(test)]
mod messages {
    use scim_core::compatibility::Compatibility;
    use scim_core::error::{Error, ErrorKind};
    use scim_core::message::{
        BulkRequest, BulkResponse, ErrorResponse, ListResponse, PatchOperation, PatchRequest,
        SearchRequest, SortOrder,
    };
    use scim_core::resource::{Group, Resource, User};
    use scim_core::schema::{
        ResourceType, SchemaRegistry, ServiceProviderConfig, resource_type,
        service_provider_config_schema,
    };
    use scim_core::urn::{self, SchemaUrn};
    use serde::de::DeserializeOwned;
    use serde::{Deserialize as _, Serialize};
    use serde_json::{Value, json};

    #[track_caller]
    fn round_trips<T: Serialize + DeserializeOwned>(value: &Value) -> T {
        let typed: T = serde_json::from_value(value.clone()).unwrap();
        assert_eq!(serde_json::to_value(&typed).unwrap(), *value);
        typed
    }

    /// A-62, P-7644-3.12-1, P-7644-3.12-2
    #[test]
    fn the_status_of_an_error_is_a_string_and_is_read_as_both() {
        let written = serde_json::to_value(ErrorResponse::from(&Error::new(
            ErrorKind::NoTarget,
            "nothing matches",
        )))
        .unwrap();
        assert_eq!(
            written,
            json!({
                "schemas": ["urn:ietf:params:scim:api:messages:2.0:Error"],
                "status": "400",
                "scimType": "noTarget",
                "detail": "nothing matches",
            })
        );
        for status in [json!("409"), json!(409)] {
            let response: ErrorResponse =
                serde_json::from_value(json!({ "Status": status })).unwrap();
            assert_eq!(response.status, 409);
        }
        for status in [
            json!("4090"),
            json!("abc"),
            json!(7),
            json!("+40"),
            json!(null),
        ] {
            assert!(
                serde_json::from_value::<ErrorResponse>(json!({ "status": status })).is_err(),
                "{status}"
            );
        }
    }

    /// P-7644-3.12-3, P-7644-3.12-4, R-9865-2.1-2, A-43
    #[test]
    fn keywords_stand_with_their_statuses_only() {
        use ErrorKind::{
            ExpiredCursor, Forbidden, Internal, InvalidCount, InvalidCursor, InvalidFilter,
            InvalidPath, InvalidSyntax, InvalidValue, InvalidVersion, MethodNotAllowed, Mutability,
            NoTarget, NotAcceptable, NotFound, NotImplemented, PayloadTooLarge, PreconditionFailed,
            Sensitive, TooMany, TooManyRequests, Unauthorized, Uniqueness, UnsupportedMediaType,
        };
        for (kind, status, keyword) in [
            (InvalidFilter, 400, Some("invalidFilter")),
            (TooMany, 400, Some("tooMany")),
            (Uniqueness, 409, Some("uniqueness")),
            (Mutability, 400, Some("mutability")),
            (InvalidSyntax, 400, Some("invalidSyntax")),
            (InvalidPath, 400, Some("invalidPath")),
            (NoTarget, 400, Some("noTarget")),
            (InvalidValue, 400, Some("invalidValue")),
            (InvalidVersion, 400, Some("invalidVers")),
            (InvalidCursor, 400, Some("invalidCursor")),
            (ExpiredCursor, 400, Some("expiredCursor")),
            (InvalidCount, 400, Some("invalidCount")),
            (Sensitive, 403, Some("sensitive")),
            (Unauthorized, 401, None),
            (Forbidden, 403, None),
            (NotFound, 404, None),
            (MethodNotAllowed, 405, None),
            (NotAcceptable, 406, None),
            (PreconditionFailed, 412, None),
            (PayloadTooLarge, 413, None),
            (UnsupportedMediaType, 415, None),
            (TooManyRequests, 429, None),
            (Internal, 500, None),
            (NotImplemented, 501, None),
        ] {
            assert_eq!((kind.status(), kind.scim_type()), (status, keyword));
        }
    }

    /// P-7644-3.4.2-8, C-7643-3-6
    #[test]
    fn a_list_of_mixed_resources() {
        let list: ListResponse<Resource> = round_trips(&json!({
            "schemas": ["urn:ietf:params:scim:api:messages:2.0:ListResponse"],
            "totalResults": 2,
            "startIndex": 1,
            "itemsPerPage": 2,
            "Resources": [
                { "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "id": "1", "userName": "maja",
                  "meta": { "resourceType": "User" } },
                { "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"], "id": "2", "displayName": "Guides",
                  "meta": { "resourceType": "Group" } },
            ],
        }));
        assert_eq!(
            User::try_from(&list.resources[0]).unwrap().user_name,
            "maja"
        );
        assert_eq!(
            Group::try_from(&list.resources[1]).unwrap().display_name,
            "Guides"
        );
        // What each is, and by which schemas it is to be read, its meta tells.
        let registry = SchemaRegistry::standard();
        let bases: Vec<_> = list
            .resources
            .iter()
            .map(|resource| {
                let name = resource.meta().unwrap().resource_type.unwrap();
                let resource_type = registry.resource_type(&name).unwrap();
                resource_type.schema().id.as_str()
            })
            .collect();
        assert_eq!(bases, [urn::USER, urn::GROUP]);
        let empty: ListResponse<User> =
            serde_json::from_value(json!({ "totalResults": 0 })).unwrap();
        assert!(empty.resources.is_empty());
        assert_eq!((empty.start_index, empty.items_per_page), (None, None));
    }

    /// R-9865-2-7, R-9865-2-9, R-9865-2-14, R-9865-2-15
    #[test]
    fn a_page_by_cursor() {
        let page: ListResponse<User> = round_trips(&json!({
            "schemas": ["urn:ietf:params:scim:api:messages:2.0:ListResponse"],
            "itemsPerPage": 1,
            "previousCursor": "ze7L30kMiiLX6x",
            "nextCursor": "YkU3OF86Pz0rGv",
            "Resources": [{ "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": "maja" }],
        }));
        assert_eq!((page.total_results, page.start_index), (None, None));
        assert_eq!(page.previous_cursor.as_deref(), Some("ze7L30kMiiLX6x"));
        assert_eq!(page.next_cursor.as_deref(), Some("YkU3OF86Pz0rGv"));
        let by_index = serde_json::to_value(ListResponse::new(7, 1, vec!["one"])).unwrap();
        assert_eq!(by_index.get("nextCursor"), None);
    }

    /// However they are read: there is no other function of that name.
    #[test]
    fn messages_are_objects() {
        let listed = json!([[urn::PATCH_OP], [["add", "title", "CTO"]]]);
        assert!(PatchRequest::deserialize(&listed).is_err());
        assert!(PatchOperation::deserialize(&json!(["add", "title", "CTO"])).is_err());
        assert!(SearchRequest::deserialize(&json!([[], [], []])).is_err());
        assert!(ListResponse::<User>::deserialize(&json!([[], 0])).is_err());
        let named = json!({ "op": "add", "path": "title", "value": "CTO" });
        let operation = PatchOperation::deserialize(&named).unwrap();
        assert_eq!(
            operation.serialize(serde_json::value::Serializer).unwrap(),
            named
        );
    }

    /// C-7643-1.1-1, C-7643-10.2-1, C-7643-10.2-4, P-7644-3.1-2, P-7644-8.2-1
    #[test]
    fn the_registered_urns() {
        let schemas = "urn:ietf:params:scim:schemas";
        assert_eq!(urn::USER, format!("{schemas}:core:2.0:User"));
        assert_eq!(urn::GROUP, format!("{schemas}:core:2.0:Group"));
        assert_eq!(
            urn::ENTERPRISE_USER,
            format!("{schemas}:extension:enterprise:2.0:User")
        );
        assert_eq!(
            urn::SERVICE_PROVIDER_CONFIG,
            format!("{schemas}:core:2.0:ServiceProviderConfig")
        );
        assert_eq!(
            urn::RESOURCE_TYPE,
            format!("{schemas}:core:2.0:ResourceType")
        );
        assert_eq!(urn::SCHEMA, format!("{schemas}:core:2.0:Schema"));
        let written = [
            serde_json::to_value(ListResponse::new(0, 1, Vec::<User>::new())),
            serde_json::to_value(ErrorResponse::from(&Error::new(
                ErrorKind::NotFound,
                "gone",
            ))),
            serde_json::to_value(SearchRequest::new()),
            serde_json::to_value(PatchRequest::new(Vec::new())),
            serde_json::to_value(BulkRequest::new(Vec::new())),
            serde_json::to_value(BulkResponse::new(Vec::new())),
        ];
        let named: Vec<_> = written
            .into_iter()
            .map(|message| message.unwrap()["schemas"].clone())
            .collect();
        let message = |name| json!([format!("urn:ietf:params:scim:api:messages:2.0:{name}")]);
        assert_eq!(
            named,
            [
                "ListResponse",
                "Error",
                "SearchRequest",
                "PatchOp",
                "BulkRequest",
                "BulkResponse"
            ]
            .map(message)
        );
        // What follows the name keeps its colons and dots.
        let longer = SchemaUrn::new("urn:ietf:params:scim:schemas:extension:a.b:2.0:c:d").unwrap();
        assert_eq!(
            longer.to_string(),
            "urn:ietf:params:scim:schemas:extension:a.b:2.0:c:d"
        );
    }

    #[test]
    fn a_search_request() {
        let body = json!({
            "schemas": ["urn:ietf:params:scim:api:messages:2.0:SearchRequest"],
            "attributes": ["userName", "emails.value"],
            "filter": "userName sw \"m\"",
            "sortBy": "name.familyName",
            "sortOrder": "descending",
            "startIndex": 1,
            "count": 10,
        });
        let registry = SchemaRegistry::standard();
        let users = registry.resource_type("User").unwrap();
        let strict = Compatibility::strict();
        let read = SearchRequest::read(&body, users, &strict).unwrap();
        assert_eq!(read, round_trips(&body));
        assert_eq!(read.sort_order, Some(SortOrder::Descending));
        for (member, value, kind) in [
            ("filter", json!("userName eq"), ErrorKind::InvalidFilter),
            ("filter", json!(7), ErrorKind::InvalidSyntax),
            ("sortBy", json!("a b c"), ErrorKind::InvalidValue),
            ("count", json!("ten"), ErrorKind::InvalidSyntax),
            ("sortOrder", json!("up"), ErrorKind::InvalidSyntax),
            ("schemas", json!([]), ErrorKind::InvalidSyntax),
        ] {
            let mut body =
                json!({ "schemas": ["urn:ietf:params:scim:api:messages:2.0:SearchRequest"] });
            body[member] = value;
            let error = SearchRequest::read(&body, users, &strict).unwrap_err();
            assert_eq!(error.kind(), kind, "{body}: {error}");
        }
    }

    ///
    #[test]
    fn a_patch_request_without_a_schema_at_hand() {
        let request: PatchRequest = serde_json::from_value(json!({
        "Operations": [{ "op": "Add", "path": "members[value eq \"2\"].display", "value": null }],
    }))
    .unwrap();
        assert_eq!(request.operations[0].value, Some(Value::Null));
        let written = serde_json::to_value(&request).unwrap();
        assert_eq!(written["Operations"][0]["op"], "add");
    }

    /// C-7643-5-3, C-7643-5-9, C-7643-8-1, R-9865-4-1
    #[test]
    fn a_service_provider_configuration_has_what_its_schema_requires() {
        let written = serde_json::to_value(ServiceProviderConfig::new()).unwrap();
        for attribute in service_provider_config_schema()
            .attributes
            .iter()
            .filter(|attribute| attribute.required)
        {
            for sub in attribute
                .sub_attributes
                .iter()
                .filter(|sub| sub.required && !attribute.multi_valued)
            {
                assert!(
                    !written[&attribute.name][&sub.name].is_null(),
                    "{}.{}",
                    attribute.name,
                    sub.name
                );
            }
        }
        // R-9865-4-4: who says nothing about paging pages as RFC 7644 has it.
        let silent: ServiceProviderConfig = serde_json::from_value(written).unwrap();
        assert_eq!(silent.pagination, None);
        let told: ServiceProviderConfig = round_trips(&json!({
            "schemas": ["urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig"],
            "documentationUri": "https://example.com/help",
            "patch": { "supported": true },
            "bulk": { "supported": true, "maxOperations": 500, "maxPayloadSize": 1_000_000 },
            "filter": { "supported": true, "maxResults": 100 },
            "changePassword": { "supported": false },
            "sort": { "supported": true },
            "etag": { "supported": true },
            "authenticationSchemes": [{
                "type": "oauthbearertoken", "name": "Bearer token", "description": "A token of the account", "primary": true,
                "specUri": "https://www.rfc-editor.org/info/rfc6750", "documentationUri": "https://example.com/help/token",
            }, {
                "type": "httpbasic", "name": "HTTP Basic", "description": "A name and a password",
            }],
            "pagination": { "cursor": false, "index": true, "defaultPageSize": 50 },
            "meta": { "resourceType": "ServiceProviderConfig", "location": "https://example.com/ServiceProviderConfig" },
        }));
        // R-9865-2.4-4: a client looks here before it pages.
        let pagination = told.pagination.unwrap();
        assert_eq!((pagination.cursor, pagination.index), (false, true));
        assert_eq!(pagination.default_page_size, Some(50));
        assert_eq!(
            (pagination.max_page_size, pagination.cursor_timeout),
            (None, None)
        );
    }

    /// C-7643-8-3, A-37
    #[test]
    fn resource_types_are_read_in_every_known_form() {
        for endpoint in ["Users", "/Users", "/Users/"] {
            let read: ResourceType = serde_json::from_value(json!({
                "name": "User",
                "endpoint": endpoint,
                "schema": "urn:ietf:params:scim:schemas:core:2.0:User",
            }))
            .unwrap();
            assert_eq!(read.endpoint_segment(), "Users");
            let served = read.to_resource("https://example.com/v2/");
            assert_eq!(
                (&served["endpoint"], &served["id"]),
                (&json!("/Users"), &json!("User"))
            );
            for attribute in resource_type()
                .attributes
                .iter()
                .filter(|attribute| attribute.required)
            {
                assert!(!served[&attribute.name].is_null(), "{}", attribute.name);
            }
        }
    }
}
