//! The proxy's HTTP surface (`/api/v1`), for the proxy and for whoever calls it: its paths and headers, and the
//! JSON of every body. Neither side writes one of them out by hand.

mod account;
mod actor;
mod approval;
mod audit;
mod batch;
mod batch_step;
mod draft;
mod event;
pub mod headers;
mod health;
mod inventory;
mod item;
mod item_state;
pub mod listing;
mod login;
mod may_approve;
mod object;
pub mod paths;
mod problem;
mod provider_login;
mod reason;
mod resource;
mod right;
mod stream;

pub use account::{
    AccountFailure, AccountList, AccountPhase, AccountStatus, AccountView, FailureCode, PartOff,
    WalkProgress,
};
pub use actor::{Actor, Caller, Login, Principal, ProxyPart};
pub use approval::{
    Approval, ApprovalPolicy, ApprovalRule, ApprovalState, Approve, BreakGlass, MetCondition,
    MetRule, Reject, RuleConditions,
};
pub use audit::{AuditPage, AuditRecord, RecordedAct};
pub use batch::{
    Batch, BatchCounts, BatchHold, BatchList, BatchState, BatchSummary, HoldReason, IssueView,
    NoBody, RetryFailed, Settle, SettleAs,
};
pub use batch_step::{BatchStep, BatchStepKind};
pub use draft::CreateBatch;
pub use event::{
    EventDetail, EventItem, EventPage, EventSnapshot, Facets, Refresh, RefreshAnswer, StoredEvent,
};
pub use health::{Health, HealthStatus};
pub use inventory::{InventoryProblem, InventoryStatus};
pub use item::{Attempt, Item, ItemDetail, ItemPage, SettledBy};
pub use item_state::ItemState;
pub use login::{
    ChangePassword, LoginProvider, LoginRequest, LoginWays, SessionList, SessionView, Who,
};
pub use may_approve::MayNotApprove;
pub use object::from_object;
pub use problem::{AnyCode, CallOutcome, PROBLEM_TYPE, Problem, ProblemCode};
pub use provider_login::{LoggedOut, LoginFailure};
pub use reason::{ItemReason, ReportedReason};
pub use resource::{Resource, SaidBy};
pub use right::{Accounts, Grant, Grants, Right, Role};
pub use stream::{StreamEnd, StreamEndReason, StreamItems, StreamKind, StreamReset};
