//! What must differ each time. The numbers come from the environment.

use super::super::{EvaluatedValue, EvaluationError};
use super::{Call, Outcome};

const DIGITS: &str = "0123456789";
const CAPITALS: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const SMALL: &str = "abcdefghijklmnopqrstuvwxyz";
const SPECIAL: &str = "~!@#$%^&*_-+=`|\\(){}[]:;\"'<>,.?/";
/// Entra's own limit.
const LONGEST: usize = 256;

fn draw(call: &Call<'_>) -> Result<u64, EvaluationError> {
    call.scope.environment.random().ok_or_else(|| {
        EvaluationError::new(
            "the environment has no source of random numbers; give it one with `with_random`",
        )
    })
}

pub(super) fn guid(call: &Call<'_>) -> Outcome {
    // RFC 9562: version 4, variant 10.
    let high = draw(call)? & !0xF000 | 0x4000;
    let low = draw(call)? & !(0b11 << 62) | 0b10 << 62;
    Ok(EvaluatedValue::Text(format!(
        "{:08x}-{:04x}-{:04x}-{:04x}-{:012x}",
        high >> 32,
        high >> 16 & 0xFFFF,
        high & 0xFFFF,
        low >> 48,
        low & 0xFFFF_FFFF_FFFF
    )))
}

pub(super) fn text(call: &Call<'_>) -> Outcome {
    let count = |index: usize| {
        let number = call.integer(index)?;
        usize::try_from(number)
            .ok()
            .filter(|number| *number <= LONGEST)
            .ok_or_else(|| {
                EvaluationError::new(format!(
                    "the number {number} is not between 0 and {LONGEST}"
                ))
            })
    };
    let length = count(0)?;
    let avoided = call.text(5)?.unwrap_or_default();
    let mut result = Vec::with_capacity(length);
    let mut every = Vec::new();
    for (index, class) in [(1, DIGITS), (2, SPECIAL), (3, CAPITALS), (4, SMALL)] {
        let allowed: Vec<char> = class
            .chars()
            .filter(|character| !avoided.contains(*character))
            .collect();
        for _ in 0..count(index)? {
            result.push(pick(call, &allowed)?);
        }
        every.extend(allowed);
    }
    if result.len() > length {
        return Err(EvaluationError::new(format!(
            "the minimums add up to {}, which is more than the length {length}",
            result.len()
        )));
    }
    while result.len() < length {
        result.push(pick(call, &every)?);
    }
    // Fisher and Yates: otherwise the classes would stand in a known order.
    for last in (1..result.len()).rev() {
        let other = below(call, last + 1)?;
        result.swap(last, other);
    }
    Ok(result.into_iter().collect::<String>().into())
}

fn pick(call: &Call<'_>, characters: &[char]) -> Result<char, EvaluationError> {
    if characters.is_empty() {
        return Err(EvaluationError::new(
            "the characters to avoid leave none to choose from",
        ));
    }
    let index = below(call, characters.len())?;
    characters
        .get(index)
        .copied()
        .ok_or_else(|| EvaluationError::new("there is no character to choose"))
}

/// A number below the bound; the bias of 2⁻⁵⁶ for bounds under 256 matters to nobody.
fn below(call: &Call<'_>, bound: usize) -> Result<usize, EvaluationError> {
    let bound = u64::try_from(bound).unwrap_or(u64::MAX).max(1);
    Ok(usize::try_from(draw(call)? % bound).unwrap_or(0))
}
