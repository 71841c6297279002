//! Keeps the sandbox's clock: the machine's, or one that stands still until it is told to move.

use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};

use thiserror::Error;

use crate::time::{self, LAST_MS};

/// Which clock the simulated clouds go by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ClockMode {
    /// The machine's.
    #[default]
    Real,
    /// One that stands still until `/_sandbox/clock` moves it.
    Virtual {
        /// Where it starts, in ms since the Unix epoch; `None` is the machine's time.
        start_ms: Option<i64>,
    },
}

/// Why the clock cannot be moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub(crate) enum ClockError {
    #[error("the clock is the machine's: start the sandbox with `--clock virtual` to move it")]
    IsReal,
    #[error("the clock does not go back; `POST /_sandbox/reset` starts over")]
    GoesBack,
    #[error("the clock ends with the year 9999")]
    TooFar,
}

#[derive(Debug)]
pub(crate) struct Clock {
    /// Nothing when the machine's clock counts.
    stands_at: Option<AtomicI64>,
    start_ms: i64,
    /// Whether signatures are dated by the virtual clock too. Clients sign with their own, real one, so usually not.
    judges_signatures: AtomicBool,
}

impl Clock {
    pub(crate) fn new(mode: ClockMode) -> Self {
        let start_ms = match mode {
            ClockMode::Virtual {
                start_ms: Some(start_ms),
            } => start_ms.clamp(0, LAST_MS),
            _ => time::now_ms(),
        };
        Self {
            stands_at: match mode {
                ClockMode::Real => None,
                ClockMode::Virtual { .. } => Some(AtomicI64::new(start_ms)),
            },
            start_ms,
            judges_signatures: AtomicBool::new(false),
        }
    }

    /// The clouds' time, in ms since the epoch.
    pub(crate) fn now(&self) -> i64 {
        self.stands_at
            .as_ref()
            .map_or_else(time::now_ms, |at| at.load(Ordering::SeqCst))
    }

    /// The time with which the date of a signature is compared.
    pub(crate) fn signature_now(&self) -> i64 {
        if self.judges_signatures() {
            self.now()
        } else {
            time::now_ms()
        }
    }

    pub(crate) fn is_virtual(&self) -> bool {
        self.stands_at.is_some()
    }

    pub(crate) fn judges_signatures(&self) -> bool {
        self.is_virtual() && self.judges_signatures.load(Ordering::SeqCst)
    }

    /// # Errors
    /// When the clock is the machine's.
    pub(crate) fn judge_signatures(&self, judges: bool) -> Result<(), ClockError> {
        if !self.is_virtual() {
            return Err(ClockError::IsReal);
        }
        self.judges_signatures.store(judges, Ordering::SeqCst);
        Ok(())
    }

    /// Moves on by so many ms.
    ///
    /// # Errors
    /// When it cannot.
    pub(crate) fn advance(&self, ms: i64) -> Result<(), ClockError> {
        self.change(|now| now.saturating_add(ms))
    }

    /// Moves on to a time.
    ///
    /// # Errors
    /// When it cannot.
    pub(crate) fn advance_to(&self, ms: i64) -> Result<(), ClockError> {
        self.change(|_| ms)
    }

    fn change(&self, to: impl Fn(i64) -> i64) -> Result<(), ClockError> {
        let at = self.stands_at.as_ref().ok_or(ClockError::IsReal)?;
        let mut refusal = ClockError::GoesBack;
        at.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |now| {
            let then = to(now);
            if then > LAST_MS {
                refusal = ClockError::TooFar;
            }
            (now..=LAST_MS).contains(&then).then_some(then)
        })
        .map_or(Err(refusal), |_| Ok(()))
    }

    /// Puts a virtual clock anywhere, for a fleet that was exported then; the machine's stays what it is.
    pub(crate) fn put(&self, ms: i64) {
        if let Some(at) = &self.stands_at {
            at.store(ms.clamp(0, LAST_MS), Ordering::SeqCst);
        }
    }

    /// Goes back to where it started.
    pub(crate) fn reset(&self) {
        self.put(self.start_ms);
        self.judges_signatures.store(false, Ordering::SeqCst);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(start_ms: i64) -> Clock {
        Clock::new(ClockMode::Virtual {
            start_ms: Some(start_ms),
        })
    }

    #[test]
    fn stands_still_until_it_is_moved() {
        let clock = at(1000);
        assert_eq!(clock.now(), 1000);
        clock.advance(500).unwrap();
        clock.advance_to(2000).unwrap();
        clock.advance_to(2000).unwrap();
        assert_eq!(clock.now(), 2000);
        clock.reset();
        assert_eq!(clock.now(), 1000);
    }

    #[test]
    fn goes_neither_back_nor_beyond_the_last_year() {
        let clock = at(1000);
        assert_eq!(clock.advance(-1), Err(ClockError::GoesBack));
        assert_eq!(clock.advance_to(999), Err(ClockError::GoesBack));
        assert_eq!(clock.advance(i64::MAX), Err(ClockError::TooFar));
        assert_eq!(clock.now(), 1000);
    }

    #[test]
    fn judges_signatures_only_when_asked() {
        let clock = at(1000);
        assert!(clock.signature_now() > 1000);
        clock.judge_signatures(true).unwrap();
        assert_eq!(clock.signature_now(), 1000);
        clock.reset();
        assert!(clock.signature_now() > 1000);
    }

    #[test]
    fn the_machines_clock_cannot_be_moved() {
        let clock = Clock::new(ClockMode::Real);
        assert_eq!(clock.advance(1), Err(ClockError::IsReal));
        assert_eq!(clock.judge_signatures(true), Err(ClockError::IsReal));
        clock.put(0);
        assert!(clock.now() > 1_700_000_000_000);
    }
}
