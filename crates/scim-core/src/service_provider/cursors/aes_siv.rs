//! A seal of AES-SIV.

use std::fmt;

use aes_siv::KeyInit;
use aes_siv::siv::Aes256Siv;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use zeroize::Zeroizing;

use super::CursorSeal;

/// Seals cursors with AES-256-SIV ([RFC 5297](https://www.rfc-editor.org/rfc/rfc5297)), written in base64url without padding.
///
/// This encryption needs no random numbers, of which the library has none: what is sealed twice looks the same twice, and nothing
/// else is learnt from it. The key is wiped from memory with the seal and does not stand in `Debug`. With another key all cursors
/// that are out become `invalidCursor`, and clients begin anew.
///
/// ```
/// use scim_core::service_provider::{AesSivSeal, CursorSeal};
///
/// // 64 random bytes, such as `openssl rand 64` draws, the same for all replicas of a service.
/// # let key = [7; 64];
/// let seal = AesSivSeal::new(key);
/// let sealed = seal.seal(b"after 2819c223", b"tenant 1");
/// assert_eq!(seal.open(&sealed, b"tenant 1").as_deref(), Some(b"after 2819c223".as_slice()));
/// assert_eq!(seal.open(&sealed, b"tenant 2"), None);
/// ```
#[derive(Clone)]
pub struct AesSivSeal(Zeroizing<[u8; 64]>);

impl AesSivSeal {
    /// A seal with this key, which has to be as good as random.
    #[must_use]
    pub fn new(key: [u8; 64]) -> Self {
        Self(Zeroizing::new(key))
    }

    fn cipher(&self) -> Aes256Siv {
        Aes256Siv::new((&*self.0).into())
    }
}

impl CursorSeal for AesSivSeal {
    fn seal(&self, plain: &[u8], bound_to: &[u8]) -> String {
        #[expect(
            clippy::expect_used,
            reason = "it fails with more than 126 headers only, and there is one"
        )]
        let sealed = self
            .cipher()
            .encrypt([bound_to], plain)
            .expect("one header is not too many");
        URL_SAFE_NO_PAD.encode(sealed)
    }

    fn open(&self, sealed: &str, bound_to: &[u8]) -> Option<Vec<u8>> {
        let sealed = URL_SAFE_NO_PAD.decode(sealed).ok()?;
        self.cipher().decrypt([bound_to], &sealed).ok()
    }
}

/// Without the key.
impl fmt::Debug for AesSivSeal {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("AesSivSeal").finish_non_exhaustive()
    }
}
