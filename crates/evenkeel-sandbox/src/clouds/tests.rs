use std::{
    collections::{HashMap, HashSet},
    time::Duration,
};

use super::generate;
use crate::{
    Config, clouds,
    event::{Event, Phase},
    fleet::Fleet,
};

const ENS: &str = "ens";
const HUAWEI: &str = "huawei-ecs";
const ALIBABA: &str = "alibaba-ecs";

const NOW: i64 = 1_800_000_000_000;

fn fleet(seed: u64, events: usize) -> Fleet {
    let step = Duration::from_secs(5);
    let config = Config {
        seed,
        events,
        step,
        clouds: Some(&[ENS, HUAWEI]),
        ..Config::default()
    };
    generate(config, NOW)
}

fn count(events: &[Event]) -> HashMap<Phase, usize> {
    let mut counts = HashMap::new();
    for event in events {
        *counts.entry(event.phase(NOW)).or_default() += 1;
    }
    counts
}

#[test]
fn is_the_same_to_the_last_field_for_a_seed_and_a_time() {
    let (one, two) = (fleet(7, 300), fleet(7, 300));
    assert_eq!(one.events(ENS), two.events(ENS));
    assert_eq!(one.events(HUAWEI), two.events(HUAWEI));
}

#[test]
fn deals_states_in_realistic_proportions() {
    let fleet = fleet(1, 400);
    for events in [fleet.events(ENS), fleet.events(HUAWEI)] {
        let counts = count(events);
        assert_eq!(events.len(), 200);
        assert_eq!(counts[&Phase::Inquiring], 90);
        assert_eq!(counts[&Phase::Scheduled], 40);
        assert_eq!(counts[&Phase::Executing], 20);
        assert_eq!(counts[&Phase::Completed], 30);
        assert_eq!(counts[&Phase::Failed], 10);
    }
    assert_eq!(count(fleet.events(HUAWEI))[&Phase::Canceled], 10);
    assert!(!count(fleet.events(HUAWEI)).contains_key(&Phase::Avoided));
}

#[test]
fn puts_windows_around_now() {
    let fleet = fleet(3, 2000);
    for event in fleet.events(ENS).iter().chain(fleet.events(HUAWEI)) {
        assert!(event.published < NOW, "{event:?}");
        let (started, finished) = (event.started(NOW), event.finished(NOW));
        assert!(
            started.is_none_or(|at| event.published < at && at <= NOW),
            "{event:?}"
        );
        assert!(
            finished.is_none_or(|at| at <= NOW && NOW - at < 7 * 86_400_000),
            "{event:?}"
        );
        if let (Some(from), Some(to)) = (event.not_before, event.not_after) {
            assert!(from < to, "{event:?}");
        }
        if let (Some(from), Some(deadline)) = (event.not_before, event.deadline) {
            assert!(from <= deadline, "{event:?}");
        }
    }
}

#[test]
fn an_unanswered_event_goes_ahead_at_its_time() {
    let mut fleet = fleet(1, 20);
    let id = fleet
        .events(ENS)
        .iter()
        .find(|event| event.phase(NOW) == Phase::Inquiring)
        .unwrap()
        .id
        .clone();
    let event = fleet.of(ENS).events.get_mut(&id).unwrap();
    let at = event.not_before.unwrap();
    assert_eq!(event.phase(at - 1), Phase::Inquiring);
    assert_eq!(event.phase(at), Phase::Executing);
    assert!(matches!(
        event.phase(at + 5000),
        Phase::Completed | Phase::Failed
    ));
    assert_eq!(event.accept(at, None), Err(Phase::Executing));
}

#[test]
fn an_accepted_event_takes_a_step_in_each_state() {
    let mut fleet = fleet(1, 20);
    let id = fleet
        .events(HUAWEI)
        .iter()
        .find(|event| event.phase(NOW) == Phase::Inquiring)
        .unwrap()
        .id
        .clone();
    let event = fleet.of(HUAWEI).events.get_mut(&id).unwrap();
    event.fails = false;
    event.accept(NOW, None).unwrap();
    assert_eq!(event.phase(NOW + 4999), Phase::Scheduled);
    assert_eq!(event.phase(NOW + 5000), Phase::Executing);
    assert_eq!(event.phase(NOW + 10_000), Phase::Completed);
    assert_eq!(event.finished(NOW + 10_000), Some(NOW + 10_000));
    event.fails = true;
    assert_eq!(event.phase(NOW + 10_000), Phase::Failed);
}

/// The events of one cloud alone.
fn of(cloud: &'static [&'static str], events: usize) -> Fleet {
    let config = Config {
        events,
        clouds: Some(cloud),
        ..Config::default()
    };
    generate(config, NOW)
}

#[test]
fn a_cloud_that_asks_for_ever_has_every_documented_type_in_a_state_that_it_can_have() {
    let fleet = of(&[ALIBABA], 1000);
    let events = fleet.events(ALIBABA);
    assert_eq!(events, of(&[ALIBABA], 1000).events(ALIBABA));
    let counts = count(events);
    assert_eq!(counts[&Phase::Inquiring], 450);
    assert_eq!(
        (counts[&Phase::Canceled], counts[&Phase::Avoided]),
        (25, 25)
    );
    let cloud = clouds::all().last().unwrap();
    let types: HashSet<&str> = events.iter().map(|event| &*event.kind).collect();
    let documented: HashSet<&str> = cloud.event_types().iter().copied().collect();
    assert_eq!(types, documented);
    for event in events {
        let is_asking = event.phase(NOW) == Phase::Inquiring;
        assert_eq!(is_asking, event.phase(i64::MAX - 1) == Phase::Inquiring);
        assert_eq!(event.not_before.is_none(), is_asking, "{event:?}");
        assert!(event.not_before <= event.deadline || event.deadline.is_none());
        assert!(event.published < NOW);
    }
}

#[test]
fn few_orders_fail() {
    let fleet = fleet(1, 2000);
    for events in [fleet.events(ENS), fleet.events(HUAWEI)] {
        let asking = events
            .iter()
            .filter(|event| event.phase(NOW) == Phase::Inquiring);
        let failing = asking.filter(|event| event.fails).count();
        assert!((5..=40).contains(&failing), "{failing} of 450");
    }
}

#[test]
fn a_cloud_that_shares_in_no_events_has_none() {
    let config = Config {
        events: 5,
        clouds: Some(&[HUAWEI]),
        ..Config::default()
    };
    let fleet = generate(config, NOW);
    let counts = clouds::providers()
        .into_iter()
        .map(|provider| (provider.name, fleet.events(provider.name).len()));
    for (name, count) in counts {
        assert_eq!(count, if name == HUAWEI { 5 } else { 0 }, "{name}");
    }
}

#[test]
fn shares_events_out_evenly() {
    for (events, expected) in [(0, [0, 0]), (1, [1, 0]), (5, [3, 2])] {
        let fleet = fleet(1, events);
        assert_eq!(
            [fleet.events(ENS).len(), fleet.events(HUAWEI).len()],
            expected
        );
    }
}
