//! This proxy among those that share a store: who it is, and that it is alive.

use std::time::Duration;

use evenkeel_store::{Db, Kind, StoreError};
use tokio::sync::watch;
use uuid::Uuid;

/// How often it says so.
const BEAT: Duration = Duration::from_secs(5);
/// How long that is believed, in ms: what a dead proxy held is taken over after that.
const ALIVE_MS: i64 = 15_000;

/// A name for this process.
pub(crate) fn new_id() -> String {
    Uuid::new_v4().to_string()
}

/// Says that this proxy is alive, for the first time. A file belongs to one process: all others
/// that it names are dead.
///
/// # Errors
/// When the store refuses.
pub(crate) async fn begin(store: &Db, id: &str) -> Result<(), StoreError> {
    if store.kind() == Kind::Sqlite {
        for other in store.proxies().await? {
            store.leave(&other).await?;
        }
    }
    store.beat(id, ALIVE_MS).await
}

/// Says so again and again until told to stop; then what it holds is free at once.
pub(crate) async fn keep(store: Db, id: String, mut stop: watch::Receiver<bool>) {
    while tokio::time::timeout(BEAT, stop.wait_for(|stop| *stop))
        .await
        .is_err()
    {
        if let Err(error) = store.beat(&id, ALIVE_MS).await {
            tracing::warn!(%error, "this proxy cannot say that it is alive");
        }
    }
}
