//! Waits until there may be something to do for an account: an end of a call, a word from elsewhere, a time.

use std::sync::Arc;

use tokio::{sync::watch, time::Instant};

use super::Sender;
use crate::keys::HeldUp;

impl Sender {
    /// Waits until there may be something to do.
    pub(super) async fn wait(&mut self, stop: &mut watch::Receiver<bool>) {
        if !self.finished.is_empty() {
            return;
        }
        let journal = Arc::clone(&self.journal);
        let is_stopping = *stop.borrow();
        // Neither news nor a time brings it forward.
        if let Some(again_at) = self.again_at {
            tokio::select! {
                Some(ended) = self.calls.join_next() => self.record_result(ended.ok()),
                () = tokio::time::sleep_until(again_at) => self.again_at = None,
                _ = stop.wait_for(|stop| *stop), if !is_stopping => {}
                () = over(self.stop_by) => {}
            }
            return;
        }
        let is_leaving = self.is_doubtful || self.lease.is_none();
        let is_full = self.room() == 0 || (is_leaving && !self.in_flight.is_empty());
        let is_elsewhere = std::mem::take(&mut self.is_elsewhere);
        let held_up = self.held_up.take();
        let until = match held_up {
            _ if is_full || is_elsewhere => None,
            Some(HeldUp::Until(until)) => Some(until),
            Some(HeldUp::Trial) => None,
            None => self.next_time().await,
        };
        let news = async {
            if is_full {
                std::future::pending::<()>().await;
            }
            journal.notifier.sender_woken(self.account.id()).await;
        };
        let time = async {
            match until {
                Some(until) => journal.clock.sleep_until(until).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            Some(ended) = self.calls.join_next() => self.record_result(ended.ok()),
            () = news => {}
            () = time => {}
            Ok(()) = self.key_changes.changed(), if held_up.is_some() => {}
            () = over(self.stop_by) => {}
            _ = stop.wait_for(|stop| *stop), if !is_stopping => {}
            // Whatever no news came of.
            () = tokio::time::sleep(journal.options.poll * 5), if self.in_flight.is_empty() => {}
        }
    }

    /// When the next item is due, with this account's rest; with a lease in hand and no rest: now.
    async fn next_time(&self) -> Option<i64> {
        let due = self
            .journal
            .store
            .next_due(
                self.account.id(),
                &self.account.destination(),
                &self.journal.proxy_id,
            )
            .await
            .ok()??;
        let now = self.journal.clock.now_ms();
        Some(if self.backs_off_at(now) {
            due.max(self.back_off_until)
        } else {
            due
        })
    }
}

/// The moment at which open calls had all the time there is, if one is set.
async fn over(by: Option<Instant>) {
    match by {
        Some(by) => tokio::time::sleep_until(by).await,
        None => std::future::pending().await,
    }
}
