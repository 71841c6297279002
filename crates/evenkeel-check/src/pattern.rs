//! Patterns such as `plans/**/*.json`, expanded as shells do; on Windows, `\` parts names as well.

use std::{
    ffi::OsStr,
    path::{Path, PathBuf},
};

use glob::{MatchOptions, Pattern};

use crate::{
    failure::CheckFailure,
    host::{Entry, Host},
    path::Split,
    source::{DocumentSource, Named},
};

const OPTIONS: MatchOptions = MatchOptions {
    case_sensitive: true,
    require_literal_separator: true,
    // A name that begins with a dot is left out before it is matched.
    require_literal_leading_dot: false,
};

/// Packages that were installed: files by the thousand, and none is one's own.
const PACKAGES: &str = "node_modules";

/// The files that match, in the order of their names. `*` matches neither `/` nor a dot that a
/// name begins with nor a folder of packages, and `**` follows no link.
///
/// # Errors
/// When it is no pattern, which then is a name without a file, or matches nothing.
pub(crate) fn matches(host: &dyn Host, pattern: &str) -> Result<Vec<Named>, CheckFailure> {
    let style = host.path_style();
    let Split { root, rest } = style.split(pattern);
    let parts: Vec<Pattern> = rest
        .split(|c| style.is_separator(c))
        .filter(|part| !part.is_empty() && *part != ".")
        .map(Pattern::new)
        .collect::<Result<_, _>>()
        .map_err(|_| CheckFailure::NotFound)?;
    let mut walk = Walk {
        host,
        root: Path::new(root),
        separator: style.separator_of(pattern),
        found: Vec::new(),
    };
    walk.step(Path::new(root), &parts);
    let mut found = walk.found;
    // What ends in a separator is a folder.
    if found.is_empty() || pattern.ends_with(|c| style.is_separator(c)) {
        return Err(CheckFailure::NoMatch);
    }
    found.sort_by_key(|source| match source {
        Ok(source) => source.name(),
        Err((name, _)) => name.clone(),
    });
    Ok(found)
}

struct Walk<'a> {
    host: &'a dyn Host,
    /// Where it began.
    root: &'a Path,
    /// What stands between names in what is found.
    separator: char,
    found: Vec<Named>,
}

impl Walk<'_> {
    fn step(&mut self, path: &Path, parts: &[Pattern]) {
        let Some((first, rest)) = parts.split_first() else {
            if !self.host.is_folder(path) {
                self.found
                    .push(Ok(DocumentSource::File(path.to_path_buf())));
            }
            return;
        };
        if first.as_str() == "**" {
            self.through(path, rest);
        } else if first.as_str().contains(['*', '?', '[']) {
            for entry in self.children(path, first.as_str().starts_with('.')) {
                let name = entry.name.to_str();
                if name.is_some_and(|name| first.matches_with(name, OPTIONS)) {
                    self.step(&self.child(path, &entry.name), rest);
                }
            }
        } else {
            let next = self.child(path, OsStr::new(first.as_str()));
            if self.host.exists(&next) {
                self.step(&next, rest);
            }
        }
    }

    /// Goes on in this folder and in every one below it.
    fn through(&mut self, path: &Path, rest: &[Pattern]) {
        // Two of them are one; at the end it stands for folders alone.
        match rest.split_first() {
            None => return,
            Some((next, after)) if next.as_str() == "**" => return self.through(path, after),
            Some(_) => self.step(path, rest),
        }
        for entry in self.children(path, false) {
            if entry.is_folder {
                self.through(&self.child(path, &entry.name), rest);
            }
        }
    }

    /// What is called so in a folder, as the system of the machine writes it.
    fn child(&self, folder: &Path, name: &OsStr) -> PathBuf {
        let mut path = folder.as_os_str().to_owned();
        if folder != self.root {
            path.push(self.separator.encode_utf8(&mut [0; 4]));
        }
        path.push(name);
        path.into()
    }

    /// What is in a folder; packages are only where they are named.
    fn children(&mut self, folder: &Path, hidden: bool) -> Vec<Entry> {
        let here = if folder.as_os_str().is_empty() {
            Path::new(".")
        } else {
            folder
        };
        if !self.host.is_folder(here) {
            return Vec::new();
        }
        match self.host.list(here) {
            Ok(entries) => entries
                .into_iter()
                .filter(|entry| hidden || !entry.name.as_encoded_bytes().starts_with(b"."))
                .filter(|entry| {
                    let packages = || self.child(folder, OsStr::new(PACKAGES));
                    entry.name != PACKAGES || !self.host.is_folder(&packages())
                })
                .collect(),
            Err(failure) => {
                let name = folder.to_string_lossy().into_owned();
                self.found.push(Err((name, failure)));
                Vec::new()
            }
        }
    }
}

