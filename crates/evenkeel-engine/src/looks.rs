//! When a file is read again: once it is another one, and has stopped changing.

use std::{fs::Metadata, io::ErrorKind, time::SystemTime};

/// What a file looks like from outside, wherever its name leads. A link that is set to another file shows as well.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stamp {
    /// It is there.
    File {
        /// How many bytes it has.
        length: u64,
        /// When it was written.
        modified: Option<SystemTime>,
        /// Which file it is.
        identity: (u64, u64),
    },
    /// It cannot be looked at.
    Away(ErrorKind),
}

impl Stamp {
    /// What a look at it came to.
    #[must_use]
    pub fn of(metadata: Result<Metadata, std::io::Error>) -> Self {
        match metadata {
            Ok(metadata) => Self::File {
                length: metadata.len(),
                modified: metadata.modified().ok(),
                identity: identity(&metadata),
            },
            Err(error) => Self::Away(error.kind()),
        }
    }
}

#[cfg(unix)]
fn identity(metadata: &Metadata) -> (u64, u64) {
    use std::os::unix::fs::MetadataExt as _;

    (metadata.dev(), metadata.ino())
}

#[cfg(not(unix))]
fn identity(_: &Metadata) -> (u64, u64) {
    (0, 0)
}

/// What was seen so far of a file, by its stamp, or of several that belong together, by all of theirs.
#[derive(Debug)]
pub struct Looks<S = Stamp> {
    /// As it was read last.
    read: Option<S>,
    /// As it was at the last look.
    seen: Option<S>,
}

impl<S> Default for Looks<S> {
    fn default() -> Self {
        Self {
            read: None,
            seen: None,
        }
    }
}

impl<S: Clone + PartialEq> Looks<S> {
    /// Whether to read it now: a file that somebody is writing looks another way at the next look.
    pub fn is_to_be_read(&mut self, stamp: &S) -> bool {
        let is_still = self.seen.as_ref() == Some(stamp);
        self.seen = Some(stamp.clone());
        is_still && self.read.as_ref() != Some(stamp)
    }

    /// It was read, whatever came of it, while it looked so.
    pub fn was_read(&mut self, stamp: S) {
        self.seen = Some(stamp.clone());
        self.read = Some(stamp);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stamp(length: u64) -> Stamp {
        Stamp::File {
            length,
            modified: None,
            identity: (0, 0),
        }
    }

    #[test]
    fn a_file_is_read_when_it_has_changed_and_changes_no_more() {
        let mut looks = Looks::default();
        looks.was_read(stamp(10));
        assert!(!looks.is_to_be_read(&stamp(10)));
        for length in [0, 4, 8] {
            assert!(!looks.is_to_be_read(&stamp(length)), "it is being written");
        }
        assert!(looks.is_to_be_read(&stamp(8)));
        looks.was_read(stamp(8));
        assert!(!looks.is_to_be_read(&stamp(8)));
    }

    #[test]
    fn a_file_that_was_gone_between_two_looks_alone_is_not_told_of() {
        let mut looks = Looks::default();
        looks.was_read(stamp(10));
        let away = Stamp::Away(ErrorKind::NotFound);
        assert!(!looks.is_to_be_read(&away));
        assert!(!looks.is_to_be_read(&stamp(10)));
        assert!(!looks.is_to_be_read(&away));
        assert!(looks.is_to_be_read(&away));
    }
}
