//! A cloud's answer. The first byte chooses the operation, the second the status, the third how many items were sent;
//! the rest is the body.

use std::collections::HashSet;

use evenkeel::{
    Action, Batch, BatchDraft, Chunk, Cursor, DataPolicy, Event, ItemDraft, Judgement, ListPage,
    Operation, OperationName, Outcome, Provider, Response, Rules, Scope, When, first_page,
};
use serde_json::Value;

use super::{now, operation};

const STATUSES: [u16; 12] = [200, 202, 204, 302, 400, 401, 403, 404, 408, 429, 500, 503];
/// More than one call of the console carries.
const MOST_ITEMS: usize = 25;

pub(super) fn check(data: &[u8]) {
    let [first, second, third, body @ ..] = data else {
        return;
    };
    let (name, _) = operation(*first);
    let headers = [
        ("X-Request-Id".to_owned(), "from-the-header".to_owned()),
        ("Retry-After".to_owned(), "3".to_owned()),
    ];
    let response = Response {
        status: STATUSES
            .get(usize::from(*second) % STATUSES.len())
            .copied()
            .unwrap_or(200),
        headers: headers
            .into_iter()
            .take(usize::from(*second) / STATUSES.len() % 3)
            .collect(),
        body: body.to_vec(),
    };
    match name.action() {
        None => read(name, &response),
        Some(action) => judge(action, 1 + usize::from(*third) % MOST_ITEMS, &response),
    }
}

fn scope() -> Scope {
    Scope {
        account: "account".to_owned(),
        ..Scope::default()
    }
}

fn read(name: OperationName, response: &Response) {
    let list = first_page(name.provider(), 100);
    let page = match list.page(&scope(), response) {
        Ok(page) => page,
        Err(error) => {
            assert!(!error.to_string().is_empty());
            assert!(serde_json::to_string(&error).is_ok());
            return;
        }
    };
    assert!(
        (200..300).contains(&response.status),
        "a page without success"
    );
    assert_eq!(list.page(&scope(), response).as_ref(), Ok(&page));
    let body = String::from_utf8_lossy(&response.body);
    for event in &page.events {
        keeps(event, &body);
    }
    goes_on(&list, &page);
    if !page.events.is_empty() {
        for &action in Action::ALL {
            chunks_cover_each_item(action, &page.events);
        }
    }
}

/// An event reads back from its own JSON, and holds what the cloud sent.
fn keeps(event: &Event, body: &str) {
    let json = serde_json::to_string(event).unwrap_or_default();
    match serde_json::from_str::<Event>(&json) {
        Ok(again) => assert_eq!(again, *event, "an event reads back as another"),
        Err(error) => panic!("an event does not read back: {error}: {json}"),
    }
    assert!(body.contains(&event.raw), "the raw text is not the cloud's");
    assert!(
        evenkeel::json::parse_answer(&event.raw).is_ok(),
        "the raw text is not JSON"
    );
    for id in [&event.id, &event.resource_id] {
        assert_eq!(id.trim(), id);
    }
    for offer in event.actions() {
        assert!(event.provider.actions().contains(&offer.action));
        assert!(!event.state.kind.is_past_acting());
    }
    let mut locales = HashSet::new();
    for (locale, text) in &event.description {
        assert!(locales.insert(locale), "a locale stands there twice");
        assert!(event.description_for(locale).is_some(), "{text}");
    }
    assert_eq!(
        event.description_for("zh-cn").is_some(),
        !event.description.is_empty()
    );
}

/// The next page is another one, asked for by parameters that are accepted; no event, no next page.
fn goes_on(list: &Operation, page: &ListPage) {
    let Some(next) = list.next(page) else {
        assert_eq!(page.next, None, "a cursor that leads nowhere");
        return;
    };
    assert!(!page.events.is_empty(), "an empty page goes on");
    assert_ne!(next, *list, "the next page is the same one");
    match &page.next {
        Some(Cursor::PageNumber(number)) => assert_eq!(*number, 2),
        Some(Cursor::Marker(marker)) => assert!(!marker.is_empty()),
        None => panic!("a next page without a cursor"),
    }
    let again = Operation::parse_json(
        next.name(),
        next.params_json().as_bytes(),
        &Rules::at(now()),
    );
    match again {
        Ok(again) => assert_eq!(again.value, next),
        Err(report) => panic!("the next page cannot be asked for: {report}"),
    }
}

/// Whatever events a cloud sends, a batch of them is refused or leaves whole, each item in one call.
fn chunks_cover_each_item(action: Action, events: &[Event]) {
    let items = events.iter().map(|event| ItemDraft {
        event_id: event.id.clone(),
        resource_id: event.resource_id.clone(),
        when: Some(When::At(now().plus_millis(60_000))),
        data_policy: (action == Action::Migrate).then_some(DataPolicy::TryTransfer),
    });
    let draft = BatchDraft {
        account: scope().account,
        action,
        items: items.collect(),
        password: None,
    };
    let known = Rules { now: now(), events };
    for rules in [known, Rules::at(now())] {
        let Ok(checked) = crate::draft::parse_batch(&draft, &rules) else {
            continue;
        };
        for size in [1, 3, crate::draft::provider_of(action).items_per_call()] {
            covers_each_item(&checked.value, size);
        }
    }
}

