//! Holds what a person has chosen for one batch so far, and makes the core's draft of it.

use std::sync::Arc;

use evenkeel::{
    Action, BatchDraft, DataLoss, DataPolicy, Event, ItemDraft, Password, Provider, Timestamp, When,
};
use serde::{Deserialize, Serialize};

use super::review_item::ReviewItem;
use crate::api::EventKey;
use crate::events::Group;
use crate::machine_set::{MachineNumbers, MachineSet};

/// Now, or at a time: nobody has chosen before a person has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Timing {
    Now,
    At,
}

/// The one way in which an action is timed at a cloud; none where there is a choice.
fn only_timing(provider: Provider, action: Action) -> Option<Timing> {
    match (provider.takes_now(action), provider.takes_time(action)) {
        (true, false) => Some(Timing::Now),
        (false, true) => Some(Timing::At),
        _ => None,
    }
}

/// Which events choices are about, each as it was when the review began. No choice changes it.
pub fn about(choices: &Choices) -> Vec<(EventKey, Arc<Event>)> {
    let each = |item: &ReviewItem| (item.key(), Arc::clone(&item.event));
    choices.items.iter().map(each).collect()
}

/// The choices for one batch.
#[derive(Clone, Debug, PartialEq)]
pub struct Choices {
    pub account: String,
    pub provider: Provider,
    /// Chosen by a person where several fit: there is no default.
    pub action: Option<Action>,
    /// Whether several fit.
    pub asks_action: bool,
    pub items: Vec<ReviewItem>,
    pub timing: Option<Timing>,
    /// The time for all, ms since the Unix epoch.
    pub at: Option<i64>,
    pub policy: Option<DataPolicy>,
    pub password: Option<Password>,
    /// A password was chosen and is not here any more: it is kept nowhere.
    pub lost_password: bool,
    /// How many items each call will carry.
    pub items_per_call: usize,
}

impl Choices {
    pub fn of(group: &Group) -> Self {
        let action = match group.actions.as_slice() {
            [only] => Some(*only),
            _ => None,
        };
        let mut numbers = MachineNumbers::default();
        let items = group.events.iter().map(|chosen| {
            let machine = numbers.of(&chosen.event.resource_id);
            ReviewItem::new(chosen.clone(), machine)
        });
        let items = items.collect();
        Self {
            account: group.account.clone(),
            provider: group.provider,
            action,
            asks_action: action.is_none(),
            items,
            // Where there is nothing to choose: moving an agreed event is about its time and nothing else.
            timing: action.and_then(|action| only_timing(group.provider, action)),
            at: None,
            policy: None,
            password: None,
            lost_password: false,
            items_per_call: group.provider.items_per_call(),
        }
    }

    /// Whether a person has chosen anything yet.
    pub fn is_touched(&self) -> bool {
        self.asks_action && self.action.is_some()
            || self.timing.is_some() && self.only_timing().is_none()
            || self.at.is_some()
            || self.policy.is_some()
            || self.password.is_some()
            || self.items.iter().any(|it| it.out || it.own_at.is_some())
    }

    /// The items that take part, each with its index in the list.
    pub fn included(&self) -> impl Iterator<Item = (usize, &ReviewItem)> {
        self.items.iter().enumerate().filter(|(_, item)| !item.out)
    }

    pub fn count(&self) -> usize {
        self.included().count()
    }

    /// When an item is to happen, as far as it is chosen.
    pub fn when(&self, item: &ReviewItem) -> Option<When> {
        match self.timing? {
            Timing::Now => Some(When::Now),
            Timing::At => item
                .own_at
                .or(self.at)
                .map(Timestamp::from_millis)
                .map(When::At),
        }
    }

    /// The one way in which the chosen action is timed, where there is nothing to choose.
    pub fn only_timing(&self) -> Option<Timing> {
        only_timing(self.provider, self.action?)
    }

    pub fn takes_policy(&self) -> bool {
        self.action
            .is_some_and(|action| self.provider.takes_data_policy(action))
    }

    pub fn takes_password(&self) -> bool {
        self.action
            .is_some_and(|action| self.provider.takes_password(action))
    }

    /// The draft without the password; none before it is chosen what to do.
    pub fn draft_without_password(&self) -> Option<BatchDraft> {
        Some(BatchDraft {
            account: self.account.clone(),
            action: self.action?,
            items: self
                .included()
                .map(|(_, item)| ItemDraft {
                    event_id: item.event.id.clone(),
                    resource_id: item.event.resource_id.clone(),
                    when: self.when(item),
                    data_policy: self.policy,
                })
                .collect(),
            password: None,
        })
    }

    /// The draft that the core checks; none before it is chosen what to do.
    pub fn draft(&self) -> Option<BatchDraft> {
        Some(BatchDraft {
            password: self.password.clone(),
            ..self.draft_without_password()?
        })
    }

    pub fn choose_action(&mut self, action: Action) {
        if self.action == Some(action) {
            return;
        }
        self.action = Some(action);
        if let Some(only) = self.only_timing() {
            self.choose_timing(only);
        }
        if !self.takes_policy() {
            self.policy = None;
        }
        if !self.takes_password() {
            self.password = None;
        }
    }

