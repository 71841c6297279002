//! What of the proxy works by itself: it keeps the credentials, reads the accounts' events into the store,
//! signs and sends what the journal holds, once, and finds out what became of it.
//!
//! It knows no HTTP server: whoever has an [`Engine`] asks it by functions. Upstream URLs are built from the
//! accounts it is given, and from nothing else.

#[macro_use]
mod failpoint;

mod account;
mod approval;
mod call_failure;
pub mod check;
mod checkpoints;
mod clock;
mod counts;
mod create_batch;
mod decide;
mod ending;
mod endpoint;
mod engine;
mod foreign;
mod heartbeat;
mod inventory;
mod io_error_text;
mod journal;
mod keys;
mod looks;
mod metrics;
mod network;
mod notifier;
mod reconcile;
mod reference;
pub mod simulate;
mod sync;
mod sync_requests;
mod texts;
mod upstream;
mod web_client;

pub use account::{Account, AccountConfig, AccountError, Reread, SandboxAccount, refuse_twins};
pub use approval::{DEFAULT_EXPIRY, DateRange, Policy, Rule, TimeZone, TimesError, WeeklyHours};
pub use call_failure::{CallFailure, FailureKind, GivenUp};
pub use checkpoints::{
    CheckpointConfig, Checkpoints, CheckpointsError, SyslogAddress, SyslogAddressError,
};
pub use clock::Clock;
pub use counts::KnownCounts;
pub use create_batch::{BatchRequest, CreateBatchError, DestinationError, Taken};
pub use decide::DecideError;
pub use ending::GRACE;
pub use endpoint::{Endpoint, EndpointError, is_loopback};
pub use engine::{Background, Engine, EngineParts};
pub use foreign::one_line;
pub use inventory::{Inventory, InventoryContents, InventoryFormat, InventoryOptions};
pub use io_error_text::io_error_text;
pub use journal::{Journal, JournalOptions};
pub use keys::{Asker, CallPermit, KeyAnswer, KeyFault, Keys, RestingKey};
pub use looks::{Looks, Stamp};
pub use metrics::{CallClass, Metrics};
pub use network::{
    Network, NetworkConfig, NetworkError, Passage, ProxyConfig, ProxyFlaw, Way, parse_proxy,
};
pub use notifier::Notifier;
pub use reference::{
    Environment, Reference, ReferenceError, Setting, TokenReference, read_secret_file, scrubbed,
};
pub use sync::SyncOptions;
pub use sync_requests::SyncRequests;
pub use texts::KnownTexts;
pub use upstream::{DEFAULT_TIMEOUT, SendError, Upstream, UpstreamError};
pub use web_client::{Reachable, WebCallError, WebClient};
