//! [`CompactResource`]: a resource in the form in which many are looked through fastest.

use serde_json::{Map, Number, Value};

use super::name::{Mark, Name};
use super::view::{Shape, Text, View};
use crate::resource::Resource;

/// A resource laid out to be filtered: all of it in two blocks of memory, about as large as its JSON text.
///
/// As JSON values a user of 1.6 KB takes some 12 KB in a hundred places of the heap, and a search through many users waits for
/// memory. A store that keeps its resources in memory keeps this form beside the document, and asks
/// [`BoundFilter::matches_compact`](super::BoundFilter::matches_compact).
///
/// # Examples
///
/// ```
/// use scim_core::compatibility::Compatibility;
/// use scim_core::evaluation::{BoundFilter, CompactResource};
/// use scim_core::resource::User;
/// use scim_core::schema::SchemaRegistry;
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let registry = SchemaRegistry::standard();
/// let users = registry.resource_type("User").ok_or("no users")?;
/// let user = CompactResource::new(&User::new("bjensen").into()).ok_or("too large")?;
/// let filter = users.parser().filter(r#"userName eq "BJensen""#)?;
/// let filter = BoundFilter::bind(&filter, users, &Compatibility::standard())?;
/// assert!(filter.matches_compact(&user));
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct CompactResource {
    /// Members, elements and numbers, as [`CompactValue`] tells.
    words: Box<[u32]>,
    /// All texts, one after the other, and the names that have no number of their own.
    text: Box<str>,
    /// How many members the resource itself has; they stand at the start.
    members: u32,
}

/// Without the values, which may be secret.
impl core::fmt::Debug for CompactResource {
    fn fmt(&self, formatter: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        formatter
            .debug_struct("CompactResource")
            .field("members", &self.members)
            .finish_non_exhaustive()
    }
}

impl CompactResource {
    /// Lays a resource out; `None` if it holds half a gigabyte or more.
    ///
    /// # Examples
    ///
    /// See [`CompactResource`].
    #[must_use]
    pub fn new(resource: &Resource) -> Option<Self> {
        let mut writer = Writer::default();
        let (_, members) = writer.object(resource.attributes())?;
        Some(Self {
            words: writer.words.into(),
            text: writer.text.into(),
            members,
        })
    }

    pub(super) fn member(&self, name: &Name) -> Option<CompactValue<'_>> {
        self.find(0, self.members, name)
    }

    /// A member of the object whose members stand at a position.
    #[inline]
    fn find(&self, position: u32, count: u32, name: &Name) -> Option<CompactValue<'_>> {
        let (start, count) = (position as usize, count as usize);
        let marks = self.words.get(start..start.checked_add(count)?)?;
        let wanted = name.mark();
        let index = if wanted.is_shared() {
            let names = start + count + count * PAIR;
            let mut marks = marks.iter().enumerate();
            let is_here = |(index, mark): (usize, &u32)| {
                *mark == wanted.0 && self.name(names + index * PAIR) == Some(&**name)
            };
            marks.position(is_here)?
        } else {
            marks.iter().position(|mark| *mark == wanted.0)?
        };
        self.value(start + count + index * PAIR)
    }

    #[inline]
    fn value(&self, position: usize) -> Option<CompactValue<'_>> {
        let [head, body] = self.pair(position)?;
        Some(CompactValue {
            resource: self,
            head,
            body,
        })
    }

    fn name(&self, position: usize) -> Option<&str> {
        let [start, length] = self.pair(position)?;
        self.text.get(range(start, length)?)
    }

    #[inline]
    fn pair(&self, position: usize) -> Option<[u32; PAIR]> {
        self.words.get(position..)?.first_chunk().copied()
    }
}

/// The words of a value, and those that tell where a name starts and how long it is.
const PAIR: usize = 2;

fn range(start: u32, length: u32) -> Option<core::ops::Range<usize>> {
    let start = start as usize;
    Some(start..start.checked_add(length as usize)?)
}

