//! From one form to another.

use super::super::EvaluatedValue;
use super::{Call, Outcome};

pub(super) fn bit_and(call: &Call<'_>) -> Outcome {
    Ok(EvaluatedValue::Integer(call.integer(0)? & call.integer(1)?))
}

pub(super) fn to_text(call: &Call<'_>) -> Outcome {
    call.text(0).map(Into::into)
}

pub(super) fn to_base64(call: &Call<'_>) -> Outcome {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let Some(source) = call.text(0)? else {
        return Ok(EvaluatedValue::Null);
    };
    let bytes: Vec<u8> = source.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let mut text = call.bounded();
    for chunk in bytes.chunks(3) {
        let group = (0..3).fold(0_usize, |group, index| {
            group << 8 | usize::from(chunk.get(index).copied().unwrap_or(0))
        });
        for digit in 0..4 {
            let character = ALPHABET
                .get(group >> (18 - 6 * digit) & 63)
                .copied()
                .unwrap_or(b'=');
            text.push_character(if digit <= chunk.len() {
                char::from(character)
            } else {
                '='
            })?;
        }
    }
    Ok(text.into_text().into())
}

pub(super) fn to_utf8_hex(call: &Call<'_>) -> Outcome {
    let Some(source) = call.text(0)? else {
        return Ok(EvaluatedValue::Null);
    };
    let mut text = call.bounded();
    for byte in source.bytes() {
        text.push(&format!("{byte:02X}"))?;
    }
    Ok(text.into_text().into())
}
