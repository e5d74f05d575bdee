//! Which endpoint a path names, and which methods it offers
//! ([RFC 7644 §3.2](https://www.rfc-editor.org/rfc/rfc7644#section-3.2)).

use super::encoding::decode;
use crate::error::{Error, ErrorKind};
use crate::schema::{RegisteredResourceType, SchemaRegistry};

/// An endpoint of the service.
#[derive(Clone, Debug)]
pub(super) enum Endpoint {
    /// `/Users`
    Collection(RegisteredResourceType),
    /// `/Users/.search`
    CollectionSearch(RegisteredResourceType),
    /// `/Users/{id}`
    Resource(RegisteredResourceType, String),
    /// `/ServiceProviderConfig`
    Configuration,
    /// `/Schemas`, `/Schemas/{urn}`, `/Schemas/.search`
    Schemas(Entry),
    /// `/ResourceTypes`, `/ResourceTypes/{name}`, `/ResourceTypes/.search`
    ResourceTypes(Entry),
    /// The base URL itself
    Root,
    /// `/.search`
    RootSearch,
    /// `/Bulk`
    Bulk,
    /// `/Me`
    Me,
}

/// What of a discovery endpoint is asked for.
#[derive(Clone, Debug)]
pub(super) enum Entry {
    All,
    Search,
    Named(String),
}

impl Endpoint {
    /// The endpoint at a path below the base URL.
    ///
    /// A slash at the end and doubled slashes are passed over: joining a base URL and a path goes wrong in many clients,
    /// and no endpoint has an empty segment.
    pub(super) fn at(path: &str, registry: &SchemaRegistry) -> Result<Self, Error> {
        let segments = path
            .split('/')
            .filter(|segment| !segment.is_empty())
            .map(|segment| decode(segment, false))
            .collect::<Option<Vec<String>>>()
            .ok_or_else(|| {
                Error::new(
                    ErrorKind::InvalidSyntax,
                    "the path has a malformed escape: write % as %25, and text as UTF-8",
                )
            })?;
        if segments.is_empty() {
            return Ok(Self::Root);
        }
        let mut segments = segments.into_iter();
        let (Some(first), second, None) = (segments.next(), segments.next(), segments.next())
        else {
            return Err(unknown(registry));
        };
        match (first.as_str(), second) {
            ("ServiceProviderConfig", None) => Ok(Self::Configuration),
            ("Schemas", second) => Ok(Self::Schemas(Entry::of(second))),
            ("ResourceTypes", second) => Ok(Self::ResourceTypes(Entry::of(second))),
            (".search", None) => Ok(Self::RootSearch),
            ("Bulk", None) => Ok(Self::Bulk),
            ("Me", None) => Ok(Self::Me),
            (name, second) => {
                let resource_type = registry
                    .resource_type_at(name)
                    .cloned()
                    .ok_or_else(|| unknown(registry))?;
                Ok(match second {
                    None => Self::Collection(resource_type),
                    Some(second) if second == ".search" => Self::CollectionSearch(resource_type),
                    Some(id) => Self::Resource(resource_type, id),
                })
            }
        }
    }

    /// The methods of the endpoint, as the `Allow` field lists them.
    pub(super) const fn methods(&self) -> &'static str {
        match self {
            Self::Collection(_) => "GET, HEAD, POST",
            Self::Resource(..) => "GET, HEAD, PUT, PATCH, DELETE",
            Self::CollectionSearch(_)
            | Self::RootSearch
            | Self::Bulk
            | Self::Schemas(Entry::Search)
            | Self::ResourceTypes(Entry::Search) => "POST",
            Self::Root | Self::Configuration | Self::Schemas(_) | Self::ResourceTypes(_) => {
                "GET, HEAD"
            }
            Self::Me => "GET, HEAD, POST, PUT, PATCH, DELETE",
        }
    }

    /// Whether the endpoint offers a method.
    pub(super) fn offers(&self, method: &str) -> bool {
        self.methods().split(", ").any(|own| own == method)
    }
}

impl Entry {
    fn of(segment: Option<String>) -> Self {
        match segment {
            None => Self::All,
            Some(segment) if segment == ".search" => Self::Search,
            Some(segment) => Self::Named(segment),
        }
    }
}

pub(super) fn unknown(registry: &SchemaRegistry) -> Error {
    let endpoints: Vec<String> = registry
        .resource_types()
        .map(|resource_type| {
            format!(
                "/{}",
                resource_type.definition().endpoint.trim_start_matches('/')
            )
        })
        .collect();
    Error::new(
        ErrorKind::NotFound,
        format!(
            "there is no such endpoint; below its base URL this service has {}, /Bulk, /Me, /ServiceProviderConfig, /ResourceTypes and /Schemas",
            endpoints.join(", ")
        ),
    )
}
