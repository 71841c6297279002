//! The counts of events, read once for everybody who asks while nothing changes.

use std::sync::{Arc, Mutex};

use evenkeel_store::{Counts, Db, StoreError};

/// The counts as they stood at a place in the order of changes.
#[derive(Debug, Default)]
pub struct KnownCounts(Mutex<Option<(i64, Arc<Counts>)>>);

impl KnownCounts {
    /// The counts, no older than the change of that number.
    ///
    /// # Errors
    /// When the store refuses.
    pub async fn at(&self, store: &Db, head: i64) -> Result<Arc<Counts>, StoreError> {
        let known = self.0.lock().ok().and_then(|known| known.clone());
        if let Some((at, counts)) = known
            && at == head
        {
            return Ok(counts);
        }
        let counts = Arc::new(store.event_counts().await?);
        if let Ok(mut known) = self.0.lock() {
            *known = Some((head, Arc::clone(&counts)));
        }
        Ok(counts)
    }
}
