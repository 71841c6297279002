//! Identifiers: opaque, but never able to change what a request means.

use std::fmt;

use serde::Serialize;

use crate::event::Provider;
use crate::swar::has_control;

/// The most characters an id may have.
pub const MAX_ID_CHARS: usize = 128;

/// What an event's id begins with at ENS.
pub(crate) const ENS_EVENT_PREFIX: &str = "e-";
/// What an instance's id begins with at ENS.
pub(crate) const ENS_RESOURCE_PREFIX: &str = "i-";

/// What is wrong with an id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IdFlaw {
    /// It is empty.
    Empty,
    /// It has more than [`MAX_ID_CHARS`] characters.
    TooLong,
    /// It has a control character, such as a trailing newline.
    ControlCharacter,
    /// It does not begin with the documented prefix.
    Prefix,
    /// It has a comma where the provider joins ids with commas.
    Comma,
    /// It is `.` or `..`, which would change the path of the request.
    DotSegment,
}

crate::names! {
    IdFlaw {
        Empty => "empty", TooLong => "too_long", ControlCharacter => "control_character",
        Prefix => "prefix", Comma => "comma", DotSegment => "dot_segment",
    }
}

pub(crate) fn check(text: &str, prefix: &str) -> Result<(), IdFlaw> {
    if text.is_empty() {
        Err(IdFlaw::Empty)
    } else if has_control(text.as_bytes()) {
        Err(IdFlaw::ControlCharacter)
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

macro_rules! id {
    ($(#[$doc:meta])* $name:ident, $ens_prefix:expr) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// The prefix that the provider documents; empty where it documents none.
            #[must_use]
            pub fn prefix(provider: Provider) -> &'static str {
                match provider {
                    Provider::Ens => $ens_prefix,
                    Provider::HuaweiEcs => "",
                }
            }

            /// Parses an id as the provider writes it.
            ///
            /// # Errors
            /// The first [`IdFlaw`] found.
            pub fn parse(provider: Provider, text: &str) -> Result<Self, IdFlaw> {
                check(text, Self::prefix(provider))?;
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
    /// The id of an event: `e-…` at ENS, a UUID at Huawei.
    EventId, ENS_EVENT_PREFIX
);
id!(
    /// The id of the resource that an event is about: `i-…` for an instance at ENS.
    ResourceId, ENS_RESOURCE_PREFIX
);

/// A Huawei project, which stands in the path of every request.
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

/// Parses an id of a list filter: any resource, no documented prefix, joined by commas at ENS.
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

    #[test]
    fn refuses_what_could_change_a_request() {
        let parse = |text: &str| EventId::parse(Provider::HuaweiEcs, text).map(|_| ());
        assert_eq!(parse(".."), Err(IdFlaw::DotSegment));
        assert_eq!(parse(""), Err(IdFlaw::Empty));
        assert_eq!(parse("a\n"), Err(IdFlaw::ControlCharacter));
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
}
