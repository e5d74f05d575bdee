use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A member of a JSON object: absent, null or set. The three differ when a document must be written back as it was.
///
/// ```
/// use scim_mapping::Presence;
///
/// assert_eq!(Presence::Set(3).value(), Some(&3));
/// assert_eq!(Presence::<u32>::Null.value(), None);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "JSON has no fourth state")]
pub enum Presence<T> {
    /// The member is not there.
    #[default]
    Absent,
    /// The member is `null`.
    Null,
    /// The member has a value.
    Set(T),
}

impl<T> Presence<T> {
    /// The value, if there is one.
    ///
    /// ```
    /// use scim_mapping::Presence;
    ///
    /// assert_eq!(Presence::from("1").value(), Some(&"1"));
    /// assert_eq!(Presence::<u32>::Absent.value(), None);
    /// ```
    pub fn value(&self) -> Option<&T> {
        match self {
            Self::Absent | Self::Null => None,
            Self::Set(value) => Some(value),
        }
    }

    /// Whether the member is not there.
    ///
    /// ```
    /// use scim_mapping::Presence;
    ///
    /// assert!(Presence::<u32>::Absent.is_absent());
    /// assert!(!Presence::<u32>::Null.is_absent());
    /// ```
    pub fn is_absent(&self) -> bool {
        matches!(self, Self::Absent)
    }
}

impl<T> From<T> for Presence<T> {
    fn from(value: T) -> Self {
        Self::Set(value)
    }
}

impl<T: Serialize> Serialize for Presence<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.value().serialize(serializer)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Presence<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Option::deserialize(deserializer).map(|value| value.map_or(Self::Null, Self::Set))
    }
}
