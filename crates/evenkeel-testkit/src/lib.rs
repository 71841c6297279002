//! What tests of a running proxy share: clouds in this process, proxies on a database of their own, and
//! one clock for all of them, which only a test moves.
//!
//! ```no_run
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() {
//! use evenkeel_testkit::{Clouds, ProxyOptions, RunningProxy, TestDatabase};
//!
//! let clouds = Clouds::start().await;
//! clouds.show(&serde_json::json!({"ens": []})).await;
//! let accounts = vec![clouds.account("edge", evenkeel::Provider::Ens)];
//! let database = TestDatabase::sqlite();
//! let proxy = RunningProxy::start(&database, &clouds, ProxyOptions::new(accounts)).await;
//! let (status, page) = proxy.get("events").await;
//! # }
//! ```
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::missing_panics_doc,
    reason = "a test whose clouds or proxy do not start has failed"
)]

mod clouds;
mod proxy;

use std::time::Duration;

use evenkeel::Timestamp;
pub use evenkeel_testdb::{DatabaseKind, TestDatabase};

pub use clouds::{Clouds, account_at};
pub use proxy::{ProxyOptions, RunningProxy};

/// The time at which the clouds' clock begins, ms since the Unix epoch: 2027-01-01T00:00:00Z.
pub const START: i64 = 1_798_761_600_000;
/// A second in ms.
pub const SECOND: i64 = 1_000;
/// A minute in ms.
pub const MINUTE: i64 = 60 * SECOND;
/// An hour in ms.
pub const HOUR: i64 = 60 * MINUTE;
/// How long a test waits for something on a busy machine.
pub const LONGEST: Duration = Duration::from_mins(3);
/// How long a test waits before it looks again.
pub const PAUSE: Duration = Duration::from_millis(25);

/// A time as the API and the sandbox write it.
pub fn time(ms: i64) -> String {
    Timestamp::from_millis(ms).to_string()
}

/// Makes of each case a module with one test a database. A case is given a world, which is made from the
/// database by the expression after `=>`.
#[macro_export]
macro_rules! on_each_database {
    ($make:expr; $($(#[$meta:meta])* async fn $name:ident($world:ident: &$World:ty) $body:block)*) => {$(
        mod $name {
            #[allow(unused_imports, reason = "not every case needs one")]
            use super::*;

            async fn case($world: &$World) $body

            $(#[$meta])*
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                let make = $make;
                case(&make($crate::TestDatabase::sqlite()).await).await;
            }

            $(#[$meta])*
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                if let Some(database) = $crate::TestDatabase::postgres().await {
                    let make = $make;
                    case(&make(database).await).await;
                }
            }
        }
    )*};
}
