//! The name of an attribute, with its schema and its sub-attribute.

use alloc::boxed::Box;
use alloc::string::String;
use core::cmp::Ordering;
use core::fmt;
use core::hash::{Hash, Hasher};

use crate::grammar;
use crate::parse_error::ParseError;

/// The name of an attribute as filters and paths write it: `[schema URN:]attribute[.sub-attribute]`
/// ([RFC 7644, section 3.10](https://www.rfc-editor.org/rfc/rfc7644#section-3.10)).
///
/// Two paths are equal, ordered and hashed without regard to the case of ASCII letters; printing gives the text as it was
/// written.
///
/// # Examples
///
/// ```
/// use scim_filter::AttributePath;
///
/// let path: AttributePath = "urn:ietf:params:scim:schemas:core:2.0:User:name.familyName".parse()?;
/// assert_eq!(path.schema(), Some("urn:ietf:params:scim:schemas:core:2.0:User"));
/// assert_eq!(path.attribute(), "name");
/// assert_eq!(path.sub_attribute(), Some("familyName"));
/// assert_eq!("userName".parse::<AttributePath>()?, "USERNAME".parse()?);
/// # Ok::<(), scim_filter::ParseError>(())
/// ```
#[derive(Clone)]
pub struct AttributePath {
    /// As it was written; the two positions are boundaries within it.
    text: Box<str>,
    /// Where the attribute name begins: zero without a schema, else one after the colon.
    attribute: u32,
    /// Where the sub-attribute begins, one after the dot: zero without one.
    sub_attribute: u32,
}

impl AttributePath {
    /// No path is longer, in bytes.
    pub(crate) const MAXIMUM_BYTES: usize = 4_096;

    /// The path of an attribute in the schema of the resource itself.
    ///
    /// # Errors
    ///
    /// The name is not one of [RFC 7643, section 2.1](https://www.rfc-editor.org/rfc/rfc7643#section-2.1): a letter, then
    /// letters, digits, `-`, `_` and `$`; a `$` may stand first, as in `$ref`.
    ///
    /// # Examples
    ///
    /// ```
    /// use scim_filter::AttributePath;
    ///
    /// assert_eq!(AttributePath::new("userName")?.to_string(), "userName");
    /// assert!(AttributePath::new(r#"userName eq "x" or title"#).is_err());
    /// # Ok::<(), scim_filter::ParseError>(())
    /// ```
    pub fn new(attribute: impl AsRef<str>) -> Result<Self, ParseError> {
        grammar::read_name(attribute.as_ref())?;
        Self::from_parts(None, attribute.as_ref(), None)
    }

    /// The path of an attribute of an extension whose attributes are named by people: with spaces, dots, any script.
    ///
    /// # Errors
    ///
    /// The schema is not a URI as [`Parser`](crate::Parser) reads it, or holds a comma, which would separate in a list of
    /// attributes; or the name could not be told from the filter around it: it is empty, begins or ends with a space, or holds
    /// a control character, a quotation mark, or something that reads as an operator and a value. A comma in the name is
    /// allowed, for filters; in a list of attributes it would separate.
    ///
    /// # Examples
    ///
    /// ```
    /// use scim_filter::AttributePath;
    ///
    /// let peakon = "urn:ietf:params:scim:schemas:extension:peakon:2.0:User";
    /// let path = AttributePath::qualified(peakon, "Job Title")?;
    /// assert_eq!(path.to_string(), format!("{peakon}:Job Title"));
    /// assert_eq!(path.sub_attribute(), None);
    /// assert!(AttributePath::qualified(peakon, r#"Job eq "x" or Title"#).is_err());
    /// # Ok::<(), scim_filter::ParseError>(())
    /// ```
    pub fn qualified(
        schema: impl AsRef<str>,
        attribute: impl AsRef<str>,
    ) -> Result<Self, ParseError> {
        let (schema, attribute) = (schema.as_ref(), attribute.as_ref());
        grammar::read_schema_uri(schema)?;
        grammar::read_free_name(schema, attribute)?;
        Self::from_parts(Some(schema), attribute, None)
    }

    /// The same path within the schema of this URN.
    ///
    /// # Errors
    ///
    /// The schema is not one that [`AttributePath::qualified`] takes, or the path would be longer than 4,096 bytes.
    ///
    /// # Examples
    ///
    /// ```
    /// use scim_filter::AttributePath;
    ///
    /// let path = AttributePath::new("hr")?.with_schema("urn:example:2.0")?;
    /// assert_eq!(path.to_string(), "urn:example:2.0:hr");
    /// # Ok::<(), scim_filter::ParseError>(())
    /// ```
    pub fn with_schema(self, schema: impl AsRef<str>) -> Result<Self, ParseError> {
        let schema = schema.as_ref();
        grammar::read_schema_uri(schema)?;
        if grammar::read_name(self.attribute()).is_err() {
            grammar::read_free_name(schema, self.attribute())?;
        }
        Self::from_parts(Some(schema), self.attribute(), self.sub_attribute())
    }

    /// The path of a sub-attribute of this attribute.
    ///
    /// # Errors
    ///
    /// The name is not one of RFC 7643, section 2.1, as for [`AttributePath::new`]; or this attribute has a free name, as
    /// [`AttributePath::qualified`] takes it, of which a dot would be a part; or the path would be longer than 4,096 bytes.
    ///
    /// # Examples
    ///
    /// ```
    /// use scim_filter::AttributePath;
    ///
    /// let path = AttributePath::new("members")?.with_sub_attribute("$ref")?;
    /// assert_eq!(path.to_string(), "members.$ref");
    /// # Ok::<(), scim_filter::ParseError>(())
    /// ```
    pub fn with_sub_attribute(self, name: impl AsRef<str>) -> Result<Self, ParseError> {
        grammar::read_name(name.as_ref())?;
        grammar::read_name(self.attribute())?;
        Self::from_parts(self.schema(), self.attribute(), Some(name.as_ref()))
    }

