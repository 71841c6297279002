//! `OpsType`: when a batch operation acts.

use std::str::FromStr;

use crate::wire_names::UnknownName;

/// When the cloud acts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum OpsType {
    /// At once.
    Immediate,
    /// At a time, which then must be given.
    Scheduled,
}

impl OpsType {
    /// The names, in the order of the values.
    pub(super) const NAMES: &'static [&'static str] = &["immediate", "scheduled"];
}

impl FromStr for OpsType {
    type Err = UnknownName;

    fn from_str(text: &str) -> Result<Self, UnknownName> {
        match text {
            "immediate" => Ok(Self::Immediate),
            "scheduled" => Ok(Self::Scheduled),
            _ => Err(UnknownName {
                allowed: Self::NAMES,
            }),
        }
    }
}
