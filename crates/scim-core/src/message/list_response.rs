//! [`ListResponse`].

use schemars::JsonSchema;

use crate::urn;

super::object_only! {
    serde(remote = "ListResponse", rename_all = "camelCase")
    /// The answer to a query ([RFC 7644, section 3.4.2](https://www.rfc-editor.org/rfc/rfc7644#section-3.4.2)).
    ///
    /// ```
    /// use scim_core::message::ListResponse;
    /// use scim_core::resource::User;
    ///
    /// let page = ListResponse::new(7, 1, vec![User::new("bjensen")]);
    /// let json = serde_json::to_value(&page)?;
    /// assert_eq!(json["totalResults"], 7);
    /// assert_eq!(json["itemsPerPage"], 1);
    ///
    /// // A page by cursor, whose service cannot tell how many there are.
    /// let page: ListResponse<User> = serde_json::from_str(r#"{"Resources": [], "nextCursor": "VZUTiyhEQJ94IR"}"#)?;
    /// assert_eq!((page.total_results, page.next_cursor.as_deref()), (None, Some("VZUTiyhEQJ94IR")));
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    #[derive(Clone, Debug, PartialEq, JsonSchema)]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    pub struct ListResponse<T> {
        /// The URI of the message.
        #[serde(default = "schemas")]
        pub schemas: Vec<String>,
        /// How many resources match. Only a page by cursor may leave it out
        /// ([RFC 9865, section 2](https://www.rfc-editor.org/rfc/rfc9865#section-2)).
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schemars(extend("maximum" = u64::MAX))]
        pub total_results: Option<usize>,
        /// The index of the first resource of this page, from one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schemars(extend("maximum" = u64::MAX))]
        pub start_index: Option<usize>,
        /// How many resources this page has.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schemars(extend("maximum" = u64::MAX))]
        pub items_per_page: Option<usize>,
        /// To the page before this one, as the service sealed it; none with the first page.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub previous_cursor: Option<String>,
        /// To the page after this one, as the service sealed it; none with the last page, and none with pages by index.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub next_cursor: Option<String>,
        /// The resources of this page.
        #[serde(rename = "Resources", alias = "resources", default = "Vec::<T>::new")]
        pub resources: Vec<T>,
    }
}

impl<T> ListResponse<T> {
    /// A page of resources that begins at an index.
    ///
    /// ```
    /// use scim_core::message::ListResponse;
    ///
    /// let page = ListResponse::new(250, 101, vec!["one", "two"]);
    /// assert_eq!((page.start_index, page.items_per_page), (Some(101), Some(2)));
    /// ```
    #[must_use]
    pub fn new(total_results: usize, start_index: usize, resources: Vec<T>) -> Self {
        Self {
            schemas: schemas(),
            total_results: Some(total_results),
            start_index: Some(start_index),
            items_per_page: Some(resources.len()),
            previous_cursor: None,
            next_cursor: None,
            resources,
        }
    }
}

fn schemas() -> Vec<String> {
    vec![urn::LIST_RESPONSE.to_owned()]
}
