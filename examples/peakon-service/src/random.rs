//! The one place that draws randomness: tokens, keys and ids.

use std::fmt::Write as _;
use std::sync::atomic::{AtomicU64, Ordering};

use scim_core::service_provider::NewIds;
use sha2::{Digest as _, Sha256};

/// The operating system gave no random bytes.
#[derive(Debug, thiserror::Error)]
#[error("the operating system gives no random bytes: {0}")]
#[non_exhaustive]
pub struct NoRandomness(getrandom::Error);

/// `N` random bytes.
pub(crate) fn bytes<const N: usize>() -> Result<[u8; N], NoRandomness> {
    let mut bytes = [0_u8; N];
    getrandom::fill(&mut bytes).map_err(NoRandomness)?;
    Ok(bytes)
}

/// `N` random bytes, as lower-case hexadecimal digits.
pub(crate) fn hexadecimal<const N: usize>() -> Result<String, NoRandomness> {
    bytes::<N>().map(written)
}

/// Bytes as lower-case hexadecimal digits.
pub(crate) fn written(bytes: impl IntoIterator<Item = u8>) -> String {
    let mut text = String::new();
    for byte in bytes {
        let _ = write!(text, "{byte:02x}");
    }
    text
}

/// The ids of the resources that a request creates, 128 bits each. Hexadecimal digits only: they can never hold the reserved
/// word `bulkId` ([RFC 7643, section 3.1](https://www.rfc-editor.org/rfc/rfc7643#section-3.1)).
///
/// Randomness is drawn once, before anything is done, and hashed with the number of each id. So it cannot fail in the middle of
/// a bulk request.
pub(crate) fn new_ids() -> Result<NewIds, NoRandomness> {
    let seed = bytes::<32>()?;
    let drawn = AtomicU64::new(0);
    Ok(NewIds::from_fn(move || {
        let number = drawn.fetch_add(1, Ordering::Relaxed);
        let digest = Sha256::new()
            .chain_update(seed)
            .chain_update(number.to_be_bytes())
            .finalize();
        written(digest.into_iter().take(16))
    }))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    /// C-7643-3.1-5, C-7643-3.1-8
    #[test]
    fn ids_differ_and_are_hexadecimal() {
        let (mut one, mut other) = (super::new_ids().unwrap(), super::new_ids().unwrap());
        let ids: BTreeSet<String> = (0..50).flat_map(|_| [one.draw(), other.draw()]).collect();
        assert_eq!(ids.len(), 100);
        let is_plain =
            |id: &String| id.len() == 32 && id.bytes().all(|byte| byte.is_ascii_hexdigit());
        assert!(ids.iter().all(is_plain), "{ids:?}");
    }
}
