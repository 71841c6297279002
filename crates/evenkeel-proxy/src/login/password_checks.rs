//! Compares passwords, a few at a time and away from the threads that serve: each takes much memory and a while, and
//! whoever likes may ask for one.

use std::sync::Arc;

use evenkeel_store::PasswordHash;
use prometheus_client::{metrics::counter::Counter, registry::Registry};
use tokio::sync::Semaphore;

use super::password::{NOBODYS, Password};
use crate::problem::{Problem, ProblemCode};

/// So many at one time.
const AT_ONE_TIME: usize = 2;
/// So many more wait; whoever comes then is told to come back.
const WAITING: usize = 16;
/// When to come back, in seconds.
const COME_BACK_S: u64 = 2;

/// Compares passwords.
#[derive(Debug)]
pub(crate) struct PasswordChecks {
    places: Arc<Semaphore>,
    turns: Arc<Semaphore>,
    count: Counter,
}

impl Default for PasswordChecks {
    fn default() -> Self {
        Self {
            places: Arc::new(Semaphore::new(AT_ONE_TIME + WAITING)),
            turns: Arc::new(Semaphore::new(AT_ONE_TIME)),
            count: Counter::default(),
        }
    }
}

impl PasswordChecks {
    /// Whether a password is the one that a hash was made of. Where there is no hash it is not, and that takes as long.
    pub(super) async fn is(
        &self,
        password: Password,
        hash: Option<&PasswordHash>,
    ) -> Result<bool, Problem> {
        let is_one = hash.is_some();
        let hash = hash.cloned();
        let hash = hash.unwrap_or_else(|| PasswordHash::of_text(NOBODYS.to_owned()));
        let is_same = self.in_turn(move || password.is(&hash)).await?;
        Ok(is_same && is_one)
    }

    /// Does what takes that long, when it is its turn.
    pub(super) async fn in_turn<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Problem> {
        let place = Arc::clone(&self.places).try_acquire_owned();
        let place = place.map_err(|_| busy())?;
        let turn = Arc::clone(&self.turns).acquire_owned().await;
        let turn = turn.map_err(|_| busy())?;
        self.count.inc();
        // It goes on where whoever asked has gone away: until it is done it has its turn.
        let done = tokio::task::spawn_blocking(move || {
            let done = work();
            drop((turn, place));
            done
        });
        done.await
            .map_err(|error| Problem::new(ProblemCode::Internal, error.to_string()))
    }

    /// Has a registry show how many there were.
    pub(crate) fn register(&self, registry: &mut Registry) {
        registry.register(
            "password_checks",
            "Passwords that were compared or hashed, right or wrong, of users or of nobody",
            self.count.clone(),
        );
    }
}

fn busy() -> Problem {
    let detail = "too many people are logging in at this moment: try again in two seconds";
    Problem::new(ProblemCode::Busy, detail).with_retry_after(COME_BACK_S)
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    fn password() -> Password {
        Password::typed("copper lantern drift mosaic".to_owned())
    }

    #[tokio::test]
    async fn nobody_takes_as_much_work_as_somebody() {
        let checks = PasswordChecks::default();
        let hash = password().hash().unwrap();
        assert!(checks.is(password(), Some(&hash)).await.unwrap());
        assert_eq!(checks.count.get(), 1);
        assert!(!checks.is(password(), None).await.unwrap());
        assert_eq!(checks.count.get(), 2);
    }

    #[tokio::test]
    async fn a_crowd_is_told_to_come_back_and_a_few_are_served_at_a_time() {
        let checks = Arc::new(PasswordChecks::default());
        let (release, released) = mpsc::channel::<()>();
        let released = Arc::new(std::sync::Mutex::new(released));
        let begin = || {
            let (checks, released) = (Arc::clone(&checks), Arc::clone(&released));
            tokio::spawn(async move {
                let work = move || {
                    let _ = released.lock().unwrap().recv();
                };
                checks.in_turn(work).await
            })
        };
        let all: Vec<_> = (0..AT_ONE_TIME + WAITING).map(|_| begin()).collect();
        while checks.places.available_permits() > 0 || checks.turns.available_permits() > 0 {
            tokio::task::yield_now().await;
        }
        assert_eq!(checks.count.get(), 2, "a few at a time");
        let refused = checks.is(password(), None).await.unwrap_err();
        assert_eq!(refused.code(), ProblemCode::Busy);
        assert_eq!(checks.count.get(), 2);
        // Whoever went away has a place until what they began is done.
        all[0].abort();
        tokio::task::yield_now().await;
        let again = checks.is(password(), None).await.unwrap_err();
        assert_eq!(again.code(), ProblemCode::Busy);
        drop(release);
        for one in all.into_iter().skip(1) {
            one.await.unwrap().unwrap();
        }
        assert!(!checks.is(password(), None).await.unwrap());
    }
}