/// The calls of a batch carry each of its items once, and name it.
///
/// # Panics
///
/// When they do not.
pub fn covers_each_item(batch: &Batch, size: usize) {
    let chunks = batch.chunks(size);
    let covered: Vec<usize> = chunks
        .iter()
        .flat_map(|chunk| chunk.items.iter().copied())
        .collect();
    let all: Vec<usize> = (0..batch.items().len()).collect();
    assert_eq!(covered, all, "the calls do not carry each item once");
    for chunk in &chunks {
        let limit = match crate::draft::provider_of(batch.action()) {
            Provider::Ens => size.max(1),
            Provider::HuaweiEcs | Provider::AlibabaEcs => 1,
        };
        assert!((1..=limit).contains(&chunk.items.len()), "a call's size");
        let named = Chunk::from_operation(chunk.operation.clone());
        let named: Vec<String> = named
            .iter()
            .flat_map(|chunk| chunk.targets().iter().map(|(event, _)| event.clone()))
            .collect();
        let meant: Vec<String> = chunk
            .items
            .iter()
            .filter_map(|index| batch.items().get(*index))
            .map(|item| item.event_id.to_string())
            .collect();
        assert_eq!(named, meant, "a call names other events than its items");
    }
}

fn judge(action: Action, count: usize, response: &Response) {
    let ens = crate::draft::provider_of(action) == Provider::Ens;
    let items = (0..count).map(|index| ItemDraft {
        event_id: if ens {
            format!("e-{index}")
        } else {
            index.to_string()
        },
        resource_id: format!("i-{}", index % 7),
        when: Some(When::At(now().plus_millis(60_000))),
        data_policy: (action == Action::Migrate).then_some(DataPolicy::TryTransfer),
    });
    let draft = BatchDraft {
        account: scope().account,
        action,
        items: items.collect(),
        password: None,
    };
    let batch = match crate::draft::parse_batch(&draft, &Rules::at(now())) {
        Ok(checked) => checked.value,
        Err(report) => panic!("a plain draft is refused: {report}"),
    };
    for chunk in batch.chunks(MOST_ITEMS) {
        let judgement = chunk.judge(response);
        assert_eq!(judgement, chunk.judge(response), "judged otherwise again");
        one_outcome_an_item(&chunk, &judgement, response);
    }
}

fn one_outcome_an_item(chunk: &Chunk, judgement: &Judgement, response: &Response) {
    let success = (200..300).contains(&response.status);
    let outcomes = match judgement {
        Judgement::Throttled { error, .. } => {
            assert!(!success, "a success that throttles");
            assert_eq!(error.status, response.status);
            return;
        }
        Judgement::Settled(outcomes) => outcomes,
    };
    assert_eq!(outcomes.len(), chunk.items.len(), "not one outcome an item");
    let body = serde_json::from_slice::<Value>(&response.body).ok();
    for (outcome, (event, resource)) in outcomes.iter().zip(chunk.targets()) {
        let json = serde_json::to_string(outcome).unwrap_or_default();
        assert_eq!(
            serde_json::from_str::<Outcome>(&json).ok().as_ref(),
            Some(outcome)
        );
        match outcome {
            Outcome::Accepted { .. } => {
                assert!(success, "accepted without success");
                if let Some(body) = body
                    .as_ref()
                    .filter(|_| chunk.operation.name().provider() == Provider::Ens)
                {
                    assert!(says_200(body, event, resource), "accepted without a word");
                }
            }
            Outcome::Rejected { .. } => assert!(
                success || (400..500).contains(&response.status),
                "rejected by an answer that settles nothing"
            ),
            Outcome::NotSent { .. } => panic!("not sent, and yet answered"),
            Outcome::Unknown { .. } => {}
        }
        assert_eq!(
            outcome.may_retry(),
            matches!(outcome, Outcome::Rejected { .. })
        );
    }
}

/// Whether some result is a 200 for this event and, where it names one, this resource.
fn says_200(body: &Value, event: &str, resource: &str) -> bool {
    let text = |value: Option<&Value>| match value {
        Some(Value::String(text)) => Some(text.trim().to_owned()),
        Some(Value::Number(number)) => Some(number.to_string()),
        _ => None,
    };
    let results = body.get("Results").and_then(Value::as_array);
    results.into_iter().flatten().any(|result| {
        text(result.get("EventId")).as_deref() == Some(event)
            && text(result.get("ResourceId")).is_none_or(|id| id == resource)
            && match result.get("Code") {
                Some(Value::Number(code)) => code.as_f64() == Some(200.0),
                Some(Value::String(code)) => code.trim() == "200" || code.trim() == "+200",
                _ => false,
            }
    })
}
