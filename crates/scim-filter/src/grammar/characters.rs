//! Which characters names and URIs consist of.

const NAME: u8 = 1;
const URI: u8 = 1 << 1;

/// The sets that each byte belongs to: a look-up is faster than comparisons.
const SETS: [u8; 256] = {
    let mut table = [0; 256];
    let mut rest: &mut [u8] = &mut table;
    let mut byte = 0_u8;
    while let [entry, others @ ..] = rest {
        if is_name_char(byte as char) {
            *entry = NAME | URI;
        } else if is_other_uri_byte(byte) {
            *entry = URI;
        }
        byte = byte.wrapping_add(1);
        rest = others;
    }
    table
};

#[inline]
fn is_in(set: u8, byte: u8) -> bool {
    SETS.get(usize::from(byte))
        .is_some_and(|sets| sets & set != 0)
}

/// `nameChar = "-" / "_" / DIGIT / ALPHA`, and `$` of RFC 7643, section 2.1.
#[inline]
pub(super) const fn is_name_char(character: char) -> bool {
    character.is_ascii_alphanumeric() || matches!(character, '-' | '_' | '$')
}

#[inline]
pub(super) fn is_name_byte(byte: u8) -> bool {
    is_in(NAME, byte)
}

#[inline]
pub(super) fn begins_with_name_char(input: &str) -> bool {
    input
        .as_bytes()
        .first()
        .is_some_and(|byte| is_name_byte(*byte))
}

/// A character of [RFC 3986, section 2](https://www.rfc-editor.org/rfc/rfc3986#section-2), but for `+`, parentheses and
/// brackets, which belong to a URI at some places only.
#[inline]
pub(super) fn is_uri_byte(byte: u8) -> bool {
    is_in(URI, byte)
}

const fn is_other_uri_byte(byte: u8) -> bool {
    matches!(byte, b':' | b'/' | b'?' | b'#' | b'@' | b'.' | b'~' | b'%')
        || matches!(byte, b'!' | b'&' | b'\'' | b'*' | b',' | b';' | b'=')
}
