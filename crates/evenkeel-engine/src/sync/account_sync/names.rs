//! Reads the names of the resources of an account's events, behind the reading of the events themselves: between
//! sync runs, and at half of the rate. Whatever goes wrong with it, events are shown by their ids.

mod call;
mod local_disks;
mod unread;

use std::collections::{BTreeMap, BTreeSet};

use evenkeel::{LocalDisks, ResourceLookup, ResourceRecord, Tells};
use evenkeel_api::{FailureCode, PartOff};
use evenkeel_store::{Answered, Lease};
use tokio::sync::watch;

use self::call::add;
use super::{AccountSync, Broken, keep};
use crate::sync::{
    failure::SyncFailure,
    schedule::{self, Ended},
};

/// How long what was read of a resource is taken for true.
const DAY_MS: i64 = 24 * 3_600_000;
/// How long a look-up that is not granted, or does not work, is left alone.
const OFF_MS: i64 = 6 * 3_600_000;

/// Whose turn it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Turn {
    /// The list's: it is being read, or could not be.
    List,
    /// The names': a sync run ended well, that one of this number.
    Names(u64),
}

/// Reads the names of one account.
pub(super) struct NameReader {
    sync: AccountSync,
    lease: Lease,
    turns: watch::Receiver<Turn>,
    lookups: Vec<Lookup>,
    /// Resources whose call was refused, until when they are left alone.
    left_alone: BTreeMap<String, i64>,
    /// What the disks of resources say that are not written down yet.
    disks: BTreeMap<String, LocalDisks>,
    /// When they began to be read.
    disks_since: i64,
    /// What was read before is read anew: a look-up works again.
    stale_before: i64,
    /// What is told of it, as it was written last.
    told: Option<PartOff>,
    /// Whether something was off when this began: it is found out what.
    was_off: bool,
}

/// One of the cloud's look-ups, and how it goes.
struct Lookup {
    facts: &'static ResourceLookup,
    off: Option<Off>,
    /// How many of its calls were refused in a row.
    refused: u32,
    /// What it has still to tell, where the others did without it.
    unread: unread::Unread,
}

/// Since when one is off, and why.
#[derive(Debug)]
struct Off {
    at: i64,
    failure: SyncFailure,
}

impl Lookup {
    fn is_denied(&self) -> bool {
        let off = self.off.as_ref();
        off.is_some_and(|off| off.failure.code() == FailureCode::Denied)
    }
}

impl NameReader {
    pub(super) fn new(
        sync: &AccountSync,
        lease: &Lease,
        turns: watch::Receiver<Turn>,
        told: Option<PartOff>,
    ) -> Self {
        let lookups = sync.account.provider().resource_lookups().iter();
        Self {
            sync: sync.clone(),
            lease: lease.clone(),
            turns,
            lookups: lookups
                .map(|facts| Lookup {
                    facts,
                    off: None,
                    refused: 0,
                    unread: unread::Unread::default(),
                })
                .collect(),
            left_alone: BTreeMap::new(),
            disks: BTreeMap::new(),
            disks_since: 0,
            stale_before: 0,
            was_off: told.is_some(),
            told,
        }
    }

    /// Until another proxy has the account, or it is dropped.
    pub(super) async fn run(mut self) {
        let (mut seen, mut failures, mut not_before) = (0, 0_i64, 0);
        loop {
            let is_new = |turn: &Turn| matches!(turn, Turn::Names(number) if *number != seen);
            match self.turns.wait_for(is_new).await.map(|turn| *turn) {
                Ok(Turn::Names(number)) => seen = number,
                Ok(Turn::List) => continue,
                Err(_) => return,
            }
            if self.now() < not_before {
                continue;
            }
            match self.round().await {
                Ok(()) => failures = 0,
                Err(Broken::Lost) => return,
                Err(Broken::Failed(failure)) => {
                    failures = failures.saturating_add(1);
                    let ended = Ended::Failed {
                        failure: &failure,
                        times: failures,
                    };
                    not_before = self
                        .now()
                        .saturating_add(schedule::wait(ended, self.sync.poll_ms));
                    let account = self.sync.account.id();
                    tracing::info!(account, code = ?failure.code(), %failure, "names are not read for now");
                }
            }
        }
    }

