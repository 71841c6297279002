//! Finds what can be done about all events of a batch, with what it may cost: of several a person chooses.

use evenkeel::{ActionOffer, Applies};

use super::choices::Choices;
use super::review_item::ReviewItem;
use crate::events::is_free;

impl Choices {
    /// The actions that every event of the batch takes, each with the least sure and the worst of what the events say.
    pub fn offers(&self) -> Vec<ActionOffer> {
        let mut items = self.items.iter().map(offers);
        let first = items.next().unwrap_or_default();
        items.fold(first, |common, offers| {
            let both = |it: &ActionOffer| {
                let other = offers.iter().find(|other| other.action == it.action)?;
                Some(worst(*it, *other))
            };
            common.iter().filter_map(both).collect()
        })
    }
}

fn offers(item: &ReviewItem) -> Vec<ActionOffer> {
    let free = |it: &&ActionOffer| is_free(item.order.as_ref(), it.action);
    item.offers().iter().filter(free).copied().collect()
}

fn worst(one: ActionOffer, other: ActionOffer) -> ActionOffer {
    let surely = one.applies == Applies::Yes && other.applies == Applies::Yes;
    ActionOffer {
        action: one.action,
        applies: if surely {
            Applies::Yes
        } else {
            Applies::Unverified
        },
        data_loss: one.data_loss.max(other.data_loss),
        down: one.down.max(other.down),
    }
}

#[cfg(test)]
mod tests {
    use evenkeel::{Action, DataLoss, Down, Event};

    use super::super::choices::Timing;
    use super::super::sample::huawei;
    use super::*;
    use crate::events::{Group, SortedSelection};
    use crate::fixture::alibaba;

    fn reboots(state: &str) -> Choices {
        let event = |id| alibaba(id, "SystemMaintenance.Reboot", state);
        let sorted = SortedSelection::of(["a-1", "a-2"].map(event));
        Choices::of(&sorted.groups[0])
    }

    #[test]
    fn offers_only_what_every_event_takes() {
        let events: [Event; 2] = [
            huawei("1", "instance-reboot", "inquiring"),
            huawei("2", "instance-reboot", "scheduled"),
        ];
        let both = Choices::of(&Group {
            account: "north".into(),
            provider: evenkeel::Provider::HuaweiEcs,
            actions: vec![Action::Accept],
            events: events.map(Into::into).into(),
        });
        let offers = both.offers().into_iter().map(|it| (it.action, it.applies));
        assert_eq!(
            offers.collect::<Vec<_>>(),
            [
                (Action::Accept, Applies::Unverified),
                (Action::Reschedule, Applies::Unverified),
            ]
        );
    }

    #[test]
    fn where_several_actions_fit_none_is_chosen_and_there_is_nothing_to_send() {
        for state in ["Scheduled", "Inquiring"] {
            let mut choices = reboots(state);
            assert_eq!((choices.action, choices.timing), (None, None), "{state}");
            assert!(choices.draft().is_none() && choices.draft_without_password().is_none());
            choices.choose_timing(Timing::Now);
            assert!(choices.draft().is_none(), "a time alone is no choice");
        }
    }

    #[test]
    fn each_of_several_actions_says_what_it_costs() {
        let cost = |it: ActionOffer| (it.action, it.data_loss, it.down);
        let offers = reboots("Scheduled").offers().into_iter().map(cost);
        assert_eq!(
            offers.collect::<Vec<_>>(),
            [
                (Action::Redeploy, DataLoss::Possible, Down::UntilDone),
                (Action::Reboot, DataLoss::No, Down::Briefly),
                (Action::Reschedule, DataLoss::No, Down::No),
            ]
        );
    }

    #[test]
    fn a_choice_among_several_actions_brings_what_it_needs_and_can_be_changed() {
        let mut choices = reboots("Scheduled");
        choices.choose_action(Action::Reschedule);
        assert_eq!(choices.timing, Some(Timing::At));
        choices.choose_action(Action::Reboot);
        assert_eq!(choices.timing, Some(Timing::Now));
        let draft = choices.draft().expect("an action is chosen");
        assert_eq!((draft.action, draft.items.len()), (Action::Reboot, 2));
    }
}
