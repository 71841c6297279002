//! Holds one event and its course. The state is worked out from the time, so nothing has to tick.

mod record;

use std::borrow::Cow;

use serde_json::Value;

pub(crate) use self::record::{CourseRecord, EventRecord, Time, check_name};

/// The levels that an event may have, in the clouds that have levels.
pub(crate) const LEVELS: [&str; 3] = ["CRITICAL", "WARN", "INFO"];

/// The state of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Phase {
    Inquiring,
    Scheduled,
    Executing,
    Completed,
    Failed,
    Canceled,
    Avoided,
}

/// The time of what does not come by itself.
pub(crate) const NEVER: i64 = i64::MAX;

/// What is going to happen to an event, all times in ms since the epoch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Course {
    /// Waiting for an answer; at this time the cloud goes ahead without one.
    Asking { until: i64 },
    /// Decided: starts and ends at these times.
    Planned { start: i64, end: i64 },
    /// Called off; before that it is scheduled.
    Withdrawn { phase: Phase, at: i64 },
}

/// How an event stood before somebody acted on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Past {
    /// Until when it stood so.
    until: i64,
    not_before: Option<i64>,
    not_after: Option<i64>,
    course: Course,
}

/// As many acts on one event are remembered for lists that lag.
const MOST_PAST: usize = 16;

/// What some clouds alone tell of an event; the others leave it out.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Details {
    /// How bad it is: one of [`LEVELS`].
    pub(crate) level: Option<&'static str>,
    /// A text with further attributes.
    pub(crate) extended: Option<String>,
    /// How it is carried out.
    pub(crate) options: Option<Value>,
    /// Who asked for it.
    pub(crate) source: Option<Value>,
    /// Further attributes by name.
    pub(crate) attributes: Option<Value>,
    /// What kind of thing it is about, where that is not a machine.
    pub(crate) resource_type: Option<String>,
    /// Whether the customer had it made, to see one.
    pub(crate) is_simulated: bool,
}

/// One simulated event.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Event {
    pub(crate) id: String,
    pub(crate) resource_id: String,
    pub(crate) kind: Cow<'static, str>,
    pub(crate) published: i64,
    pub(crate) not_before: Option<i64>,
    pub(crate) not_after: Option<i64>,
    pub(crate) deadline: Option<i64>,
    pub(crate) course: Course,
    /// What acts have changed, oldest first.
    pub(crate) past: Vec<Past>,
    /// How long it stays in each state once it is under way, in ms.
    pub(crate) step: i64,
    /// Whether carrying it out goes wrong.
    pub(crate) fails: bool,
    /// Why it is to happen.
    pub(crate) text: Cow<'static, str>,
    pub(crate) details: Details,
}

impl Event {
    /// When it starts and ends as things stand at `now`.
    fn planned(&self, now: i64) -> Option<(i64, i64)> {
        match self.course {
            Course::Planned { start, end } => Some((start, end)),
            Course::Asking { until } if now >= until => {
                Some((until, until.saturating_add(self.step)))
            }
            Course::Asking { .. } | Course::Withdrawn { .. } => None,
        }
    }

    /// The same event so many ms later, or earlier.
    pub(crate) fn shifted(mut self, ms: i64) -> Self {
        let later = |at: i64| {
            if at == NEVER {
                at
            } else {
                at.saturating_add(ms)
            }
        };
        self.published = later(self.published);
        self.not_before = self.not_before.map(later);
        self.not_after = self.not_after.map(later);
        self.deadline = self.deadline.map(later);
        self.course = match self.course {
            Course::Asking { until } => Course::Asking {
                until: later(until),
            },
            Course::Planned { start, end } => Course::Planned {
                start: later(start),
                end: later(end),
            },
            Course::Withdrawn { phase, at } => Course::Withdrawn {
                phase,
                at: later(at),
            },
        };
        self
    }

    /// The event as a list shows it that does not know yet of acts of the last `lag` ms.
    pub(crate) fn as_listed(&self, now: i64, lag: i64) -> Cow<'_, Self> {
        let unknown = self
            .past
            .iter()
            .find(|past| lag > 0 && past.until > now.saturating_sub(lag));
        match unknown {
            None => Cow::Borrowed(self),
            Some(past) => Cow::Owned(Self {
                not_before: past.not_before,
                not_after: past.not_after,
                course: past.course,
                ..self.clone()
            }),
        }
    }

    /// Its state at `now`.
    pub(crate) fn phase(&self, now: i64) -> Phase {
        if let Course::Withdrawn { phase, at } = self.course {
            return if now < at { Phase::Scheduled } else { phase };
        }
        match self.planned(now) {
            None => Phase::Inquiring,
            Some((start, _)) if now < start => Phase::Scheduled,
            Some((_, end)) if now < end => Phase::Executing,
            Some(_) if self.fails => Phase::Failed,
            Some(_) => Phase::Completed,
        }
    }

    /// When it started, once it has.
    pub(crate) fn started(&self, now: i64) -> Option<i64> {
        self.planned(now)
            .map(|(start, _)| start)
            .filter(|start| now >= *start)
    }

    /// When it reached its final state, once it has.
    pub(crate) fn finished(&self, now: i64) -> Option<i64> {
        match self.course {
            Course::Withdrawn { at, .. } => Some(at).filter(|at| now >= *at),
            _ => self
                .planned(now)
                .map(|(_, end)| end)
                .filter(|end| now >= *end),
        }
    }

    /// Answers an inquiry: go ahead at `at`, or now.
    ///
    /// # Errors
    /// The state it is in, when that is not `Inquiring`.
    pub(crate) fn accept(&mut self, now: i64, at: Option<i64>) -> Result<(), Phase> {
        match self.phase(now) {
            Phase::Inquiring => {
                self.plan(now, at.unwrap_or(now));
                Ok(())
            }
            phase => Err(phase),
        }
    }

    /// Moves a decided event to another time.
    ///
    /// # Errors
    /// The state it is in, when that is not `Scheduled`.
    pub(crate) fn reschedule(&mut self, now: i64, at: i64) -> Result<(), Phase> {
        match self.phase(now) {
            Phase::Scheduled => {
                self.plan(now, at);
                Ok(())
            }
            phase => Err(phase),
        }
    }

    /// Decides the course: scheduled for at least one step, then executing for one.
    fn plan(&mut self, now: i64, at: i64) {
        let start = at.max(now.saturating_add(self.step));
        let end = start.saturating_add(self.step);
        self.take(now, Course::Planned { start, end });
        let window = match (self.not_before, self.not_after) {
            (Some(from), Some(to)) => Some(to - from),
            _ => None,
        };
        if let Some(window) = window {
            self.not_after = Some(at.saturating_add(window));
        }
        self.not_before = Some(at);
    }

    /// Takes another course from now on.
    pub(crate) fn take(&mut self, now: i64, course: Course) {
        if self.past.len() == MOST_PAST {
            self.past.remove(0);
        }
        self.past.push(Past {
            until: now,
            not_before: self.not_before,
            not_after: self.not_after,
            course: self.course,
        });
        self.course = course;
    }
}