#[cfg(test)]
#[cfg(not(target_family = "wasm"))]
mod tests {
    use std::fs;

    use super::*;
    use crate::{host::Native, path::PathStyle};

    fn found(folder: &Path, pattern: &str) -> Vec<String> {
        let pattern = folder.join(pattern);
        let found = matches(&Native, pattern.to_str().unwrap()).unwrap_or_default();
        found
            .into_iter()
            .map(|source| match source {
                Ok(DocumentSource::File(path)) => {
                    let path = path.strip_prefix(folder).unwrap();
                    path.to_str().unwrap().to_owned()
                }
                other => panic!("{other:?}"),
            })
            .collect()
    }

    #[test]
    fn expands_as_shells_do() {
        let place = tempfile::tempdir().unwrap();
        for name in [
            "a/1.json",
            "a/b/2.json",
            "a/.hidden/3.json",
            "a/.4.json",
            "a/c.json/x",
        ] {
            let path = place.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "").unwrap();
        }
        let cases: &[(&str, &[&str])] = &[
            ("a/*.json", &["a/1.json"]),
            ("a/?.json", &["a/1.json"]),
            ("*/[0-9].json", &["a/1.json"]),
            ("**/*.json", &["a/1.json", "a/b/2.json"]),
            ("a/**/**/*.json", &["a/1.json", "a/b/2.json"]),
            ("a/.*.json", &["a/.4.json"]),
            ("a/.hidden/*", &["a/.hidden/3.json"]),
            ("./a/../a/*.json", &["a/../a/1.json"]),
            ("a/**", &[]),
            ("a/*/", &[]),
            ("*.json", &[]),
            ("a/1.json/*", &[]),
        ];
        for (pattern, names) in cases {
            assert_eq!(found(place.path(), pattern), *names, "{pattern}");
        }
    }

    #[test]
    fn goes_into_packages_where_they_are_named() {
        let place = tempfile::tempdir().unwrap();
        for name in [
            "a/1.json",
            "node_modules/p/2.json",
            "a/node_modules/q/3.json",
            "a/node_modules/q/node_modules/r/4.json",
            "b/node_modules",
        ] {
            let path = place.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "").unwrap();
        }
        let cases: &[(&str, &[&str])] = &[
            ("**/*.json", &["a/1.json"]),
            ("*/*/*.json", &[]),
            ("node_modules/*/*.json", &["node_modules/p/2.json"]),
            (
                "**/node_modules/*/*.json",
                &["a/node_modules/q/3.json", "node_modules/p/2.json"],
            ),
            ("a/node_modules/**/*.json", &["a/node_modules/q/3.json"]),
            // A file of that name is a file.
            ("b/*", &["b/node_modules"]),
        ];
        for (pattern, names) in cases {
            assert_eq!(found(place.path(), pattern), *names, "{pattern}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn follows_no_link_in_a_circle_and_minds_no_name_that_is_no_text() {
        use std::{ffi::OsStr, os::unix::ffi::OsStrExt as _};
        let place = tempfile::tempdir().unwrap();
        fs::write(place.path().join("1.json"), "").unwrap();
        fs::write(place.path().join(OsStr::from_bytes(b"\xff.json")), "").unwrap();
        std::os::unix::fs::symlink(place.path(), place.path().join("again")).unwrap();
        assert_eq!(found(place.path(), "**/*.json"), ["1.json"]);
        assert_eq!(found(place.path(), "again/*.json"), ["again/1.json"]);
    }

    #[test]
    fn what_is_no_pattern_is_a_name() {
        for pattern in ["[.json", "a**b", "x/***"] {
            assert_eq!(
                matches(&Native, pattern),
                Err(CheckFailure::NotFound),
                "{pattern}"
            );
        }
    }

    /// A machine whose paths are those of Windows, and which has these files.
    struct Windows(&'static [&'static str]);

    impl Windows {
        /// What a path is there, in one spelling.
        fn spelt(path: &Path) -> String {
            let path = path.to_str().unwrap().replace('\\', "/");
            path.trim_start_matches("./")
                .trim_end_matches('/')
                .to_owned()
        }

        fn below(&self, path: &Path) -> impl Iterator<Item = &'static str> {
            let prefix = match Self::spelt(path).as_str() {
                "." => String::new(),
                path => format!("{path}/"),
            };
            let is_rooted = !prefix.is_empty();
            // Drives and servers are in no folder.
            let is_here = move |file: &&str| is_rooted || file.starts_with("plans");
            self.0
                .iter()
                .copied()
                .filter(is_here)
                .filter_map(move |file| file.strip_prefix(&prefix))
        }
    }

    impl Host for Windows {
        fn path_style(&self) -> PathStyle {
            PathStyle::Windows
        }

        fn now(&self) -> anyhow::Result<evenkeel::Timestamp> {
            unreachable!("no pattern needs it")
        }

        fn stdin_is_terminal(&self) -> bool {
            unreachable!("no pattern needs it")
        }

        fn stdin(&self) -> Result<Vec<u8>, CheckFailure> {
            unreachable!("no pattern needs it")
        }

        fn read(&self, _: &Path) -> Result<Vec<u8>, CheckFailure> {
            unreachable!("no pattern needs it")
        }

        fn exists(&self, path: &Path) -> bool {
            self.0.contains(&Self::spelt(path).as_str()) || self.is_folder(path)
        }

        fn is_folder(&self, path: &Path) -> bool {
            self.below(path).next().is_some()
        }

        fn list(&self, folder: &Path) -> Result<Vec<Entry>, CheckFailure> {
            let mut entries: Vec<_> = self
                .below(folder)
                .map(|rest| match rest.split_once('/') {
                    Some((name, _)) => (name, true),
                    None => (rest, false),
                })
                .collect();
            entries.sort_unstable();
            entries.dedup();
            let entry = |(name, is_folder): (&str, bool)| Entry {
                name: name.into(),
                is_folder,
            };
            Ok(entries.into_iter().map(entry).collect())
        }
    }

    #[test]
    fn expands_the_paths_of_windows() {
        let host = Windows(&[
            "plans/1.json",
            "plans/night/2.json",
            "plans/node_modules/3.json",
            "C:/plans/4.json",
            "//server/share/plans/5.json",
        ]);
        let cases: [(&str, &[&str]); 9] = [
            (r"plans\*.json", &[r"plans\1.json"]),
            (r".\plans\*.json", &[r"plans\1.json"]),
            (
                r"plans\**\*.json",
                &[r"plans\1.json", r"plans\night\2.json"],
            ),
            ("plans/**/*.json", &["plans/1.json", "plans/night/2.json"]),
            (r"**\[23].json", &[r"plans\night\2.json"]),
            (r"C:\plans\*.json", &[r"C:\plans\4.json"]),
            ("C:/**/*.json", &["C:/plans/4.json"]),
            (
                r"\\server\share\**\*.json",
                &[r"\\server\share\plans\5.json"],
            ),
            (r"plans\*\", &[]),
        ];
        for (pattern, names) in cases {
            let found = matches(&host, pattern).unwrap_or_default();
            let found: Vec<_> = found
                .into_iter()
                .map(|source| source.unwrap().name())
                .collect();
            assert_eq!(found, *names, "{pattern}");
        }
    }
}
