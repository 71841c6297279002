//! Says what becomes of events about which nobody does anything: it stands first wherever one decides.

use std::collections::BTreeMap;

use evenkeel::{ActsAlone, DataLoss, Event, EventKind, LeftAlone, StateKind};

use crate::i18n::{Strings, thousands};
use crate::machine_set::MachineSet;
use crate::prefs::Zone;
use crate::{labels, time};

/// `If nobody answers, Alibaba Cloud ENS redeploys it on 29 Nov 08:34; data on local disks does not move.` Nothing of
/// what is under way or over, or of which nobody says what it does. `now`: ms since the Unix epoch.
pub fn sentence(event: &Event, zone: Zone, now: i64, t: Strings) -> Option<String> {
    let alone = event.left_alone()?;
    let cloud = event.provider.facts().name(t.0);
    let does = does(event.event_type.kind, t);
    let answered = event.state.kind != StateKind::Inquiring;
    let what = match alone.acts {
        ActsAlone::At(at) => {
            let (ms, passed) = (at.as_millis(), at.as_millis() <= now);
            let time = short(ms, zone, now, t);
            match (answered, passed) {
                (false, false) => t.alone_at(cloud, does, time),
                (false, true) => t.alone_due(cloud, does, time),
                (true, false) => t.alone_planned(cloud, does, time),
                (true, true) => t.alone_planned_due(cloud, does, time),
            }
        }
        ActsAlone::Sometime => t.alone_sometime(cloud, does),
        ActsAlone::Never => t.alone_never(cloud),
        ActsAlone::Unsaid => match event.deadline {
            Some(deadline) => {
                t.alone_unsaid_deadline(cloud, short(deadline.as_millis(), zone, now, t))
            }
            None => t.alone_unsaid(cloud),
        },
    };
    let is_said = matches!(alone.acts, ActsAlone::At(_) | ActsAlone::Sometime);
    let loses = loses(event.event_type.kind, alone, t).filter(|_| is_said);
    Some(match loses {
        Some(loses) => t.alone_and(loses, what),
        None => t.sentence(&what),
    })
}

/// One of many events, with what becomes of it and the number of its machine among theirs.
#[derive(Clone, Copy)]
pub struct OneOfMany<'a> {
    pub event: &'a Event,
    pub left_alone: Option<LeftAlone>,
    pub machine: usize,
}

/// The same of many: what happens when, and of how many nobody says it.
pub fn sentences<'a>(
    events: impl IntoIterator<Item = OneOfMany<'a>>,
    zone: Zone,
    now: i64,
    t: Strings,
) -> Option<String> {
    let events: Vec<OneOfMany<'_>> = events.into_iter().collect();
    if let [only] = events.as_slice() {
        return sentence(only.event, zone, now, t);
    }
    let cloud = events.first()?.event.provider.facts().name(t.0);
    let mut acts: BTreeMap<EventKind, MachineSet> = BTreeMap::new();
    let (mut times, mut losing) = (Vec::new(), MachineSet::default());
    let (mut waiting, mut unsaid) = (MachineSet::default(), MachineSet::default());
    for of_many in events {
        let OneOfMany { event, machine, .. } = of_many;
        let Some(alone) = of_many.left_alone else {
            continue;
        };
        match alone.acts {
            ActsAlone::Never => {
                waiting.insert(machine);
                continue;
            }
            ActsAlone::Unsaid => {
                unsaid.insert(machine);
                continue;
            }
            ActsAlone::At(at) => times.push(at.as_millis()),
            ActsAlone::Sometime => {}
        }
        acts.entry(event.event_type.kind)
            .or_default()
            .insert(machine);
        if alone.data_loss != DataLoss::No {
            losing.insert(machine);
        }
    }
    let mut said = Vec::new();
    if !acts.is_empty() {
        let kinds = acts.iter().map(|(kind, of)| (kind, of.len()));
        let kinds = labels::kinds(kinds, t);
        let short = |ms: &i64| short(*ms, zone, now, t);
        said.push(match (times.iter().min(), times.iter().max()) {
            (Some(first), Some(last)) if first != last => {
                t.alone_many_between(cloud, short(first), kinds, short(last))
            }
            (Some(at), _) => t.alone_many_at(cloud, kinds, short(at)),
            (None, _) => t.alone_many_sometime(cloud, kinds),
        });
        if !losing.is_empty() {
            said.push(t.alone_many_lose(thousands(losing.len())));
        }
    }
    if !waiting.is_empty() {
        said.push(t.alone_many_never(cloud, thousands(waiting.len())));
    }
    if !unsaid.is_empty() {
        said.push(t.alone_many_unsaid(cloud, thousands(unsaid.len())));
    }
    (!said.is_empty()).then(|| t.sentences(&said))
}

fn short(ms: i64, zone: Zone, now: i64, t: Strings) -> String {
    time::short(ms, zone.offset_minutes(ms), now, t.0)
}

