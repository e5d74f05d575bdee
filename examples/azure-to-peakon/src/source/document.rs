//! A directory as one JSON document, read without holding it: `users`, `groups` and `appRoleAssignedTo`, each a list as Microsoft
//! Graph sends it; or a list of users alone, or in `value`.

use std::fmt;
use std::io::Read;

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::Value;

/// The lists of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Section {
    Users,
    Groups,
    Assignments,
}

impl Section {
    fn named(name: &str) -> Option<Self> {
        match name {
            "users" | "value" => Some(Self::Users),
            "groups" => Some(Self::Groups),
            "appRoleAssignedTo" => Some(Self::Assignments),
            _ => None,
        }
    }

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Users => "users",
            Self::Groups => "groups",
            Self::Assignments => "appRoleAssignedTo",
        }
    }
}

/// What the reader says of each entry: whether more are wanted.
pub(super) type Receive<'a> = &'a mut dyn FnMut(Section, usize, Value) -> bool;

/// Gives every entry of the wanted lists to `receive`, which ends the reading with `false`. True when there is a list of assignments, be it
/// empty.
pub(super) fn read(
    reader: impl Read,
    wanted: &[Section],
    receive: Receive<'_>,
) -> Result<bool, serde_json::Error> {
    let mut stopped = false;
    let mut deserializer = serde_json::Deserializer::from_reader(reader);
    let document = Document {
        wanted,
        receive,
        stopped: &mut stopped,
    };
    let outcome = document
        .deserialize(&mut deserializer)
        .and_then(|has_assignments| deserializer.end().map(|()| has_assignments));
    // Who has enough ends the reading by an error, since nothing else does.
    if stopped { Ok(false) } else { outcome }
}

struct Document<'a> {
    wanted: &'a [Section],
    receive: Receive<'a>,
    stopped: &'a mut bool,
}

impl<'de> DeserializeSeed<'de> for Document<'_> {
    type Value = bool;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<bool, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Document<'_> {
    type Value = bool;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(
            "an object with `users`, and where wanted `groups` and `appRoleAssignedTo`, each a list as Microsoft Graph sends it",
        )
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<bool, A::Error> {
        if !self.wanted.contains(&Section::Users) {
            while list.next_element::<IgnoredAny>()?.is_some() {}
            return Ok(false);
        }
        let users = List {
            section: Section::Users,
            receive: self.receive,
            stopped: self.stopped,
        };
        users.visit_seq(list).map(|()| false)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<bool, A::Error> {
        let (mut has_users, mut has_assignments) = (false, false);
        while let Some(name) = members.next_key::<String>()? {
            let section = Section::named(&name);
            has_users |= section == Some(Section::Users);
            has_assignments |= section == Some(Section::Assignments);
            match section.filter(|section| self.wanted.contains(section)) {
                Some(section) => members.next_value_seed(List {
                    section,
                    receive: &mut *self.receive,
                    stopped: &mut *self.stopped,
                })?,
                None => {
                    members.next_value::<IgnoredAny>()?;
                }
            }
        }
        if has_users {
            return Ok(has_assignments);
        }
        Err(serde::de::Error::missing_field("users"))
    }
}

struct List<'a> {
    section: Section,
    receive: Receive<'a>,
    stopped: &'a mut bool,
}

impl<'de> DeserializeSeed<'de> for List<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for List<'_> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "the list `{}`", self.section.name())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        let mut position = 0;
        while let Some(entry) = list.next_element::<Value>()? {
            if !(self.receive)(self.section, position, entry) {
                *self.stopped = true;
                return Err(serde::de::Error::custom("enough"));
            }
            position += 1;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::{Section, read};

    fn sections(text: &str) -> Result<Vec<(Section, usize)>, String> {
        let mut found = Vec::new();
        let all = [Section::Users, Section::Groups, Section::Assignments];
        read(text.as_bytes(), &all, &mut |section, position, _| {
            found.push((section, position));
            true
        })
        .map_err(|error| error.to_string())?;
        Ok(found)
    }

    #[test]
    fn every_form_of_a_document_is_read() {
        use Section::{Assignments, Groups, Users};
        assert_eq!(
            sections(r#"[{"id":"1"},{"id":"2"}]"#).unwrap(),
            [(Users, 0), (Users, 1)]
        );
        assert_eq!(
            sections(r#"{"@odata.context":"c","value":[{}]}"#).unwrap(),
            [(Users, 0)]
        );
        let whole = r#"{"groups":[{}],"users":[],"appRoleAssignedTo":[{}],"more":{"users":[1]}}"#;
        assert_eq!(sections(whole).unwrap(), [(Groups, 0), (Assignments, 0)]);
    }

    #[test]
    fn what_is_no_directory_is_refused_with_its_place() {
        assert!(
            sections("{}")
                .unwrap_err()
                .contains("missing field `users`")
        );
        assert!(
            sections("{\"users\": 7}")
                .unwrap_err()
                .contains("the list `users` at line 1")
        );
        assert!(
            sections("7")
                .unwrap_err()
                .contains("an object with `users`")
        );
        assert!(
            sections(r#"{"users":[]} x"#)
                .unwrap_err()
                .contains("trailing")
        );
        assert!(sections(r#"{"users":[{"id":"#).unwrap_err().contains("EOF"));
    }

    #[test]
    fn reading_ends_when_enough_is_read() {
        let mut count = 0;
        // What comes behind is not looked at.
        let text = br#"{"users":[{"id":"1"},{"id":"2"},broken"#;
        read(&text[..], &[Section::Users], &mut |_, _, _| {
            count += 1;
            count < 2
        })
        .unwrap();
        assert_eq!(count, 2);
    }
}
