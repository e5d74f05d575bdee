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

/// FNV-1a over the bytes in lower case.
fn hash(name: &str, seed: u64) -> u64 {
    const BASIS: u64 = 0xcbf2_9ce4_8422_2325;
    const PRIME: u64 = 0x0000_0100_0000_01b3;
    let start = BASIS ^ seed.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    name.bytes().fold(start, |hash, byte| {
        (hash ^ u64::from(byte.to_ascii_lowercase())).wrapping_mul(PRIME)
    })
}

/// The low bits of FNV depend on the low bits of the name only, so the high ones are mixed in.
#[expect(
    clippy::cast_possible_truncation,
    reason = "the slot takes the low bits, the tag others"
)]
const fn place(hash: u64, size: usize) -> (usize, u32) {
    let mixed = (hash ^ (hash >> 32)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    ((mixed >> 32) as usize & (size - 1), mixed as u32)
}

#[cfg(test)]
mod tests;
