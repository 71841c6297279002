//! Holds what the clouds' generators share: the dice, the proportions of states, and the windows.

use rand::{Rng, SeedableRng};
use rand_pcg::Pcg64Mcg;

use crate::event::{Course, Phase};

pub(crate) const MINUTE: i64 = 60_000;
pub(crate) const HOUR: i64 = 60 * MINUTE;
pub(crate) const DAY: i64 = 24 * HOUR;

/// The states of twenty events in a row: mostly waiting or decided, as operators meet them, and
/// mixed from the first few on so that a small fleet shows something of everything.
const DECK: [Phase; 20] = [
    Phase::Inquiring,
    Phase::Inquiring,
    Phase::Scheduled,
    Phase::Inquiring,
    Phase::Completed,
    Phase::Inquiring,
    Phase::Executing,
    Phase::Inquiring,
    Phase::Scheduled,
    Phase::Inquiring,
    Phase::Failed,
    Phase::Inquiring,
    Phase::Completed,
    Phase::Scheduled,
    Phase::Inquiring,
    Phase::Canceled,
    Phase::Completed,
    Phase::Inquiring,
    Phase::Scheduled,
    Phase::Executing,
];

/// A generator of numbers that gives the same ones for a seed in every version and on every
/// machine.
pub(crate) struct Dice(Pcg64Mcg);

impl Dice {
    /// `salt` keeps the clouds' events apart.
    pub(crate) fn new(seed: u64, salt: u64) -> Self {
        Self(Pcg64Mcg::seed_from_u64(seed ^ salt))
    }

    /// A number from `low` to `high`, both included.
    pub(crate) fn between(&mut self, low: i64, high: i64) -> i64 {
        self.0.random_range(low..=high)
    }

    /// Is true once in `n` times.
    pub(crate) fn one_in(&mut self, n: u32) -> bool {
        self.0.random_range(0..n.max(1)) == 0
    }

    /// One of `choices`.
    pub(crate) fn pick<T: Copy + Default>(&mut self, choices: &[T]) -> T {
        let last = i64::try_from(choices.len()).unwrap_or(1).max(1) - 1;
        let at = usize::try_from(self.between(0, last)).unwrap_or(0);
        choices.get(at).copied().unwrap_or_default()
    }

    /// `length` characters of `alphabet`.
    pub(crate) fn text(&mut self, alphabet: &[u8], length: usize) -> String {
        (0..length)
            .map(|_| char::from(self.pick(alphabet)))
            .collect()
    }

    pub(crate) fn hex(&mut self, length: usize) -> String {
        self.text(b"0123456789abcdef", length)
    }

    pub(crate) fn alphanumeric(&mut self, length: usize) -> String {
        self.text(b"0123456789abcdefghijklmnopqrstuvwxyz", length)
    }

    /// Something that looks like a version 4 UUID.
    pub(crate) fn uuid(&mut self) -> String {
        format!(
            "{}-{}-4{}-{}{}-{}",
            self.hex(8),
            self.hex(4),
            self.hex(3),
            self.text(b"89ab", 1),
            self.hex(3),
            self.hex(12)
        )
    }
}

/// The state of the event number `index`.
pub(crate) fn phase(index: usize) -> Phase {
    DECK.get(index % DECK.len())
        .copied()
        .unwrap_or(Phase::Inquiring)
}

/// The times of a generated event.
pub(crate) struct Window {
    pub(crate) published: i64,
    /// When it starts, or would.
    pub(crate) not_before: i64,
    pub(crate) not_after: i64,
    pub(crate) course: Course,
}

impl Window {
    /// A realistic window around `now` for an event in this state; `now` is in whole seconds.
    pub(crate) fn roll(dice: &mut Dice, phase: Phase, now: i64) -> Self {
        let length = dice.between(2, 4) * HOUR;
        let lead = dice.between(1, 72) * HOUR + dice.between(0, 3599) * 1000;
        let minutes = |dice: &mut Dice, low, high| dice.between(low, high) * MINUTE;
        match phase {
            Phase::Inquiring => {
                let until = now
                    + if dice.one_in(20) {
                        minutes(dice, 45, 120)
                    } else {
                        minutes(dice, 4 * 60, 14 * 24 * 60)
                    };
                Self {
                    published: now - minutes(dice, 10, 3 * 24 * 60),
                    not_before: until,
                    not_after: until + length,
                    course: Course::Asking { until },
                }
            }
            Phase::Scheduled => {
                let start = now
                    + if dice.one_in(10) {
                        minutes(dice, 2, 30)
                    } else {
                        minutes(dice, 60, 7 * 24 * 60)
                    };
                Self {
                    published: now - lead,
                    not_before: start,
                    not_after: start + length,
                    course: Course::Planned {
                        start,
                        end: start + minutes(dice, 5, 45),
                    },
                }
            }
            Phase::Executing => {
                let start = now - minutes(dice, 1, 40);
                Self {
                    published: start - lead,
                    not_before: start,
                    not_after: start + length,
                    course: Course::Planned {
                        start,
                        end: now + minutes(dice, 10, 90),
                    },
                }
            }
            Phase::Completed | Phase::Failed => {
                let end = now - minutes(dice, 60, 6 * 24 * 60);
                let start = end - minutes(dice, 5, 60);
                Self {
                    published: start - lead,
                    not_before: start,
                    not_after: start + length,
                    course: Course::Planned { start, end },
                }
            }
            Phase::Canceled | Phase::Avoided => {
                let at = now - minutes(dice, 60, 6 * 24 * 60);
                let not_before = at + minutes(dice, 30, 48 * 60);
                Self {
                    published: at - lead,
                    not_before,
                    not_after: not_before + length,
                    course: Course::Withdrawn { phase, at },
                }
            }
        }
    }
}
