//! The messages and the discovery documents: shapes of RFC 7643, section 8, and of RFC 7644, with data of our own.

#[cfg(test)]
mod messages {
    use scim_core::compatibility::Compatibility;
    use scim_core::error::{Error, ErrorKind};
    use scim_core::message::{ErrorResponse, ListResponse, PatchRequest, SearchRequest, SortOrder};
    use scim_core::resource::{Group, Resource, User};
    use scim_core::schema::{
        ResourceType, SchemaRegistry, ServiceProviderConfig, resource_type,
        service_provider_config_schema,
    };
    use serde::Serialize;
    use serde::de::DeserializeOwned;
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

    /// P-7644-3.12-4
    #[test]
    fn keywords_stand_with_their_statuses_only() {
        use ErrorKind::{
            Forbidden, Internal, InvalidFilter, InvalidPath, InvalidSyntax, InvalidValue,
            InvalidVersion, MethodNotAllowed, Mutability, NoTarget, NotAcceptable, NotFound,
            NotImplemented, PayloadTooLarge, PreconditionFailed, Sensitive, TooMany,
            TooManyRequests, Unauthorized, Uniqueness, UnsupportedMediaType,
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

    #[test]
    fn a_list_of_mixed_resources() {
        let list: ListResponse<Resource> = round_trips(&json!({
            "schemas": ["urn:ietf:params:scim:api:messages:2.0:ListResponse"],
            "totalResults": 2,
            "startIndex": 1,
            "itemsPerPage": 2,
            "Resources": [
                { "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "id": "1", "userName": "maja" },
                { "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"], "id": "2", "displayName": "Guides" },
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
        let empty: ListResponse<User> =
            serde_json::from_value(json!({ "totalResults": 0 })).unwrap();
        assert!(empty.resources.is_empty());
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

    /// C-7643-5-3, C-7643-8-1
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
        let _: ServiceProviderConfig = round_trips(&json!({
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
            }],
            "pagination": { "cursor": false, "index": true, "defaultPageSize": 50 },
            "meta": { "resourceType": "ServiceProviderConfig", "location": "https://example.com/ServiceProviderConfig" },
        }));
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
