//! How a system writes paths. Given as a parameter, because in WebAssembly the standard library knows
//! Unix' way alone, and because every system's way can then be tried on any.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// What may stand in a path of a URI; a colon may not, it would make what is before it a scheme.
const PATH: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'~')
    .remove(b'/');

/// How a system writes paths.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PathStyle {
    /// `/` parts names.
    Unix,
    /// `\` parts names, and `/` as well; a path may begin with a drive or a server.
    Windows,
}

/// Where a path begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Split<'a> {
    /// What is before the names, as it stands: `/`, `C:\`, `C:`, `\\server\share\`, `\\?\C:\`; or nothing.
    pub(crate) root: &'a str,
    /// The names and what parts them.
    pub(crate) rest: &'a str,
}

impl PathStyle {
    /// That of the system this was compiled for.
    pub const NATIVE: Self = if cfg!(windows) {
        Self::Windows
    } else {
        Self::Unix
    };

    pub(crate) fn is_separator(self, c: char) -> bool {
        c == '/' || c == '\\' && self == Self::Windows
    }

    /// The separator to put between a folder and a name where the path so far has no other.
    pub(crate) fn separator_of(self, path: &str) -> char {
        let seen = path.chars().find(|c| self.is_separator(*c));
        seen.unwrap_or('/')
    }

    /// The names in a path, without `.` and `..`.
    pub(crate) fn names(self, path: &str) -> impl DoubleEndedIterator<Item = &str> {
        let names = self.split(path).rest.split(move |c| self.is_separator(c));
        names.filter(|name| !matches!(*name, "" | "." | ".."))
    }

    /// Parts the beginning of a path from its names.
    pub(crate) fn split(self, path: &str) -> Split<'_> {
        let root = match self {
            Self::Unix => path.len() - path.trim_start_matches('/').len(),
            Self::Windows => self.windows_root(path),
        };
        let (root, rest) = path.split_at(root);
        Split { root, rest }
    }

    /// How many bytes of a path are no names, on Windows.
    fn windows_root(self, path: &str) -> usize {
        let separators = |text: &str| {
            let rest = text.trim_start_matches(|c| self.is_separator(c));
            text.len() - rest.len()
        };
        let name = |text: &str| text.find(|c| self.is_separator(c)).unwrap_or(text.len());
        let after = |at: usize| path.get(at..).unwrap_or_default();
        let mut at = 0;
        if let Some(rest) = verbatim(path) {
            at = path.len() - rest.len();
            match rest.get(..4) {
                Some(unc) if unc.eq_ignore_ascii_case("UNC\\") => {
                    at += unc.len();
                    at += name(after(at));
                    at += separators(after(at));
                    at += name(after(at));
                    return at + separators(after(at));
                }
                _ => {}
            }
        } else if separators(path) >= 2 {
            // A server and what it shares.
            at = separators(path);
            at += name(after(at));
            at += separators(after(at));
            at += name(after(at));
            return at + separators(after(at));
        }
        if let [letter, b':', ..] = after(at).as_bytes()
            && letter.is_ascii_alphabetic()
        {
            at += 2;
        }
        at + separators(after(at))
    }

    /// A path with `/` between its names, for those who read it elsewhere.
    pub(crate) fn slashed(self, path: &str) -> String {
        match self {
            Self::Unix => path.to_owned(),
            Self::Windows => path.replace('\\', "/"),
        }
    }

    /// A path as a URI. A relative one stays relative: to the root of the repository, for code scanning.
    pub(crate) fn uri(self, path: &str) -> String {
        let Split { root, rest } = self.split(path);
        let names = self.slashed(rest);
        let names = utf8_percent_encode(without_dots(&names), PATH);
        if root.is_empty() {
            return names.to_string();
        }
        let root = match self {
            Self::Unix => return format!("file:///{names}"),
            Self::Windows => verbatim(root).unwrap_or(root),
        };
        let mut parts = root
            .split(|c| self.is_separator(c))
            .filter(|p| !p.is_empty());
        let drive = |part: &str| part.ends_with(':').then(|| part.to_ascii_uppercase());
        match (parts.next(), parts.next(), parts.next()) {
            // The folder that is current on a drive is nobody else's business.
            (Some(part), None, None) if root == part => format!("{}{names}", encoded(part)),
            (Some(part), None, None) if let Some(drive) = drive(part) => {
                format!("file:///{drive}/{names}")
            }
            (Some("UNC" | "unc"), Some(server), Some(share))
            | (Some(server), Some(share), None) => {
                format!("file://{}/{}/{names}", encoded(server), encoded(share))
            }
            _ => format!("file:///{names}"),
        }
    }
}

