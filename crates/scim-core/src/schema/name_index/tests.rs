use std::cell::Cell;

use proptest::prelude::*;

use super::{FEW, LONGEST_PROBE, NameIndex, SEEDS, hash, place};

fn index(names: &[String]) -> NameIndex {
    NameIndex::new(&names.iter().map(String::as_str))
}

/// The position, and how many names were compared.
fn find(index: &NameIndex, names: &[String], name: &str) -> (Option<usize>, usize) {
    let compared = Cell::new(0);
    let found = index.position(name, |position| {
        compared.set(compared.get() + 1);
        names.get(position).map(String::as_str)
    });
    (found, compared.get())
}

/// Whatever is looked for, and however many names there are, few are compared, and few slots looked at.
#[test]
fn a_look_up_takes_constant_work() {
    for count in [1, 8, 9, 25, 1000, 50_000] {
        let names: Vec<String> = (0..count)
            .map(|number| format!("Attribute {number}"))
            .collect();
        let index = index(&names);
        for (position, name) in names.iter().enumerate() {
            let (found, compared) = find(&index, &names, &name.to_uppercase());
            assert_eq!(found, Some(position));
            assert!(compared <= FEW, "{count}: {compared}");
        }
        assert_eq!(find(&index, &names, "Attribute").0, None);
        let longest = longest_run(&index);
        assert!(longest <= 8 * LONGEST_PROBE, "{count}: {longest}");
    }
}

/// What a name that is not there costs at most: the slots until an empty one.
fn longest_run(index: &NameIndex) -> usize {
    let mut longest = 0;
    let mut run = 0;
    for slot in index.slots.iter().chain(index.slots.iter()) {
        run = if slot.position == 0 { 0 } else { run + 1 };
        longest = longest.max(run);
    }
    longest
}

/// Names that all want the same slot under the first seed, as somebody who knows the hash can make them.
#[test]
fn names_that_were_chosen_to_collide_do_not() {
    let size = 128;
    let names: Vec<String> = (0..1_000_000_u32)
        .map(|number| format!("n{number}"))
        .filter(|name| place(hash(name, 0), size).0 == 7)
        .take(60)
        .collect();
    assert_eq!(names.len(), 60);
    let index = index(&names);
    assert!(index.seed > 0 && index.seed < SEEDS);
    assert!(longest_run(&index) <= 8 * LONGEST_PROBE);
    for (position, name) in names.iter().enumerate() {
        let (found, compared) = find(&index, &names, name);
        assert_eq!((found, compared), (Some(position), 1));
    }
}

#[test]
fn only_the_case_of_ascii_does_not_count() {
    let names: Vec<String> = ["Größe", "GRÖSSE", "k", "\u{212a}", "", "ſ", "s", "i", "ı"]
        .map(str::to_owned)
        .to_vec();
    let index = index(&names);
    for (position, name) in names.iter().enumerate() {
        assert_eq!(find(&index, &names, name).0, Some(position), "{name}");
    }
    assert_eq!(find(&index, &names, "GRößE").0, Some(0));
    assert_eq!(find(&index, &names, "größE").0, Some(0));
    assert_eq!(find(&index, &names, "GRÖßE").0, None);
    assert_eq!(find(&index, &names, "K").0, Some(2));
}

proptest! {
    /// An index finds what a search from the front finds.
    #[test]
    fn an_index_agrees_with_a_search(names in prop::collection::vec("[a-cA-C]{0,3}", 0..40), name in "[a-dA-D]{0,3}") {
        let expected = names.iter().position(|known| known.eq_ignore_ascii_case(&name));
        prop_assert_eq!(find(&index(&names), &names, &name).0, expected);
    }
}
