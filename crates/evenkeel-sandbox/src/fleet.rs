//! The simulated events of both clouds.

mod ens;
mod event;
mod generate;
mod huawei;

use std::{collections::HashMap, time::Duration};

pub(crate) use ens::{MIGRATE_TYPES, REBOOT_TYPES, REDEPLOY_TYPES, TYPES as ENS_TYPES};
pub(crate) use event::{Course, Event, Phase};
pub(crate) use huawei::TYPES as HUAWEI_TYPES;

use crate::Config;

/// All events, newest first, found by id without a scan.
#[derive(Debug)]
pub(crate) struct Fleet {
    pub(crate) ens: Side,
    pub(crate) huawei: Side,
}

impl Fleet {
    /// The fleet of a seed, its times relative to `now`.
    pub(crate) fn generate(config: Config, now: i64) -> Self {
        let step = step_ms(config);
        let huawei = config.events / 2;
        Self {
            ens: Side::new(ens::generate(
                config.seed,
                config.events - huawei,
                now,
                step,
            )),
            huawei: Side::new(huawei::generate(config.seed, huawei, now, step)),
        }
    }

    /// A fleet of given events, so many ms later than they say.
    pub(crate) fn of(ens: Vec<Event>, huawei: Vec<Event>, shift: i64) -> Self {
        let side = |events: Vec<Event>| {
            Side::new(
                events
                    .into_iter()
                    .map(|event| event.shifted(shift))
                    .collect(),
            )
        };
        Self {
            ens: side(ens),
            huawei: side(huawei),
        }
    }
}

/// How long an event stays in each state, in ms.
pub(crate) fn step_ms(config: Config) -> i64 {
    i64::try_from(config.step.max(Duration::from_millis(1)).as_millis())
        .unwrap_or(i64::MAX / 4)
        .min(i64::MAX / 4)
}

/// One cloud's events.
#[derive(Debug)]
pub(crate) struct Side {
    events: Vec<Event>,
    index: HashMap<String, usize>,
}

impl Side {
    fn new(mut events: Vec<Event>) -> Self {
        events.sort_by(|a, b| b.published.cmp(&a.published).then_with(|| a.id.cmp(&b.id)));
        let index = events
            .iter()
            .enumerate()
            .map(|(at, event)| (event.id.clone(), at))
            .collect();
        Self { events, index }
    }

    pub(crate) fn events(&self) -> &[Event] {
        &self.events
    }

    /// The events that come after the one with this id, or nothing when there is no such event.
    pub(crate) fn after(&self, id: &str) -> Option<&[Event]> {
        self.index.get(id).and_then(|at| self.events.get(at + 1..))
    }

    /// The events up to and with the one with this id, or nothing when there is no such event.
    pub(crate) fn up_to(&self, id: &str) -> Option<&[Event]> {
        self.index.get(id).and_then(|at| self.events.get(..=*at))
    }

    pub(crate) fn get_mut(&mut self, id: &str) -> Option<&mut Event> {
        self.index.get(id).and_then(|at| self.events.get_mut(*at))
    }
}

#[cfg(test)]
mod tests;