/// A value: its kind in the lowest three bits of `head`, a length above them, and where the rest stands in `body`.
#[derive(Clone, Copy)]
pub(crate) struct CompactValue<'r> {
    resource: &'r CompactResource,
    head: u32,
    body: u32,
}

const KIND_BITS: u32 = 3;
const SIGNED: u32 = 0;
const UNSIGNED: u32 = 1;
const FLOAT: u32 = 2;
const ASCII: u32 = 3;
const TEXT: u32 = 4;
const LIST: u32 = 5;
const OBJECT: u32 = 6;
/// Null, false and true by their numbers.
const CONSTANT: u32 = 7;

/// The elements of a list, or the values of the members of an object.
pub(crate) struct CompactValues<'r> {
    resource: &'r CompactResource,
    position: usize,
    remaining: u32,
}

impl<'r> Iterator for CompactValues<'r> {
    type Item = CompactValue<'r>;

    fn next(&mut self) -> Option<CompactValue<'r>> {
        self.remaining = self.remaining.checked_sub(1)?;
        let value = self.resource.value(self.position)?;
        self.position += PAIR;
        Some(value)
    }
}

impl<'r> CompactValue<'r> {
    const fn kind(self) -> u32 {
        self.head & ((1 << KIND_BITS) - 1)
    }

    const fn length(self) -> u32 {
        self.head >> KIND_BITS
    }

    fn long(self) -> u64 {
        let [low, high] = self.resource.pair(self.body as usize).unwrap_or_default();
        u64::from(low) | u64::from(high) << u32::BITS
    }

    /// So far behind the start of the list or the object.
    fn values(self, skipped: u32) -> CompactValues<'r> {
        CompactValues {
            resource: self.resource,
            position: self.body as usize + skipped as usize,
            remaining: self.length(),
        }
    }
}

impl<'r> View<'r> for CompactValue<'r> {
    type Values = CompactValues<'r>;

    #[inline]
    fn shape(self) -> Shape<'r, CompactValues<'r>> {
        match self.kind() {
            SIGNED => Shape::Number(self.long().cast_signed().into()),
            UNSIGNED => Shape::Number(self.long().into()),
            FLOAT => {
                Number::from_f64(f64::from_bits(self.long())).map_or(Shape::Null, Shape::Number)
            }
            // As bytes: to find where a character ends would mean to wait for the text, of which the length is often enough.
            ASCII => Shape::Text(Text::Ascii(
                range(self.body, self.length())
                    .and_then(|range| self.resource.text.as_bytes().get(range))
                    .unwrap_or_default(),
            )),
            TEXT => Shape::Text(Text::Unicode(
                range(self.body, self.length())
                    .and_then(|range| self.resource.text.get(range))
                    .unwrap_or_default(),
            )),
            LIST => Shape::List(self.values(0)),
            OBJECT => Shape::Object(self.values(self.length())),
            _ => match self.body {
                0 => Shape::Null,
                truth => Shape::Boolean(truth == 2),
            },
        }
    }

    #[inline]
    fn member(self, name: &Name) -> Option<Self> {
        if self.kind() != OBJECT {
            return None;
        }
        self.resource.find(self.body, self.length(), name)
    }
}

#[derive(Default)]
struct Writer {
    words: Vec<u32>,
    text: String,
}

