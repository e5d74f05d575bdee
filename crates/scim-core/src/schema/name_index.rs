//! [`NameIndex`]: the position of a name in a list, found in constant time and without regard to ASCII case.

/// So few names are compared one after another, which is faster than a hash.
const FEW: usize = 8;
/// No name is further from its place than this, unless even a large table and many seeds did not help.
const LONGEST_PROBE: usize = 8;
/// Tried for each size of the table, so that names which were chosen to collide under one do not collide under all.
const SEEDS: u64 = 16;

/// The position of a name in a list, found in constant time and without regard to ASCII case; no look-up allocates.
///
/// It does not hold the names: whoever asks gives them by position.
#[derive(Clone, Debug, Default)]
pub(crate) struct NameIndex {
    seed: u64,
    /// Open addressing; the length is a power of two, or zero for few names.
    slots: Box<[Slot]>,
    count: usize,
}

/// Part of the hash, and the position plus one; zero is empty.
#[derive(Clone, Copy, Debug, Default)]
struct Slot {
    tag: u32,
    position: u32,
}

impl NameIndex {
    /// Indexes the names in their order. Of names that are equal the first is found.
    pub(crate) fn new<'name>(names: &(impl Iterator<Item = &'name str> + Clone)) -> Self {
        let count = names.clone().count();
        if count <= FEW || u32::try_from(count).is_err() {
            return Self {
                count,
                ..Self::default()
            };
        }
        let smallest = (count * 2).next_power_of_two();
        let mut best: Option<(usize, Self)> = None;
        for size in [smallest, smallest * 2, smallest * 4] {
            for seed in 0..SEEDS {
                let (index, longest) = Self::filled(names.clone(), count, size, seed);
                if longest <= LONGEST_PROBE {
                    return index;
                }
                if best.as_ref().is_none_or(|(known, _)| longest < *known) {
                    best = Some((longest, index));
                }
            }
        }
        best.map(|(_, index)| index).unwrap_or_default()
    }

    fn filled<'name>(
        names: impl Iterator<Item = &'name str>,
        count: usize,
        size: usize,
        seed: u64,
    ) -> (Self, usize) {
        let mut slots = vec![Slot::default(); size].into_boxed_slice();
        let mut longest = 0;
        for (position, name) in (1_u32..).zip(names) {
            let (start, tag) = place(hash(name, seed), size);
            for step in 0..size {
                if let Some(slot) = slots.get_mut((start + step) & (size - 1))
                    && slot.position == 0
                {
                    *slot = Slot { tag, position };
                    longest = longest.max(step + 1);
                    break;
                }
            }
        }
        let index = Self { seed, slots, count };
        (index, longest)
    }

    /// The position of a name, where `name_at` gives the names of the list that was indexed.
    pub(crate) fn position<'name>(
        &self,
        name: &str,
        name_at: impl Fn(usize) -> Option<&'name str>,
    ) -> Option<usize> {
        let is_here = |position: &usize| {
            name_at(*position).is_some_and(|known| known.eq_ignore_ascii_case(name))
        };
        let size = self.slots.len();
        if size == 0 {
            return (0..self.count).find(is_here);
        }
        let (start, tag) = place(hash(name, self.seed), size);
        for step in 0..size {
            let slot = self.slots.get((start + step) & (size - 1))?;
            let position = (slot.position as usize).checked_sub(1)?;
            if slot.tag == tag && is_here(&position) {
                return Some(position);
            }
        }
        None
    }
}

/// Without regard to ASCII case, eight bytes at a time: URNs are long.
fn hash(name: &str, seed: u64) -> u64 {
    let (words, rest) = name.as_bytes().as_chunks();
    let last = rest
        .iter()
        .fold(1, |word, byte| word << 8 | u64::from(*byte));
    let words = words.iter().copied().map(u64::from_le_bytes);
    words.chain([last]).fold(seed, |hash, word| {
        let mixed = (hash ^ lower_case(word)).wrapping_mul(ODD);
        mixed ^ (mixed >> 32)
    })
}

/// Half of the bits, in no order.
const ODD: u64 = 0x9e37_79b9_7f4a_7c15;

/// A word of eight bytes with those of A to Z in lower case.
const fn lower_case(word: u64) -> u64 {
    const EACH: u64 = u64::MAX / 0xff;
    const HIGHEST: u64 = EACH * 0x80;
    // Sums of seven bits, so that no byte carries over into the next.
    let low = word & !HIGHEST;
    let from_a = low + EACH * (0x80 - b'A' as u64);
    let after_z = low + EACH * (0x7f - b'Z' as u64);
    let upper = from_a & !after_z & !word & HIGHEST;
    word | upper >> 2
}

/// The low bits of a product depend on the low bits of its factors only, so the high ones are mixed in.
#[expect(
    clippy::cast_possible_truncation,
    reason = "the slot takes the low bits, the tag others"
)]
const fn place(hash: u64, size: usize) -> (usize, u32) {
    let mixed = (hash ^ (hash >> 32)).wrapping_mul(ODD);
    ((mixed >> 32) as usize & (size - 1), mixed as u32)
}

#[cfg(test)]
mod tests;
