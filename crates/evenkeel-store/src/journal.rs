//! The journal: batches, their items, the calls made for them, and every step of their lives.
//!
//! A row here is the truth; what wakes a worker is not. `docs/adr/0001-item-life.md` has the rules.

mod account;
mod approvals;
mod conflict;
mod create;
mod destination;
mod hold;
mod index_ranges;
mod load;
mod maintenance;
mod moves;
mod operator_commands;
mod orderers;
mod queue;
mod read;
mod recorded;
mod recover;
mod row;
mod steps;
mod unresolved_items;

pub use account::Queue;
pub use approvals::{ApprovalError, Approved, Decision, PlannedBatch};
pub use conflict::{ConflictingItem, Subjects};
pub use create::{Created, NewApproval, NewBatch, NewItem};
pub use destination::Destination;
pub use hold::{Hold, Holds};
pub use index_ranges::{parse_index_ranges, write_index_ranges};
pub use load::OpenItems;
pub use moves::{Expected, NextState};
pub use operator_commands::CommandError;
pub use queue::{Answered, Before, DueItem, Intent, WrittenIntent};
pub use read::{BatchQuery, FailedItem};
pub use unresolved_items::UnresolvedItem;

/// The name of the lease under which an account's items are sent.
#[must_use]
pub fn send_lease(account: &str) -> String {
    format!("send:{account}")
}
