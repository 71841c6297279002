//! Verifies a chain from its export alone, line by line.

use std::io::{self, BufRead};

use evenkeel::Timestamp;
use serde::Deserialize;

use crate::{Checkpoint, Head, chain, entry::kind};

/// A chain in which nothing is wrong, as far as it goes. What followed its last record nothing proves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    /// The last record.
    pub head: Head,
    /// When that was made.
    pub at: Option<Timestamp>,
    /// The id of the store that the chain is of.
    pub store: Option<String>,
    /// Where the store had been restored from a copy.
    pub forks: Vec<Fork>,
    /// The newest record that a checkpoint is of, and when that was signed.
    pub signed: Option<(u64, Timestamp)>,
}

/// A record that says that the store was restored: what another chain has after the one before it is not in this one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fork {
    /// Its number.
    pub seq: u64,
    /// When.
    pub at: Timestamp,
}

/// Why a chain is not what it was.
#[derive(Debug, thiserror::Error)]
pub enum VerifyError {
    /// It cannot be read.
    #[error("it cannot be read: {0}")]
    Read(#[from] io::Error),
    /// A record is not as it was made, or not where it was made.
    #[error("record {seq} is the first bad one: {bad}")]
    Bad {
        /// The record that should stand there.
        seq: u64,
        /// What is wrong.
        bad: Bad,
    },
    /// It ends before a record that was signed.
    #[error(
        "it ends at record {end}, and {missing} more were there: a checkpoint of {at} is of record {signed}"
    )]
    Cut {
        /// The last record that is there.
        end: u64,
        /// How many are not, at the least.
        missing: u64,
        /// The record that was signed.
        signed: u64,
        /// When.
        at: Timestamp,
    },
}

/// What is wrong with a record.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Bad {
    /// The line has another form.
    #[error("its line is not {{\"hash\":\"…\",\"record\":{{…}}}}")]
    Line,
    /// The text does not have this hash.
    #[error("its text does not have its hash")]
    Hash,
    /// It is another one.
    #[error("record {0} stands in its place")]
    Number(u64),
    /// It names another one before it.
    #[error("it does not follow the record before it")]
    Link,
    /// Another one was signed.
    #[error("a checkpoint of {0} is of another record of this number")]
    Signed(Timestamp),
    /// The chain is of another store.
    #[error("the chain is of the store `{0}`, and a checkpoint of another")]
    Store(String),
}

/// What of a record the chain hangs on.
#[derive(Deserialize)]
struct Link {
    seq: u64,
    at: Timestamp,
    prev: String,
    kind: String,
    data: Data,
}

#[derive(Deserialize)]
struct Data {
    #[serde(default)]
    store: Option<String>,
}

/// Reads a whole export, from its first record on, and holds it against checkpoints that are believed.
///
/// # Errors
/// What is wrong first, or that it cannot be read.
pub fn verify(mut lines: impl BufRead, signed: &[Checkpoint]) -> Result<Verified, VerifyError> {
    let mut done = Verified {
        head: Head::default(),
        at: None,
        store: None,
        forks: Vec::new(),
        signed: None,
    };
    let mut line = Vec::new();
    loop {
        line.clear();
        if lines.read_until(b'\n', &mut line)? == 0 {
            break;
        }
        let seq = done.head.seq.saturating_add(1);
        done.take(seq, &line, signed)
            .map_err(|bad| VerifyError::Bad { seq, bad })?;
    }
    let end = done.head.seq;
    let newest = signed.iter().max_by_key(|it| it.seq);
    if let Some(newest) = newest.filter(|it| it.seq > end) {
        return Err(VerifyError::Cut {
            end,
            missing: newest.seq - end,
            signed: newest.seq,
            at: newest.at,
        });
    }
    Ok(done)
}

impl Verified {
    /// Goes on by a line, with its end.
    fn take(&mut self, seq: u64, line: &[u8], signed: &[Checkpoint]) -> Result<(), Bad> {
        let line = line.strip_suffix(b"\n").ok_or(Bad::Line)?;
        let (hash, record) = chain::parts(line).ok_or(Bad::Line)?;
        if chain::hash(record) != hash {
            return Err(Bad::Hash);
        }
        let chained: Link = serde_json::from_slice(record).map_err(|_| Bad::Line)?;
        if chained.seq != seq {
            return Err(Bad::Number(chained.seq));
        }
        if chained.prev != self.head.hash {
            return Err(Bad::Link);
        }
        if seq == 1 {
            self.store = Some(
                chained
                    .data
                    .store
                    .filter(|_| chained.kind == kind::BEGUN)
                    .ok_or(Bad::Line)?,
            );
        }
        for checkpoint in signed.iter().filter(|it| it.seq == seq) {
            if checkpoint.hash != hash {
                return Err(Bad::Signed(checkpoint.at));
            }
            if self.store.as_ref() != Some(&checkpoint.store) {
                return Err(Bad::Store(self.store.clone().unwrap_or_default()));
            }
            self.signed = Some((seq, checkpoint.at));
        }
        if chained.kind == kind::RESTORED {
            self.forks.push(Fork {
                seq,
                at: chained.at,
            });
        }
        self.at = Some(chained.at);
        self.head = Head {
            seq,
            hash: hash.to_owned(),
        };
        Ok(())
    }
}