/// What the cloud does to it, with it as the object: `redeploys it`.
fn does(kind: EventKind, t: Strings) -> &'static str {
    match kind {
        EventKind::Redeploy => t.alone_redeploys(),
        EventKind::Migrate => t.alone_migrates(),
        EventKind::Reboot => t.alone_reboots(),
        EventKind::Stop => t.alone_stops(),
        EventKind::DiskRecovery => t.alone_disk(),
        EventKind::SystemMaintenance
        | EventKind::Network
        | EventKind::Disk
        | EventKind::Security
        | EventKind::Other => t.alone_maintains(),
    }
}

fn loses(kind: EventKind, alone: LeftAlone, t: Strings) -> Option<&'static str> {
    match (alone.data_loss, kind) {
        (DataLoss::No, _) => None,
        (_, EventKind::DiskRecovery) => Some(t.alone_loses_disk()),
        (DataLoss::Possible, EventKind::Migrate) => Some(t.alone_loses_maybe()),
        (DataLoss::Possible, _) => Some(t.alone_loses_local()),
        (DataLoss::Certain, _) => Some(t.alone_loses_wiped()),
    }
}

#[cfg(test)]
mod tests {
    use evenkeel::Locale;

    use super::*;
    use crate::fixture::{alibaba, at, ens, huawei};

    const EN: Strings = Strings(Locale::En);

    fn starting(event: Event) -> Event {
        Event {
            not_before: Some(at(30)),
            ..event
        }
    }

    fn of_many(events: &[Event]) -> Option<String> {
        let each = |(machine, event)| OneOfMany {
            event,
            left_alone: Event::left_alone(event),
            machine,
        };
        sentences((0..).zip(events).map(each), Zone::Utc, 0, EN)
    }

    fn said(event: Event) -> String {
        sentence(&event, Zone::Utc, 0, EN).expect("it is known what happens")
    }

    #[test]
    fn says_what_the_cloud_does_when_by_itself_and_what_becomes_of_the_data() {
        let redeploy = ens("e-1", "Instance:SystemFailure.Redeploy", "Inquiring");
        let text = said(starting(redeploy.clone()));
        assert!(
            text.starts_with("If nobody answers, Alibaba Cloud ENS redeploys it on "),
            "{text}"
        );
        assert!(
            text.ends_with("; data on local disks does not move."),
            "{text}"
        );
        assert!(said(redeploy).contains("at a time that it does not tell"));
        let reboot = said(starting(ens(
            "e-2",
            "Instance:SystemMaintenance.Reboot",
            "Inquiring",
        )));
        assert!(
            reboot.ends_with("06:00."),
            "a reboot loses nothing: {reboot}"
        );
    }

    #[test]
    fn what_is_planned_happens_and_what_asks_waits_or_nobody_says() {
        let planned = said(starting(huawei("h-1", "instance-redeploy", "scheduled")));
        assert!(
            planned.starts_with("If nobody does anything, "),
            "{planned}"
        );
        assert!(
            planned.ends_with("; the local disks are wiped."),
            "{planned}"
        );
        let asked = huawei("h-1", "instance-redeploy", "inquiring");
        assert!(said(asked.clone()).contains("does not say what it does then"));
        let asked = Event {
            deadline: Some(at(40)),
            ..asked
        };
        assert!(said(asked).contains("the deadline is"), "with the deadline");
        let waits = said(alibaba("a-1", "SystemMaintenance.Redeploy", "Inquiring"));
        assert!(waits.contains("waits until somebody answers"), "{waits}");
        let over = ens("e-1", "Instance:SystemFailure.Redeploy", "Executed");
        assert_eq!(sentence(&over, Zone::Utc, 0, EN), None);
        // What is billed is not maintained: nobody says what it does.
        let billed = alibaba("a-1", "InstanceExpiration.Stop", "Scheduled");
        assert_eq!(sentence(&billed, Zone::Utc, 0, EN), None);
    }

    #[test]
    fn of_many_it_says_how_many_of_each_between_which_times() {
        let at_hour = |id: &str, kind: &str, hour| Event {
            not_before: Some(at(hour)),
            ..ens(id, kind, "Inquiring")
        };
        let events = [
            at_hour("e-1", "Instance:SystemFailure.Redeploy", 30),
            at_hour("e-2", "Instance:SystemFailure.Redeploy", 50),
            at_hour("e-3", "Instance:SystemMaintenance.Reboot", 40),
        ];
        let text = of_many(&events).expect("it is known");
        assert!(text.contains("2 redeploy, 1 reboot"), "{text}");
        assert!(text.contains("2 may lose data"), "{text}");
        let one = of_many(&events[..1]);
        assert_eq!(one, sentence(&events[0], Zone::Utc, 0, EN));
        let waiting = ["a-1", "a-2"].map(|id| alibaba(id, "SystemMaintenance.Reboot", "Inquiring"));
        let text = of_many(&waiting).expect("it is known");
        assert!(text.starts_with("2 wait until somebody answers"), "{text}");
        assert_eq!(of_many(&[]), None);
    }
}