impl Writer {
    /// The two words of a value.
    fn value(&mut self, value: &Value) -> Option<[u32; 2]> {
        Some(match value {
            Value::Null => [CONSTANT, 0],
            Value::Bool(value) => [CONSTANT, 1 + u32::from(*value)],
            Value::Number(number) => {
                let (kind, bits) = match (number.as_i64(), number.as_u64()) {
                    (Some(signed), _) => (SIGNED, signed.cast_unsigned()),
                    (None, Some(unsigned)) => (UNSIGNED, unsigned),
                    (None, None) => (FLOAT, number.as_f64()?.to_bits()),
                };
                let position = word(self.words.len())?;
                let halves = [bits & u64::from(u32::MAX), bits >> u32::BITS];
                self.words
                    .extend(halves.map(|half| u32::try_from(half).unwrap_or_default()));
                [kind, position]
            }
            Value::String(text) => {
                let [start, length] = self.text(text)?;
                let kind = if text.is_ascii() { ASCII } else { TEXT };
                [head(kind, length)?, start]
            }
            Value::Array(elements) => {
                let (position, length) = (self.words.len(), word(elements.len())?);
                self.words.resize(position + elements.len() * PAIR, 0);
                for (index, element) in elements.iter().enumerate() {
                    let words = self.value(element)?;
                    self.put(position + index * PAIR, &words)?;
                }
                [head(LIST, length)?, word(position)?]
            }
            Value::Object(members) => {
                let (position, length) = self.object(members)?;
                [head(OBJECT, length)?, position]
            }
        })
    }

    /// Where the members stand, and how many there are: first the marks of their names, then the values. The names themselves
    /// follow if one of them shares its mark with others.
    fn object(&mut self, members: &Map<String, Value>) -> Option<(u32, u32)> {
        let (start, count) = (self.words.len(), members.len());
        self.words
            .extend(members.keys().map(|name| Mark::of(name).0));
        let marks = self.words.get(start..)?;
        let has_names = marks.iter().any(|mark| Mark(*mark).is_shared());
        let pairs = if has_names { count * 2 } else { count };
        let (values, names) = (start + count, start + count + count * PAIR);
        self.words.resize(values + pairs * PAIR, 0);
        for (index, (name, value)) in members.iter().enumerate() {
            let value = self.value(value)?;
            self.put(values + index * PAIR, &value)?;
            if has_names {
                let name = self.text(name)?;
                self.put(names + index * PAIR, &name)?;
            }
        }
        Some((word(start)?, word(count)?))
    }

    fn text(&mut self, text: &str) -> Option<[u32; 2]> {
        let words = [word(self.text.len())?, word(text.len())?];
        self.text.push_str(text);
        Some(words)
    }

    fn put(&mut self, position: usize, words: &[u32]) -> Option<()> {
        self.words
            .get_mut(position..position.checked_add(words.len())?)?
            .copy_from_slice(words);
        Some(())
    }
}

/// A length or a position in the bits that are left beside a kind.
fn word(number: usize) -> Option<u32> {
    u32::try_from(number)
        .ok()
        .filter(|number| *number < 1 << (u32::BITS - KIND_BITS))
}

fn head(kind: u32, length: u32) -> Option<u32> {
    Some(length.checked_mul(1 << KIND_BITS)? | kind)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// Standard names have a number each; these three are as long and end alike, so they share one.
    #[test]
    fn names_that_share_a_number_are_told_apart() {
        let attributes = json!({
            "userName": "a", "hat.color": "b", "tie.color": "c", "username": "d", "own": {"bat.color": "é"}, "name": {"formatted": "f"},
        });
        let resource = Resource::new(attributes.as_object().cloned().unwrap_or_default());
        let compact = CompactResource::new(&resource).unwrap();
        let text = |value: Option<CompactValue<'_>>| match value.map(View::shape) {
            Some(Shape::Text(text)) => Some(text.as_str().to_owned()),
            _ => None,
        };
        let found = |name: &str| text(compact.member(&Name::new(name)));
        let names = [
            "userName",
            "hat.color",
            "tie.color",
            "username",
            "bat.color",
            "title",
        ];
        assert_eq!(
            names.map(|name| found(name).unwrap_or_default()),
            ["a", "b", "c", "d", "", ""]
        );
        let within = |name: &str, sub_attribute: &str| {
            let value = compact.member(&Name::new(name));
            text(value.and_then(|value| value.member(&Name::new(sub_attribute))))
        };
        assert_eq!(within("own", "bat.color").as_deref(), Some("é"));
        assert_eq!(within("own", "hat.color"), None);
        assert_eq!(within("name", "formatted").as_deref(), Some("f"));
    }
}
