//! Version numbers in what tools print about themselves.

use std::path::Path;

use crate::command;

/// The numbers of a version, `major` first; as lists compare, so do versions.
pub(crate) type Version = Vec<u32>;

/// The first word of `text` that is a version, as in `trunk 0.21.14` or `v20.20.2`.
pub(crate) fn find(text: &str) -> Option<Version> {
    text.split_whitespace().find_map(|word| {
        let word = word.trim_start_matches('v');
        let core = word.split(['-', '+']).next().unwrap_or(word);
        core.split('.').map(|part| part.parse().ok()).collect()
    })
}

/// The part that changes when things break.
pub(crate) fn major(text: &str) -> Option<u32> {
    find(text)?.first().copied()
}

/// What a program says when it is asked for its version.
pub(crate) fn said(program: &Path) -> Option<String> {
    command::output(command::new(program).arg("--version")).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_version_in_what_the_tools_say_and_compares_by_number() {
        assert_eq!(find("trunk 0.21.14").unwrap(), [0, 21, 14]);
        assert_eq!(find("rustc 1.97.0-nightly (0)").unwrap(), [1, 97, 0]);
        assert_eq!(find("v20.20.2").unwrap(), [20, 20, 2]);
        assert_eq!(major("wasm-opt version 132 (version_132)"), Some(132));
        assert_eq!(major("Chromium 148.0.7778.167 built on Debian"), Some(148));
        assert_eq!(find("command not found"), None);
        assert_eq!(find(""), None);
        assert!(find("0.21.14") > find("0.21.9"));
        assert!(find("Python 3.11.7") > Some(vec![3, 11]));
    }
}
