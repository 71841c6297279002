//! Events for tests.

use evenkeel::{Event, EventType, Provider, State, StateKind, Timestamp};

/// An ENS event; its raw type and state are as the cloud spells them.
pub fn ens(id: &str, raw_type: &str, state: &str) -> Event {
    Event {
        account: "edge".to_owned(),
        provider: Provider::Ens,
        id: id.to_owned(),
        resource_id: format!("i-{id}"),
        event_type: EventType::new(raw_type),
        state: State {
            raw: state.to_owned(),
            kind: kind(state),
        },
        level: None,
        published_at: None,
        not_before: None,
        not_after: None,
        deadline: None,
        started_at: None,
        finished_at: None,
        description: Vec::new(),
        source: None,
        raw: "{}".to_owned(),
    }
}

/// A Huawei event in another account.
pub fn huawei(id: &str, raw_type: &str, state: &str) -> Event {
    Event {
        account: "ecs".to_owned(),
        provider: Provider::HuaweiEcs,
        ..ens(id, raw_type, state)
    }
}

pub fn at(hours: i64) -> Timestamp {
    Timestamp::from_millis(hours * 3_600_000)
}

fn kind(state: &str) -> StateKind {
    let lower = state.to_lowercase();
    let known = if lower == "executed" {
        "completed"
    } else {
        &lower
    };
    known.parse().unwrap_or(StateKind::Other)
}
