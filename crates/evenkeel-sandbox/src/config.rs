//! Says what a sandbox is made from.

use std::time::Duration;

use crate::ClockMode;

/// What to generate, and how fast the simulated clouds work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Config {
    /// The seed of the fleet: the same seed makes the same events, with times relative to the start.
    pub seed: u64,
    /// How many events the clouds have together, in equal shares.
    pub events: usize,
    /// The names of the clouds that share them, where not all do: who calls some clouds only needs events there, and
    /// the same ones whichever others there are.
    pub clouds: Option<&'static [&'static str]>,
    /// How long an event stays in each state once it is under way.
    pub step: Duration,
    /// Whose clock counts.
    pub clock: ClockMode,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            seed: 1,
            events: 200,
            clouds: None,
            step: Duration::from_secs(5),
            clock: ClockMode::Real,
        }
    }
}

impl Config {
    /// How long an event stays in each state, in ms.
    pub(crate) fn step_ms(&self) -> i64 {
        i64::try_from(self.step.max(Duration::from_millis(1)).as_millis())
            .unwrap_or(i64::MAX / 4)
            .min(i64::MAX / 4)
    }
}
