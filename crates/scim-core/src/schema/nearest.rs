//! The name that was meant by one with a slip of the pen.

/// No longer name is looked at: nobody mistypes one, and the search must not cost more than what was sent.
const CHARACTERS: usize = 64;
/// So many characters are wrong, missing, too many or exchanged with the next at most.
const SLIPS: usize = 2;

/// The known name that is nearest, if it is near: at most two slips, and no more than one in three characters. Of two that are
/// as near the first counts.
pub(crate) fn nearest<'known>(
    name: &str,
    known: impl Iterator<Item = &'known str>,
) -> Option<&'known str> {
    let folded = |name: &str| -> Vec<char> {
        name.chars()
            .take(CHARACTERS + 1)
            .flat_map(char::to_lowercase)
            .collect()
    };
    let name = folded(name);
    if name.len() > CHARACTERS {
        return None;
    }
    let most = SLIPS.min(name.len() / 3);
    known
        .filter_map(|candidate| {
            let slips = slips(&name, &folded(candidate), most)?;
            Some((slips, candidate))
        })
        .min_by_key(|(slips, _)| *slips)
        .map(|(_, candidate)| candidate)
}

/// How many slips lead from one to the other; `None` if there are more than `most`.
fn slips(left: &[char], right: &[char], most: usize) -> Option<usize> {
    if left.len().abs_diff(right.len()) > most {
        return None;
    }
    let same = left
        .iter()
        .zip(right)
        .take_while(|(left, right)| left == right);
    let same = same.count();
    let (left, right) = (left.get(same..)?, right.get(same..)?);
    let ([first, left_rest @ ..], [second, right_rest @ ..]) = (left, right) else {
        return Some(left.len().max(right.len()));
    };
    let most = most.checked_sub(1)?;
    let exchanged = match (left_rest, right_rest) {
        ([next, left_rest @ ..], [other, right_rest @ ..]) if next == second && other == first => {
            slips(left_rest, right_rest, most)
        }
        _ => None,
    };
    [
        slips(left_rest, right_rest, most),
        slips(left_rest, right, most),
        slips(left, right_rest, most),
        exchanged,
    ]
    .into_iter()
    .flatten()
    .min()
    .map(|slips| slips + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_of_the_pen_finds_its_name() {
        let known = ["active", "title", "Größe", "userName", "id", "userType"];
        for (name, expected) in [
            ("titel", Some("title")),
            ("TITLES", Some("title")),
            ("actve", Some("active")),
            ("größ", Some("Größe")),
            ("uesrNmae", Some("userName")),
            ("title", Some("title")),
            ("xd", None),
            ("", None),
            ("tille2", Some("title")),
            ("ttl", None),
            ("shoeSize", None),
        ] {
            assert_eq!(nearest(name, known.into_iter()), expected, "{name}");
        }
    }

    #[test]
    fn of_two_as_near_the_first_counts() {
        assert_eq!(
            nearest("mailz", ["mails", "mailx"].into_iter()),
            Some("mails")
        );
    }

    #[test]
    fn a_long_name_is_near_to_nothing() {
        let long = "a".repeat(CHARACTERS + 1);
        assert_eq!(nearest(&long, [long.as_str()].into_iter()), None);
    }
}
