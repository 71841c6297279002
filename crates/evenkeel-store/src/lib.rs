//! What evenkeel keeps: one schema in SQLite (a file, one proxy) or PostgreSQL (several proxies).
//!
//! Everything is written in a [`Tx`], which notes what it changes; [`Db::changes_after`] tells it
//! again in the order in which it became visible. Statements are written once, with `$1` for
//! parameters and with `BIGINT` and `TEXT` columns alone, so that both databases take them. Times
//! are ms since the Unix epoch and come in as parameters.

mod audit;
mod beside;
mod change;
mod change_log;
mod db;
mod error;
mod events;
mod file;
mod heads;
pub mod journal;
mod kind;
mod lease;
mod logins;
mod migration;
mod resources;
mod search_index;
mod servers;
mod sessions;
mod sql;
mod sync_status;
mod text;
mod touched;
mod tx;
mod url;

pub use audit::AuditHead;
pub use change::{Change, Changes, Topic};
pub use db::Db;
pub use error::{StoreError, StoreErrorKind};
pub use events::{
    Counts, Cursor, CursorError, EventLife, EventQuery, Expected, Forgotten, Found, Gap, Gone,
    Identity, ListedBody, ListingPage, ListingPlace, OpenResource, Reach, SearchNews, SearchTable,
    Sort, SortKey, StoredBody, StoredPage, SyncRun,
};
pub use kind::DatabaseKind;
pub use lease::{Hold, Lease};
pub use logins::{
    ApiToken, LoginCodes, NewApiToken, NewSession, NewUser, PasswordHash, Redeemed, SecretHash,
    Session, SubjectRights, User, UserPassword,
};
pub use resources::{Answered, InventoryEntry};
pub use sync_status::{SyncProgress, SyncStatus};
pub use touched::TouchedEvents;
pub use tx::Tx;
pub use url::StoreUrl;

/// What [`Tx::audit`] records.
pub use evenkeel_api::{Caller, ProxyPart};
pub use evenkeel_audit::Entry as AuditEntry;
/// The library that statements are written with.
pub use sqlx;
