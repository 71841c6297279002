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

#[cfg(test)]
mod tests {
    use evenkeel::{Provider, first_pages};
    use evenkeel_api::FailureCode;

    use super::*;

    /// Every list of a cloud that has one that the rest is read without, and that one.
    fn lists() -> (Vec<Operation>, &'static OptionalList) {
        let mut all = Provider::ALL
            .iter()
            .map(|provider| first_pages(*provider, 100));
        let optional = |lists: &Vec<Operation>| lists.iter().find_map(Operation::optional);
        let lists = all.find(|lists| optional(lists).is_some()).unwrap();
        let list = optional(&lists).unwrap();
        (lists, list)
    }

    fn denied(list: &'static OptionalList, at: i64) -> ListsOff {
        let mut off = ListsOff::default();
        let failure = SyncFailure::list(FailureCode::Denied, "no");
        off.denied(list, &failure, at);
        off.denied(list, &failure, at);
        off
    }

    #[test]
    fn what_is_denied_is_told_once_and_its_events_are_not_looked_for_in_this_run_either() {
        let (_, list) = lists();
        let off = denied(list, 1_000);
        assert_eq!(off.told().unwrap().permissions, [list.permission]);
        let mut types = off.event_types().to_vec();
        types.dedup();
        assert!(!types.is_empty());
        assert!(list.event_types.iter().all(|its| types.contains(its)));
    }

    #[test]
    fn what_was_denied_is_left_out_for_an_hour_or_until_somebody_asks() {
        let (all, list) = lists();
        let told = denied(list, 1_000);
        let left = |told: Option<&PartOff>, asked_at, now| {
            let mut lists = all.clone();
            let off = ListsOff::take_from(&mut lists, told, asked_at, now);
            let is_left = lists.iter().all(|it| it.optional().is_none());
            assert!(
                lists.iter().any(|it| it.optional().is_none()),
                "the rest is read"
            );
            assert_eq!(off.told().is_some(), is_left);
            assert_eq!(off.event_types().is_empty(), !is_left);
            is_left
        };
        assert!(!left(None, None, 1_000));
        let told = told.told();
        assert!(left(told, None, 1_000 + OFF_MS - 1));
        assert!(!left(told, None, 1_000 + OFF_MS));
        assert!(left(told, Some(1_000), 2_000), "asked before it was denied");
        assert!(!left(told, Some(1_001), 2_000));
    }
}
