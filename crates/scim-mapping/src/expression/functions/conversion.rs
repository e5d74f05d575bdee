//! From one form to another.

use std::fmt::Write;

use super::super::EvaluatedValue;
use super::{Call, Outcome};

pub(super) fn bit_and(call: &Call<'_>) -> Outcome {
    Ok(EvaluatedValue::Integer(call.integer(0)? & call.integer(1)?))
}

pub(super) fn to_text(call: &Call<'_>) -> Outcome {
    call.text(0).map(Into::into)
}

pub(super) fn to_base64(call: &Call<'_>) -> Outcome {
    Ok(call
        .text(0)?
        .map(|text| {
            let bytes: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
            base64(&bytes)
        })
        .into())
}

fn base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let group = (0..3).fold(0_usize, |group, index| {
            group << 8 | usize::from(chunk.get(index).copied().unwrap_or(0))
        });
        for digit in 0..4 {
            let character = ALPHABET
                .get(group >> (18 - 6 * digit) & 63)
                .copied()
                .unwrap_or(b'=');
            text.push(if digit <= chunk.len() {
                char::from(character)
            } else {
                '='
            });
        }
    }
    text
}

pub(super) fn to_utf8_hex(call: &Call<'_>) -> Outcome {
    Ok(call
        .text(0)?
        .map(|text| {
            text.bytes()
                .fold(String::with_capacity(text.len() * 2), |mut digits, byte| {
                    // Writing to a String cannot fail.
                    let _ = write!(digits, "{byte:02X}");
                    digits
                })
        })
        .into())
}
