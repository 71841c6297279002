//! A cloud's answer. The first byte chooses the operation, the second the status, the third how many items were sent;
//! the rest is the body.

use std::collections::HashSet;

use evenkeel::{
    Action, Batch, BatchDraft, Chunk, Cursor, DataPolicy, Event, ItemDraft, Judgement, ListPage,
    Operation, OperationName, Outcome, Provider, Response, Rules, Scope, StateKind, When,
    first_pages,
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
        Some(action) => {
            let count = 1 + usize::from(*third) % MOST_ITEMS;
            judge(name.provider(), action, count, &response);
        }
    }
}

fn scope() -> Scope {
    Scope {
        account: "account".to_owned(),
        ..Scope::default()
    }
}

fn read(name: OperationName, response: &Response) {
    let mut lists = first_pages(name.provider(), 100).into_iter();
    let Some(list) = lists.find(|list| list.name() == name) else {
        panic!("an account is not asked for `{name}`");
    };
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
        for &action in name.provider().actions() {
            chunks_cover_each_item(name.provider(), action, &page.events);
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
        // What acts on a resource may help while its event is under way.
        assert!(
            !event.state.kind.is_past_acting()
                || event.state.kind == StateKind::Executing
                    && event.provider.acts_on_resource(offer.action),
            "an offer when it is too late"
        );
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
    // Of disks those are listed, too, that have no event; and a list by token ends where there is none.
    let may_be_empty = [
        OperationName::DescribeDisksFullStatus,
        OperationName::DescribeInstanceHistoryEvents,
    ];
    assert!(
        !page.events.is_empty() || may_be_empty.contains(&list.name()),
        "an empty page goes on"
    );
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
fn chunks_cover_each_item(provider: Provider, action: Action, events: &[Event]) {
    let known = Rules { now: now(), events };
    for rules in [known, Rules::at(now())] {
        for when in [When::Now, When::At(now().plus_millis(60_000))] {
            let items = events.iter();
            let items = items.map(|event| item(action, &event.id, &event.resource_id, when));
            let Ok(checked) = Batch::parse(provider, &draft(action, items.collect()), &rules)
            else {
                continue;
            };
            for size in [1, 3, provider.items_per_call()] {
                covers_each_item(&checked.value, size);
            }
        }
    }
}

fn item(action: Action, event_id: &str, resource_id: &str, when: When) -> ItemDraft {
    ItemDraft {
        event_id: event_id.to_owned(),
        resource_id: resource_id.to_owned(),
        when: Some(when),
        data_policy: (action == Action::Migrate).then_some(DataPolicy::TryTransfer),
    }
}

fn draft(action: Action, items: Vec<ItemDraft>) -> BatchDraft {
    BatchDraft {
        account: scope().account,
        action,
        items,
        password: None,
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
        let limit = match chunk.operation.name() {
            OperationName::BatchEventRedeployInstance
            | OperationName::BatchEventMigrateInstance
            | OperationName::BatchEventRebootInstance
            | OperationName::RebootInstances => size.max(1),
            _ => 1,
        };
        assert!((1..=limit).contains(&chunk.items.len()), "a call's size");
        let named = Chunk::from_operation(chunk.operation.clone());
        let named = named.as_ref().map_or(&[][..], Chunk::targets);
        let meant = chunk
            .items
            .iter()
            .filter_map(|index| batch.items().get(*index));
        assert_eq!(named.len(), chunk.items.len(), "not one target an item");
        for ((event, resource), item) in named.iter().zip(meant) {
            // A call may leave one of the two out, and not both.
            let (meant_event, meant_resource) = (item.event_id.as_str(), item.resource_id.as_str());
            let is_named = [(event, meant_event), (resource, meant_resource)]
                .iter()
                .all(|(named, meant)| named.is_empty() || named == meant);
            assert!(
                is_named && !(event.is_empty() && resource.is_empty()),
                "a call names others than its items"
            );
        }
    }
}

fn judge(provider: Provider, action: Action, count: usize, response: &Response) {
    let items = (0..count).map(|index| {
        let (event, resource) = match provider {
            Provider::Ens => (format!("e-{index}"), format!("i-{}", index % 7)),
            Provider::HuaweiEcs => (index.to_string(), format!("i-{}", index % 7)),
            // Calls name an instance, which is in a batch once.
            Provider::AlibabaEcs => (format!("e-{index}"), format!("i-{index}")),
        };
        let when = match (provider, action) {
            (Provider::AlibabaEcs, Action::Accept | Action::Redeploy | Action::Reboot) => When::Now,
            _ => When::At(now().plus_millis(60_000)),
        };
        item(action, &event, &resource, when)
    });
    let draft = draft(action, items.collect());
    let batch = match Batch::parse(provider, &draft, &Rules::at(now())) {
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
                if let Some(body) = &body {
                    let name = chunk.operation.name();
                    assert!(
                        says_yes(name, body, event, resource),
                        "accepted without a word"
                    );
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

/// Whether an answer says that the cloud took the order for this event, or on this resource.
fn says_yes(name: OperationName, body: &Value, event: &str, resource: &str) -> bool {
    let results = match name.provider() {
        // The status says all.
        Provider::HuaweiEcs => return true,
        Provider::Ens => body.get("Results"),
        Provider::AlibabaEcs if name == OperationName::RebootInstances => body
            .get("InstanceResponses")
            .and_then(|responses| responses.get("InstanceResponse")),
        Provider::AlibabaEcs => {
            return text(body.get("RequestId")).is_some() && body.get("Code").is_none();
        }
    };
    let is_about = |result: &Value| match name.provider() {
        Provider::Ens => {
            text(result.get("EventId")).as_deref() == Some(event)
                && text(result.get("ResourceId")).is_none_or(|id| id == resource)
        }
        _ => text(result.get("InstanceId")).as_deref() == Some(resource),
    };
    let results = results.and_then(Value::as_array).into_iter().flatten();
    results.filter(|result| is_about(result)).any(is_200)
}

fn text(value: Option<&Value>) -> Option<String> {
    match value {
        Some(Value::String(text)) => Some(text.trim().to_owned()),
        Some(Value::Number(number)) => Some(number.to_string()),
        _ => None,
    }
}

fn is_200(result: &Value) -> bool {
    match result.get("Code") {
        Some(Value::Number(code)) => code.as_f64() == Some(200.0),
        Some(Value::String(code)) => code.trim() == "200" || code.trim() == "+200",
        _ => false,
    }
}
