//! What time it is: the machine's, or what a test says. Signatures, plans and waits go by it.

use std::{
    fmt,
    sync::Arc,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

/// How often a clock that is not the machine's is looked at by whoever waits for it.
const LOOK: Duration = Duration::from_millis(20);

/// A clock. Clones go alike.
#[derive(Clone, Default)]
pub struct Clock(TimeSource);

#[derive(Clone, Default)]
enum TimeSource {
    #[default]
    Machine,
    Told(Arc<dyn Fn() -> i64 + Send + Sync>),
}

impl Clock {
    /// The machine's clock.
    #[must_use]
    pub fn machine() -> Self {
        Self(TimeSource::Machine)
    }

    /// A clock that is what a function says, in ms since the Unix epoch: for tests, which move it.
    pub fn from_fn(now: impl Fn() -> i64 + Send + Sync + 'static) -> Self {
        Self(TimeSource::Told(Arc::new(now)))
    }

    /// The time, in ms since the Unix epoch.
    #[must_use]
    pub fn now_ms(&self) -> i64 {
        match &self.0 {
            TimeSource::Machine => SystemTime::now()
                .duration_since(UNIX_EPOCH)
                .ok()
                .and_then(|since| i64::try_from(since.as_millis()).ok())
                .unwrap_or_default(),
            TimeSource::Told(now) => now(),
        }
    }

    /// Waits until it is that time, in ms since the Unix epoch.
    pub async fn sleep_until(&self, at: i64) {
        loop {
            let left = at.saturating_sub(self.now_ms());
            let Some(left) = u64::try_from(left).ok().filter(|left| *left > 0) else {
                return;
            };
            match &self.0 {
                // Not in one go: a machine that was asleep, or whose clock was set, is noticed.
                TimeSource::Machine => {
                    let left = Duration::from_millis(left).min(Duration::from_secs(30));
                    tokio::time::sleep(left).await;
                }
                TimeSource::Told(_) => tokio::time::sleep(LOOK).await,
            }
        }
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match &self.0 {
            TimeSource::Machine => "Clock(machine)",
            TimeSource::Told(_) => "Clock(told)",
        })
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicI64, Ordering};

    use super::*;

    #[tokio::test]
    async fn waits_for_the_time_that_it_is_told() {
        let time = Arc::new(AtomicI64::new(1_000));
        let told = Arc::clone(&time);
        let clock = Clock::from_fn(move || told.load(Ordering::SeqCst));
        clock.sleep_until(1_000).await;
        let waiting = {
            let clock = clock.clone();
            tokio::spawn(async move { clock.sleep_until(901_000).await })
        };
        tokio::time::sleep(LOOK * 3).await;
        assert!(!waiting.is_finished());
        time.store(901_000, Ordering::SeqCst);
        waiting.await.unwrap();
    }

    #[test]
    fn the_machines_clock_goes() {
        assert!(Clock::machine().now_ms() > 1_700_000_000_000);
    }
}
