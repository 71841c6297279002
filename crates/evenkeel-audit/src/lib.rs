//! The audit: what was done, by whom, in a chain in which no record can be changed, dropped, swapped or put in without
//! the next one showing it. `docs/audit.md` says how somebody else verifies one.
//!
//! Nothing here reads or writes anything but what it is given: the store keeps the records, the command line exports
//! and verifies them.

mod chain;
mod checkpoint;
mod entry;
mod hexadecimal;
mod verify;

pub use chain::{Head, Sealed};
pub use checkpoint::{Checkpoint, CheckpointError, KeyError, PublicKey, SigningKey};
pub use entry::{Entry, kind};
pub use verify::{Bad, Fork, Verified, VerifyError, verify};
