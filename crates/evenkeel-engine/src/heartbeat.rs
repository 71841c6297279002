//! This proxy among those that share a store: who it is, and that it is alive.

use std::time::Duration;

use evenkeel_store::Db;
use uuid::Uuid;

/// How soon it is said again after the store did not take it.
const AGAIN: Duration = Duration::from_millis(500);

/// A name for this process.
pub(crate) fn new_id() -> String {
    Uuid::new_v4().to_string()
}

/// Says that this proxy is alive, three times in each `lease`; never returns. What a dead proxy
/// held is taken over when its last word is so old.
pub(crate) async fn keep(store: Db, id: String, lease: Duration) {
    let ms = i64::try_from(lease.as_millis()).unwrap_or(i64::MAX);
    let mut was_heard = true;
    loop {
        match store.beat(&id, ms).await {
            Ok(()) => {
                if !was_heard {
                    tracing::info!("this proxy says again that it is alive");
                }
                was_heard = true;
                tokio::time::sleep(lease / 3).await;
            }
            Err(error) => {
                // Once: until it is mended nothing else is new.
                if was_heard {
                    tracing::warn!(%error, "this proxy cannot say that it is alive, and sends nothing until it can");
                }
                was_heard = false;
                tokio::time::sleep(AGAIN.min(lease / 3)).await;
            }
        }
    }
}