    /// The URN of the schema, if the path names one.
    ///
    /// # Examples
    ///
    /// ```
    /// use scim_filter::AttributePath;
    ///
    /// assert_eq!("urn:x:y:z".parse::<AttributePath>()?.schema(), Some("urn:x:y"));
    /// assert_eq!("title".parse::<AttributePath>()?.schema(), None);
    /// # Ok::<(), scim_filter::ParseError>(())
    /// ```
    #[must_use]
    pub fn schema(&self) -> Option<&str> {
        let end = (self.attribute as usize).checked_sub(1)?;
        self.text.get(..end)
    }

    /// The name of the attribute.
    ///
    /// # Examples
    ///
    /// ```
    /// use scim_filter::AttributePath;
    ///
    /// assert_eq!("name.givenName".parse::<AttributePath>()?.attribute(), "name");
    /// # Ok::<(), scim_filter::ParseError>(())
    /// ```
    #[must_use]
    pub fn attribute(&self) -> &str {
        let end = match self.sub_attribute {
            0 => self.text.len(),
            start => start as usize - 1,
        };
        self.text
            .get(self.attribute as usize..end)
            .unwrap_or_default()
    }

    /// The name of the sub-attribute, if the path names one.
    ///
    /// # Examples
    ///
    /// ```
    /// use scim_filter::AttributePath;
    ///
    /// assert_eq!("name.givenName".parse::<AttributePath>()?.sub_attribute(), Some("givenName"));
    /// # Ok::<(), scim_filter::ParseError>(())
    /// ```
    #[must_use]
    pub fn sub_attribute(&self) -> Option<&str> {
        match self.sub_attribute {
            0 => None,
            start => self.text.get(start as usize..),
        }
    }

    /// The path as it was written.
    ///
    /// # Examples
    ///
    /// ```
    /// use scim_filter::AttributePath;
    ///
    /// assert_eq!("Name.GivenName".parse::<AttributePath>()?.as_str(), "Name.GivenName");
    /// # Ok::<(), scim_filter::ParseError>(())
    /// ```
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// A path whose text and boundaries the grammar has found.
    #[inline]
    pub(crate) fn from_boundaries(text: &str, attribute: u32, sub_attribute: u32) -> Self {
        Self {
            text: text.into(),
            attribute,
            sub_attribute,
        }
    }

    fn from_parts(
        schema: Option<&str>,
        attribute: &str,
        sub_attribute: Option<&str>,
    ) -> Result<Self, ParseError> {
        let mut text = String::new();
        if let Some(schema) = schema {
            text.push_str(schema);
            text.push(':');
        }
        let attribute_start = position(&text);
        text.push_str(attribute);
        let mut sub_attribute_start = 0;
        if let Some(name) = sub_attribute {
            text.push('.');
            sub_attribute_start = position(&text);
            text.push_str(name);
        }
        grammar::read_path_length(&text)?;
        Ok(Self {
            text: text.into(),
            attribute: attribute_start,
            sub_attribute: sub_attribute_start,
        })
    }

    fn parts(&self) -> (Option<&str>, &str, Option<&str>) {
        (self.schema(), self.attribute(), self.sub_attribute())
    }
}

/// The readers of names and URIs have bounded their lengths.
fn position(text: &str) -> u32 {
    u32::try_from(text.len()).unwrap_or(u32::MAX)
}

impl PartialEq for AttributePath {
    fn eq(&self, other: &Self) -> bool {
        self.attribute == other.attribute
            && self.sub_attribute == other.sub_attribute
            && self.text.eq_ignore_ascii_case(&other.text)
    }
}

impl Eq for AttributePath {}

impl PartialOrd for AttributePath {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for AttributePath {
    fn cmp(&self, other: &Self) -> Ordering {
        fn folded(text: &str) -> impl Iterator<Item = u8> + '_ {
            text.bytes().map(|byte| byte.to_ascii_lowercase())
        }
        let ((left_schema, left, left_sub), (right_schema, right, right_sub)) =
            (self.parts(), other.parts());
        left_schema
            .is_some()
            .cmp(&right_schema.is_some())
            .then_with(|| {
                folded(left_schema.unwrap_or_default())
                    .cmp(folded(right_schema.unwrap_or_default()))
            })
            .then_with(|| folded(left).cmp(folded(right)))
            .then_with(|| left_sub.is_some().cmp(&right_sub.is_some()))
            .then_with(|| {
                folded(left_sub.unwrap_or_default()).cmp(folded(right_sub.unwrap_or_default()))
            })
    }
}

impl Hash for AttributePath {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.attribute.hash(state);
        self.sub_attribute.hash(state);
        for byte in self.text.bytes() {
            state.write_u8(byte.to_ascii_lowercase());
        }
    }
}

impl fmt::Debug for AttributePath {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = formatter.debug_struct("AttributePath");
        if let Some(schema) = self.schema() {
            debug.field("schema", &schema);
        }
        debug.field("attribute", &self.attribute());
        if let Some(name) = self.sub_attribute() {
            debug.field("sub_attribute", &name);
        }
        debug.finish()
    }
}

impl fmt::Display for AttributePath {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.text)
    }
}
