//! [`CompactResource`]: a resource in the form in which many are looked through fastest.

use serde_json::{Map, Number, Value};

use super::view::{Shape, View};
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
    /// All names and texts, one after the other.
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

    pub(super) fn member(&self, name: &str) -> Option<CompactValue<'_>> {
        self.find(0, self.members, name)
    }

    /// A member of the object whose members stand at a position.
    fn find(&self, position: u32, count: u32, name: &str) -> Option<CompactValue<'_>> {
        let (start, count) = (position as usize, count as usize);
        let marks = self.words.get(start..start.checked_add(count)?)?;
        let wanted = mark(name);
        let mut found = marks
            .iter()
            .enumerate()
            .filter(|(_, mark)| **mark == wanted);
        found.find_map(|(index, _)| {
            let record = start + count + index * RECORD;
            let [name_start, name_length, head, body] =
                *self.words.get(record..)?.first_chunk::<RECORD>()?;
            (self.text(name_start, name_length)? == name).then_some(CompactValue {
                resource: self,
                head,
                body,
            })
        })
    }

    fn text(&self, start: u32, length: u32) -> Option<&str> {
        let start = start as usize;
        self.text.get(start..start.checked_add(length as usize)?)
    }
}

/// The words of a member: where its name starts, how long that is, and the two words of its value.
const RECORD: usize = 4;

/// What names differ by, most of them: their length and their last three bytes.
fn mark(name: &str) -> u32 {
    let end = name
        .as_bytes()
        .last_chunk::<3>()
        .copied()
        .unwrap_or_default();
    let length = u8::try_from(name.len()).unwrap_or(u8::MAX);
    u32::from_le_bytes([length, end[0], end[1], end[2]])
}

/// A value: its kind in the lowest three bits of `head`, a length above them, and where the rest stands in `body`.
#[derive(Clone, Copy)]
pub(crate) struct CompactValue<'r> {
    resource: &'r CompactResource,
    head: u32,
    body: u32,
}

const KIND_BITS: u32 = 3;
const NULL: u32 = 0;
const BOOLEAN: u32 = 1;
const SIGNED: u32 = 2;
const UNSIGNED: u32 = 3;
const FLOAT: u32 = 4;
const TEXT: u32 = 5;
const LIST: u32 = 6;
const OBJECT: u32 = 7;

/// The elements of a list, or the values of the members of an object.
pub(crate) struct CompactValues<'r> {
    resource: &'r CompactResource,
    position: usize,
    step: usize,
    remaining: u32,
}

impl<'r> Iterator for CompactValues<'r> {
    type Item = CompactValue<'r>;

    fn next(&mut self) -> Option<CompactValue<'r>> {
        self.remaining = self.remaining.checked_sub(1)?;
        let [head, body] = *self
            .resource
            .words
            .get(self.position..)?
            .first_chunk::<2>()?;
        self.position += self.step;
        Some(CompactValue {
            resource: self.resource,
            head,
            body,
        })
    }
}

impl<'r> CompactValue<'r> {
    const fn length(self) -> u32 {
        self.head >> KIND_BITS
    }

    fn long(self) -> u64 {
        let words = self.resource.words.get(self.body as usize..);
        let [low, high] = words
            .and_then(|words| words.first_chunk::<2>())
            .copied()
            .unwrap_or_default();
        u64::from(low) | u64::from(high) << 32
    }

    fn values(self, skipped: usize, step: usize) -> CompactValues<'r> {
        CompactValues {
            resource: self.resource,
            position: self.body as usize + skipped,
            step,
            remaining: self.length(),
        }
    }
}

impl<'r> View<'r> for CompactValue<'r> {
    type Values = CompactValues<'r>;

    fn shape(self) -> Shape<'r, CompactValues<'r>> {
        match self.head & ((1 << KIND_BITS) - 1) {
            BOOLEAN => Shape::Boolean(self.body == 1),
            SIGNED => Shape::Number(self.long().cast_signed().into()),
            UNSIGNED => Shape::Number(self.long().into()),
            FLOAT => {
                Number::from_f64(f64::from_bits(self.long())).map_or(Shape::Null, Shape::Number)
            }
            TEXT => Shape::Text(
                self.resource
                    .text(self.body, self.length())
                    .unwrap_or_default(),
            ),
            LIST => Shape::List(self.values(0, 2)),
            OBJECT => Shape::Object(self.values(self.length() as usize + 2, RECORD)),
            _ => Shape::Null,
        }
    }

    fn member(self, name: &str) -> Option<Self> {
        if self.head & ((1 << KIND_BITS) - 1) != OBJECT {
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
            Value::Null => [NULL, 0],
            Value::Bool(value) => [BOOLEAN, u32::from(*value)],
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
                [head(TEXT, length)?, start]
            }
            Value::Array(elements) => {
                let (position, length) = (self.words.len(), word(elements.len())?);
                self.words.resize(position + elements.len() * 2, 0);
                for (index, element) in elements.iter().enumerate() {
                    let words = self.value(element)?;
                    self.put(position + index * 2, &words)?;
                }
                [head(LIST, length)?, word(position)?]
            }
            Value::Object(members) => {
                let (position, length) = self.object(members)?;
                [head(OBJECT, length)?, position]
            }
        })
    }

    /// Where the members stand, and how many there are.
    fn object(&mut self, members: &Map<String, Value>) -> Option<(u32, u32)> {
        let (position, count) = (self.words.len(), members.len());
        self.words.resize(position + count * (1 + RECORD), 0);
        for (index, (name, value)) in members.iter().enumerate() {
            let [start, length] = self.text(name)?;
            let [head, body] = self.value(value)?;
            self.put(position + index, &[mark(name)])?;
            self.put(
                position + count + index * RECORD,
                &[start, length, head, body],
            )?;
        }
        Some((word(position)?, word(count)?))
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
