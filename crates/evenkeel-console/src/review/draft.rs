//! Keeps what a person has chosen in a review over a reload, in this tab alone. The password is not kept: what needs
//! one asks for it again.

use std::collections::HashSet;

use evenkeel::{Action, DataPolicy, Event};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::batch_review::{BatchReview, Review};
use super::choices::{Choices, Timing};
use crate::api::EventKey;

const NAME: &str = "evenkeel.review";

/// A review as it is kept.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReviewDraft {
    /// The batch that is shown.
    pub index: usize,
    pub batches: Vec<BatchChoices>,
    /// The events that stay out: told again with their reasons.
    pub staying: Vec<ItemChoice>,
}

/// The choices for one batch.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BatchChoices {
    pub action: Option<Action>,
    pub timing: Option<Timing>,
    pub at: Option<i64>,
    pub policy: Option<DataPolicy>,
    /// Whether a password was typed.
    pub with_password: bool,
    pub items: Vec<ItemChoice>,
}

/// An event, and what is chosen for it alone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ItemChoice {
    pub account: String,
    pub event_id: String,
    pub resource_id: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub own_at: Option<i64>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub out: bool,
}

impl ItemChoice {
    fn of(event: &Event) -> Self {
        let EventKey {
            account,
            event_id,
            resource_id,
        } = EventKey::of(event);
        Self {
            account,
            event_id,
            resource_id,
            own_at: None,
            out: false,
        }
    }

    pub fn key(&self) -> EventKey {
        EventKey {
            account: self.account.clone(),
            event_id: self.event_id.clone(),
            resource_id: self.resource_id.clone(),
        }
    }
}

impl ReviewDraft {
    /// What a person has chosen for the batches that are not handed in yet; none where there is nothing. Reactive.
    pub fn of(review: &Review) -> Option<Self> {
        let open: Vec<Choices> = review
            .batch_reviews
            .iter()
            .filter(|it| it.is_open())
            .map(|it| it.choices.with(Choices::clone))
            .collect();
        if !open.iter().any(Choices::is_touched) {
            return None;
        }
        let here = review.index.get();
        let before = review.batch_reviews.iter().take(here);
        Some(Self {
            index: before.filter(|it| it.is_open()).count(),
            batches: open.iter().map(BatchChoices::of).collect(),
            staying: review
                .out
                .iter()
                .flat_map(|left| &left.events)
                .map(|chosen| ItemChoice::of(&chosen.event))
                .collect(),
        })
    }

    /// Every event of it, those that stay out last.
    pub fn keys(&self) -> Vec<EventKey> {
        let items = self.batches.iter().flat_map(|batch| &batch.items);
        items.chain(&self.staying).map(ItemChoice::key).collect()
    }

    /// How many events it is about.
    pub fn count(&self) -> usize {
        self.batches.iter().map(|batch| batch.items.len()).sum()
    }

    /// Whether it is about these events and no others.
    pub fn is_about<'a>(&self, events: impl Iterator<Item = &'a Event>) -> bool {
        let mine: HashSet<EventKey> = self.keys().into_iter().collect();
        events.map(EventKey::of).collect::<HashSet<_>>() == mine
    }

    /// Chooses in a review of the same events what was chosen before, as far as the events still take it.
    pub fn apply(&self, review: &Review) {
        for batch_review in review.batch_reviews.iter() {
            batch_review
                .choices
                .update(|choices| self.apply_to(choices));
        }
        if self.index < review.batch_reviews.len() {
            review.index.set(self.index);
        }
    }

    fn apply_to(&self, choices: &mut Choices) {
        let Some(first) = choices
            .items
            .first()
            .map(super::review_item::ReviewItem::key)
        else {
            return;
        };
        let mut batches = self.batches.iter();
        let has = |batch: &&BatchChoices| batch.items.iter().any(|item| item.key() == first);
        let Some(kept) = batches.find(has) else {
            return;
        };
        if let Some(action) = kept.action
            && choices.offers().iter().any(|it| it.action == action)
        {
            choices.choose_action(action);
        }
        if choices.action != kept.action {
            return;
        }
        if let Some(timing) = kept.timing.filter(|_| choices.only_timing().is_none()) {
            choices.choose_timing(timing);
        }
        choices.at = kept.at;
        choices.policy = kept.policy.filter(|_| choices.takes_policy());
        choices.lost_password = kept.with_password && choices.takes_password();
        let own: std::collections::HashMap<EventKey, &ItemChoice> =
            kept.items.iter().map(|item| (item.key(), item)).collect();
        for item in &mut choices.items {
            if let Some(kept) = own.get(&item.key()) {
                (item.own_at, item.out) = (kept.own_at, kept.out);
            }
        }
    }
}

impl BatchChoices {
    fn of(choices: &Choices) -> Self {
        let item = |it: &super::review_item::ReviewItem| ItemChoice {
            own_at: it.own_at,
            out: it.out,
            ..ItemChoice::of(&it.event)
        };
        Self {
            action: choices.action,
            timing: choices.timing,
            at: choices.at,
            policy: choices.policy,
            with_password: choices.password.is_some() || choices.lost_password,
            items: choices.items.iter().map(item).collect(),
        }
    }
}

