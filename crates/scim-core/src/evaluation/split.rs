//! A filter for a store whose query language does not see every attribute.

use super::{BoundFilter, Node};

impl BoundFilter {
    /// The filter as two that a resource has to match both: the one names only paths that `is_known` accepts, the other is the rest.
    /// A filter without any condition is none.
    ///
    /// For a store whose query language does not see every attribute: it asks for what matches the first one, and
    /// [tries](BoundFilter::matches) the second one on each. Paths are in path notation and spelled as the schema spells them; for a
    /// condition in brackets they are that of the attribute and those of the sub-attributes.
    ///
    /// # Examples
    ///
    /// ```
    /// use scim_core::compatibility::Compatibility;
    /// use scim_core::evaluation::BoundFilter;
    /// use scim_core::resource::{Resource, User};
    /// use scim_core::schema::SchemaRegistry;
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let registry = SchemaRegistry::standard();
    /// let users = registry.resource_type("User").ok_or("no users")?;
    /// let filter = users.parser().filter(r#"userName sw "b" and groups[display eq "Tour"] and not (title pr)"#)?;
    /// let filter = BoundFilter::bind(&filter, users, &Compatibility::standard())?;
    ///
    /// let (known, rest) = filter.split(|path| !path.starts_with("groups."));
    /// let bo = Resource::from(User::new("bo"));
    /// assert!(known.is_some_and(|known| known.matches(&bo)));
    /// assert!(rest.is_some_and(|rest| !rest.matches(&bo)));
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn split(&self, is_known: impl Fn(&str) -> bool) -> (Option<Self>, Option<Self>) {
        let parts = match &self.node {
            Node::All(parts) => parts.as_slice(),
            node => std::slice::from_ref(node),
        };
        let (known, rest): (Vec<_>, Vec<_>) = parts
            .iter()
            .cloned()
            .partition(|part| part.names_only(&is_known));
        let filter = |mut parts: Vec<Node>| {
            let node = match parts.len() {
                0 => return None,
                1 => parts.pop()?,
                _ => Node::All(parts),
            };
            Some(Self { node })
        };
        (filter(known), filter(rest))
    }
}

impl Node {
    fn names_only(&self, is_known: &impl Fn(&str) -> bool) -> bool {
        match self {
            Self::All(parts) | Self::Any(parts) => {
                parts.iter().all(|part| part.names_only(is_known))
            }
            Self::Not(part) => part.names_only(is_known),
            Self::Test { path, .. } => is_known(path),
            Self::Element { path, filter, .. } => {
                is_known(path) && filter.names_only(path, is_known)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::compatibility::Compatibility;
    use crate::evaluation::BoundFilter;
    use crate::schema::SchemaRegistry;

    #[test]
    fn what_is_known_is_asked_of_the_store() {
        let registry = SchemaRegistry::standard();
        let users = registry.resource_type("User").unwrap();
        let count = |filter: &Option<BoundFilter>| {
            let equalities = filter.as_ref().map(BoundFilter::equalities);
            equalities.map_or(0, |equalities| equalities.len())
        };
        for (text, known, rest) in [
            ("title eq \"a\"", 1, 0),
            (
                "title eq \"a\" and groups.display eq \"b\" and userName eq \"c\"",
                2,
                1,
            ),
            ("groups[value eq \"a\" and display eq \"b\"]", 0, 2),
            ("groups[value eq \"a\"]", 1, 0),
            (
                "title eq \"a\" and (nickName pr or not (groups.display pr))",
                1,
                0,
            ),
        ] {
            let filter = users.parser().filter(text).unwrap();
            let filter = BoundFilter::bind(&filter, users, &Compatibility::standard()).unwrap();
            let parts = filter.split(|path| path != "groups.display");
            assert_eq!((count(&parts.0), count(&parts.1)), (known, rest), "{text}");
            assert_eq!(parts.1.is_some(), text.contains("display"), "{text}");
        }
    }
}
