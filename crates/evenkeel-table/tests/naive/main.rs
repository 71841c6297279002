//! Holds the table to one that does everything the slow way: a list of events, looked at one after the other.
#![allow(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "helpers of tests are tests"
)]

mod held;
mod made;

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use evenkeel::{DataLoss, Event, StateKind, Timestamp};
use evenkeel_api::StoredEvent;
use evenkeel_table::{Column, Direction, Query, RowId, RowSet, Sort, Stage, Table, View};
use proptest::prelude::*;

use made::{Asked, Change, asked, change};

const STAGES: [Stage; 3] = [
    &[StateKind::Inquiring],
    &[StateKind::Inquiring, StateKind::Scheduled],
    &[StateKind::Failed],
];
const GROUP: &str = "service";

/// The events by their slots.
type Naive = Vec<Option<StoredEvent>>;

fn key(event: &Event) -> (&str, &str, &str) {
    (&event.account, &event.id, event.resource_id.trim())
}

fn put(naive: &mut Naive, slots: &mut Vec<StoredEvent>, stored: &StoredEvent) -> usize {
    let known = slots
        .iter()
        .position(|it| key(&it.event) == key(&stored.event));
    let slot = known.unwrap_or(slots.len());
    if known.is_none() {
        slots.push(stored.clone());
        naive.push(None);
    }
    naive[slot] = Some(stored.clone());
    slot
}

fn searched(stored: &StoredEvent) -> String {
    let mut text = stored.event.search_text();
    if let Some(resource) = &stored.resource {
        for word in resource.name.iter().chain(resource.tags.values()) {
            text.push('\n');
            text.push_str(word);
        }
    }
    text.to_lowercase()
}

fn decide_by(stored: &StoredEvent) -> Option<Timestamp> {
    stored
        .event
        .decide_by()
        .filter(|_| stored.gone_at.is_none())
}

fn last<T: Ord>(a: Option<T>, b: Option<T>, turn: &dyn Fn(Ordering) -> Ordering) -> Ordering {
    match (a, b) {
        (Some(a), Some(b)) => turn(a.cmp(&b)),
        (a, b) => b.is_some().cmp(&a.is_some()),
    }
}

fn compare(sort: Sort, a: &StoredEvent, b: &StoredEvent) -> Ordering {
    let turn: &dyn Fn(Ordering) -> Ordering = match sort.direction {
        Direction::Ascending => &|it| it,
        Direction::Descending => &Ordering::reverse,
    };
    let name = |it: &StoredEvent| Some(it.resource.as_ref()?.name.as_ref()?.to_lowercase());
    let risk = |it: &StoredEvent| {
        let worst = it.event.actions().iter().map(|offer| offer.data_loss).max();
        worst.unwrap_or(DataLoss::No)
    };
    let (x, y) = (&a.event, &b.event);
    let main = match sort.column {
        Column::Event => turn(
            (x.event_type.kind, &x.event_type.raw).cmp(&(y.event_type.kind, &y.event_type.raw)),
        ),
        Column::Resource => {
            last(name(a), name(b), turn).then_with(|| turn(x.resource_id.cmp(&y.resource_id)))
        }
        Column::Account => turn(x.account.cmp(&y.account)),
        Column::State => turn((x.state.kind, &x.state.raw).cmp(&(y.state.kind, &y.state.raw))),
        Column::Window => last(x.not_before, y.not_before, turn),
        Column::DecideBy => last(decide_by(a), decide_by(b), turn),
        Column::DataAtRisk => turn(risk(b).cmp(&risk(a))),
    };
    main.then_with(|| last(decide_by(a), decide_by(b), &|it| it))
        .then_with(|| last(x.published_at, y.published_at, &Ordering::reverse))
        .then_with(|| (&x.account, &x.id, &x.resource_id).cmp(&(&y.account, &y.id, &y.resource_id)))
}

fn at_stage(stored: &StoredEvent, stage: Stage) -> bool {
    stored.gone_at.is_none() && stage.contains(&stored.event.state.kind)
}

