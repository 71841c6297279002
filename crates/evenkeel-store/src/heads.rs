//! The highest change, for those who wait for more.

use tokio::sync::watch;

/// The highest change that this process knows of.
#[derive(Debug)]
pub(crate) struct Heads(watch::Sender<i64>);

impl Default for Heads {
    fn default() -> Self {
        Self(watch::Sender::new(0))
    }
}

impl Heads {
    pub(crate) fn watch(&self) -> watch::Receiver<i64> {
        self.0.subscribe()
    }

    pub(crate) fn reached(&self, head: i64) {
        self.0.send_if_modified(|known| {
            let is_new = head > *known;
            if is_new {
                *known = head;
            }
            is_new
        });
    }
}
