//! How many calls a second sync runs make with one key.

use std::{collections::HashMap, num::NonZeroU32, sync::Arc, time::Duration};

use governor::{
    Quota, RateLimiter, clock,
    middleware::NoOpMiddleware,
    nanos::Nanos,
    state::{InMemoryState, NotKeyed},
};

use crate::{account::Account, clock::Clock};

/// The limit of one key; accounts that share the key share it.
pub(crate) struct Limit {
    limiter: RateLimiter<NotKeyed, InMemoryState, Ticks, NoOpMiddleware<Nanos>>,
    clock: Clock,
}

impl Limit {
    fn new(calls_per_second: NonZeroU32, clock: &Clock) -> Self {
        let quota = Quota::per_second(calls_per_second);
        Self {
            limiter: RateLimiter::direct_with_clock(quota, Ticks(clock.clone())),
            clock: clock.clone(),
        }
    }

    /// Waits until the next call may leave.
    pub(crate) async fn wait(&self) {
        while let Err(early) = self.limiter.check() {
            let now = Ticks(self.clock.clone());
            let wait = early.wait_time_from(clock::Clock::now(&now));
            // Rounded up: a wait of nothing would turn in circles.
            let ms = i64::try_from(wait.as_millis())
                .unwrap_or(i64::MAX)
                .saturating_add(1);
            self.clock
                .sleep_until(self.clock.now_ms().saturating_add(ms))
                .await;
        }
    }
}

/// The limits of all keys.
pub(crate) struct Limits {
    by_key: HashMap<(String, String), Arc<Limit>>,
    calls_per_second: NonZeroU32,
    clock: Clock,
}

impl Limits {
    pub(crate) fn new(calls_per_second: NonZeroU32, clock: Clock) -> Self {
        Self {
            by_key: HashMap::new(),
            calls_per_second,
            clock,
        }
    }

    pub(crate) fn of(&mut self, account: &Account) -> Arc<Limit> {
        let key = (
            account.endpoint().to_string(),
            account.credentials().access_key_id().to_owned(),
        );
        let limit = self
            .by_key
            .entry(key)
            .or_insert_with(|| Arc::new(Limit::new(self.calls_per_second, &self.clock)));
        Arc::clone(limit)
    }
}

/// The proxy's clock as the limiter reads it.
#[derive(Clone)]
struct Ticks(Clock);

impl clock::Clock for Ticks {
    type Instant = Nanos;

    fn now(&self) -> Nanos {
        let ms = u64::try_from(self.0.now_ms()).unwrap_or_default();
        // Since 2001, so that it is in range until the year 2585.
        Nanos::from(Duration::from_millis(ms.saturating_sub(1_000_000_000_000)))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicI64, Ordering};

    use super::*;

    #[tokio::test]
    async fn calls_beyond_the_quota_wait_for_their_second() {
        let time = Arc::new(AtomicI64::new(1_800_000_000_000));
        let told = Arc::clone(&time);
        let clock = Clock::from_fn(move || told.load(Ordering::SeqCst));
        let limit = Arc::new(Limit::new(NonZeroU32::new(2).unwrap(), &clock));
        limit.wait().await;
        limit.wait().await;
        let third = {
            let limit = Arc::clone(&limit);
            tokio::spawn(async move { limit.wait().await })
        };
        tokio::time::sleep(Duration::from_millis(60)).await;
        assert!(!third.is_finished());
        time.fetch_add(501, Ordering::SeqCst);
        third.await.unwrap();
    }
}
