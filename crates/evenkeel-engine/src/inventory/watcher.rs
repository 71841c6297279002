//! Watches the inventory's file, and puts into the store what it says.

#[cfg(test)]
mod tests;

use std::{
    fmt,
    sync::{Arc, RwLock},
    time::Duration,
};

use evenkeel::{Timestamp, visible::visible};
use evenkeel_api::{InventoryProblem, InventoryStatus};
use evenkeel_store::{Change, Db, StoreError, Topic};
use tokio::sync::{Notify, watch};

use super::{InventoryContents, InventoryOptions, contents::file_problem};
use crate::{
    clock::Clock,
    ending::pause,
    looks::{Looks, Stamp},
};

/// How many problems are logged at a time.
const MOST_LOGGED: usize = 10;
/// How long after a failure to forget an inventory it is tried again.
const FORGET_AGAIN: Duration = Duration::from_secs(10);

/// Without an inventory in the configuration there is none in force, whatever was there before.
pub(crate) async fn forget(store: Db, mut stop: watch::Receiver<bool>) {
    let forgotten = async || {
        store.replace_inventory(&[]).await?;
        while store.refresh_resources().await? {}
        Ok::<(), StoreError>(())
    };
    while let Err(error) = forgotten().await {
        tracing::warn!(%error, "names of an inventory of before stay for now");
        if !pause(FORGET_AGAIN, &mut stop).await {
            return;
        }
    }
}

/// An inventory that is watched.
pub struct Inventory {
    options: InventoryOptions,
    accounts: Vec<String>,
    status: RwLock<InventoryStatus>,
    asked: Notify,
}

impl fmt::Debug for Inventory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Inventory")
            .field("options", &self.options)
            .finish_non_exhaustive()
    }
}

impl Inventory {
    pub(crate) fn new(options: InventoryOptions, accounts: Vec<String>) -> Self {
        let status = InventoryStatus {
            file: options.path.display().to_string(),
            read_at: None,
            resources: 0,
            problem_count: 0,
            problems: Vec::new(),
            error: None,
        };
        Self {
            options,
            accounts,
            status: RwLock::new(status),
            asked: Notify::new(),
        }
    }

    /// How it is.
    #[must_use]
    pub fn status(&self) -> InventoryStatus {
        let status = self.status.read();
        status
            .unwrap_or_else(std::sync::PoisonError::into_inner)
            .clone()
    }

    /// Has the file read again now, whether or not it looks changed.
    pub fn reread(&self) {
        self.asked.notify_one();
    }

    /// Puts into the store what the file says, now and whenever it has changed, until told to stop.
    pub(crate) async fn watch(
        self: Arc<Self>,
        store: Db,
        clock: Clock,
        mut stop: watch::Receiver<bool>,
    ) {
        let mut looks = Looks::default();
        let mut is_to_be_read = true;
        // What was read, and is not whole in the store yet.
        let mut waiting = None;
        // As it was told last.
        let mut told = self.status();
        loop {
            if is_to_be_read {
                let (stamp, read) = self.read_apart().await;
                looks.was_read(stamp);
                match read {
                    Ok(contents) => {
                        self.log(&contents);
                        waiting = Some(contents);
                    }
                    Err(problem) => self.refuse(problem),
                }
            }
            if let Some(contents) = waiting.take()
                && let Err(error) = self.put(&contents, &store, &clock).await
            {
                self.could_not_put(&error);
                waiting = Some(contents);
            }
            let status = self.status();
            if status != told && tell(&store).await.is_ok() {
                told = status;
            }
            let is_asked = tokio::select! {
                () = tokio::time::sleep(self.options.look) => false,
                () = self.asked.notified() => true,
                _ = stop.wait_for(|stop| *stop) => return,
            };
            is_to_be_read = is_asked || looks.is_to_be_read(&self.stamp().await);
        }
    }

    async fn read_apart(self: &Arc<Self>) -> (Stamp, Result<InventoryContents, InventoryProblem>) {
        let inventory = Arc::clone(self);
        let read = move || inventory.options.read_with_stamp(&inventory.accounts);
        tokio::task::spawn_blocking(read).await.unwrap_or_else(|_| {
            let problem = file_problem("could not be read: reading it broke");
            (Stamp::Away(std::io::ErrorKind::Other), Err(problem))
        })
    }

    async fn stamp(&self) -> Stamp {
        let path = self.options.path.clone();
        let look = move || Stamp::of(std::fs::metadata(path));
        let looked = tokio::task::spawn_blocking(look).await;
        looked.unwrap_or(Stamp::Away(std::io::ErrorKind::Other))
    }

    /// The file cannot be used: what was read before stays.
    fn refuse(&self, problem: InventoryProblem) {
        let told = self.options.told(&problem);
        tracing::error!(
            "the inventory cannot be used, what was read before stays in force: {told}"
        );
        self.change(|status| status.error = Some(problem));
    }

    /// Logs what was read.
    fn log(&self, contents: &InventoryContents) {
        let file = self.options.path.display().to_string();
        let (resources, problems) = (contents.rows.len(), contents.problem_count);
        tracing::info!(
            file = &*visible(&file),
            resources,
            problems,
            "read the inventory"
        );
        for problem in contents.problems.iter().take(MOST_LOGGED) {
            tracing::warn!("{}", self.options.told(problem));
        }
        if contents.problems.len() > MOST_LOGGED {
            tracing::warn!("`evenkeel accounts check` tells more of the inventory's problems");
        }
    }

    /// Writes what was read, and has events show it.
    async fn put(
        &self,
        contents: &InventoryContents,
        store: &Db,
        clock: &Clock,
    ) -> Result<(), StoreError> {
        let changed = store.replace_inventory(&contents.rows).await?;
        while store.refresh_resources().await? {}
        tracing::debug!(changed, "the inventory is in force");
        let read_at = Timestamp::from_millis(clock.now_ms());
        self.change(|status| {
            *status = InventoryStatus {
                file: std::mem::take(&mut status.file),
                read_at: Some(read_at),
                resources: u64::try_from(contents.rows.len()).unwrap_or(u64::MAX),
                problem_count: contents.problem_count,
                problems: contents.problems.clone(),
                error: None,
            };
        });
        Ok(())
    }

    /// The store takes nothing now: it is tried again, and told once.
    fn could_not_put(&self, error: &StoreError) {
        let problem = file_problem("is read, and waits for the store, which cannot be written");
        if self.status().error.as_ref() != Some(&problem) {
            tracing::warn!(%error, "the inventory cannot be written to the store: it is tried again");
            self.change(|status| status.error = Some(problem));
        }
    }

    fn change(&self, change: impl FnOnce(&mut InventoryStatus)) {
        let status = self.status.write();
        change(&mut status.unwrap_or_else(std::sync::PoisonError::into_inner));
    }
}

/// Has whoever listens told that the inventory is another one. A store that takes nothing is asked again.
async fn tell(store: &Db) -> Result<(), StoreError> {
    let mut tx = store.begin().await?;
    tx.note(Change::new(Topic::Inventory, ""));
    tx.commit().await?;
    Ok(())
}
