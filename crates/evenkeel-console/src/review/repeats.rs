//! Finds machines of which several events are in a batch, or in several batches of a review: each is one machine, and
//! one is done to it after the other.

use std::collections::{BTreeMap, HashSet};

use leptos::prelude::*;

use super::choices::Choices;
use super::review_form::ReviewForm;
use crate::i18n::{Strings, phrase, t, thousands};
use crate::machine_set::MachineSet;
use crate::ui::button::{Button, ButtonKind};

/// Machines that take part with several events.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Repeats {
    /// How many.
    pub machines: usize,
    /// Their items, by index.
    pub items: Vec<usize>,
    /// Those of them that do not come first of their machine.
    pub later: Vec<usize>,
}

impl Choices {
    /// How many machines take part; one with several events is one.
    pub fn machines(&self) -> usize {
        let numbers = self.included().map(|(_, item)| item.machine);
        numbers.collect::<MachineSet>().len()
    }

    /// How many machines could take part.
    pub fn all_machines(&self) -> usize {
        let numbers = self.items.iter().map(|item| item.machine);
        numbers.collect::<MachineSet>().len()
    }

    /// What the chosen action counts: what is said about events counts events, what is done to machines counts those.
    pub fn counted(&self) -> usize {
        match self.action {
            Some(action) if !action.is_about_event() => self.machines(),
            _ => self.count(),
        }
    }

    pub fn repeats(&self) -> Repeats {
        let (mut once, mut again) = (MachineSet::default(), MachineSet::default());
        for (_, item) in self.included() {
            if !once.insert(item.machine) {
                again.insert(item.machine);
            }
        }
        let mut machines: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for (index, item) in self.included() {
            if again.contains(item.machine) {
                machines.entry(item.machine).or_default().push(index);
            }
        }
        let mut repeats = Repeats::default();
        let begins = |index: &usize| {
            let event = self.items.get(*index).map(|item| &item.event);
            let at = event.and_then(|event| event.decide_by().or(event.not_before));
            (at.is_none(), at, *index)
        };
        for mut items in machines.into_values() {
            repeats.machines += 1;
            items.sort_by_key(begins);
            repeats.later.extend(items.iter().skip(1));
            repeats.items.append(&mut items);
        }
        repeats.items.sort_unstable();
        repeats
    }

    fn included_ids(&self) -> impl Iterator<Item = &str> {
        self.included()
            .map(|(_, item)| item.event.resource_id.as_str())
    }

    /// How many of the machines take part in that batch, too.
    pub fn shared_with(&self, other: &Self) -> usize {
        if self.account != other.account {
            return 0;
        }
        let mine: HashSet<&str> = self.included_ids().collect();
        let theirs: HashSet<&str> = other.included_ids().collect();
        mine.intersection(&theirs).count()
    }
}

/// Says which machines are there more than once, and offers what can be done about it.
#[component]
pub fn RepeatsNotice(form: ReviewForm) -> impl IntoView {
    let repeats = Memo::new(move |_| form.choices.with(Choices::repeats));
    let shared = Memo::new(move |_| {
        let review = form.controller.current.get();
        let here = form.batch_review.get_value();
        let others = review.iter().flat_map(|it| it.batch_reviews.iter());
        let others = others.filter(|other| **other != here && other.is_open());
        let count = |other: &super::batch_review::BatchReview| {
            form.choices
                .with(|it| other.choices.with(|other| it.shared_with(other)))
        };
        others.map(count).sum::<usize>()
    });
    view! {
        <Show when=move || repeats.with(|it| it.machines != 0)>
            <p class="act-finding" data-severity="warning">
                <span>
                    {move || {
                        repeats.with(|it| t().act_repeats(thousands(it.items.len()), thousands(it.machines)))
                    }}
                </span>
                <Button
                    kind=ButtonKind::Quiet
                    on_press=move || {
                        let later = repeats.with_untracked(|it| it.later.clone());
                        form.choices.update(|it| it.set_out(&later, true));
                    }
                >
                    {phrase(Strings::act_keep_earliest)}
                </Button>
                <Button
                    kind=ButtonKind::Quiet
                    on_press=move || form.show_items(repeats.with_untracked(|it| it.items.clone()))
                >
                    {move || t().act_show_the(thousands(repeats.with(|it| it.items.len())))}
                </Button>
            </p>
        </Show>
        <Show when=move || shared.get() != 0>
            <p class="act-finding" data-severity="warning">
                <span>{move || t().act_shared(thousands(shared.get()))}</span>
            </p>
        </Show>
    }
}

#[cfg(test)]
mod tests {
    use evenkeel::{Action, Timestamp};

    use super::super::sample::{choices, ens};
    use super::*;

    fn reboots(times: &[(&str, i64)]) -> Choices {
        let events = times.iter().enumerate().map(|(n, (machine, at))| {
            let mut event = ens(&n.to_string(), "Instance:SystemMaintenance.Reboot");
            event.resource_id = (*machine).to_owned();
            event.not_before = Some(Timestamp::from_millis(*at));
            event
        });
        choices(Action::Reboot, events)
    }

    #[test]
    fn a_machine_with_several_events_is_one_and_its_earliest_can_be_kept() {
        let mut it = reboots(&[("i-1", 30), ("i-2", 20), ("i-1", 10), ("i-1", 20)]);
        assert_eq!((it.count(), it.machines(), it.counted()), (4, 2, 2));
        let repeats = it.repeats();
        assert_eq!(
            (repeats.machines, repeats.items.as_slice()),
            (1, &[0, 2, 3][..])
        );
        it.set_out(&repeats.later, true);
        let left: Vec<usize> = it.included().map(|(index, _)| index).collect();
        assert_eq!(left, [1, 2]);
        assert_eq!(it.repeats(), Repeats::default());
        it.set_out(&left, true);
        assert_eq!((it.machines(), it.all_machines()), (0, 2));
    }

    #[test]
    fn a_machine_in_two_batches_of_a_review_is_found() {
        let (one, other) = (reboots(&[("i-1", 1), ("i-2", 1)]), reboots(&[("i-2", 5)]));
        assert_eq!(one.shared_with(&other), 1);
        let elsewhere = Choices {
            account: "other".to_owned(),
            ..other
        };
        assert_eq!(one.shared_with(&elsewhere), 0);
    }
}
