//! One way to talk HTTP: TLS by rustls, time limits, connections that are used again, proxies as the environment names them.

use std::error::Error;
use std::time::Duration;

use reqwest::Url;

use crate::failure::Failure;

/// Until there is a connection.
const CONNECTION_PATIENCE: Duration = Duration::from_secs(10);
/// From the request to the last byte of its answer.
const PATIENCE: Duration = Duration::from_mins(1);
/// Answers are read into memory up to here.
const LARGEST_ANSWER: usize = 32 << 20;

/// A client for these addresses, which follows no redirection: that could carry a secret to another host.
///
/// No proxy comes between this machine and itself: what is sent unencrypted there would leave the machine.
pub(crate) fn client(bases: &[&Url]) -> Result<reqwest::Client, Failure> {
    // Whoever has chosen an implementation of cryptography for this process before keeps it.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let mut builder = reqwest::Client::builder();
    if bases.iter().any(|base| is_local(base)) {
        builder = builder.no_proxy();
    }
    builder
        .user_agent(concat!("azure-to-peakon/", env!("CARGO_PKG_VERSION")))
        .connect_timeout(CONNECTION_PATIENCE)
        .timeout(PATIENCE)
        .pool_idle_timeout(Duration::from_mins(1))
        .redirect(reqwest::redirect::Policy::none())
        .build()
        .map_err(|error| {
            let advice = "look at the proxy that HTTPS_PROXY or ALL_PROXY names";
            Failure::new("the HTTP client", chain(&error), advice)
        })
}

/// The body of an answer, if it is not too large.
pub(crate) async fn body(mut response: reqwest::Response) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    while let Some(chunk) = response
        .chunk()
        .await
        .map_err(|error| chain(&error.without_url()))?
    {
        bytes.extend_from_slice(&chunk);
        if bytes.len() > LARGEST_ANSWER {
            return Err(format!("the answer is larger than {LARGEST_ANSWER} bytes"));
        }
    }
    Ok(bytes)
}

/// An error with its causes, which reqwest keeps out of its own text.
pub(crate) fn chain(error: &(dyn Error + 'static)) -> String {
    if let Some(late) = error.downcast_ref::<reqwest::Error>()
        && late.is_timeout()
    {
        let (what, patience) = if late.is_connect() {
            ("connection came about", CONNECTION_PATIENCE)
        } else {
            ("whole answer came", PATIENCE)
        };
        return format!("no {what} within {} seconds", patience.as_secs());
    }
    let causes = std::iter::successors(error.source(), |&cause| cause.source());
    let text = causes.fold(error.to_string(), |text, cause| format!("{text}: {cause}"));
    // What rustls calls an answer that does not even look like TLS.
    if text.contains("InvalidContentType") {
        return format!(
            "what answers there speaks no TLS: another port may be meant, or http:// on this machine ({text})"
        );
    }
    text
}

/// An address to which a secret may go: never readable through a network, and never with other credentials.
pub(crate) fn safe_url(text: &str, example: &str) -> Result<Url, String> {
    let url = Url::parse(text).map_err(|error| match error {
        url::ParseError::RelativeUrlWithoutBase => {
            format!("it does not begin with https://; give a URL such as {example}")
        }
        error => format!("{error}; give a URL such as {example}"),
    })?;
    match url.scheme() {
        "https" => {}
        "http" if is_local(&url) => {}
        "http" => return Err("the secret would travel readable; use https".to_owned()),
        _ => return Err("give a URL that begins with https://".to_owned()),
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("leave user and password out of the URL".to_owned());
    }
    Ok(url)
}

/// Whether an address is of this machine.
fn is_local(url: &Url) -> bool {
    match url.host() {
        Some(url::Host::Domain(name)) => name == "localhost",
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::safe_url;

    /// P-7644-7.1-1, P-7644-7.2-1, P-7644-7.4-2
    #[test]
    fn secrets_are_sent_to_safe_addresses_only() {
        for right in [
            "https://api.peakon.com/scim/v2",
            "http://127.0.0.1:8080/scim/v2",
            "http://[::1]/scim",
        ] {
            assert!(safe_url(right, "").is_ok(), "{right}");
        }
        for wrong in [
            "api.peakon.com",
            "http://api.peakon.com/scim",
            "ftp://a.example",
            "https://u:p@a.example",
        ] {
            assert!(safe_url(wrong, "").is_err(), "{wrong}");
        }
    }
}