fn has(stored: &StoredEvent, key: &str, values: &BTreeSet<String>) -> bool {
    let value = stored.resource.as_ref().and_then(|it| it.tags.get(key));
    value.is_some_and(|value| values.contains(value))
}

/// What a query shows, and its rows.
fn view(naive: &Naive, asked: &Asked) -> (View, Vec<usize>) {
    let mut view = View {
        stages: vec![0; STAGES.len()],
        ..View::default()
    };
    let mut rows = Vec::new();
    for (slot, stored) in naive.iter().enumerate() {
        let Some(stored) = stored else { continue };
        if stored.gone_at.is_some() && !asked.past {
            continue;
        }
        view.total += 1;
        for (count, stage) in view.stages.iter_mut().zip(STAGES) {
            *count += usize::from(at_stage(stored, stage));
        }
        let event = &stored.event;
        let text = searched(stored);
        let resource = asked.resource.trim().to_lowercase();
        let group = |key: &str| asked.grouped && key == GROUP;
        let rest = asked
            .text
            .to_lowercase()
            .split_whitespace()
            .all(|word| text.contains(word))
            && event.resource_id.to_lowercase().contains(&resource)
            && asked.stage.is_none_or(|at| at_stage(stored, STAGES[at]))
            && asked
                .tags
                .iter()
                .all(|(key, values)| group(key) || has(stored, key, values));
        if !rest {
            continue;
        }
        let grouped = asked
            .tags
            .iter()
            .all(|(key, values)| !group(key) || has(stored, key, values));
        let account = asked.accounts.is_empty() || asked.accounts.contains(&event.account);
        let state = asked.states.is_empty() || asked.states.contains(&event.state.kind);
        let kind = asked.kinds.is_empty() || asked.kinds.contains(&event.event_type.kind);
        if state && kind && grouped {
            *view.accounts.entry(event.account.clone()).or_default() += 1;
        }
        if account && kind && grouped {
            *view.states.entry(event.state.kind).or_default() += 1;
        }
        if account && state && grouped {
            *view.kinds.entry(event.event_type.kind).or_default() += 1;
        }
        let label = stored.resource.as_ref().and_then(|it| it.tags.get(GROUP));
        if let (Some(label), true) = (label, asked.grouped && account && state && kind) {
            *view.labels.entry(label.clone()).or_default() += 1;
        }
        if account && state && kind && grouped {
            rows.push(slot);
        }
    }
    rows.sort_by(|a, b| {
        let at = |slot: &usize| naive[*slot].as_ref().unwrap();
        compare(asked.sort, at(a), at(b))
    });
    (view, rows)
}

/// Has both forget all but each `by`th; gives the slots that were lost.
fn sweep(table: &mut Table, naive: &mut Naive, by: usize) -> Vec<usize> {
    let kept = (0..naive.len()).filter(|slot| slot.is_multiple_of(by));
    table.sweep(&kept.map(|it| RowId(u32::try_from(it).unwrap())).collect());
    let slots = naive.iter_mut().enumerate();
    let lost = slots.filter(|(slot, it)| !slot.is_multiple_of(by) && it.is_some());
    lost.map(|(slot, stored)| {
        *stored = None;
        slot
    })
    .collect()
}

fn query(asked: &Asked) -> Query<'_> {
    Query {
        text: &asked.text,
        resource: &asked.resource,
        accounts: &asked.accounts,
        states: &asked.states,
        kinds: &asked.kinds,
        tags: &asked.tags,
        stage: asked.stage.map(|at| STAGES[at]),
        stages: &STAGES,
        past: asked.past,
        group_by: asked.grouped.then_some(GROUP),
        sort: asked.sort,
    }
}

