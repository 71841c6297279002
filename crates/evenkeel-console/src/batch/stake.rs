//! What sending items again may cost, by the core's own word on policy and event.

use evenkeel::{Action, DataLoss, Event};
use evenkeel_api::Item;

/// How many of the items lose data, or may; an event that is not known any more may.
pub fn stake<'a>(
    action: Action,
    items: impl IntoIterator<Item = (&'a Item, Option<&'a Event>)>,
) -> usize {
    items
        .into_iter()
        .filter(|(item, event)| loss(action, item, *event) != DataLoss::No)
        .count()
}

fn loss(action: Action, item: &Item, event: Option<&Event>) -> DataLoss {
    if let (Action::Migrate, Some(policy)) = (action, item.data_policy) {
        return policy.data_loss();
    }
    let offered = event.and_then(|event| {
        let offers = event.actions();
        let offer = offers.iter().find(|offer| offer.action == action)?;
        Some(offer.data_loss)
    });
    offered.unwrap_or(match action {
        Action::Reboot | Action::Reschedule => DataLoss::No,
        Action::Redeploy | Action::Migrate | Action::Accept => DataLoss::Possible,
    })
}

#[cfg(test)]
mod tests {
    use evenkeel::DataPolicy;
    use evenkeel_api::ItemState;

    use super::*;
    use crate::state::fixture::{ens, item};

    #[test]
    fn counts_what_may_lose_data_also_where_the_event_is_not_known() {
        let plain = item(0, ItemState::Rejected);
        let mut moved = plain.clone();
        moved.data_policy = Some(DataPolicy::Abandon);
        let event = ens("e-0", "Instance:SystemFailure.Redeploy", "Inquiring");
        let redeploys = [(&plain, Some(&event)), (&plain, None)];
        assert_eq!(stake(Action::Redeploy, redeploys), 2);
        assert_eq!(stake(Action::Reboot, [(&plain, None)]), 0);
        assert_eq!(stake(Action::Migrate, [(&moved, None)]), 1);
    }
}
