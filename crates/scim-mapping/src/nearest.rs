//! The name that was meant by one with a slip of the pen.

/// Nobody mistypes a longer name, and the work grows with the square of the length.
const LONGEST: usize = 200;
/// So many letters are wrong, missing, too many or exchanged with the next at most.
const SLIPS: usize = 2;

/// The known name that is spelt most alike, case aside, if it is near: at most two slips, and no more than one in three letters,
/// in the schema's name and in what stands behind it. What differs in a number is another one on purpose.
pub(crate) fn nearest<'known>(
    name: &str,
    known: impl Iterator<Item = &'known str>,
) -> Option<&'known str> {
    if name.chars().count() > LONGEST {
        return None;
    }
    let name = name.to_lowercase();
    known
        .filter_map(|candidate| Some((path_slips(&name, &candidate.to_lowercase())?, candidate)))
        .min()
        .map(|(_, candidate)| candidate)
}

/// How many slips lead from one to the other, if they are few for the length of each part.
fn path_slips(left: &str, right: &str) -> Option<usize> {
    match (left.rsplit_once(':'), right.rsplit_once(':')) {
        (Some((left_schema, left)), Some((right_schema, right))) => {
            Some(slips(left_schema, right_schema)? + slips(left, right)?)
        }
        (None, None) => slips(left, right),
        _ => None,
    }
}

fn slips(left: &str, right: &str) -> Option<usize> {
    let (lefts, rights) = (left.chars().count(), right.chars().count());
    let most = SLIPS.min(lefts.max(rights) / 3);
    if lefts.abs_diff(rights) > most {
        return None;
    }
    let digits = |text: &str| {
        text.chars()
            .filter(char::is_ascii_digit)
            .collect::<String>()
    };
    let slips = strsim::osa_distance(left, right);
    (slips <= most && digits(left) == digits(right)).then_some(slips)
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn what_is_suggested_is_near_for_its_length() {
        let known = [
            "mail",
            "city",
            "sn",
            "hireDate",
            "extensionAttribute1",
            "urn:example:2.0:User:age",
            "urn:example:2.0:User:Job Title",
            "phoneNumbers[type eq \"work\"].value",
        ];
        for (name, meant) in [
            ("Hirdate", Some("hireDate")),
            ("hiredate", Some("hireDate")),
            ("mial", Some("mail")),
            ("Mail", Some("mail")),
            ("maill", Some("mail")),
            ("tail", Some("mail")),
            ("male", None),
            ("cn", None),
            ("sex", None),
            ("id", None),
            ("extensionAttribte1", Some("extensionAttribute1")),
            ("extensionAttribute16", None),
            ("extensionAttribute2", None),
            ("urn:example:2.0:User:sex", None),
            (
                "urn:example:2.0:User:Job Titel",
                Some("urn:example:2.0:User:Job Title"),
            ),
            (
                "urn:exemple:2.0:User:JobTitle",
                Some("urn:example:2.0:User:Job Title"),
            ),
            ("phoneNumbers[type eq \"home\"].value", None),
            (
                "phoneNumber[type eq \"work\"].value",
                Some("phoneNumbers[type eq \"work\"].value"),
            ),
            ("", None),
        ] {
            assert_eq!(nearest(name, known.into_iter()), meant, "{name}");
        }
    }

    #[test]
    fn functions_are_suggested_for_slips_only() {
        let known = ["IIF", "Join", "Left", "Mid", "Not", "ToLower", "Trim"];
        for (name, meant) in [
            ("Joim", Some("Join")),
            ("Jion", Some("Join")),
            ("If", Some("IIF")),
            ("Lower", Some("ToLower")),
            ("ToLowr", Some("ToLower")),
            ("Len", None),
            ("Or", None),
            ("Sum", None),
            ("Now", Some("Not")),
        ] {
            assert_eq!(nearest(name, known.into_iter()), meant, "{name}");
        }
    }

    #[test]
    fn long_names_are_not_compared() {
        let name = "x".repeat(201);
        assert_eq!(nearest(&name, [name.as_str()].into_iter()), None);
    }
}
