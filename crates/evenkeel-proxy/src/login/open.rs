//! Which sessions and tokens are good, for what takes long: a stream ends when its session does, wherever that was
//! ended. One question a second answers for all streams together.

use std::{
    collections::HashMap,
    future::{Future, pending},
    pin::Pin,
    sync::Arc,
    time::{Duration, Instant},
};

use evenkeel_api::Grants;
use evenkeel_engine::Engine;
use tokio::{
    sync::{Mutex, watch},
    time::sleep,
};

/// How often it is looked whether somebody else has ended one.
const LOOK: Duration = Duration::from_secs(1);

/// Completes when a session or a token is good no more, or for something else.
pub(crate) type LoginEnd = Pin<Box<dyn Future<Output = ()> + Send>>;

/// What is good, as it was seen last.
#[derive(Debug)]
pub(crate) struct OpenLogins {
    /// Counts what this process has changed.
    turn: watch::Sender<u64>,
    seen: Mutex<Option<Seen>>,
}

#[derive(Debug)]
struct Seen {
    at: Instant,
    turn: u64,
    logins: HashMap<String, Grants>,
}

/// A session or a token as it was when something began by it.
pub(super) struct OpenLogin {
    pub(super) id: String,
    pub(super) grants: Arc<Grants>,
}

impl Default for OpenLogins {
    fn default() -> Self {
        Self {
            turn: watch::Sender::new(0),
            seen: Mutex::new(None),
        }
    }
}

impl OpenLogins {
    /// Has everybody who waits look now.
    pub(super) fn look(&self) {
        self.turn.send_modify(|turn| *turn += 1);
    }

    /// Completes when that one is no more as it was; never for nobody.
    pub(super) fn end(
        self: &Arc<Self>,
        engine: Arc<Engine>,
        login: Option<OpenLogin>,
        idle_ms: i64,
    ) -> LoginEnd {
        let Some(login) = login else {
            return Box::pin(pending());
        };
        let open = Arc::clone(self);
        let mut turns = open.turn.subscribe();
        let begun = Instant::now();
        Box::pin(async move {
            while open.is_open(&engine, &login, idle_ms, begun).await {
                tokio::select! {
                    () = sleep(LOOK) => {}
                    // It is told as long as there is this.
                    _ = turns.changed() => {}
                }
            }
        })
    }

    /// What was seen before `begun` says nothing of a login that may be newer.
    async fn is_open(
        &self,
        engine: &Engine,
        login: &OpenLogin,
        idle_ms: i64,
        begun: Instant,
    ) -> bool {
        let mut seen = self.seen.lock().await;
        let turn = *self.turn.borrow();
        let is_fresh =
            |seen: &Seen| seen.turn == turn && seen.at >= begun && seen.at.elapsed() < LOOK / 2;
        if !seen.as_ref().is_some_and(is_fresh) {
            let (now, at) = (engine.clock.now_ms(), Instant::now());
            match engine.store.open_logins(now, now - idle_ms).await {
                Ok(logins) => {
                    *seen = Some(Seen { at, turn, logins });
                }
                // What a stream tells comes of the same store: it says by itself that that is away.
                Err(error) => {
                    tracing::debug!(%error, "nobody knows which sessions are good");
                    return true;
                }
            }
        }
        seen.as_ref()
            .is_none_or(|seen| seen.logins.get(&login.id) == Some(&*login.grants))
    }
}
