//! Counts what is known of the local disks of those that may lose data. It makes nothing of it less: a word about disks
//! is not one about what the cloud keeps.

use evenkeel::{DataLoss, LocalDisks};
use evenkeel_api::SaidBy;

use super::choices::Choices;
use crate::machine_set::MachineSet;

/// How many instances have local disks, and how many none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LocalDiskCounts {
    pub with: usize,
    pub without: usize,
    pub unknown: usize,
    /// Of the first two, those of which the operator's inventory says it.
    pub own: usize,
}

impl Choices {
    /// Of the instances that may lose data; one with several events counts once.
    pub fn local_disks(&self) -> LocalDiskCounts {
        let losing = self.losing().filter(|(_, loss)| *loss != DataLoss::No);
        let (mut seen, mut counts) = (MachineSet::default(), LocalDiskCounts::default());
        for (item, _) in losing {
            if !seen.insert(item.machine) {
                continue;
            }
            let resource = item.resource.as_deref();
            let disks = resource.map_or(LocalDisks::Unknown, |it| it.local_disks);
            let count = match disks {
                LocalDisks::Yes => &mut counts.with,
                LocalDisks::No => &mut counts.without,
                LocalDisks::Unknown => &mut counts.unknown,
            };
            *count += 1;
            let by = resource.and_then(|it| it.local_disks_by);
            counts.own +=
                usize::from(disks != LocalDisks::Unknown && by == Some(SaidBy::Inventory));
        }
        counts
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use evenkeel::{Action, Locale};
    use evenkeel_api::Resource;

    use super::super::labels;
    use super::super::sample::{choices, ens};
    use super::*;
    use crate::events::Chosen;
    use crate::i18n::Strings;
    use crate::prefs::Zone;

    fn known_as(known: &[(LocalDisks, Option<SaidBy>)]) -> Choices {
        let events = known.iter().enumerate().map(|(n, (disks, by))| Chosen {
            resource: Some(Arc::new(Resource {
                local_disks: *disks,
                local_disks_by: *by,
                ..Resource::default()
            })),
            ..ens(&n.to_string(), "Instance:SystemFailure.Redeploy").into()
        });
        choices(Action::Redeploy, events)
    }

    #[test]
    fn a_word_about_disks_is_told_with_whose_it_is_and_makes_no_risk_less() {
        let (cloud, inventory) = (Some(SaidBy::Cloud), Some(SaidBy::Inventory));
        let choices = known_as(&[
            (LocalDisks::Yes, cloud),
            (LocalDisks::No, inventory),
            (LocalDisks::No, cloud),
            (LocalDisks::Unknown, inventory),
        ]);
        let counts = LocalDiskCounts {
            with: 1,
            without: 2,
            unknown: 1,
            own: 1,
        };
        assert_eq!(choices.local_disks(), counts);
        assert_eq!(choices.data_at_risk().count(), 4);
        let said = labels::data_at_risk(&choices, Zone::Utc, Strings(Locale::En)).unwrap();
        assert_eq!(said.0, "Up to 4 instances may lose their data");
        let disks = "Local disks: 1 with, 2 without, 1 not known. \
                     For 1 of them this is the word of your inventory, not of the cloud.";
        assert!(said.1.contains(disks), "{}", said.1);
    }

    #[test]
    fn where_nobody_knows_nothing_is_said_of_disks() {
        let choices = known_as(&[(LocalDisks::Unknown, None)]);
        let said = labels::data_at_risk(&choices, Zone::Utc, Strings(Locale::En)).unwrap();
        assert!(!said.1.contains("Local disks"), "{}", said.1);
    }
}
