//! Lists of an account that its key may not read, and that the rest is read without.

use evenkeel::{Operation, OptionalList};
use evenkeel_api::PartOff;

use super::failure::SyncFailure;

/// How long a list that is not granted is left alone, where nobody asks for the account and its key stays the same.
const OFF_MS: i64 = 3_600_000;

/// What a sync run does without.
#[derive(Debug, Default)]
pub(crate) struct ListsOff {
    told: Option<PartOff>,
    event_types: Vec<&'static str>,
}

impl ListsOff {
    /// Takes out of `lists` what was denied a short while ago, and not asked for since.
    pub(crate) fn take_from(
        lists: &mut Vec<Operation>,
        told: Option<&PartOff>,
        asked_at: Option<i64>,
        now: i64,
    ) -> Self {
        let mut off = Self::default();
        let told = told.filter(|told| {
            let at = told.failure.at.as_millis();
            now.saturating_sub(at) < OFF_MS && asked_at.is_none_or(|asked| asked <= at)
        });
        let Some(told) = told else {
            return off;
        };
        lists.retain(|list| {
            let optional = list.optional();
            let left =
                optional.filter(|it| told.permissions.iter().any(|its| its == it.permission));
            if let Some(list) = left {
                off.event_types.extend(list.event_types);
                off.told = Some(told.clone());
            }
            left.is_none()
        });
        off
    }

    /// Notes that a list was denied.
    pub(crate) fn denied(&mut self, list: &'static OptionalList, failure: &SyncFailure, now: i64) {
        self.event_types.extend(list.event_types);
        let told = self.told.get_or_insert_with(|| PartOff {
            permissions: Vec::new(),
            failure: failure.shown(now),
        });
        if !told.permissions.iter().any(|its| its == list.permission) {
            told.permissions.push(list.permission.to_owned());
        }
    }

    /// Which types of events nobody looked for.
    pub(crate) fn event_types(&self) -> &[&'static str] {
        &self.event_types
    }

    /// What is told of it; none where nothing is off.
    pub(crate) fn told(&self) -> Option<&PartOff> {
        self.told.as_ref()
    }
}
