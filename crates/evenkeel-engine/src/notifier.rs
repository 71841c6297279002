//! Wakes the workers of an account. One call too many or too few changes nothing but the time.

use std::{collections::HashMap, sync::Arc};

use tokio::sync::Notify;

use crate::{account::Account, keys};

/// What each account's workers wait for.
#[derive(Debug)]
pub struct Notifier {
    accounts: Vec<Arc<Account>>,
    workers: HashMap<String, Workers>,
}

/// One for each worker.
#[derive(Debug, Default)]
struct Workers {
    sender: Notify,
    reader: Notify,
}

impl Notifier {
    pub(crate) fn new(accounts: &[Arc<Account>]) -> Self {
        Self {
            accounts: accounts.to_vec(),
            workers: accounts
                .iter()
                .map(|account| (account.id().to_owned(), Workers::default()))
                .collect(),
        }
    }

    /// Tells an account's sender that there may be something to do.
    pub fn wake_sender(&self, account: &str) {
        if let Some(workers) = self.workers.get(account) {
            workers.sender.notify_one();
        }
    }

    /// Tells an account's reader that there may be something to look at.
    pub(crate) fn wake_reader(&self, account: &str) {
        if let Some(workers) = self.workers.get(account) {
            workers.reader.notify_one();
        }
    }

    /// Tells every account that has this one's key that the key is refused, or is taken again.
    pub fn key_news(&self, account: &Account) {
        for other in keys::accounts_with_key(&self.accounts, account) {
            self.wake_sender(other);
        }
    }

    /// Waits until the account's sender is woken.
    pub(crate) async fn sender_woken(&self, account: &str) {
        match self.workers.get(account) {
            Some(workers) => workers.sender.notified().await,
            None => std::future::pending().await,
        }
    }

    /// Waits until the account's reader is woken.
    pub(crate) async fn reader_woken(&self, account: &str) {
        match self.workers.get(account) {
            Some(workers) => workers.reader.notified().await,
            None => std::future::pending().await,
        }
    }
}
