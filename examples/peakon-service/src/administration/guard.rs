//! What holds for every page: how browsers are to treat it, and that nothing is changed on the word of another site.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, HOST, HeaderName, ORIGIN, REFERRER_POLICY,
    X_CONTENT_TYPE_OPTIONS,
};
use http::uri::{Authority, PathAndQuery};
use http::{HeaderValue, Uri};

use super::Administration;
use super::page::Failure;

const FIELDS: [(HeaderName, &str); 5] = [
    (
        CONTENT_SECURITY_POLICY,
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    ),
    (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    // With `no-referrer` browsers would send `Origin: null` with the page's own forms.
    (REFERRER_POLICY, "same-origin"),
    (CACHE_CONTROL, "no-store"),
    (
        HeaderName::from_static("cross-origin-opener-policy"),
        "same-origin",
    ),
];

pub(super) async fn protect(
    State(administration): State<Arc<Administration>>,
    request: Request,
    next: Next,
) -> Response {
    let mut response = if holds_control_character(request.uri()) {
        Failure::ControlCharacter.response(&administration)
    } else if request.method().is_safe() || comes_from_here(&request, &administration) {
        next.run(request).await
    } else {
        Failure::ForeignForm.response(&administration)
    };
    let headers = response.headers_mut();
    for (name, value) in FIELDS {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}

/// Whether an address means a control character: no id holds one, and PostgreSQL takes no text with U+0000.
fn holds_control_character(uri: &Uri) -> bool {
    let text = uri.path_and_query().map_or("", PathAndQuery::as_str);
    text.split('%').skip(1).any(|encoded| {
        encoded.starts_with(['0', '1']) || encoded.starts_with("7F") || encoded.starts_with("7f")
    })
}

/// Whether the browser says that the form was on a page of this service. Browsers send `Origin` with every POST, and where the
/// connection is secure `Sec-Fetch-Site` too; neither can be set by a page.
fn comes_from_here(request: &Request, administration: &Administration) -> bool {
    let headers = request.headers();
    let site = headers.get("sec-fetch-site");
    if site.is_some_and(|site| site != "same-origin") {
        return false;
    }
    let Some(origin) = headers.get(ORIGIN).and_then(|origin| origin.to_str().ok()) else {
        return false;
    };
    let origin: Uri = origin.parse().unwrap_or_default();
    let Some(origin) = origin.authority().map(Authority::as_str) else {
        return false;
    };
    let host = headers.get(HOST).and_then(|host| host.to_str().ok());
    // In HTTP/2 the host is part of the URI.
    let host = host.or_else(|| Some(request.uri().authority()?.as_str()));
    [host, administration.authority.as_deref()]
        .into_iter()
        .flatten()
        .any(|own| own.eq_ignore_ascii_case(origin))
}
