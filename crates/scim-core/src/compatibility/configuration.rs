//! A set of flags in a configuration file: the name of a preset, or the flags that differ from one.

use std::fmt;

use serde::de::{Error as _, MapAccess, Visitor};
use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{Compatibility, Preset};

/// The key beside the flags; no flag has this name.
const PRESET: &str = "preset";

impl Serialize for Compatibility {
    /// As the preset that comes nearest, with the flags that differ from it.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let differing = |preset: &Preset| {
            let preset = Self::of(*preset).flags();
            preset
                .zip(self.flags())
                .filter(|(preset, own)| preset.enabled != own.enabled)
                .map(|(_, own)| own)
                .collect::<Vec<_>>()
        };
        let nearest = Preset::ALL
            .into_iter()
            .min_by_key(|preset| differing(preset).len())
            .unwrap_or(Preset::Standard);
        let flags = differing(&nearest);
        if flags.is_empty() {
            return nearest.serialize(serializer);
        }
        let mut map = serializer.serialize_map(Some(flags.len() + 1))?;
        map.serialize_entry(PRESET, &nearest)?;
        for flag in flags {
            map.serialize_entry(flag.name, &flag.enabled)?;
        }
        map.end()
    }
}

impl<'de> Deserialize<'de> for Compatibility {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Configured)
    }
}

struct Configured;

impl<'de> Visitor<'de> for Configured {
    type Value = Compatibility;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the name of a preset, or an object of flags that are true or false")
    }

    fn visit_str<E: serde::de::Error>(self, name: &str) -> Result<Compatibility, E> {
        let name = serde::de::value::StrDeserializer::new(name);
        Preset::deserialize(name).map(Compatibility::of)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Compatibility, A::Error> {
        let mut preset = None;
        let mut flags = Vec::new();
        while let Some(name) = access.next_key::<String>()? {
            if name == PRESET {
                preset = Some(access.next_value()?);
            } else if Compatibility::strict().with_flag(&name, true).is_none() {
                let name: String = name.chars().take(80).collect();
                return Err(A::Error::custom(format_args!(
                    "no flag has the name \"{name}\"; Compatibility::flags lists those that there are"
                )));
            } else {
                flags.push((name, access.next_value()?));
            }
        }
        let start = Compatibility::of(preset.unwrap_or(Preset::Standard));
        Ok(flags.iter().fold(start, |set, (name, enabled)| {
            set.with_flag(name, *enabled).unwrap_or(set)
        }))
    }
}
