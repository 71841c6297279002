//! Events for the tests of this folder, read as the core reads them, and the choices of a review of them.

use evenkeel::{Action, Event, Provider, Response, Scope, first_page};

use super::choices::Choices;
use crate::events::{Chosen, Group};

fn read(provider: Provider, account: &str, body: String) -> Event {
    let response = Response {
        status: 200,
        headers: Vec::new(),
        body: body.into_bytes(),
    };
    let scope = Scope {
        account: account.to_owned(),
        ..Scope::default()
    };
    first_page(provider, 10)
        .page(&scope, &response)
        .expect("a page")
        .events
        .remove(0)
}

/// An inquiring event of ENS, `e-{n}` on `i-{n}`, at 2026-11-24T00:00:00Z.
pub fn ens(n: &str, event_type: &str) -> Event {
    read(
        Provider::Ens,
        "edge",
        format!(
            r#"{{"Events":[{{"EventId":"e-{n}","ResourceId":"i-{n}","EventType":"{event_type}","EventStatus":"Inquiring","NotBefore":1795478400000}}]}}"#
        ),
    )
}

/// An event of Huawei, `h-{n}` on `vm-{n}`, with a deadline of 2026-11-24T00:00:00Z.
pub fn huawei(n: &str, event_type: &str, state: &str) -> Event {
    read(
        Provider::HuaweiEcs,
        "north",
        format!(
            r#"{{"events":[{{"id":"h-{n}","instance_id":"vm-{n}","type":"{event_type}","state":"{state}","not_before":"2026-11-23T00:00:00Z","not_before_deadline":"2026-11-24T00:00:00Z"}}]}}"#
        ),
    )
}

/// A review of these events, all of one account, with an action that is chosen already.
pub fn choices<E: Into<Chosen>>(action: Action, events: impl IntoIterator<Item = E>) -> Choices {
    let events: Vec<Chosen> = events.into_iter().map(Into::into).collect();
    let first = events.first().expect("an event");
    Choices::of(&Group {
        account: first.event.account.clone(),
        provider: first.event.provider,
        actions: vec![action],
        events,
    })
}
