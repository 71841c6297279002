//! Version numbers in what tools print about themselves.

use std::{fmt, str::FromStr};

/// `major.minor.patch`; absent parts are 0, what follows is not looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Version {
    /// Changes when things break.
    pub(crate) major: u32,
    minor: u32,
    patch: u32,
}

impl Version {
    /// The first word of `text` that is a version, as in `trunk 0.21.14` or `v20.20.2`.
    pub(crate) fn find(text: &str) -> Option<Self> {
        text.split_whitespace()
            .find_map(|word| word.trim_start_matches('v').parse().ok())
    }
}

/// Not a version number.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct VersionError;

impl FromStr for Version {
    type Err = VersionError;

    fn from_str(text: &str) -> Result<Self, VersionError> {
        let core = text.split(['-', '+']).next().unwrap_or(text);
        let mut parts = core
            .split('.')
            .map(|part| part.parse().map_err(|_| VersionError));
        Ok(Self {
            major: parts.next().unwrap_or(Err(VersionError))?,
            minor: parts.next().unwrap_or(Ok(0))?,
            patch: parts.next().unwrap_or(Ok(0))?,
        })
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.major, self.minor, self.patch)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn version(text: &str) -> String {
        Version::find(text).unwrap().to_string()
    }

    #[test]
    fn finds_the_version_in_what_the_tools_say() {
        assert_eq!(version("trunk 0.21.14"), "0.21.14");
        assert_eq!(version("wasm-opt version 132 (version_132)"), "132.0.0");
        assert_eq!(version("v20.20.2"), "20.20.2");
        assert_eq!(version("rustc 1.97.0-nightly (0 2026-05-01)"), "1.97.0");
        assert_eq!(
            version("Chromium 148.0.7778.167 built on Debian GNU/Linux 12"),
            "148.0.7778"
        );
    }

    #[test]
    fn finds_none_where_there_is_none() {
        assert_eq!(Version::find("command not found"), None);
        assert_eq!(Version::find(""), None);
        assert_eq!("1.x".parse::<Version>(), Err(VersionError));
    }

    #[test]
    fn compares_by_number() {
        assert!("0.21.14".parse::<Version>().unwrap() > "0.21.9".parse().unwrap());
    }
}
