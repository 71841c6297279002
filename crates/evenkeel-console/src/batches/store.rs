//! The journal as this page knows it: the list of batches, and the one that is open.

use std::collections::BTreeMap;

use evenkeel_api::{BatchSummary, Item, StreamItems};
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::model::{BatchModel, is_open, keep_may_approve};
use crate::api::{self, BatchAction, ShownFailure};

/// How the reading goes.
#[derive(Clone, Debug, PartialEq)]
pub enum Reading {
    Under,
    Failed(ShownFailure),
    Done,
}

/// The store; `Copy`, provided as context.
#[derive(Clone, Copy)]
pub struct Batches {
    /// By id, which begins with the time: the last is the newest.
    pub all: RwSignal<BTreeMap<String, BatchSummary>>,
    pub reading: RwSignal<Reading>,
    /// Asks for those before the oldest that are here.
    pub older: RwSignal<Option<String>>,
    /// The batch that is shown, once it is known.
    pub open: RwSignal<Option<BatchModel>>,
    pub opening: RwSignal<Reading>,
    wanted: RwSignal<Option<String>>,
    /// Counts the openings, so that an overtaken one notices and stops.
    turn: StoredValue<u32>,
}

impl Batches {
    pub fn provide() -> Self {
        let batches = Self {
            all: RwSignal::new(BTreeMap::new()),
            reading: RwSignal::new(Reading::Under),
            older: RwSignal::new(None),
            open: RwSignal::new(None),
            opening: RwSignal::new(Reading::Under),
            wanted: RwSignal::new(None),
            turn: StoredValue::new(0),
        };
        provide_context(batches);
        batches
    }

    /// Reads the newest batches, and the open one, anew.
    pub fn load(self) {
        self.read(None);
        if let Some(id) = self.wanted.get_untracked() {
            self.open(&id);
        }
    }

    /// Reads the newest batches, where none were read yet.
    pub fn load_first(self) {
        if self.reading.with_untracked(|it| *it != Reading::Done) {
            self.load();
        }
    }

    /// The server is back: what could not be read is read.
    pub fn recover(self) {
        if self
            .reading
            .with_untracked(|it| matches!(it, Reading::Failed(_)))
        {
            self.read(None);
        }
        let wanted = self.wanted.get_untracked();
        if let Some(id) = wanted.filter(|_| {
            self.opening
                .with_untracked(|it| matches!(it, Reading::Failed(_)))
        }) {
            self.open(&id);
        }
    }

    pub fn load_older(self) {
        if let Some(cursor) = self.older.get_untracked() {
            self.read(Some(cursor));
        }
    }

    fn read(self, cursor: Option<String>) {
        self.reading.set(Reading::Under);
        spawn_local(async move {
            match api::batches(cursor.as_deref()).await {
                Ok(list) => {
                    self.hear(list.batches);
                    self.older.set(list.next);
                    self.reading.set(Reading::Done);
                }
                Err(problem) => self.reading.set(Reading::Failed(problem.into())),
            }
        });
    }

    /// Shows a batch: its first items at once, the others as they come.
    pub fn open(self, id: &str) {
        let turn = self.turn.get_value() + 1;
        self.turn.set_value(turn);
        let same = self.wanted.get_untracked().as_deref() == Some(id);
        if !same {
            self.open.set(None);
            self.wanted.set(Some(id.to_owned()));
        }
        self.opening.set(Reading::Under);
        let id = id.to_owned();
        spawn_local(async move {
            let read = self.read_open(&id, turn).await;
            if self.turn.try_get_value() == Some(turn) {
                self.opening.set(match read {
                    Ok(()) => Reading::Done,
                    Err(problem) => Reading::Failed(problem.into()),
                });
            }
        });
    }

    async fn read_open(self, id: &str, turn: u32) -> Result<(), api::ApiError> {
        let batch = api::batch(id).await?;
        if self.turn.try_get_value() != Some(turn) {
            return Ok(());
        }
        self.hear(vec![batch.summary.clone()]);
        let mut last = batch.items.last().map(|item| item.index);
        self.open.set(Some(BatchModel::new(batch)));
        while let Some(after) = last {
            let whole = self
                .open
                .with_untracked(|open| open.as_ref().is_none_or(BatchModel::is_whole));
            if whole {
                break;
            }
            let page = api::items(id, after).await?;
            if self.turn.try_get_value() != Some(turn) {
                return Ok(());
            }
            last = page.next;
            self.change(|open| open.page(page.items));
        }
        Ok(())
    }

    /// The page of the batch is left.
    pub fn close(self) {
        self.turn.update_value(|turn| *turn += 1);
        self.wanted.set(None);
        self.open.set(None);
    }

    fn change(self, change: impl FnOnce(&mut BatchModel)) {
        self.open.update(|open| {
            if let Some(open) = open {
                change(open);
            }
        });
    }

    /// Takes in sums, from the stream or as answers.
    pub fn hear(self, summaries: Vec<BatchSummary>) {
        for summary in &summaries {
            let shown = self
                .open
                .with_untracked(|open| open.as_ref().is_some_and(|it| it.summary.id == summary.id));
            if shown {
                self.change(|open| open.sum_up(summary.clone()));
            }
        }
        self.all.update(|all| {
            for mut summary in summaries {
                let known = all.get(&summary.id);
                if known.is_none_or(|known| known.updated_at <= summary.updated_at) {
                    if let Some(known) = known {
                        keep_may_approve(known, &mut summary);
                    }
                    all.insert(summary.id.clone(), summary);
                }
            }
        });
    }

    /// Takes in what the stream says of items.
    pub fn hear_items(self, changed: StreamItems) {
        let shown = self.open.with_untracked(|open| {
            open.as_ref()
                .is_some_and(|it| it.summary.id == changed.batch_id)
        });
        if shown {
            self.change(|open| open.change(changed.items));
        }
    }

    /// Takes in an item as the answer to what a person did.
    pub fn hear_item(self, batch_id: &str, item: Item) {
        let shown = self
            .open
            .with_untracked(|open| open.as_ref().is_some_and(|it| it.summary.id == batch_id));
        if shown {
            self.change(|open| open.answer(item));
        }
    }

    /// Holds a batch, lets it go on, or calls off what has not left.
    ///
    /// # Errors
    /// Why it could not.
    pub async fn run_action(self, id: &str, action: BatchAction) -> Result<(), ShownFailure> {
        let summary = api::run_action(id, action).await?;
        self.hear(vec![summary]);
        Ok(())
    }

    /// How many batches need a look. Reactive.
    pub fn in_motion(self) -> usize {
        self.all
            .with(|all| all.values().filter(|batch| is_open(batch)).count())
    }
}

/// The store of this page.
pub fn use_batches() -> Batches {
    expect_context::<Batches>()
}