/// What follows the prefix that has a path taken as it stands.
fn verbatim(path: &str) -> Option<&str> {
    path.strip_prefix(r"\\?\")
        .or_else(|| path.strip_prefix(r"\\.\"))
}

fn encoded(name: &str) -> String {
    utf8_percent_encode(name, PATH).to_string()
}

/// A path that begins where it is relative to.
fn without_dots(path: &str) -> &str {
    let mut rest = path;
    while let Some(shorter) = rest.strip_prefix("./") {
        rest = shorter.trim_start_matches('/');
    }
    rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_begins_with_what_is_no_name() {
        let windows = [
            (r"a\b/c", "", r"a\b/c"),
            (r".\a", "", r".\a"),
            (r"\a\b", r"\", r"a\b"),
            (r"C:\a\b", r"C:\", r"a\b"),
            ("c:/a/b", "c:/", "a/b"),
            ("C:a", "C:", "a"),
            (r"\\server\share\a", r"\\server\share\", "a"),
            ("//server/share/a", "//server/share/", "a"),
            (r"\\server", r"\\server", ""),
            (r"\\?\C:\a", r"\\?\C:\", "a"),
            (r"\\?\UNC\server\share\a", r"\\?\UNC\server\share\", "a"),
            ("1:a", "", "1:a"),
            ("é:", "", "é:"),
            ("", "", ""),
        ];
        for (path, root, rest) in windows {
            assert_eq!(
                PathStyle::Windows.split(path),
                Split { root, rest },
                "{path}"
            );
        }
        let unix = [
            ("/a/b", "/", "a/b"),
            ("//a", "//", "a"),
            (r"C:\a", "", r"C:\a"),
            ("a", "", "a"),
        ];
        for (path, root, rest) in unix {
            assert_eq!(PathStyle::Unix.split(path), Split { root, rest }, "{path}");
        }
    }

    #[test]
    fn the_names_of_a_path_are_parted_as_the_system_parts_them() {
        let names = |style: PathStyle, path: &'static str| style.names(path).collect::<Vec<_>>();
        assert_eq!(
            names(PathStyle::Windows, r"C:\plans\..\a/.\b.json"),
            ["plans", "a", "b.json"]
        );
        assert_eq!(names(PathStyle::Windows, r"\\server\share\a"), ["a"]);
        assert_eq!(names(PathStyle::Unix, r"plans\a/./b"), [r"plans\a", "b"]);
    }

    #[test]
    fn a_path_becomes_a_uri() {
        let unix = [
            ("./a b/计划:1%.json", "a%20b/%E8%AE%A1%E5%88%92%3A1%25.json"),
            ("/tmp/x.json", "file:///tmp/x.json"),
            ("././/a", "a"),
            ("../a", "../a"),
            (r"a\b", "a%5Cb"),
            ("<stdin>", "%3Cstdin%3E"),
        ];
        for (path, uri) in unix {
            assert_eq!(PathStyle::Unix.uri(path), uri, "{path}");
        }
        let windows = [
            (r".\plans\a b.json", "plans/a%20b.json"),
            (r"plans/night\1.json", "plans/night/1.json"),
            (r"..\a", "../a"),
            (
                r"C:\plans\计划.json",
                "file:///C:/plans/%E8%AE%A1%E5%88%92.json",
            ),
            ("c:/a", "file:///C:/a"),
            ("c:a", "c%3Aa"),
            (r"\a", "file:///a"),
            (r"\\server\my share\a", "file://server/my%20share/a"),
            (r"\\?\C:\a", "file:///C:/a"),
            (r"\\?\UNC\server\share\a", "file://server/share/a"),
        ];
        for (path, uri) in windows {
            assert_eq!(PathStyle::Windows.uri(path), uri, "{path}");
        }
    }
}