/// The storage of this tab: what another one reviews is its own.
fn storage() -> Option<web_sys::Storage> {
    window().session_storage().ok().flatten()
}

/// Keeps a review, or forgets the one that was kept. Where storage is forbidden or full it lasts as long as the page.
pub fn keep(draft: Option<&ReviewDraft>) {
    let Some(storage) = storage() else { return };
    match draft.and_then(|draft| serde_json::to_string(draft).ok()) {
        Some(text) => drop(storage.set_item(NAME, &text)),
        None => drop(storage.remove_item(NAME)),
    }
}

/// Whether one was kept.
pub fn is_kept() -> bool {
    storage().is_some_and(|storage| matches!(storage.get_item(NAME), Ok(Some(_))))
}

/// The review that was kept.
pub fn kept() -> Option<ReviewDraft> {
    let text = storage()?.get_item(NAME).ok().flatten()?;
    serde_json::from_str(&text).ok()
}

/// Whether anything is chosen in a batch that is not handed in yet. Reactive.
pub fn is_touched(review: &Review) -> bool {
    let touched = |it: &BatchReview| it.is_open() && it.choices.with(Choices::is_touched);
    review.batch_reviews.iter().any(touched)
}

#[cfg(test)]
mod tests {
    use evenkeel::Password;

    use super::*;
    use crate::events::SortedSelection;
    use crate::fixture::{alibaba, ens};

    fn review() -> Review {
        let events = [
            ens("e-1", "Instance:SystemUpgrade.Migrate", "Inquiring"),
            ens("e-2", "Instance:SystemUpgrade.Migrate", "Inquiring"),
            ens("e-3", "Disk:Stalled", "Inquiring"),
            alibaba("a-1", "SystemMaintenance.Reboot", "Scheduled"),
        ];
        Review::new(1, SortedSelection::of(events), |_| None)
    }

    #[test]
    fn what_was_chosen_comes_back_without_the_password() {
        let owner = Owner::new();
        owner.with(|| {
            let before = review();
            assert_eq!(ReviewDraft::of(&before), None, "nothing is chosen yet");
            before.batch_reviews[0]
                .choices
                .update(|it| it.choose_action(Action::Reboot));
            before.batch_reviews[1].choices.update(|it| {
                it.choose_timing(Timing::Now);
                it.policy = Some(DataPolicy::TryTransfer);
                it.password = Some(Password::new("Canary77".into()));
                it.items[1].out = true;
            });
            let draft = ReviewDraft::of(&before).expect("something is chosen");
            let text = serde_json::to_string(&draft).unwrap();
            assert!(!text.contains("Canary77"), "{text}");
            let draft: ReviewDraft = serde_json::from_str(&text).unwrap();
            assert_eq!((draft.count(), draft.keys().len()), (3, 4));

            let after = review();
            draft.apply(&after);
            let choices = |index: usize| after.batch_reviews[index].choices.with(Choices::clone);
            assert_eq!(choices(0).action, Some(Action::Reboot));
            let migrate = choices(1);
            assert_eq!(migrate.timing, Some(Timing::Now));
            assert_eq!(migrate.policy, Some(DataPolicy::TryTransfer));
            assert!(migrate.password.is_none() && migrate.lost_password);
            assert_eq!((migrate.count(), migrate.items[1].out), (1, true));
        });
    }

    #[test]
    fn what_an_event_takes_no_more_is_not_chosen_again() {
        let owner = Owner::new();
        owner.with(|| {
            let mut draft = ReviewDraft {
                batches: vec![BatchChoices {
                    action: Some(Action::Redeploy),
                    timing: Some(Timing::Now),
                    at: Some(5),
                    policy: None,
                    with_password: false,
                    items: Vec::new(),
                }],
                ..ReviewDraft::default()
            };
            let after = review();
            let first = after.batch_reviews[1]
                .choices
                .with(|it| it.items[0].event.clone());
            draft.batches[0].items.push(ItemChoice::of(&first));
            draft.apply(&after);
            let touched = after.batch_reviews[1].choices.with(Choices::is_touched);
            assert!(!touched, "a migration is no redeploy");
        });
    }

    #[test]
    fn a_draft_is_about_the_very_same_events_or_it_is_another_review() {
        let owner = Owner::new();
        owner.with(|| {
            let review = review();
            review.batch_reviews[0]
                .choices
                .update(|it| it.choose_action(Action::Reboot));
            let draft = ReviewDraft::of(&review).unwrap();
            let events = [
                ens("e-1", "Instance:SystemUpgrade.Migrate", "Inquiring"),
                ens("e-2", "Instance:SystemUpgrade.Migrate", "Inquiring"),
                ens("e-3", "Disk:Stalled", "Inquiring"),
                alibaba("a-1", "SystemMaintenance.Reboot", "Scheduled"),
            ];
            assert!(draft.is_about(events.iter()));
            assert!(!draft.is_about(events[1..].iter()));
        });
    }
}
