//! Reads the listing of all events; once it is here, what was missed since. What is shown stays until it is known better.

use evenkeel_api::listing::{Block, ListingFrame, ListingHead, Went};
use evenkeel_table::Loading;
use gloo_timers::future::TimeoutFuture;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::super::totals::Totals;
use super::{Directory, Events, Load, Reached};
use crate::api::{self, AskedListing, Listing, ShownFailure};
use crate::backoff::wait_ms;
use crate::clock::now_ms;

/// Rows come so fast that to show each block of them would take longer than to read it.
const SHOW_EVERY_MS: i64 = 250;
/// After so long the page is to be able to do something else, ms.
const TURN_MS: i64 = 30;

/// As long as ids and names are, roughly: to grow while a listing comes would cost twice the memory.
const BYTES_A_ROW: usize = 80;
const MOST_RESERVED: u64 = 1_000_000;

/// How far a reading is.
struct Reading {
    listing: Listing,
    loaded: usize,
    total: u64,
    /// As of which it is.
    position: i64,
    /// Whether it tells only what was missed.
    is_rest: bool,
    /// Rows that are here and not shown yet.
    unshown: bool,
    shown_at: i64,
    rested_at: i64,
}

/// How a reading ended that did not fail.
pub(super) enum Outcome {
    Done,
    /// There is more than the page keeps, and less than that is to be read still.
    LessAsked,
}

impl Events {
    /// Reads everything, or what was missed since everything was here; what is shown stays until it is known better.
    pub fn load(self) {
        let turn = self.turn.get_value() + 1;
        self.turn.set_value(turn);
        self.load.set(Load::Reading {
            loaded: 0,
            total: None,
        });
        spawn_local(async move {
            let mut tries = 0;
            loop {
                let failure = match self.read_all(turn).await {
                    Ok(Outcome::Done) => return,
                    Ok(Outcome::LessAsked) => continue,
                    Err(failure) => failure,
                };
                if self.overtaken(turn) {
                    return;
                }
                self.round.set_value(None);
                self.load.set(Load::Failed(failure));
                tries += 1;
                let ms = wait_ms(tries, js_sys::Math::random());
                TimeoutFuture::new(u32::try_from(ms).unwrap_or(u32::MAX)).await;
                if self.overtaken(turn) {
                    return;
                }
            }
        });
    }

    /// From now on the events that the clouds list no more are there too.
    pub fn want_past(self) {
        if !self.past.get_untracked() {
            self.past.set(true);
            self.load();
        }
    }

    fn overtaken(self, turn: u32) -> bool {
        self.turn.try_get_value() != Some(turn)
    }

    /// What failed stays told until something of it has succeeded.
    async fn read_all(self, turn: u32) -> Result<Outcome, ShownFailure> {
        let listed = Listing::of(self.past.get_untracked() && !self.is_beyond_untracked());
        let reached = self.reached.get_value();
        let reached = reached.filter(|reached| reached.listing == listed);
        self.round.set_value(Some(Loading::default()));
        // It is on its way while the accounts are.
        let asked = AskedListing::ask(listed, reached.map(|reached| reached.position))?;
        let told = self.inventory.told();
        match api::accounts().await {
            _ if self.overtaken(turn) => return Ok(Outcome::Done),
            Ok(listed) => self.hear_directory(listed, told),
            Err(problem) => {
                let failure = ShownFailure::from(problem);
                self.directory.update(|directory| {
                    if !matches!(directory, Directory::Ready(_)) {
                        *directory = Directory::Failed(failure.clone());
                    }
                });
                return Err(failure);
            }
        }
        let mut stream = asked.answer().await?;
        if self.overtaken(turn) {
            return Ok(Outcome::Done);
        }
        let now = now_ms();
        let mut reading = Reading {
            listing: listed,
            loaded: 0,
            total: 0,
            position: 0,
            is_rest: false,
            unshown: false,
            shown_at: 0,
            rested_at: now,
        };
        loop {
            let frame = stream.next().await?;
            if self.overtaken(turn) {
                return Ok(Outcome::Done);
            }
            match frame {
                ListingFrame::Head(head) => {
                    reading.total = head.total;
                    reading.position = head.position;
                    reading.is_rest = head.since.is_some();
                    let is_too_many = head.is_too_many();
                    self.hear_head(*head);
                    if is_too_many {
                        return Ok(self.leave_to_server(listed));
                    }
                    self.keep(listed);
                }
                ListingFrame::Block(block) => self.hear_block(&block, &mut reading),
                ListingFrame::Went(went) => self.hear_went(&went, &mut reading),
                ListingFrame::End => break,
            }
            if now_ms() - reading.rested_at > TURN_MS {
                TimeoutFuture::new(0).await;
                reading.rested_at = now_ms();
                if self.overtaken(turn) {
                    return Ok(Outcome::Done);
                }
            }
        }
        self.end(&reading);
        Ok(Outcome::Done)
    }

    fn hear_head(self, head: ListingHead) {
        self.clock.tell(head.now.as_millis());
        self.hear_accounts(head.accounts);
        self.totals.set(Some(Totals::of(&head.counts)));
        self.most.set(head.most);
        self.position.set(Some(head.position));
        spawn_local(self.inventory.ask_again());
    }

    fn hear_block(self, block: &Block, reading: &mut Reading) {
        let mut changed = false;
        self.table.update_untracked(|table| {
            if table.present() == 0 {
                let rows = reading.total.min(MOST_RESERVED);
                let rows = usize::try_from(rows).unwrap_or_default();
                table.reserve(rows, rows * BYTES_A_ROW);
            }
            self.round.update_value(|round| {
                if let Some(round) = round {
                    changed = round.block(table, block);
                }
            });
        });
        reading.loaded += block.rows;
        reading.unshown |= changed;
        let now = now_ms();
        if now - reading.shown_at < SHOW_EVERY_MS {
            return;
        }
        reading.shown_at = now;
        if std::mem::take(&mut reading.unshown) {
            self.table.notify();
        }
        self.load.set(Load::Reading {
            loaded: reading.loaded,
            total: Some(reading.total),
        });
    }

    fn hear_went(self, went: &Went, reading: &mut Reading) {
        self.table.update_untracked(|table| {
            self.round.update_value(|round| {
                if let Some(round) = round {
                    reading.unshown |= round.went(table, went);
                }
            });
        });
    }

    fn end(self, reading: &Reading) {
        let mut changed = reading.unshown;
        self.table.update_untracked(|table| {
            let round = self.round.try_update_value(Option::take).flatten();
            // What was not missed is not told again.
            let round = round.filter(|_| !reading.is_rest);
            changed |= round.is_some_and(|round| round.end(table));
        });
        self.reached.set_value(Some(Reached {
            listing: reading.listing,
            position: reading.position,
        }));
        if changed {
            self.table.notify();
        }
        self.whole.set(true);
        if self.past.get_untracked() {
            self.past_read.set(true);
        }
        self.refusal.set(None);
        self.load.set(Load::Ready);
    }
}
