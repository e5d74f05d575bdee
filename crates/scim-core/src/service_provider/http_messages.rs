//! The service provider in terms of the crate `http`.

use bytes::Bytes;
use http::{HeaderName, HeaderValue, StatusCode};

use super::blocking::{self, AtOnce};
use super::context::RequestContext;
use super::driver::ServiceProvider;
use super::request::Request;
use super::response::Response;
use super::store::ResourceStore;

impl<S: ResourceStore> ServiceProvider<S> {
    /// Answers an `http::Request`, the path of whose URI is below the base URL, as any router that nests gives it.
    ///
    /// What the operator should know, but not the client, stands in the response's extensions as a
    /// [`Report`](super::Report).
    ///
    /// ```
    /// # fn block_on<F: Future>(future: F) -> F::Output {
    /// #     let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    /// #     let mut future = std::pin::pin!(future);
    /// #     loop {
    /// #         if let std::task::Poll::Ready(output) = future.as_mut().poll(&mut context) {
    /// #             return output;
    /// #         }
    /// #     }
    /// # }
    /// use bytes::Bytes;
    /// use chrono::DateTime;
    /// use scim_core::schema::SchemaRegistry;
    /// use scim_core::service_provider::{MemoryStore, RequestContext, ServiceDefinition, ServiceProvider};
    ///
    /// let registry = SchemaRegistry::standard();
    /// let store = MemoryStore::new(registry.clone());
    /// let service = ServiceProvider::new(ServiceDefinition::new(registry), store);
    /// let context = RequestContext::new("t1", "admin", DateTime::UNIX_EPOCH, "1", "https://people.example/scim/v2");
    ///
    /// let request = http::Request::get("/Users?filter=userName+eq+%22ines%22").body(Bytes::new())?;
    /// let response = block_on(service.respond(request, context));
    /// assert_eq!(response.status(), 200);
    /// assert_eq!(response.headers()["content-type"], "application/scim+json");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub async fn respond(
        &self,
        request: http::Request<Bytes>,
        context: RequestContext,
    ) -> http::Response<Bytes> {
        self.answer(request.into(), context).await.into()
    }
}

impl<S: blocking::ResourceStore> ServiceProvider<AtOnce<S>> {
    /// Answers an `http::Request` before it returns, as [`respond`](Self::respond) does otherwise.
    pub fn respond_blocking(
        &self,
        request: http::Request<Bytes>,
        context: RequestContext,
    ) -> http::Response<Bytes> {
        self.answer_blocking(request.into(), context).into()
    }
}

impl From<http::Request<Bytes>> for Request {
    fn from(request: http::Request<Bytes>) -> Self {
        let (parts, body) = request.into_parts();
        let headers = parts.headers.iter();
        Self {
            method: parts.method.as_str().to_owned(),
            path: parts.uri.path().to_owned(),
            query: parts.uri.query().map(str::to_owned),
            headers: headers
                .map(|(name, value)| {
                    (
                        name.as_str().to_owned(),
                        String::from_utf8_lossy(value.as_bytes()).into_owned(),
                    )
                })
                .collect(),
            body: body.into(),
        }
    }
}

impl From<Response> for http::Response<Bytes> {
    fn from(response: Response) -> Self {
        let mut converted = Self::new(response.body.map(Bytes::from).unwrap_or_default());
        *converted.status_mut() =
            StatusCode::from_u16(response.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        for (name, value) in response.headers {
            // A store may keep a version that no header field can carry: then there is none.
            if let (Ok(name), Ok(value)) =
                (HeaderName::try_from(name), HeaderValue::try_from(value))
            {
                converted.headers_mut().append(name, value);
            }
        }
        converted.extensions_mut().insert(response.report);
        converted
    }
}
