//! Patterns such as `plans/**/*.json`, expanded as shells do.

use std::path::{Path, PathBuf};

use glob::{MatchOptions, Pattern};

use crate::{
    files::{Failure, Named, Source},
    machine::Machine,
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
pub(crate) fn matches(machine: &dyn Machine, pattern: &str) -> Result<Vec<Named>, Failure> {
    let parts: Vec<Pattern> = pattern
        .split('/')
        .filter(|part| !part.is_empty() && *part != ".")
        .map(Pattern::new)
        .collect::<Result<_, _>>()
        .map_err(|_| Failure::NotFound)?;
    let root = if pattern.starts_with('/') { "/" } else { "" };
    let mut walk = Walk {
        machine,
        found: Vec::new(),
    };
    walk.step(Path::new(root), &parts);
    let mut found = walk.found;
    // What ends in a slash is a folder.
    if found.is_empty() || pattern.ends_with('/') {
        return Err(Failure::NoMatch);
    }
    found.sort_by_key(|source| match source {
        Ok(source) => source.name(),
        Err((name, _)) => name.clone(),
    });
    Ok(found)
}

struct Walk<'a> {
    machine: &'a dyn Machine,
    found: Vec<Named>,
}

impl Walk<'_> {
    fn step(&mut self, path: &Path, parts: &[Pattern]) {
        let Some((first, rest)) = parts.split_first() else {
            if !self.machine.is_folder(path) {
                self.found.push(Ok(Source::File(path.to_path_buf())));
            }
            return;
        };
        if first.as_str() == "**" {
            self.through(path, rest);
        } else if first.as_str().contains(['*', '?', '[']) {
            for (child, _) in self.children(path, first.as_str().starts_with('.')) {
                let name = child.file_name().and_then(|name| name.to_str());
                if name.is_some_and(|name| first.matches_with(name, OPTIONS)) {
                    self.step(&child, rest);
                }
            }
        } else {
            let next = path.join(first.as_str());
            if self.machine.exists(&next) {
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
        for (child, is_folder) in self.children(path, false) {
            if is_folder {
                self.through(&child, rest);
            }
        }
    }

    /// What is in a folder, and whether it is one itself; packages are only where they are named.
    fn children(&mut self, folder: &Path, hidden: bool) -> Vec<(PathBuf, bool)> {
        let here = if folder.as_os_str().is_empty() {
            Path::new(".")
        } else {
            folder
        };
        if !self.machine.is_folder(here) {
            return Vec::new();
        }
        match self.machine.list(here) {
            Ok(entries) => entries
                .into_iter()
                .filter(|entry| hidden || !entry.name.as_encoded_bytes().starts_with(b"."))
                .filter(|entry| {
                    entry.name != PACKAGES || !self.machine.is_folder(&folder.join(PACKAGES))
                })
                .map(|entry| (folder.join(entry.name), entry.is_folder))
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
    use crate::machine::Native;

    fn found(folder: &Path, pattern: &str) -> Vec<String> {
        let pattern = folder.join(pattern);
        let found = matches(&Native, pattern.to_str().unwrap()).unwrap_or_default();
        found
            .into_iter()
            .map(|source| match source {
                Ok(Source::File(path)) => {
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
                Err(Failure::NotFound),
                "{pattern}"
            );
        }
    }
}
