//! Events for tests.

use std::collections::BTreeMap;

use evenkeel::{Action, Event, EventType, Provider, State, StateKind, Timestamp, When};
use evenkeel_api::{
    AccountPhase, AccountStatus, Actor, BatchCounts, BatchState, BatchSummary, Item, ItemState,
    Resource, StoredEvent,
};

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
        restriction: None,
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

/// An event of Alibaba Cloud ECS in a third account.
pub fn alibaba(id: &str, raw_type: &str, state: &str) -> Event {
    Event {
        account: "ali".to_owned(),
        provider: Provider::AlibabaEcs,
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

/// An event as the store has it, seen once and still listed.
pub fn stored(event: Event) -> StoredEvent {
    StoredEvent {
        event,
        first_seen_at: at(0),
        seen_at: at(0),
        changed_at: at(0),
        gone_at: None,
        resource: None,
        open_items: Vec::new(),
    }
}

/// A resource of which a name is known.
pub fn named(name: &str) -> Resource {
    Resource {
        name: Some(name.to_owned()),
        ..Resource::default()
    }
}

/// An event whose resource has this name, and these tags.
pub fn stored_named(event: Event, name: &str, tags: &[(&str, &str)]) -> StoredEvent {
    let tags = tags
        .iter()
        .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()));
    StoredEvent {
        resource: Some(Resource {
            tags: tags.collect(),
            ..named(name)
        }),
        ..stored(event)
    }
}

pub fn status(account: &str, phase: AccountPhase) -> AccountStatus {
    AccountStatus {
        account: account.to_owned(),
        phase,
        updated_at: None,
        next_at: None,
        walk: None,
        error: None,
        names_off: None,
        lists_off: None,
        events: 0,
    }
}

/// An item whose event stands so.
pub fn staged(index: u32, state: ItemState, event: StateKind) -> Item {
    Item {
        maintenance: Some(event),
        ..item(index, state)
    }
}

/// An item of a batch, on event `e-{index}`.
pub fn item(index: u32, state: ItemState) -> Item {
    Item {
        index,
        event_id: format!("e-{index}"),
        resource_id: format!("i-{index}"),
        resource: None,
        when: When::Now,
        data_policy: None,
        state,
        maintenance: None,
        reason: None,
        code: None,
        message: None,
        request_id: None,
        settled_by: None,
        takes_password: false,
        due_at: None,
        retried_in: None,
        may_resend_at: None,
        updated_at: at(0),
        attempts: 0,
    }
}

/// A batch of redeploys with these items, as the server would sum it up.
pub fn summary(id: &str, items: &[Item]) -> BatchSummary {
    let mut counts = BatchCounts::default();
    let mut maintenance = BTreeMap::new();
    for item in items {
        *counts.get_mut(item.state) += 1;
        if let Some(stage) = item.maintenance {
            *maintenance.entry(stage).or_default() += 1;
        }
    }
    BatchSummary {
        id: id.to_owned(),
        account: "edge".to_owned(),
        provider: Provider::Ens,
        action: Action::Redeploy,
        created_at: at(0),
        by: Some(Actor::LOCAL),
        steps: Vec::new(),
        updated_at: at(0),
        retry_of: None,
        retried_by: Vec::new(),
        paused: false,
        held: None,
        cancelled: false,
        approval: None,
        state: BatchState::Sending,
        counts,
        maintenance,
        retryable: counts.rejected + counts.not_sent,
        total: counts.total(),
    }
}
