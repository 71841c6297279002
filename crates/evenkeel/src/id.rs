//! Identifiers: opaque, but never able to change what a request means.

use std::fmt;

use serde::Serialize;

use crate::byte_scan::has_control;
use crate::visible::is_unseen;

/// The most characters an id may have.
pub const MAX_ID_CHARS: usize = 128;

/// What is wrong with an id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IdFlaw {
    /// It is empty.
    Empty,
    /// It has more than [`MAX_ID_CHARS`] characters.
    TooLong,
    /// It has a control character, such as a trailing newline.
    ControlCharacter,
    /// It has white space, or a character that nobody sees or that is wider than its plain twin.
    OddCharacter,
    /// It does not begin with the documented prefix.
    Prefix,
    /// It has a comma where the provider joins ids with commas.
    Comma,
    /// It is `.` or `..`, which would change the path of the request.
    DotSegment,
}

crate::wire_names! {
    IdFlaw {
        Empty => "empty", TooLong => "too_long", ControlCharacter => "control_character",
        OddCharacter => "odd_character", Prefix => "prefix", Comma => "comma", DotSegment => "dot_segment",
    }
}

pub(crate) fn check(text: &str, prefix: &str) -> Result<(), IdFlaw> {
    if text.is_empty() {
        Err(IdFlaw::Empty)
    } else if has_control(text.as_bytes()) {
        Err(IdFlaw::ControlCharacter)
    } else if has_odd(text) {
        Err(IdFlaw::OddCharacter)
    } else if text == "." || text == ".." {
        Err(IdFlaw::DotSegment)
    } else if text.len() > MAX_ID_CHARS && text.chars().nth(MAX_ID_CHARS).is_some() {
        Err(IdFlaw::TooLong)
    } else if !text.starts_with(prefix) || text.len() == prefix.len() {
        Err(IdFlaw::Prefix)
    } else {
        Ok(())
    }
}

/// Whether a text has what stands in no id, and gets into one where it is copied from a page.
fn has_odd(text: &str) -> bool {
    if text.is_ascii() {
        return text.contains(' ');
    }
    let is_odd = |c: char| c.is_whitespace() || is_unseen(c) || plain(c) != c;
    text.chars().any(is_odd)
}

/// The ASCII twin of a full-width character or of a dash; any other character as it is.
fn plain(c: char) -> char {
    match c {
        '\u{2010}'..='\u{2015}' | '\u{2212}' => '-',
        // INVARIANT: the block has ASCII's order.
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        _ => c,
    }
}

/// The id as it was meant: without what surrounds it or nobody sees, in plain characters.
pub(crate) fn clean(text: &str) -> String {
    let seen = text.chars().filter(|c| !is_unseen(*c));
    let text: String = seen.map(plain).collect();
    text.trim().to_owned()
}

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// Parses an id that begins with the prefix that its cloud documents.
            ///
            /// # Errors
            /// The first [`IdFlaw`] found.
            pub(crate) fn with_prefix(prefix: &str, text: &str) -> Result<Self, IdFlaw> {
                check(text, prefix)?;
                Ok(Self(text.to_owned()))
            }

            /// The id as text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

id!(
    /// The id of an event.
    EventId
);
id!(
    /// The id of the resource that an event is about.
    ResourceId
);

impl ResourceId {
    /// One that no call carries, which is as the cloud's list or a person had it.
    pub(crate) fn opaque(text: &str) -> Self {
        Self(text.to_owned())
    }
}

/// A project, which at some clouds stands in the path of every request.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
#[serde(transparent)]
pub struct ProjectId(String);

impl ProjectId {
    /// Parses a project id: letters, digits, `-` and `_`.
    ///
    /// # Errors
    /// The first [`IdFlaw`] found; other characters count as [`IdFlaw::ControlCharacter`].
    pub fn parse(text: &str) -> Result<Self, IdFlaw> {
        check(text, "")?;
        if text
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_')
        {
            Ok(Self(text.to_owned()))
        } else {
            Err(IdFlaw::ControlCharacter)
        }
    }

    /// The id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Parses an id of a list filter: any resource, no documented prefix, joined by commas at some clouds.
pub(crate) fn check_listed(text: &str) -> Result<(), IdFlaw> {
    check(text, "")?;
    if text.contains(',') {
        Err(IdFlaw::Comma)
    } else {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::provider::Provider;

    #[test]
    fn refuses_what_could_change_a_request() {
        let parse = |text: &str| EventId::parse(Provider::HuaweiEcs, text).map(|_| ());
        assert_eq!(parse(".."), Err(IdFlaw::DotSegment));
        assert_eq!(parse(""), Err(IdFlaw::Empty));
        assert_eq!(parse("a\n"), Err(IdFlaw::ControlCharacter));
        for odd in [
            " a",
            "a ",
            "a b",
            "a\u{a0}",
            "\u{200b}a",
            "a\u{feff}b",
            "\u{202e}a",
            "ａ",
            "a－1",
            "a\u{2010}1",
            "a\u{3000}",
        ] {
            assert_eq!(parse(odd), Err(IdFlaw::OddCharacter), "{odd:?}");
        }
        assert_eq!(parse(&"x".repeat(129)), Err(IdFlaw::TooLong));
        assert_eq!(parse(&"é".repeat(128)), Ok(()));
        assert_eq!(
            EventId::parse(Provider::Ens, "i-1").map(|_| ()),
            Err(IdFlaw::Prefix)
        );
        assert_eq!(
            EventId::parse(Provider::Ens, "e-").map(|_| ()),
            Err(IdFlaw::Prefix)
        );
        assert!(ProjectId::parse("a/b").is_err());
    }

    #[test]
    fn knows_what_a_copied_id_means() {
        for text in [
            " e-1 ",
            "\u{a0}e-1\u{3000}",
            "e-\u{200b}1\u{feff}",
            "\u{202a}e-1\u{202c}",
            "ｅ－１",
            "e\u{2011}1",
            "e-1\n",
        ] {
            assert_eq!(clean(text), "e-1", "{text:?}");
        }
        assert_eq!(clean("é🚀"), "é🚀");
    }
}
