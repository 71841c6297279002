//! What a line of the table of machines says, as text: everything that can be tested without a page.

use evenkeel::visible::visible;
use evenkeel::{Action, Event, EventKind};

use super::choices::{Choices, Timing};
use super::review_item::ReviewItem;
use super::stake::Stake;
use crate::i18n::Strings;
use crate::prefs::Zone;
use crate::{labels, resource, time};

/// How much of an id stands beside a zone, in tenths of a character.
const ID_ROOM: usize = 280;

/// The id and, where it is known, the zone of a machine: `i-1 · cn-hangzhou-b`.
pub fn place(item: &ReviewItem) -> String {
    let id = resource::cut_id(&visible(&item.event.resource_id), ID_ROOM);
    let zone = item.resource.as_ref().and_then(|it| it.zone.as_deref());
    match zone.map(visible).filter(|zone| !zone.is_empty()) {
        Some(zone) => format!("{id} · {zone}"),
        None => id,
    }
}

/// What happens to a machine, and how long it is down: `Redeploy · is down until it is done`.
pub fn happens(choices: &Choices, item: &ReviewItem, t: Strings) -> String {
    let event = &item.event;
    let Some(action) = choices.action else {
        return t.kind(event.event_type.kind).to_owned();
    };
    let what = t.kind(done(action, event));
    let offer = item.done_by(action);
    let down = offer.map(|offer| labels::down(offer.down, t));
    let what = match down {
        Some(down) => format!("{what} · {down}"),
        None => what.to_owned(),
    };
    if action.moves_event() {
        t.machine_moved(what)
    } else {
        what
    }
}

/// What is done to a machine: what the event is about, or what is done in its place.
pub fn done(action: Action, event: &Event) -> EventKind {
    match action {
        Action::Redeploy => EventKind::Redeploy,
        Action::Migrate => EventKind::Migrate,
        Action::Reboot => EventKind::Reboot,
        Action::Accept | Action::Reschedule => event.event_type.kind,
    }
}

/// What becomes of its data, and what is known of its local disks.
pub fn data(choices: &Choices, item: &ReviewItem, t: Strings) -> String {
    let stake = choices.stake(item);
    let is_disk = item.event.event_type.kind == EventKind::DiskRecovery;
    let what = match stake {
        Stake::Certain if is_disk => t.data_certain_disk(),
        Stake::Certain => t.data_certain(),
        Stake::Possible => t.data_possible(),
        Stake::Held => t.data_held(),
        Stake::Moved => t.data_moved(),
        Stake::Safe => t.data_safe(),
        Stake::Open => return String::new(),
    };
    let asked = stake != Stake::Safe && !is_disk;
    let disks = resource::local_disks(item.resource.as_deref(), t).filter(|_| asked);
    match disks {
        Some(disks) => format!("{what} · {disks}"),
        None => what.to_owned(),
    }
}

/// The name of a group.
pub fn head(stake: Stake, t: Strings) -> &'static str {
    match stake {
        Stake::Certain => t.stake_certain(),
        Stake::Possible => t.stake_possible(),
        Stake::Held => t.stake_held(),
        Stake::Moved => t.stake_moved(),
        Stake::Safe => t.stake_safe(),
        Stake::Open => t.stake_open(),
    }
}

/// When it is done, as far as it is chosen.
pub fn when(choices: &Choices, item: &ReviewItem, zone: Zone, now: i64, t: Strings) -> String {
    let short = |ms: i64| time::short(ms, zone.offset_minutes(ms), now, t.0);
    match (choices.timing, item.own_at.or(choices.at)) {
        (Some(Timing::Now), _) => t.act_now().to_owned(),
        (Some(Timing::At), Some(at)) => short(at),
        (Some(Timing::At) | None, _) => t.machine_when_open().to_owned(),
    }
}

/// Until when, or when it begins by itself.
pub fn limit(event: &Event, zone: Zone, now: i64, t: Strings) -> String {
    let short = |ms: i64| time::short(ms, zone.offset_minutes(ms), now, t.0);
    let by = event.decide_by().map(evenkeel::Timestamp::as_millis);
    match by {
        Some(by) if event.state.kind == evenkeel::StateKind::Inquiring => {
            t.machine_decide_by(short(by))
        }
        Some(by) => t.starts(short(by)),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use evenkeel::{DataPolicy, Locale};
    use evenkeel_api::Resource;

    use super::super::sample::{choices, ens, huawei};
    use super::*;
    use crate::events::Chosen;

    const EN: Strings = Strings(Locale::En);

    fn in_zone(action: Action, event: Event) -> Choices {
        let event = Chosen {
            resource: Some(Arc::new(Resource {
                zone: Some("b\u{202e}1".to_owned()),
                ..Resource::default()
            })),
            ..event.into()
        };
        choices(action, [event])
    }

    #[test]
    fn a_line_says_which_machine_what_happens_to_it_and_to_its_data() {
        let mut it = in_zone(Action::Migrate, ens("1", "Instance:SystemUpgrade.Migrate"));
        let said = |it: &Choices| {
            let item = &it.items[0];
            (happens(it, item, EN), data(it, item, EN))
        };
        assert_eq!(place(&it.items[0]), r"i-1 · b\u{202e}1");
        assert_eq!(said(&it).0, "Migrate · is down until it is done");
        it.policy = Some(DataPolicy::Abandon);
        assert_eq!(said(&it).1, "its data is lost");
        it.policy = Some(DataPolicy::ForceTransfer);
        assert_eq!(said(&it).1, "its data moves, or the migration stops");
    }

    #[test]
    fn a_moved_event_says_what_happens_then_and_that_the_loss_moves() {
        let it = in_zone(
            Action::Reschedule,
            huawei("1", "instance-redeploy", "scheduled"),
        );
        let item = &it.items[0];
        assert!(happens(&it, item, EN).starts_with("Moves to another time, then: Redeploy"));
        assert_eq!(data(&it, item, EN), "its data is lost at the new time");
        assert_eq!(when(&it, item, Zone::Utc, 0, EN), "not chosen yet");
    }
}
