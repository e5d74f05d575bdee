//! The one place that draws randomness: tokens and ids.

use std::fmt::Write as _;

/// The operating system gave no random bytes.
#[derive(Debug, thiserror::Error)]
#[error("the operating system gives no random bytes: {0}")]
#[non_exhaustive]
pub struct NoRandomness(getrandom::Error);

/// `N` random bytes, as lower-case hexadecimal digits.
pub(crate) fn hexadecimal<const N: usize>() -> Result<String, NoRandomness> {
    let mut bytes = [0_u8; N];
    getrandom::fill(&mut bytes).map_err(NoRandomness)?;
    let mut text = String::with_capacity(N * 2);
    for byte in bytes {
        let _ = write!(text, "{byte:02x}");
    }
    Ok(text)
}

/// A new resource id of 128 random bits. Hexadecimal digits only: it can never hold the reserved
/// word `bulkId` ([RFC 7643, section 3.1](https://www.rfc-editor.org/rfc/rfc7643#section-3.1)).
pub(crate) fn new_id() -> Result<String, NoRandomness> {
    hexadecimal::<16>()
}

#[cfg(test)]
mod tests {
    /// C-7643-3.1-5, C-7643-3.1-8
    #[test]
    fn ids_differ_and_are_hexadecimal() {
        let (one, other) = (super::new_id().unwrap(), super::new_id().unwrap());
        assert_ne!(one, other);
        assert_eq!(one.len(), 32);
        assert!(one.bytes().all(|byte| byte.is_ascii_hexdigit()));
    }
}
