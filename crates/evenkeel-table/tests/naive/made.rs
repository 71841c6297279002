//! Events, changes and queries, made up.

use std::collections::{BTreeMap, BTreeSet};

use evenkeel::{Action, Event, EventKind, EventType, Provider, State, StateKind, Timestamp};
use evenkeel_api::{EventItem, ItemState, Resource, StoredEvent};
use evenkeel_table::{Column, Direction, Sort};
use proptest::prelude::*;
use proptest::sample::{select, subsequence};

use super::GROUP;

#[derive(Clone, Debug)]
pub(crate) enum Change {
    Put(Box<StoredEvent>),
    /// Keeps every slot whose number leaves no rest.
    Sweep(usize),
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Asked {
    pub(crate) text: String,
    pub(crate) resource: String,
    pub(crate) accounts: BTreeSet<String>,
    pub(crate) states: BTreeSet<StateKind>,
    pub(crate) kinds: BTreeSet<EventKind>,
    pub(crate) tags: BTreeMap<String, BTreeSet<String>>,
    pub(crate) stage: Option<usize>,
    pub(crate) past: bool,
    pub(crate) grouped: bool,
    pub(crate) sort: Sort,
}

fn time() -> impl Strategy<Value = Option<Timestamp>> {
    let some = select(vec![0, 1_000, 2_000, 2_500, 3_000, -7]);
    proptest::option::of(some.prop_map(Timestamp::from_millis))
}

fn resource() -> impl Strategy<Value = Option<Resource>> {
    let name = proptest::option::of(select(vec!["web-1", "Web-2", "db", "", "机架"]));
    let service = proptest::option::of(select(vec!["web", "DB"]));
    let some = (name, service, any::<bool>()).prop_map(|(name, service, owned)| Resource {
        name: name.map(str::to_owned),
        tags: service
            .map(|it| (GROUP.to_owned(), it.to_owned()))
            .into_iter()
            .chain(owned.then(|| ("owner".to_owned(), "Ann".to_owned())))
            .collect(),
        ..Resource::default()
    });
    proptest::option::of(some)
}

/// An event of one account of which nothing but this is known.
pub(crate) fn stored_as(id: &str, resource_id: &str, raw: &str, state: &str) -> StoredEvent {
    StoredEvent {
        event: Event {
            account: "edge".to_owned(),
            provider: Provider::ALL[0],
            id: id.to_owned(),
            resource_id: resource_id.to_owned(),
            event_type: EventType::new(raw),
            state: State::new(state),
            level: None,
            published_at: None,
            not_before: None,
            not_after: None,
            deadline: None,
            started_at: None,
            finished_at: None,
            description: Vec::new(),
            source: None,
            restriction: None,
            raw: String::new(),
        },
        first_seen_at: Timestamp::from_millis(0),
        seen_at: Timestamp::from_millis(0),
        changed_at: Timestamp::from_millis(0),
        gone_at: None,
        resource: None,
        open_items: Vec::new(),
    }
}

fn stored() -> impl Strategy<Value = StoredEvent> {
    let account = select(vec![
        ("edge", Provider::ALL[0]),
        ("ecs", Provider::ALL[1]),
        ("ali", Provider::ALL[2]),
    ]);
    let types = [
        "Instance:SystemFailure.Redeploy",
        "instance-reboot",
        "SystemMaintenance.Reboot",
        "Disk:Stalled",
        "Colour",
    ];
    let states = [
        "Inquiring",
        "scheduled",
        "Executing",
        "Executed",
        "Failed",
        "x",
    ];
    let event = (
        account,
        select(vec!["e-1", "E-2", "e-3", "e-10", ""]),
        select(vec!["i-1", "I-2", "i-web"]),
        select(types.to_vec()),
        select(states.to_vec()),
        proptest::option::of(select(vec!["WARN", "INFO"])),
        select(vec!["", "Rack 7 loses POWER", "a disk"]),
    );
    let orders = proptest::option::of(Just(EventItem {
        batch_id: "b".to_owned(),
        index: 0,
        action: Action::Redeploy,
        state: ItemState::Queued,
        updated_at: Timestamp::from_millis(0),
    }));
    (event, [time(), time(), time()], time(), resource(), orders).prop_map(
        |(event, [published_at, not_before, deadline], gone_at, resource, orders)| {
            let ((account, provider), id, resource_id, raw, state, level, words) = event;
            let plain = stored_as(id, resource_id, raw, state);
            let event = Event {
                account: account.to_owned(),
                provider,
                level: level.map(str::to_owned),
                published_at,
                not_before,
                not_after: deadline,
                deadline,
                finished_at: published_at,
                description: (!words.is_empty())
                    .then(|| ("und".to_owned(), words.to_owned()))
                    .into_iter()
                    .collect(),
                ..plain.event
            };
            StoredEvent {
                event,
                gone_at,
                resource,
                open_items: orders.into_iter().collect(),
                ..plain
            }
        },
    )
}

pub(crate) fn change() -> impl Strategy<Value = Change> {
    prop_oneof![
        12 => stored().prop_map(|it| Change::Put(Box::new(it))),
        1 => (2..4_usize).prop_map(Change::Sweep),
    ]
}

/// Some of a few values, and mostly none: what asks for everything lets nothing through.
fn few<T: Clone + std::fmt::Debug + 'static>(values: Vec<T>) -> impl Strategy<Value = Vec<T>> {
    let most = values.len();
    prop_oneof![3 => Just(Vec::new()), 1 => subsequence(values, 1..=most)]
}

pub(crate) fn asked() -> impl Strategy<Value = Asked> {
    let words = [
        "",
        "e",
        "e-1",
        "WEB",
        "power rack",
        "i-",
        "reboot",
        "warn",
        "ann",
        "机",
        "zz",
    ];
    let own = |values: &[&str]| -> Vec<String> { values.iter().map(|&it| it.to_owned()).collect() };
    let states = vec![
        StateKind::Inquiring,
        StateKind::Completed,
        StateKind::Failed,
    ];
    let filters = (
        few(own(&["edge", "ecs"])),
        few(states),
        few(vec![EventKind::Reboot, EventKind::Redeploy]),
        few(own(&["web", "DB"])),
        prop::bool::weighted(0.15),
    );
    (
        prop_oneof![1 => Just(""), 1 => select(words.to_vec())],
        prop_oneof![4 => Just(""), 1 => select(vec!["i-1", " WEB "])],
        filters,
        proptest::option::weighted(0.2, 0..3_usize),
        any::<[bool; 3]>(),
        select(Column::ALL.to_vec()),
    )
        .prop_map(
            |(text, resource, filters, stage, [past, grouped, down], column)| {
                let (accounts, states, kinds, services, owner) = filters;
                let mut tags = BTreeMap::new();
                if !services.is_empty() {
                    tags.insert(GROUP.to_owned(), services.into_iter().collect());
                }
                if owner {
                    tags.insert("owner".to_owned(), ["Ann".to_owned()].into());
                }
                Asked {
                    text: text.to_owned(),
                    resource: resource.to_owned(),
                    accounts: accounts.into_iter().collect(),
                    states: states.into_iter().collect(),
                    kinds: kinds.into_iter().collect(),
                    tags,
                    stage,
                    past,
                    grouped,
                    sort: Sort {
                        column,
                        direction: if down {
                            Direction::Descending
                        } else {
                            Direction::Ascending
                        },
                    },
                }
            },
        )
}
