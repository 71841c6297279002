//! What a cloud tells of the resource that an event is about.

use std::collections::BTreeMap;

/// Whether a resource has disks of its host, whose data a move to another host loses.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum LocalDisks {
    /// It has: somebody who knows has said so.
    Yes,
    /// It has none: a complete reading of its disks shows none.
    No,
    /// Nobody has said it.
    #[default]
    Unknown,
}

impl LocalDisks {
    /// What two parts of one reading say together: one disk of the host is enough for a yes, and one disk of which
    /// nobody knows takes a no away.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Yes, _) | (_, Self::Yes) => Self::Yes,
            (Self::No, Self::No) => Self::No,
            _ => Self::Unknown,
        }
    }
}

crate::wire_names! { LocalDisks { Yes => "yes", No => "no", Unknown => "unknown" } }

/// A resource, as its cloud told of it. All but the id is foreign text that may change: it is shown and
/// searched, and identifies nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ResourceRecord {
    /// Its id.
    pub id: String,
    /// What its owner calls it.
    pub name: Option<String>,
    /// Where it is.
    pub zone: Option<String>,
    /// How it is, in the cloud's word.
    pub status: Option<String>,
    /// Its tags.
    pub tags: BTreeMap<String, String>,
    /// Whether it has disks of its host.
    pub local_disks: LocalDisks,
}

#[cfg(test)]
mod tests {
    use super::LocalDisks::{self, No, Unknown, Yes};

    #[test]
    fn one_disk_of_the_host_is_a_yes_and_a_no_takes_both_parts() {
        let both = |one: LocalDisks, other: LocalDisks| {
            assert_eq!(one.and(other), other.and(one));
            one.and(other)
        };
        for any in [Yes, No, Unknown] {
            assert_eq!(both(Yes, any), Yes);
            assert_ne!(both(Unknown, any), No);
        }
        assert_eq!(both(No, No), No);
    }
}