fn check(table: &Table, naive: &Naive, asked: &Asked) {
    let seen = table.view(&query(asked));
    let (mut wanted, rows) = view(naive, asked);
    let slots: Vec<usize> = seen.rows.iter().map(|id| id.index()).collect();
    assert_eq!(slots, rows, "{asked:?}");
    assert_eq!(seen.matches, seen.rows.iter().copied().collect::<RowSet>());
    wanted.rows.clone_from(&seen.rows);
    wanted.matches.clone_from(&seen.matches);
    assert_eq!(seen, wanted);
    let tally = table.tally(&seen.matches);
    let listed = rows
        .iter()
        .filter(|slot| naive[**slot].as_ref().unwrap().gone_at.is_none());
    assert_eq!(tally.total(), listed.count());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn shows_what_a_list_of_events_would_through_every_change(
        steps in prop::collection::vec(
            (prop::collection::vec(change(), 1..30), prop::collection::vec(asked(), 1..4)),
            1..6,
        ),
    ) {
        let (mut table, mut naive, mut slots) = (Table::default(), Naive::new(), Vec::new());
        for (changes, queries) in steps {
            for change in changes {
                match change {
                    Change::Put(stored) => {
                        let slot = put(&mut naive, &mut slots, &stored);
                        let before = table.get(RowId(u32::try_from(slot).unwrap()));
                        let same = before.is_some_and(|row| {
                            row.event() == stored.event
                                && row.gone_at() == stored.gone_at
                                && row.resource() == stored.resource
                                && row.open_items() == stored.open_items
                        });
                        let (id, changed) = table.put(&stored);
                        prop_assert_eq!((id.index(), changed), (slot, !same));
                        let row = table.get(id).unwrap();
                        prop_assert_eq!(row.event(), stored.event.clone());
                        prop_assert_eq!(row.decide_by(), decide_by(&stored).map(Timestamp::as_millis));
                    }
                    Change::Sweep(by) => drop(sweep(&mut table, &mut naive, by)),
                }
            }
            for asked in &queries {
                check(&table, &naive, asked);
            }
            while table.prepare() {}
            for asked in &queries {
                check(&table, &naive, asked);
            }
        }
    }
}

/// Too many rows for a single change to have an order made anew.
#[test]
fn an_order_that_is_mended_is_the_one_that_would_be_made() {
    let kinds = ["Disk:Stalled", "instance-reboot", "Colour"];
    let states = ["Inquiring", "Failed"];
    let made = |number: usize, turn: usize| {
        let mut stored = made::stored_as(
            &format!("e-{}", number % 20),
            &format!("i-{}", number % 4),
            kinds[(number + turn) % 3],
            states[(number + turn) % 2],
        );
        stored.event.published_at =
            Some(Timestamp::from_millis(i64::try_from(number % 5).unwrap()));
        stored
    };
    let orders = |table: &Table| -> Vec<Vec<RowId>> {
        let all = Column::ALL.into_iter().flat_map(|column| {
            [Direction::Ascending, Direction::Descending]
                .map(|direction| Sort { column, direction })
        });
        let (none, tags) = (BTreeSet::new(), BTreeMap::new());
        let (states_of, kinds_of) = (BTreeSet::new(), BTreeSet::new());
        let query = |sort| Query {
            text: "",
            resource: "",
            accounts: &none,
            states: &states_of,
            kinds: &kinds_of,
            tags: &tags,
            stage: None,
            stages: &[],
            past: true,
            group_by: None,
            sort,
        };
        all.map(|sort| table.view(&query(sort)).rows).collect()
    };
    let fresh = |turns: &[usize]| {
        let mut table = Table::default();
        for (number, turn) in turns.iter().enumerate() {
            table.put(&made(number, *turn));
        }
        orders(&table)
    };
    let (mut table, mut turns) = (Table::default(), vec![0; 20]);
    for number in 0..20 {
        table.put(&made(number, 0));
    }
    orders(&table);
    for number in (0..20).chain([3, 0, 11]) {
        turns[number] += 1;
        table.put(&made(number, turns[number]));
        assert_eq!(orders(&table), fresh(&turns), "{number}");
    }
}
