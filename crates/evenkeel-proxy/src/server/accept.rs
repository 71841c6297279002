//! Taking connections: as many as there are places, however they behave.

use std::{future::Future, io, pin::pin, time::Duration};

use evenkeel_engine::GRACE;
use tokio::{
    sync::watch,
    task::JoinSet,
    time::{sleep, timeout},
};

use super::{
    connection::converse,
    listener::Listener,
    served::Served,
    slot::{Life, Slots},
};

/// How long nothing is taken after the system refused: it helps to wait, not to ask at once again.
const PAUSE: (Duration, Duration) = (Duration::from_millis(50), Duration::from_secs(1));

/// Takes connections until `shutdown` completes, and then says `stop`. Those that are open end
/// soon after.
pub(super) async fn serve(
    listener: Listener,
    served: Served,
    stop: watch::Sender<bool>,
    shutdown: impl Future<Output = ()>,
) {
    let slots = Slots::new(&served.limits);
    let mut connections = JoinSet::new();
    let mut shutdown = pin!(shutdown);
    let mut refusals = Refusals::default();
    loop {
        let accepted = tokio::select! {
            () = &mut shutdown => break,
            accepted = listener.accept() => accepted,
            Some(_) = connections.join_next() => continue,
        };
        let (socket, end) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                if let Some(pause) = refusals.after(&error) {
                    // Whoever only waits holds the descriptor that is missing.
                    slots.evict();
                    tokio::select! {
                        () = &mut shutdown => break,
                        () = sleep(pause) => {}
                    }
                }
                continue;
            }
        };
        refusals = Refusals::default();
        let slot = tokio::select! {
            () = &mut shutdown => break,
            slot = slots.take() => slot,
        };
        if let Some(slot) = slot {
            let life = Life::new(&slots, &slot, served.limits);
            let (served, stop) = (served.clone(), stop.subscribe());
            connections.spawn(converse(socket, end, slot, life, served, stop));
        }
    }
    drop(listener);
    // Streams end now: as open requests they would be waited for.
    stop.send_replace(true);
    let all = async { while connections.join_next().await.is_some() {} };
    if timeout(GRACE, all).await.is_err() {
        connections.shutdown().await;
    }
}

/// How often in a row the system refused.
#[derive(Debug, Default)]
struct Refusals(u32);

impl Refusals {
    /// How long to wait after it, if at all.
    fn after(&mut self, error: &io::Error) -> Option<Duration> {
        use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset, Interrupted};

        // The client's doing: the next one has nothing to do with it.
        if let ConnectionAborted | ConnectionRefused | ConnectionReset | Interrupted = error.kind()
        {
            return None;
        }
        if self.0 == 0 {
            // Once: until it is mended nothing else is new.
            tracing::warn!(%error, "no connection can be taken; it is tried again");
        }
        let pause = PAUSE.0.saturating_mul(1 << self.0.min(5)).min(PAUSE.1);
        self.0 = self.0.saturating_add(1);
        Some(pause)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_longer_and_longer_when_descriptors_are_missing_and_not_for_a_client() {
        let missing = io::Error::from_raw_os_error(24);
        let mut refusals = Refusals::default();
        let pauses: Vec<_> = (0..7).filter_map(|_| refusals.after(&missing)).collect();
        assert!(pauses.is_sorted(), "{pauses:?}");
        assert_eq!(pauses.first(), Some(&PAUSE.0));
        assert_eq!(pauses.last(), Some(&PAUSE.1));
        let aborted = io::Error::from(io::ErrorKind::ConnectionAborted);
        assert_eq!(refusals.after(&aborted), None);
    }
}
