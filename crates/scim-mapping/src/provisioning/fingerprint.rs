//! Short names for contents, which are the same in every version of a program and on every machine.

use std::fmt;
use std::io;
use std::str::FromStr;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::job::ObjectMapping;
use crate::record::Record;

/// A short name for a content: 64 bits, written as 16 hexadecimal digits.
///
/// It tells a changed object from an unchanged one, and is no protection against somebody who makes two contents with one
/// name on purpose.
///
/// ```
/// use scim_mapping::provisioning::Fingerprint;
///
/// let fingerprint: Fingerprint = "00f067aa0ba902b7".parse()?;
/// assert_eq!(fingerprint.to_string(), "00f067aa0ba902b7");
/// assert_eq!(serde_json::to_string(&fingerprint)?, r#""00f067aa0ba902b7""#);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fingerprint(u64);

/// Why a text is no fingerprint.
///
/// ```
/// use scim_mapping::provisioning::Fingerprint;
///
/// let error = "xyz".parse::<Fingerprint>().unwrap_err();
/// assert_eq!(error.to_string(), "a fingerprint is 16 hexadecimal digits");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a fingerprint is 16 hexadecimal digits")]
#[non_exhaustive]
pub struct FingerprintError;

impl Fingerprint {
    pub(super) fn of_text(text: &str) -> Self {
        let mut hash = Hash::default();
        hash.add(text.as_bytes());
        hash.finish()
    }

    pub(super) fn bits(self) -> u64 {
        self.0
    }

    pub(super) fn of_mappings<const N: usize>(mappings: [&ObjectMapping; N]) -> Self {
        let mut hash = Hash::default();
        for object in mappings {
            // A mapping that cannot be written has no name of its own, and the rules alone must do.
            match object.mapping().to_schema().to_json() {
                Ok(text) => hash.add(text.as_bytes()),
                Err(_) => hash.add(format!("{:?}", object.mapping().rules()).as_bytes()),
            }
            hash.add(object.anchor().as_bytes());
            hash.add(object.members().as_bytes());
            hash.add(object.target().schema().id.as_str().as_bytes());
        }
        hash.finish()
    }
}

/// FNV-1a, which needs no table and no key.
#[derive(Clone, Copy)]
pub(super) struct Hash(u64);

impl Default for Hash {
    fn default() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }
}

impl Hash {
    /// Adds a part, and its end: "ab" and "c" are not "a" and "bc".
    pub(super) fn add(&mut self, bytes: &[u8]) {
        self.bytes(bytes);
        self.bytes(&[0xff]);
    }

    pub(super) fn add_record(&mut self, record: &Record) {
        // Writing to a hash cannot fail, nor can values that came from JSON.
        drop(serde_json::to_writer(&mut *self, record.attributes()));
        self.bytes(&[0xff]);
    }

    fn bytes(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }

    pub(super) fn finish(self) -> Fingerprint {
        Fingerprint(self.0)
    }
}

impl io::Write for Hash {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.bytes(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:016x}", self.0)
    }
}

impl fmt::Debug for Fingerprint {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}

impl FromStr for Fingerprint {
    type Err = FingerprintError;

    fn from_str(text: &str) -> Result<Self, FingerprintError> {
        if text.len() != 16 || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err(FingerprintError);
        }
        u64::from_str_radix(text, 16)
            .map(Self)
            .map_err(|_| FingerprintError)
    }
}

impl Serialize for Fingerprint {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Fingerprint {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::Hash;
    use crate::record::Record;

    #[test]
    fn parts_do_not_run_together() {
        let of = |parts: &[&str]| {
            let mut hash = Hash::default();
            for part in parts {
                hash.add(part.as_bytes());
            }
            hash.finish()
        };
        assert_ne!(of(&["ab", "c"]), of(&["a", "bc"]));
        // FNV-1a of nothing, and then the end of a part: (offset ^ 0xff) * prime.
        assert_eq!(of(&[]).to_string(), "cbf29ce484222325");
    }

    #[test]
    fn a_record_has_the_name_of_its_json() {
        let mut record = Hash::default();
        record.add_record(&Record::default().with("a", 1));
        let mut text = Hash::default();
        text.add(br#"{"a":1}"#);
        assert_eq!(record.finish(), text.finish());
    }
}
