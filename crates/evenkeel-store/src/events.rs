//! The events: what a sync run saw, written down; pages, counts and lives, read back.

mod body;
mod content_hash;
mod count;
mod counts;
mod cursor;
mod find;
mod kept;
mod listing;
mod packed;
mod page;
mod purge;
mod query;
mod record;
mod resources;
mod search;
mod search_table;
mod sort;
pub(crate) mod sort_rank;
mod sync_run;

pub use body::StoredBody;
pub use counts::Counts;
pub use cursor::{Cursor, CursorError};
pub use find::{EventLife, Identity};
pub(crate) use listing::{FORGOTTEN, read_forgotten};
pub use listing::{Forgotten, ListedBody, ListingPage, ListingPlace};
pub use page::{Expected, StoredPage};
pub use query::{EventQuery, Gone};
pub use resources::OpenResource;
pub use search_table::{SearchNews, SearchTable};
pub use sort::{Sort, SortKey};
pub use sync_run::{Found, Gap, Reach, SyncRun};

/// Where an event has no such time: it sorts last.
pub(crate) const NEVER: i64 = i64::MAX;
