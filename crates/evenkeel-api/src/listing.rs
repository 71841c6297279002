//! The listing: all events of a view as columns, for whoever shows many of them. `docs/adr/0006-listing.md` says why it
//! is a format of its own.
//!
//! It is a stream of frames: a head with the totals, blocks of rows with what has to be decided first at the beginning,
//! and an end by which a cut answer is noticed. Each block stands for itself and is read as soon as it is there.

mod block;
mod block_reader;
mod block_writer;
mod bytes;
mod dictionary;
mod error;
mod facts;
mod frames;
mod head;
mod ids;
mod integers;
mod texts;
mod times;
mod went;

pub use block::{Block, Tags, Times};
pub use block_writer::{BlockWriter, ListingRow};
pub use dictionary::{Descriptions, Words};
pub use error::ListingError;
pub use facts::EventFacts;
pub use frames::{FrameReader, Frames, ListingFrame};
pub use head::{ListingHead, StateCounts};
pub use texts::{OptionalTexts, Texts};
pub use went::{Went, WentWriter};

/// What an answer in this format says it is, and what a request for it accepts.
pub const LISTING_TYPE: &str = "application/vnd.evenkeel.listing";
/// The version that is written and read here: it changes with whatever an older reader would get wrong.
pub const LISTING_VERSION: u8 = 2;

/// So many events a listing has at most, where the configuration says nothing else: as many as a page keeps with ease. Of
/// more it has the head alone, and they are read page by page.
pub const MOST_EVENTS: u64 = 250_000;

/// So many rows one block has at most, whoever wrote it: what a block unfolds to is bounded by it.
pub const MOST_ROWS: usize = 16_384;

#[cfg(test)]
mod tests;
