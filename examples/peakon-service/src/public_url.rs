//! Where clients find the service.

use std::fmt;
use std::str::FromStr;

use http::Uri;

/// The address that clients use, such as `https://people.example.com/peakon`; SCIM is below it, at `/scim/v2`.
///
/// ```
/// use peakon_service::PublicUrl;
///
/// let url: PublicUrl = "https://people.example.com/".parse()?;
/// assert_eq!(url.to_string(), "https://people.example.com");
/// assert!("people.example.com".parse::<PublicUrl>().is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicUrl(String);

/// A text is no [`PublicUrl`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "an address such as https://people.example.com is needed: http or https, a host, no user name, no query and no fragment"
)]
#[non_exhaustive]
pub struct InvalidPublicUrl;

impl FromStr for PublicUrl {
    type Err = InvalidPublicUrl;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let uri: Uri = text.parse().map_err(|_| InvalidPublicUrl)?;
        let authority = uri.authority().ok_or(InvalidPublicUrl)?;
        let is_web = matches!(uri.scheme_str(), Some("http" | "https"));
        if !is_web
            || uri.query().is_some()
            || authority.as_str().contains('@')
            || text.contains('#')
        {
            return Err(InvalidPublicUrl);
        }
        Ok(Self(text.trim_end_matches('/').to_owned()))
    }
}

impl fmt::Display for PublicUrl {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}
