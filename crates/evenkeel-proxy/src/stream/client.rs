//! One client of the stream, at its own pace: it is told from its place in the order on, by the ring,
//! or from the store where it is further behind.

use std::{future::pending, sync::Arc, time::Duration};

use axum::body::Bytes;
use evenkeel_api::{Accounts, StreamEnd, StreamEndReason, StreamKind, StreamReset};
use evenkeel_store::{Changes, StoreError};
use serde::Serialize;
use tokio::{sync::watch, time::sleep};

use crate::login::LoginEnd;

use super::{
    gzip::Coding,
    hub::{Hub, HubUpdate, STORE_PATIENCE, Standing},
    messages::MessageWriter,
    ring::{Found, Next},
    slot::Slot,
};

/// How many changes are read at a time for a client that is far behind.
const AT_ONCE: i64 = 200;
/// How long a client that lost its stream waits before it asks again, in ms.
const RETRY_MS: u32 = 2_000;

/// Says that the stream is there.
const KEEP_ALIVE: Bytes = Bytes::from_static(b":\n\n");

/// The client's place, and what wakes it.
pub(crate) struct Client {
    hub: Arc<Hub>,
    standing: Standing,
    bell: watch::Receiver<()>,
    stop: watch::Receiver<bool>,
    /// Completes when who listens is let in no more.
    login: Option<LoginEnd>,
    opening: Option<Bytes>,
    /// Whether the store, or the ring, knows the place from which it goes on.
    is_known: bool,
    coding: Coding,
    is_ending: bool,
    is_over: bool,
    _place: Slot,
}

impl Drop for Client {
    fn drop(&mut self) {
        self.hub.leave(packs(&self.coding, &self.standing.accounts));
    }
}

impl Client {
    /// It listens from a change on, to what is about these accounts.
    pub(crate) fn join(
        hub: Arc<Hub>,
        slot: Slot,
        login: LoginEnd,
        accounts: Accounts,
        after: i64,
        coding: Coding,
    ) -> Self {
        let packs = packs(&coding, &accounts);
        let (standing, bell) = Hub::join(&hub, after, accounts, packs);
        let is_known = hub.knows(after);
        let opening = format!(": after {after}\nretry: {RETRY_MS}\n\n");
        Self {
            standing,
            bell,
            stop: hub.engine().stop.subscribe(),
            login: Some(login),
            opening: Some(opening.into()),
            is_known,
            coding,
            is_ending: false,
            is_over: false,
            hub,
            _place: slot,
        }
    }

    /// The next messages; nothing when the stream has ended.
    pub(crate) async fn next(&mut self) -> Option<Bytes> {
        if self.is_over {
            return None;
        }
        if self.is_ending {
            self.is_over = true;
            return self.coding.end();
        }
        if let Some(opening) = self.opening.take() {
            return Some(self.coding.piece(opening, None));
        }
        let mut stop = self.stop.clone();
        let mut login = self.login.take().unwrap_or_else(|| Box::pin(pending()));
        let told = tokio::select! {
            biased;
            _ = stop.wait_for(|stop| *stop) => Err(StreamEndReason::Stopping),
            () = &mut login => Err(StreamEndReason::LoggedOut),
            told = self.told() => told,
        };
        self.login = Some(login);
        let next = told.unwrap_or_else(|end| {
            self.is_ending = true;
            // The reader of changes ends with the proxy, and may be seen to end first.
            let end = if *stop.borrow() {
                StreamEndReason::Stopping
            } else {
                end
            };
            of_one(ending(end))
        });
        Some(self.coding.piece(next.text, next.packed.as_deref()))
    }

    async fn told(&mut self) -> Result<Next, StreamEndReason> {
        let hub = Arc::clone(&self.hub);
        let mut failures = 0;
        loop {
            // Before looking: what comes meanwhile rings again.
            self.bell.borrow_and_update();
            let update = if self.is_known {
                hub.update(&mut self.standing)
            } else {
                HubUpdate::Found(Found::Behind)
            };
            match update {
                HubUpdate::Broken => return Err(StreamEndReason::StoreUnavailable),
                HubUpdate::Reset(head) => return Ok(of_one(reset(head))),
                HubUpdate::Found(Found::Next(next)) if next.text.is_empty() => {}
                HubUpdate::Found(Found::Next(next)) => return Ok(next),
                HubUpdate::Found(Found::Nothing) => {
                    tokio::select! {
                        // An error means that the hub is gone, and this with it.
                        _ = self.bell.changed() => {}
                        () = sleep(hub.options().keep_alive) => {
                            return Ok(of_one(KEEP_ALIVE));
                        }
                    }
                }
                HubUpdate::Found(Found::Behind) => match self.catch_up(&hub).await {
                    Ok(messages) if messages.is_empty() => failures = 0,
                    Ok(messages) => return Ok(of_one(messages)),
                    Err(error) => {
                        failures += 1;
                        if failures > STORE_PATIENCE {
                            tracing::warn!(%error, "a stream ends: the store is away");
                            return Err(StreamEndReason::StoreUnavailable);
                        }
                        sleep(Duration::from_secs(1)).await;
                    }
                },
            }
        }
    }

    /// What the store has of the next changes.
    async fn catch_up(&mut self, hub: &Hub) -> Result<Bytes, StoreError> {
        // An error means that there is no bound any more.
        let _permit = hub.behind.acquire().await;
        let begin = hub.start();
        let after = self.standing.after;
        let (rows, reached) = match hub.engine().store.changes_after(after, AT_ONCE).await? {
            Changes::Reset { head } => {
                self.is_known = true;
                self.standing.after = head;
                return Ok(reset(head));
            }
            Changes::Rows { changes, reached } => (changes, reached),
        };
        self.is_known = true;
        // Nothing between its place and where the ring began before it was looked.
        let reached = if reached == after {
            reached.max(begin)
        } else {
            reached
        };
        let messages = MessageWriter::new(hub.engine())
            .frame(rows)
            .await?
            .into_bytes(&self.standing.accounts);
        self.standing.after = reached;
        Ok(messages)
    }
}

/// Whether it takes what was compressed for all.
fn packs(coding: &Coding, accounts: &Accounts) -> bool {
    coding.is_gzip() && *accounts == Accounts::All
}

/// Messages for one client alone.
fn of_one(text: Bytes) -> Next {
    Next {
        text,
        ..Next::default()
    }
}

fn reset(head: i64) -> Bytes {
    let name = StreamKind::Reset.as_str();
    let data = json(&StreamReset { position: head });
    format!("event: {name}\ndata: {data}\nid: {head}\n\n").into()
}

/// The last message: why the stream ends.
fn ending(reason: StreamEndReason) -> Bytes {
    let data = json(&StreamEnd { reason });
    format!("event: {}\ndata: {data}\n\n", StreamEnd::NAME).into()
}

/// Words and numbers: they can be written.
fn json(data: &impl Serialize) -> String {
    serde_json::to_string(data).unwrap_or_default()
}
