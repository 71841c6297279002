//! The JSON of the proxy's HTTP surface (`/api/v1`), for the proxy and for whoever reads it: the
//! stored events, the accounts' state, batches and their items, and the stream of changes.

mod account;
mod batch;
mod draft;
mod event;
mod item;
mod object;
mod reason;
mod stream;

pub use account::{
    AccountFailure, AccountList, AccountPhase, AccountStatus, AccountView, FailureCode,
    WalkProgress,
};
pub use batch::{
    Batch, BatchCounts, BatchHold, BatchList, BatchState, BatchSummary, HoldReason, IssueView,
    RetryFailed, Settle, SettleAs,
};
pub use draft::{DraftItem, NewBatch, NewPassword, WhenView};
pub use event::{
    EventDetail, EventItem, EventMoment, EventPage, Facets, Refresh, RefreshAnswer, StoredEvent,
};
pub use item::{Attempt, Item, ItemDetail, ItemPage, ItemState, SettledBy};
pub use object::from_object;
pub use reason::{ItemReason, ReportedReason};
pub use stream::{StreamItems, StreamKind};