    fn now(&self) -> i64 {
        self.sync.runner.clock.now_ms()
    }

    /// Reads what is due.
    async fn round(&mut self) -> Result<(), Broken> {
        let now = self.now();
        self.left_alone.retain(|_, until| *until > now);
        self.forget_disks(now);
        let again = self.take_up_again(now);
        if !again.is_empty() {
            let due = self.due(now).await?;
            let ids = self.probed(&due, &again);
            if !ids.is_empty() {
                self.read_disks(ids).await?;
                self.look_up(ids).await?;
                if again.iter().any(|lookup| self.works(*lookup)) {
                    self.stale_before = now;
                }
            }
        }
        let mut due = self.due(self.stale_before.max(now - DAY_MS)).await?;
        self.add_unread(&mut due, now).await?;
        self.read_disks(&due).await?;
        for ids in due.chunks(self.most()) {
            if self.lookups.iter().all(|lookup| lookup.off.is_some()) {
                break;
            }
            self.look_up(ids).await?;
        }
        self.tell().await
    }

    /// The resources by which it is found out whether look-ups work again.
    fn probed<'d>(&self, due: &'d [String], again: &[usize]) -> &'d [String] {
        let mut again = again.iter().filter_map(|number| self.lookups.get(*number));
        // One call each would be many.
        let most = if again.any(|lookup| lookup.facts.tells == Tells::LocalDisks) {
            1
        } else {
            self.most()
        };
        due.get(..most).unwrap_or(due)
    }

    /// Takes look-ups up again that were off for long, or that somebody may have granted meanwhile; gives which.
    fn take_up_again(&mut self, now: i64) -> Vec<usize> {
        let has_new_key = self.sync.key_changes.has_changed().unwrap_or_default();
        self.sync.key_changes.mark_unchanged();
        let asked_at = self.sync.request.borrow().asked_at;
        if std::mem::take(&mut self.was_off) {
            return (0..self.lookups.len()).collect();
        }
        let mut again = Vec::new();
        for (number, lookup) in self.lookups.iter_mut().enumerate() {
            let is_over = |off: &Off| {
                has_new_key || now - off.at >= OFF_MS || asked_at.is_some_and(|at| at > off.at)
            };
            if lookup.off.as_ref().is_some_and(is_over) {
                lookup.off = None;
                lookup.refused = 0;
                lookup.unread = unread::Unread::default();
                again.push(number);
            }
        }
        again
    }

    fn works(&self, number: usize) -> bool {
        self.lookups
            .get(number)
            .is_some_and(|lookup| lookup.off.is_none())
    }

    /// How many resources are read together.
    fn most(&self) -> usize {
        let each = self.lookups.iter().map(|lookup| lookup.facts.ids_per_call);
        each.max().unwrap_or(1).max(1)
    }

    /// The resources that the cloud was not asked about since a time, and knows.
    async fn due(&self, read_before: i64) -> Result<Vec<String>, Broken> {
        let account = &self.sync.account;
        let store = &self.sync.runner.store;
        let open = store.open_resources(account.id(), read_before).await?;
        let ids: BTreeSet<String> = open
            .into_iter()
            .filter(|open| {
                let provider = account.provider();
                provider.has_resource_record(&open.type_name, &open.resource_id)
                    && !self.left_alone.contains_key(&open.resource_id)
            })
            .map(|open| open.resource_id)
            .collect();
        Ok(ids.into_iter().collect())
    }

    /// Asks every look-up of names that works about some resources, and writes down what they say together, with what is
    /// known of their disks. What one cannot tell now is as it was, and read later.
    async fn look_up(&mut self, ids: &[String]) -> Result<(), Broken> {
        let disks = |id: &String| self.disks.get(id).copied();
        let nothing = |id: &String| ResourceRecord {
            id: id.clone(),
            local_disks: disks(id).unwrap_or_default(),
            ..ResourceRecord::default()
        };
        let mut records: BTreeMap<String, ResourceRecord> =
            ids.iter().map(|id| (id.clone(), nothing(id))).collect();
        // Where no name may be asked for, there may be something to say all the same.
        let mut is_answered = self.working(Tells::Names).is_empty()
            && ids.iter().any(|id| self.disks.contains_key(id));
        let asked = self.working(Tells::Names);
        let all = self.lookups.iter().map(|lookup| lookup.facts.tells);
        let mut answered = if asked.len() == all.filter(|tells| *tells == Tells::Names).count() {
            Answered::All
        } else {
            Answered::Part
        };
        let mut rests = false;
        for (number, facts) in asked {
            if !self.may_read(number) {
                rests = true;
                answered = Answered::Part;
                self.leave(number, ids.iter().cloned());
                continue;
            }
            for part in ids.chunks(facts.ids_per_call.max(1)) {
                let mut take = |told: ResourceRecord| {
                    if let Some(record) = records.get_mut(&told.id) {
                        add(record, told);
                    }
                };
                match self.call(facts, Some(part), &mut take).await {
                    Ok(_) => {
                        is_answered = true;
                        self.is_read(number);
                    }
                    Err(failure) => {
                        answered = Answered::Part;
                        if is_answered && is_passing(&failure) {
                            // What others told is not thrown away for it.
                            self.leave(number, ids.iter().cloned());
                            self.rest(number, &failure);
                        } else {
                            self.failed(number, failure).await?;
                        }
                        break;
                    }
                }
            }
        }
        if !is_answered && rests {
            return Ok(());
        }
        if !is_answered {
            // It may be one of them that the cloud does not take: the others are not kept waiting.
            let until = self.now().saturating_add(DAY_MS);
            if !self.working(Tells::Names).is_empty() {
                let left = ids.iter().map(|id| (id.clone(), until));
                self.left_alone.extend(left);
            }
            return Ok(());
        }
        let records: Vec<ResourceRecord> = records.into_values().collect();
        let mut tx = self.sync.runner.store.begin().await?;
        tx.take_resources(self.sync.account.id(), &records, answered, self.now())
            .await?;
        keep(&mut tx, &self.lease).await?;
        tx.commit().await?;
        for record in &records {
            self.disks.remove(&record.id);
        }
        Ok(())
    }

    /// The look-ups of a kind that are not off.
    fn working(&self, tells: Tells) -> Vec<(usize, &'static ResourceLookup)> {
        let lookups = self.lookups.iter().enumerate();
        lookups
            .filter(|(_, lookup)| lookup.off.is_none() && lookup.facts.tells == tells)
            .map(|(number, lookup)| (number, lookup.facts))
            .collect()
    }

    /// What becomes of a look-up whose call failed: one that is refused is off, and others go on.
    async fn failed(&mut self, number: usize, failure: SyncFailure) -> Result<(), Broken> {
        let now = self.now();
        let Some(lookup) = self.lookups.get_mut(number) else {
            return Ok(());
        };
        if is_passing(&failure) {
            return Err(Broken::Failed(failure));
        }
        if failure.code() != FailureCode::Denied {
            lookup.refused = lookup.refused.saturating_add(1);
            // Once may be because of what was asked for, twice is not.
            if lookup.refused < 2 {
                return Ok(());
            }
        }
        let account = self.sync.account.id();
        tracing::info!(account, lookup = lookup.facts.name, code = ?failure.code(), %failure, "a look-up of names is off");
        lookup.off = Some(Off { at: now, failure });
        self.tell().await
    }

    /// Says which look-ups are off or go on failing, where that is not what was said last.
    async fn tell(&mut self) -> Result<(), Broken> {
        let off = self
            .lookups
            .iter()
            .find_map(|lookup| lookup.off.as_ref())
            .or_else(|| self.lookups.iter().find_map(|lookup| lookup.unread.said()));
        let told = off.map(|off| PartOff {
            permissions: self
                .lookups
                .iter()
                .filter(|lookup| lookup.is_denied())
                .map(|lookup| lookup.facts.permission.to_owned())
                .collect(),
            failure: off.failure.shown(off.at),
        });
        if told == self.told {
            return Ok(());
        }
        let mut tx = self.sync.runner.store.begin().await?;
        tx.save_names_off(self.sync.account.id(), told.as_ref())
            .await?;
        keep(&mut tx, &self.lease).await?;
        tx.commit().await?;
        self.told = told;
        Ok(())
    }
}

/// Whether it says nothing about the look-up: the same one may work another time.
fn is_passing(failure: &SyncFailure) -> bool {
    !matches!(
        failure.code(),
        FailureCode::Denied | FailureCode::Refused | FailureCode::Unreadable
    )
}
