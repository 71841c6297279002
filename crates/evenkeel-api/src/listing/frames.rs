//! The frames that a listing comes in: each with its kind and its length before it.

use super::bytes::{Input, put_size};
use super::{Block, LISTING_VERSION, ListingError, ListingHead, Went};
use crate::from_object;

/// What a listing begins with; its version follows.
const MARK: &[u8; 3] = b"EKL";
/// The kind of a frame and its length.
const FRAME_HEAD: usize = 5;
/// A frame is never longer, bytes: far more than any writer makes of it.
const LONGEST: usize = 256 * 1024 * 1024;

const HEAD: u8 = b'H';
const BLOCK: u8 = b'B';
const WENT: u8 = b'W';
const END: u8 = b'E';

/// Writes the frames of one listing.
#[derive(Debug, Default)]
pub struct Frames {
    rows: usize,
    went: usize,
}

impl Frames {
    /// The beginning.
    ///
    /// # Errors
    /// When the head is no JSON.
    pub fn head(&mut self, head: &ListingHead) -> serde_json::Result<Vec<u8>> {
        let json = serde_json::to_vec(head)?;
        let mut bytes = MARK.to_vec();
        bytes.push(LISTING_VERSION);
        bytes.extend(frame(HEAD, &json));
        Ok(bytes)
    }

    /// A block of so many rows.
    pub fn block(&mut self, rows: usize, block: &[u8]) -> Vec<u8> {
        self.rows += rows;
        frame(BLOCK, block)
    }

    /// Counts the rows of blocks that were written before and are sent again.
    pub fn again(&mut self, rows: usize) {
        self.rows += rows;
    }

    /// So many events that went.
    pub fn went(&mut self, rows: usize, went: &[u8]) -> Vec<u8> {
        self.went += rows;
        frame(WENT, went)
    }

    /// The end.
    #[must_use]
    pub fn end(self) -> Vec<u8> {
        let mut counts = Vec::new();
        put_size(&mut counts, self.rows);
        put_size(&mut counts, self.went);
        frame(END, &counts)
    }
}

fn frame(kind: u8, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).unwrap_or(u32::MAX);
    let mut bytes = Vec::with_capacity(FRAME_HEAD + payload.len());
    bytes.push(kind);
    bytes.extend_from_slice(&length.to_le_bytes());
    bytes.extend_from_slice(payload);
    bytes
}

/// A part of a listing.
#[derive(Debug, Clone, PartialEq)]
pub enum ListingFrame {
    /// The totals; always the first.
    Head(Box<ListingHead>),
    /// Rows.
    Block(Box<Block>),
    /// What a client that catches up has to forget.
    Went(Went),
    /// All of it was there.
    End,
}

/// Reads a listing from the pieces in which it comes.
#[derive(Debug, Default)]
pub struct FrameReader {
    waiting: Vec<u8>,
    /// What of `waiting` was read.
    read: usize,
    has_version: bool,
    has_head: bool,
    has_ended: bool,
    rows: usize,
    went: usize,
}

impl FrameReader {
    /// Takes in what has come. [`Self::next`] is asked afterwards, until it has no more.
    pub fn push(&mut self, piece: &[u8]) {
        if self.read > 0 {
            self.waiting.drain(..self.read);
            self.read = 0;
        }
        self.waiting.extend_from_slice(piece);
    }

    /// The next frame that is there as a whole.
    ///
    /// # Errors
    /// When it is no listing, of another version, or not what one is. What follows cannot be read then.
    #[allow(
        clippy::should_implement_trait,
        reason = "an iterator that has no more never has"
    )]
    pub fn next(&mut self) -> Result<Option<ListingFrame>, ListingError> {
        if !self.has_version && !self.take_version()? {
            return Ok(None);
        }
        let waiting = self.waiting.get(self.read..).unwrap_or_default();
        if self.has_ended && !waiting.is_empty() {
            return Err(ListingError::Corrupt("it goes on after its end"));
        }
        let Some((head, rest)) = waiting.split_at_checked(FRAME_HEAD) else {
            return Ok(None);
        };
        let &[kind, a, b, c, d] = head else {
            return Ok(None);
        };
        let length = usize::try_from(u32::from_le_bytes([a, b, c, d])).unwrap_or(usize::MAX);
        if length > LONGEST {
            return Err(ListingError::Corrupt("a part is too long"));
        }
        let Some(payload) = rest.get(..length) else {
            return Ok(None);
        };
        if self.has_head == (kind == HEAD) {
            return Err(ListingError::Corrupt("its head is not its first part"));
        }
        let frame = match kind {
            HEAD => {
                let head = from_object(payload);
                self.has_head = true;
                ListingFrame::Head(head.map_err(|_| ListingError::Corrupt("its head is no head"))?)
            }
            BLOCK => {
                let block = Block::read(payload)?;
                self.rows += block.rows;
                ListingFrame::Block(Box::new(block))
            }
            WENT => {
                let went = Went::read(payload)?;
                self.went += went.ids.len();
                ListingFrame::Went(went)
            }
            END => {
                let mut counts = Input(payload);
                let told = (counts.number()?, counts.number()?);
                if told != (self.rows as u64, self.went as u64) || counts.left() > 0 {
                    return Err(ListingError::Corrupt("it lacks rows"));
                }
                self.has_ended = true;
                ListingFrame::End
            }
            _ => return Err(ListingError::Corrupt("a part is of no known kind")),
        };
        self.read += FRAME_HEAD + length;
        Ok(Some(frame))
    }

    /// Says that nothing more comes.
    ///
    /// # Errors
    /// When the end was not there.
    pub fn finish(&self) -> Result<(), ListingError> {
        if self.has_ended {
            Ok(())
        } else {
            Err(ListingError::Cut)
        }
    }

    /// Reads what a listing begins with, once that is there.
    fn take_version(&mut self) -> Result<bool, ListingError> {
        let known = self.waiting.len().min(MARK.len());
        if self.waiting.get(..known) != MARK.get(..known) {
            return Err(ListingError::NoListing);
        }
        let Some(version) = self.waiting.get(MARK.len()) else {
            return Ok(false);
        };
        if *version != LISTING_VERSION {
            return Err(ListingError::Version(*version));
        }
        self.read = MARK.len() + 1;
        self.has_version = true;
        Ok(true)
    }
}
