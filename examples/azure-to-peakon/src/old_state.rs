//! What one run leaves to the next: who is linked to whom, and how each source looked when it was last provisioned.

use std::{collections::BTreeMap, fs, io::Write, path::Path};

use serde::{Deserialize, Serialize};

use crate::failure::Failure;

const VERSION: u32 = 1;
const ADVICE: &str = "name another file with --state, or remove this one: the next cycle then matches everybody again";

/// The links and fingerprints of one job.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct State {
    version: u32,
    /// The target that the links belong to.
    tenant_url: String,
    /// The mapping that the fingerprints belong to: with another one everybody is looked at again.
    mapping: String,
    pub(crate) users: BTreeMap<String, Link>,
    pub(crate) groups: BTreeMap<String, Link>,
}

/// A source object and its counterpart.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Link {
    /// The target's id.
    pub(crate) target: String,
    /// The source as it was provisioned; none when something is still to be done.
    pub(crate) fingerprint: Option<String>,
    /// Nobody manages him any more: he left the scope.
    #[serde(default)]
    pub(crate) released: bool,
}

impl State {
    pub(crate) fn new(tenant_url: &str, mapping: &str) -> Self {
        Self {
            version: VERSION,
            tenant_url: tenant_url.to_owned(),
            mapping: mapping.to_owned(),
            ..Self::default()
        }
    }

    /// Reads the file, if there is one; what belongs to another mapping is looked at again.
    pub(crate) fn load(path: &Path, tenant_url: &str, mapping: &str) -> Result<Self, Failure> {
        let place = path.display().to_string();
        let text = match fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                return Ok(Self::new(tenant_url, mapping));
            }
            Err(error) => return Err(Failure::new(place, error, ADVICE)),
        };
        let mut state: Self =
            serde_json::from_str(&text).map_err(|error| Failure::new(&place, error, ADVICE))?;
        if state.version != VERSION {
            let problem = format!("the state has version {}, not {VERSION}", state.version);
            return Err(Failure::new(place, problem, ADVICE));
        }
        if state.tenant_url != tenant_url {
            let problem = format!(
                "the state belongs to {}, not to {tenant_url}",
                state.tenant_url
            );
            return Err(Failure::new(place, problem, ADVICE));
        }
        if state.mapping != mapping {
            mapping.clone_into(&mut state.mapping);
            state.forget_fingerprints();
        }
        Ok(state)
    }

    /// Makes the next cycle compare everybody with the target.
    pub(crate) fn forget_fingerprints(&mut self) {
        let links = self.users.values_mut().chain(self.groups.values_mut());
        for link in links.filter(|link| !link.released) {
            link.fingerprint = None;
        }
    }

    /// Writes beside the file and then takes its place: whoever reads sees the old state or the new one.
    pub(crate) fn save(&self, path: &Path) -> Result<(), Failure> {
        self.write(path).map_err(|error| {
            let advice = "name with --state a file in a folder that may be written";
            Failure::new(path.display().to_string(), error, advice)
        })
    }

    fn write(&self, path: &Path) -> std::io::Result<()> {
        let folder = path
            .parent()
            .filter(|folder| !folder.as_os_str().is_empty());
        let mut file = tempfile::NamedTempFile::new_in(folder.unwrap_or_else(|| Path::new(".")))?;
        serde_json::to_writer_pretty(&mut file, self)?;
        file.write_all(b"\n")?;
        file.as_file().sync_all()?;
        file.persist(path)?;
        Ok(())
    }
}

/// A short name for `text`: FNV-1a, which is the same in every version of this program.
pub(crate) fn fingerprint(text: &str) -> String {
    let hash = text.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    format!("{hash:016x}")
}

#[cfg(test)]
mod tests {
    use super::{Link, State, fingerprint};

    #[test]
    fn what_is_saved_is_loaded() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("state.json");
        let mut state = State::new("https://a.example", "m");
        let link = Link {
            target: "t".to_owned(),
            fingerprint: Some("f".to_owned()),
            released: false,
        };
        state.users.insert("1".to_owned(), link);
        state.save(&path).unwrap();
        assert_eq!(State::load(&path, "https://a.example", "m").unwrap(), state);
        let other = State::load(&path, "https://a.example", "another").unwrap();
        assert_eq!(other.users["1"].fingerprint, None);
        let files = std::fs::read_dir(folder.path()).unwrap().count();
        assert_eq!(files, 1, "no temporary file stays behind");
    }

    #[test]
    fn a_state_of_another_target_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("state.json");
        State::new("https://a.example", "m").save(&path).unwrap();
        let problem = State::load(&path, "https://b.example", "m")
            .unwrap_err()
            .to_string();
        assert!(
            problem.contains("belongs to https://a.example"),
            "{problem}"
        );
    }

    #[test]
    fn fingerprints_differ_by_content() {
        assert_eq!(fingerprint(""), "cbf29ce484222325");
        assert_ne!(fingerprint("a"), fingerprint("b"));
    }
}