    /// A password goes with an immediate migration only; what was typed does not linger.
    pub fn choose_timing(&mut self, timing: Timing) {
        self.timing = Some(timing);
        if timing == Timing::At {
            self.password = None;
        }
    }

    /// A time for all, which also replaces the items' own.
    pub fn use_for_all(&mut self, at: i64) {
        self.timing = Some(Timing::At);
        self.at = Some(at);
        for item in &mut self.items {
            item.own_at = None;
        }
    }

    pub fn set_out(&mut self, indexes: &[usize], out: bool) {
        for &index in indexes {
            if let Some(item) = self.items.get_mut(index) {
                item.out = out;
            }
        }
    }

    /// What each item loses, by the core's facts on policy and event.
    pub fn losing(&self) -> impl Iterator<Item = (&ReviewItem, DataLoss)> {
        self.included().map(|(_, item)| (item, self.loss_of(item)))
    }

    pub fn loss_of(&self, item: &ReviewItem) -> DataLoss {
        match self.policy {
            Some(policy) => policy.data_loss(),
            None => self
                .action
                .and_then(|action| item.offer(action))
                .map_or(DataLoss::No, |offer| offer.data_loss),
        }
    }

    /// How many instances lose their data, and how many may; one with several events counts once.
    pub fn data_at_risk(&self) -> DataAtRisk {
        let (mut certain, mut any) = (MachineSet::default(), MachineSet::default());
        for (item, loss) in self.losing() {
            if loss == DataLoss::Certain {
                certain.insert(item.machine);
            }
            if loss != DataLoss::No {
                any.insert(item.machine);
            }
        }
        DataAtRisk {
            certain: certain.len(),
            possible: any.len() - certain.len(),
        }
    }
}

/// How many events lose data.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DataAtRisk {
    pub certain: usize,
    pub possible: usize,
}

impl DataAtRisk {
    /// How many lose data, or may.
    pub fn count(self) -> usize {
        self.certain + self.possible
    }
}

#[cfg(test)]
mod tests {
    use super::super::sample::{choices, ens, huawei};
    use super::*;

    #[test]
    fn chooses_nothing_for_a_person() {
        let draft = choices(
            Action::Migrate,
            vec![ens("1", "Instance:SystemUpgrade.Migrate")],
        )
        .draft()
        .expect("one action fits");
        assert_eq!(draft.items.len(), 1);
        assert!(
            draft
                .items
                .iter()
                .all(|item| item.when.is_none() && item.data_policy.is_none())
        );
        assert!(draft.password.is_none());
    }

    #[test]
    fn lets_an_item_have_its_own_time() {
        let mut it = choices(
            Action::Redeploy,
            vec![
                ens("1", "Instance:SystemFailure.Redeploy"),
                ens("2", "Instance:SystemFailure.Redeploy"),
            ],
        );
        it.choose_timing(Timing::At);
        it.at = Some(1_000);
        it.items[1].own_at = Some(2_000);
        let draft = |it: &Choices| it.draft().expect("one action fits");
        let times: Vec<_> = draft(&it).items.iter().map(|item| item.when).collect();
        let at = |ms| Some(When::At(Timestamp::from_millis(ms)));
        assert_eq!(times, [at(1_000), at(2_000)]);
        it.use_for_all(3_000);
        assert!(draft(&it).items.iter().all(|item| item.when == at(3_000)));
    }

    #[test]
    fn drops_the_password_when_the_migration_is_scheduled() {
        let mut it = choices(
            Action::Migrate,
            vec![ens("1", "Instance:SystemUpgrade.Migrate")],
        );
        it.password = Some(Password::new("Canary77".into()));
        it.choose_timing(Timing::At);
        assert!(it.password.is_none());
    }

    #[test]
    fn leaves_out_and_puts_back() {
        let mut it = choices(
            Action::Redeploy,
            vec![
                ens("1", "Instance:SystemFailure.Redeploy"),
                ens("2", "Instance:SystemFailure.Redeploy"),
            ],
        );
        it.set_out(&[0], true);
        assert_eq!(it.count(), 1);
        assert_eq!(
            it.draft().expect("one action fits").items[0].event_id,
            "e-2"
        );
        it.set_out(&[0], false);
        assert_eq!(it.count(), 2);
    }

    #[test]
    fn counts_what_is_at_stake_by_policy_and_by_event() {
        let mut migrate = choices(
            Action::Migrate,
            vec![ens("1", "Instance:SystemUpgrade.Migrate")],
        );
        assert_eq!(
            migrate.data_at_risk(),
            DataAtRisk {
                certain: 0,
                possible: 1
            }
        );
        migrate.policy = Some(DataPolicy::Abandon);
        assert_eq!(
            migrate.data_at_risk(),
            DataAtRisk {
                certain: 1,
                possible: 0
            }
        );
        let accept = choices(
            Action::Accept,
            vec![
                huawei("1", "instance-reboot", "inquiring"),
                huawei("2", "localdisk-recovery", "inquiring"),
            ],
        );
        assert_eq!(
            accept.data_at_risk(),
            DataAtRisk {
                certain: 1,
                possible: 0
            }
        );
    }
}
