//! Instances with two and three events each, and an order for every one of them.

use evenkeel::{Action, BatchDraft, Timestamp, When};
use serde_json::{Value, json};

use crate::{
    fleet::{Fleet, item},
    testbed::BEGIN,
};

/// The account at the cloud whose calls name instances; its twin has the same key.
pub(super) const ACCOUNT: &str = "sandbox-alibaba-ecs";

/// How many instances there are of each kind.
const INSTANCES: usize = 2;
const HOUR: i64 = 60 * 60 * 1000;

/// An event of an instance, and what is ordered for it. Whatever of it is done to the instance, the others stay as they
/// are, so that there is something left to order.
struct Kind {
    name: &'static str,
    event_type: &'static str,
    action: Action,
    course: fn() -> Value,
    /// Whether carrying it out fails: then it stays scheduled whatever is done, until its own time.
    fails: bool,
}

/// It waits for an answer; a redeployment is one.
const ASKING: Kind = Kind {
    name: "asking",
    event_type: "SystemMaintenance.Redeploy",
    action: Action::Redeploy,
    course: || json!({"kind": "asking"}),
    fails: false,
};
/// It has been agreed to, and waits for a reboot.
const WAITING: Kind = Kind {
    name: "waiting",
    event_type: "SystemMaintenance.RebootAndIsolateErrorDisk",
    action: Action::Reboot,
    course: || json!({"kind": "planned", "starts_at": time(-1)}),
    fails: false,
};
/// A reboot is taken, and does not avoid it: it is over when its own time has come.
const PLANNED: Kind = Kind {
    name: "planned",
    event_type: "SystemMaintenance.Reboot",
    action: Action::Reboot,
    course: || json!({"kind": "planned", "starts_at": time(9), "ends_at": time(10)}),
    fails: true,
};
/// The same of a redeployment, later.
const LATER: Kind = Kind {
    name: "later",
    event_type: "SystemMaintenance.Redeploy",
    action: Action::Redeploy,
    course: || json!({"kind": "planned", "starts_at": time(30), "ends_at": time(31)}),
    fails: true,
};

/// The events that the instances of a kind have.
const SETS: [(&str, &[Kind]); 2] = [
    ("two", &[ASKING, WAITING]),
    ("three", &[ASKING, PLANNED, LATER]),
];

fn time(hours: i64) -> String {
    Timestamp::from_millis(BEGIN + hours * HOUR).to_string()
}

fn each() -> impl Iterator<Item = (String, String, &'static Kind)> {
    SETS.iter().flat_map(|(set, kinds)| {
        (0..INSTANCES).flat_map(move |number| {
            let instance = format!("i-{set}-{number}");
            kinds.iter().map(move |kind| {
                let event = format!("e-{set}-{number}-{}", kind.name);
                (event, instance.clone(), kind)
            })
        })
    })
}

/// The events, with no batches of the testbed's own.
pub(super) fn fleet() -> Fleet {
    let events = each().map(|(event, instance, kind)| {
        let course = (kind.course)();
        let mut event = json!({
            "id": event, "resource_id": instance, "type": kind.event_type,
            "published_at": time(-24), "course": course, "fails": kind.fails,
        });
        if let (Some(event), Some(at)) = (event.as_object_mut(), course.get("starts_at")) {
            event.insert("not_before".to_owned(), at.clone());
        }
        event
    });
    Fleet {
        state: json!({"version": 1, "now": time(0), "events": {"alibaba-ecs": events.collect::<Vec<_>>()}}),
        drafts: Vec::new(),
    }
}

/// A batch for all events of each kind, for whichever account.
pub(super) fn drafts() -> Vec<BatchDraft> {
    let kinds = [ASKING, WAITING, PLANNED, LATER];
    let drafts = kinds.iter().map(|kind| {
        let items = each().filter(|(_, _, other)| other.name == kind.name);
        BatchDraft {
            account: ACCOUNT.to_owned(),
            action: kind.action,
            items: items
                .map(|(event, instance, _)| item(&event, &instance, When::Now))
                .collect(),
            password: None,
        }
    });
    drafts.collect()
}
