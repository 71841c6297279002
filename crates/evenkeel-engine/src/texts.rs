//! The texts of events in memory, for whoever searches: read once, and then what changed.

use std::sync::{Arc, PoisonError, RwLock};

use evenkeel_store::{Counts, Cursor, Db, EventQuery, SearchTable, StoreError};
use tokio::sync::Mutex;

/// The texts, from the first search on. Until they are read, and where there are too many of them, the store searches.
#[derive(Debug, Clone, Default)]
pub struct KnownTexts(Arc<Mutex<State>>);

#[derive(Debug, Default)]
enum State {
    #[default]
    Unread,
    BeingRead,
    TooMany,
    Read(Arc<RwLock<SearchTable>>),
}

impl KnownTexts {
    /// What a search finds, no older than the change of that number; `None` where the store is to be asked.
    ///
    /// # Errors
    /// When the store refuses.
    pub async fn search(
        &self,
        store: &Db,
        head: i64,
        query: &EventQuery,
        after: Option<&Cursor>,
        limit: u32,
    ) -> Result<Option<Counts>, StoreError> {
        if query.words.is_empty() {
            return Ok(None);
        }
        let Some(table) = self.at(store, head).await? else {
            return Ok(None);
        };
        let (query, after) = (query.clone(), after.cloned());
        let found = tokio::task::spawn_blocking(move || {
            let table = table.read().unwrap_or_else(PoisonError::into_inner);
            table.search(&query, after.as_ref(), limit)
        });
        Ok(found.await.ok().flatten())
    }

    async fn at(
        &self,
        store: &Db,
        head: i64,
    ) -> Result<Option<Arc<RwLock<SearchTable>>>, StoreError> {
        let mut state = self.0.lock().await;
        match &*state {
            State::BeingRead | State::TooMany => return Ok(None),
            State::Unread => {}
            State::Read(table) => {
                if caught_up(table, store, head).await? {
                    return Ok(Some(Arc::clone(table)));
                }
            }
        }
        *state = State::BeingRead;
        tokio::spawn(self.clone().read(store.clone()));
        Ok(None)
    }

    async fn read(self, store: Db) {
        let read = store.search_table().await;
        *self.0.lock().await = match read {
            Ok(Some(table)) => State::Read(Arc::new(RwLock::new(table))),
            Ok(None) => State::TooMany,
            Err(error) => {
                tracing::debug!(%error, "the texts of events were not read");
                State::Unread
            }
        };
    }
}

/// Whether a table is no older than a change, or could be made so.
async fn caught_up(table: &RwLock<SearchTable>, store: &Db, head: i64) -> Result<bool, StoreError> {
    let at = table
        .read()
        .unwrap_or_else(PoisonError::into_inner)
        .position();
    if at >= head {
        return Ok(true);
    }
    let Some(news) = store.search_news(at, head).await? else {
        return Ok(false);
    };
    let mut table = table.write().unwrap_or_else(PoisonError::into_inner);
    table.take(&news)
}

#[cfg(test)]
mod tests {
    use evenkeel::Event;
    use evenkeel_store::{Reach, StoreUrl, SyncRun};
    use serde_json::json;

    use super::*;

    async fn see(db: &Db, text: &str, at: i64) -> i64 {
        let event: Event = serde_json::from_value(json!({
            "account": "edge", "provider": "ens", "id": "e-1", "resource_id": "i-1", "raw": "{}",
            "type": {"raw": "Disk:Stalled"}, "state": {"raw": "Executing"}, "description": {"und": text},
        }))
        .unwrap();
        let mut run = SyncRun::begin(db, "edge").await.unwrap();
        let mut tx = db.begin().await.unwrap();
        run.take(&mut tx, &[event], at).await.unwrap();
        tx.commit().await.unwrap();
        let mut tx = db.begin().await.unwrap();
        run.finish(&mut tx, Reach::Whole, None, at).await.unwrap();
        tx.commit().await.unwrap();
        db.head().await.unwrap()
    }

    #[tokio::test]
    async fn the_texts_are_read_at_the_first_search_and_follow_what_changes() {
        let db = Db::open(&StoreUrl::memory()).await.unwrap();
        let query = EventQuery {
            words: vec!["broken".to_owned()],
            ..EventQuery::default()
        };
        let texts = KnownTexts::default();
        let found = async |head| {
            let counts = texts.search(&db, head, &query, None, 9).await.unwrap();
            counts.map(|counts| counts.total(&query))
        };
        let head = see(&db, "a broken disk", 1_000).await;
        assert_eq!(found(head).await, None, "the store is asked meanwhile");
        let read = async {
            while found(head).await.is_none() {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(std::time::Duration::from_secs(30), read)
            .await
            .unwrap();
        assert_eq!(found(head).await, Some(1));
        let head = see(&db, "a disk that was mended", 2_000).await;
        assert_eq!(found(head).await, Some(0));
        let head = see(&db, "broken again", 3_000).await;
        assert_eq!(found(head).await, Some(1));
    }
}
