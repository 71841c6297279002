//! What must hold for any bytes at all: the fuzz targets, and the tests that replay what they found.
//!
//! Each check panics where something does not hold; what is merely refused is fine.
#![expect(clippy::panic, reason = "a check fails by panicking")]

mod answers;
mod canonical_query;
mod drafts;
mod signed;
mod verifier;

pub use answers::covers_each_item;

use evenkeel::{OperationName, Timestamp};

/// One check.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// Parameters of an operation: checked, printed, built, read back.
    Drafts,
    /// A cloud's answer to an operation: read, judged, offered to the rules.
    Answers,
    /// A query string as it is signed.
    CanonicalQuery,
    /// A signed request: what verifies, and that nothing may change in it.
    Verifier,
}

impl Target {
    /// All of them.
    pub const ALL: [Self; 4] = [
        Self::Drafts,
        Self::Answers,
        Self::CanonicalQuery,
        Self::Verifier,
    ];

    /// The name of the fuzz target, and of the folders of its seeds.
    pub fn name(self) -> &'static str {
        match self {
            Self::Drafts => "drafts",
            Self::Answers => "answers",
            Self::CanonicalQuery => "canonical_query",
            Self::Verifier => "verifier",
        }
    }

    /// Checks one input.
    ///
    /// # Panics
    ///
    /// When something does not hold.
    pub fn run(self, data: &[u8]) {
        match self {
            Self::Drafts => drafts::check(data),
            Self::Answers => answers::check(data),
            Self::CanonicalQuery => canonical_query::check(data),
            Self::Verifier => verifier::check(data),
        }
    }
}

/// The time of every check, within the windows of the documented samples.
pub const NOW_MILLIS: i64 = 1_742_452_232_000;

pub(crate) fn now() -> Timestamp {
    Timestamp::from_millis(NOW_MILLIS)
}

/// What a first byte bears beside an operation; operations that are added later leave it where it is.
pub const WITH_EVENTS: u8 = 0x80;

/// The operation that a first byte chooses, and whether events are known.
fn operation(byte: u8) -> (OperationName, bool) {
    let all = OperationName::ALL;
    let index = usize::from(byte & !WITH_EVENTS) % all.len();
    // INVARIANT: the remainder is an index of `ALL`.
    let name = all
        .get(index)
        .copied()
        .unwrap_or(OperationName::DescribeHistoryEvents);
    (name, byte & WITH_EVENTS != 0)
}

/// The byte that chooses an operation, for those who write inputs.
pub fn byte_of(name: OperationName) -> u8 {
    let position = OperationName::ALL.iter().position(|other| *other == name);
    position
        .and_then(|position| u8::try_from(position).ok())
        .unwrap_or_default()
}
