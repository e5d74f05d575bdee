//! `CONFORMANCE.md` and the case files say the same, checked both ways.

#[cfg(test)]
mod table {
    use std::collections::{BTreeMap, BTreeSet};
    use std::fs;
    use std::path::{Path, PathBuf};

    fn workspace() -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
    }

    /// The ids at the start of each row, with the files that the row's last cell names.
    fn rows() -> BTreeMap<String, Vec<String>> {
        let table = fs::read_to_string(workspace().join("CONFORMANCE.md")).unwrap();
        let mut rows = BTreeMap::new();
        for line in table.lines().filter(|line| line.starts_with("| `")) {
            let cells: Vec<&str> = line.trim_matches('|').split(" | ").map(str::trim).collect();
            let Some(id) = id(cells[0].trim_matches('`')) else {
                continue;
            };
            let files = cells
                .last()
                .unwrap()
                .split('`')
                .skip(1)
                .step_by(2)
                .map(str::to_owned)
                .collect();
            assert!(
                rows.insert(id.clone(), files).is_none(),
                "{id} has two rows"
            );
        }
        assert!(rows.len() > 100, "only {} rows were understood", rows.len());
        rows
    }

    fn case_files(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                case_files(&path, found);
            } else if path
                .extension()
                .is_some_and(|extension| extension == "json")
            {
                found.push(path);
            }
        }
    }

    fn leading_digits(text: &str) -> &str {
        let end = text.find(|c: char| !c.is_ascii_digit());
        text.split_at(end.unwrap_or(text.len())).0
    }

    /// The id at the start of a word: `P-7644-3.3-6`, `C-7643-2.1-1`, `H-9110-1`, `G-1-2`, `A-17`.
    fn id(word: &str) -> Option<String> {
        let mut parts = word.split('-');
        let (part, document) = (parts.next()?, parts.next()?);
        let (section, number) = match (part, document) {
            ("C", "7643")
            | ("P", "7644")
            | ("R", "9865")
            | ("E", "9967")
            | ("D", "9944")
            | ("U", "7642") => (parts.next()?, parts.next()?),
            ("H", _) | ("G", "1") | ("X", "interop") => ("", parts.next()?),
            ("A", number) if leading_digits(number).len() == 2 => {
                return Some(format!("A-{}", leading_digits(number)));
            }
            _ => return None,
        };
        let number = leading_digits(number);
        let is_section = section.chars().all(|c| c.is_ascii_digit() || c == '.');
        (is_section && !number.is_empty()).then(|| match section {
            "" => format!("{part}-{document}-{number}"),
            _ => format!("{part}-{document}-{section}-{number}"),
        })
    }

    fn ids(text: &str) -> BTreeSet<String> {
        text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '-' || c == '.'))
            .filter_map(id)
            .collect()
    }

    /// The ids that a file names, in its text or in its name.
    fn ids_of(file: &Path) -> BTreeSet<String> {
        let text =
            fs::read_to_string(file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        let mut found = ids(&text);
        found.extend(ids(&file.file_name().unwrap().to_string_lossy()));
        found
    }

    #[test]
    fn every_file_of_a_row_exists_and_names_the_requirement() {
        for (id, files) in rows() {
            assert!(!files.is_empty(), "{id} names no test");
            for file in files {
                let named = ids_of(&workspace().join(&file));
                assert!(named.contains(&id), "{file} does not name {id}");
            }
        }
    }

    #[test]
    fn every_requirement_that_a_case_names_has_a_row() {
        let rows = rows();
        let mut files = Vec::new();
        for crate_name in ["scim-filter", "scim-core", "scim-mapping"] {
            let folder = workspace()
                .join("crates")
                .join(crate_name)
                .join("tests/cases");
            case_files(&folder, &mut files);
        }
        assert!(!files.is_empty());
        for file in files {
            for id in ids_of(&file) {
                assert!(
                    rows.contains_key(&id),
                    "{} names {id}: no row",
                    file.display()
                );
            }
        }
    }
}
