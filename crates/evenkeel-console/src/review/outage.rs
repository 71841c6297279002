//! Counts what a batch takes down, by the core's facts on action and type: availability is at risk as data is.

use std::collections::BTreeMap;

use evenkeel::{Action, ActionOffer, DataLoss, Down, EventKind};

use super::choices::{Choices, Timing};
use super::machine_text::done;
use super::review_item::ReviewItem;
use crate::batches::{Risk, most_at_once};
use crate::machine_set::MachineSet;

/// What goes down. Instances are counted once, however many events they have.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outage {
    /// How many instances go down.
    pub count: usize,
    /// What happens to them.
    pub kinds: BTreeMap<EventKind, usize>,
    /// How many stay down until somebody starts them again.
    pub for_good: usize,
    /// How many go down at the same moment: now, or at one time that several share.
    pub at_once: usize,
    /// Moving an event loses nothing, but its loss goes along: how many lose data at the new time.
    pub moved_loss: usize,
}

impl Choices {
    /// The items that go down, with how long and with what else is lost.
    fn going_down(&self) -> impl Iterator<Item = (&ReviewItem, EventKind, ActionOffer)> {
        self.included().filter_map(|(_, item)| {
            let action = self.action?;
            let offer = item.done_by(action)?;
            (offer.down != Down::No).then_some((item, done(action, &item.event), offer))
        })
    }

    pub fn outage(&self) -> Outage {
        let mut all = MachineSet::default();
        let mut kinds: BTreeMap<EventKind, MachineSet> = BTreeMap::new();
        let (mut for_good, mut moved) = (MachineSet::default(), MachineSet::default());
        for (item, kind, offer) in self.going_down() {
            let instance = item.machine;
            all.insert(instance);
            kinds.entry(kind).or_default().insert(instance);
            if offer.down == Down::ForGood {
                for_good.insert(instance);
            }
            if self.action.is_some_and(Action::moves_event) && offer.data_loss != DataLoss::No {
                moved.insert(instance);
            }
        }
        Outage {
            count: all.len(),
            kinds: kinds
                .into_iter()
                .map(|(kind, of)| (kind, of.len()))
                .collect(),
            for_good: for_good.len(),
            at_once: self.down_at_once().len(),
            moved_loss: moved.len(),
        }
    }

    /// The instances that go down at the same moment; of several moments the one of most.
    pub fn down_at_once(&self) -> MachineSet {
        let mut moments: BTreeMap<Option<i64>, Vec<usize>> = BTreeMap::new();
        for (item, ..) in self.going_down() {
            let at = match self.timing {
                None => continue,
                Some(Timing::Now) => None,
                Some(Timing::At) => match item.own_at.or(self.at) {
                    Some(at) => Some(at),
                    None => continue,
                },
            };
            moments.entry(at).or_default().push(item.machine);
        }
        most_at_once(moments).into_iter().collect()
    }

    pub fn risk(&self) -> Risk {
        let down = self.down_at_once();
        let losing = self.losing().filter(|(_, loss)| *loss != DataLoss::No);
        let losing = losing.map(|(item, _)| item.machine);
        let mut all = down.clone();
        let mut data = false;
        for machine in losing {
            data = true;
            all.insert(machine);
        }
        Risk {
            count: all.len(),
            data,
            down: !down.is_empty(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::sample::{choices, ens, huawei};
    use super::*;
    use crate::events::SortedSelection;
    use crate::fixture::alibaba;

    fn accept(kinds: &[&str]) -> Choices {
        let events = kinds.iter().enumerate();
        let events = events.map(|(n, kind)| huawei(&n.to_string(), kind, "inquiring"));
        choices(Action::Accept, events)
    }

    #[test]
    fn a_stop_is_an_outage_for_good_and_has_to_be_confirmed_when_it_is_at_once() {
        let mut stops = accept(&["instance-stop", "instance-stop", "instance-stop"]);
        let outage = stops.outage();
        assert_eq!((outage.count, outage.for_good, outage.at_once), (3, 3, 0));
        assert_eq!(outage.kinds, [(EventKind::Stop, 3)].into());
        assert_eq!(stops.risk(), Risk::default(), "nothing is chosen yet");
        stops.choose_timing(Timing::Now);
        let risk = Risk {
            count: 3,
            data: false,
            down: true,
        };
        assert_eq!((stops.outage().at_once, stops.risk()), (3, risk));
    }

    #[test]
    fn one_time_for_all_is_at_once_and_a_time_each_is_not() {
        let mut it = accept(&["instance-reboot", "instance-reboot", "instance-reboot"]);
        it.choose_timing(Timing::At);
        it.at = Some(5_000);
        assert_eq!(it.outage().at_once, 3);
        it.items[0].own_at = Some(1_000);
        assert_eq!(it.outage().at_once, 2, "those that share a time");
        it.items[1].own_at = Some(2_000);
        assert_eq!((it.outage().count, it.outage().at_once), (3, 0));
        assert_eq!(it.risk().count, 0);
    }

    #[test]
    fn who_loses_data_and_goes_down_is_counted_once() {
        let mut it = accept(&["instance-redeploy", "instance-reboot", "localdisk-recovery"]);
        assert_eq!(it.risk().count, 2, "two lose data, whenever that is");
        it.choose_timing(Timing::Now);
        let risk = it.risk();
        assert_eq!((risk.count, risk.data, risk.down), (3, true, true));
    }

    #[test]
    fn an_instance_with_two_events_is_one_instance() {
        let mut events = vec![
            ens("1", "Instance:SystemFailure.Reboot"),
            ens("2", "Instance:SystemMaintenance.Reboot"),
        ];
        events[1].resource_id = events[0].resource_id.clone();
        let mut it = choices(Action::Reboot, events);
        it.choose_timing(Timing::Now);
        assert_eq!((it.count(), it.outage().count, it.risk().count), (2, 1, 1));
    }

    #[test]
    fn a_redeploy_in_place_of_a_reboot_is_told_as_one() {
        let event = alibaba("e-1", "SystemMaintenance.Reboot", "Scheduled");
        let mut it = Choices::of(&SortedSelection::of([event]).groups[0]);
        assert_eq!(it.outage(), Outage::default(), "nothing is chosen yet");
        it.choose_action(Action::Redeploy);
        assert_eq!(it.outage().kinds, [(EventKind::Redeploy, 1)].into());
        assert_eq!((it.risk().count, it.risk().data), (1, true));
        it.choose_action(Action::Reboot);
        assert_eq!(it.outage().kinds, [(EventKind::Reboot, 1)].into());
        assert!(!it.risk().data);
    }

    #[test]
    fn moving_events_to_one_time_makes_an_outage_of_them_then() {
        let events = ["instance-redeploy", "instance-reboot"];
        let events = events.iter().enumerate();
        let events = events.map(|(n, kind)| huawei(&n.to_string(), kind, "scheduled"));
        let mut it = choices(Action::Reschedule, events);
        it.at = Some(5_000);
        let outage = it.outage();
        assert_eq!((outage.at_once, outage.moved_loss), (2, 1));
        let risk = it.risk();
        assert!(risk.down && !risk.data, "the move itself loses nothing");
    }
}
