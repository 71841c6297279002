//! Events that ask for an answer, and batches that give one: each event is in one item, and nothing
//! else ever moves it.
#![allow(
    clippy::indexing_slicing,
    reason = "a field that JSON does not have is null"
)]

use evenkeel::Timestamp;
use rand::{Rng as _, rngs::StdRng};
use serde_json::{Value, json};

const HOUR: i64 = 60 * 60 * 1000;
const DAY: i64 = 24 * HOUR;

/// How many events there are for each action.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Shape {
    pub(crate) redeploy: usize,
    pub(crate) migrate: usize,
    pub(crate) reboot: usize,
    pub(crate) accept: usize,
    pub(crate) reschedule: usize,
}

impl Shape {
    /// Every action, and one batch that is more than a chunk.
    pub(crate) const MIXED: Self = Self {
        redeploy: 25,
        migrate: 3,
        reboot: 3,
        accept: 5,
        reschedule: 3,
    };
    pub(crate) const NONE: Self = Self {
        redeploy: 0,
        migrate: 0,
        reboot: 0,
        accept: 0,
        reschedule: 0,
    };
}

/// What the clouds have, and what is asked of them.
#[derive(Debug)]
pub(crate) struct Fleet {
    /// As the sandbox takes it.
    pub(crate) state: Value,
    /// As `POST batches` takes them.
    pub(crate) drafts: Vec<Value>,
}

impl Fleet {
    pub(crate) fn generate(random: &mut StdRng, shape: Shape, now: i64) -> Self {
        let mut ens = Vec::new();
        let mut huawei = Vec::new();
        let mut drafts = Vec::new();
        for (action, kind, count) in [
            (
                "redeploy",
                "Instance:SystemFailure.Redeploy",
                shape.redeploy,
            ),
            ("migrate", "Instance:SystemUpgrade.Migrate", shape.migrate),
            ("reboot", "Instance:SystemMaintenance.Reboot", shape.reboot),
        ] {
            let mut items = Vec::new();
            for number in 0..count {
                let (id, resource) = (
                    format!("e-{action}-{number}"),
                    format!("i-{action}-{number}"),
                );
                ens.push(json!({
                    "id": id, "resource_id": resource, "type": kind, "level": "WARN",
                    "published_at": time(now - DAY), "not_before": time(now + 10 * DAY),
                    "course": {"kind": "asking", "until": time(now + 10 * DAY)},
                }));
                let mut item = json!({"event_id": id, "resource_id": resource});
                // A password is for what is moved at once: at least one is.
                item["when"] = match (action, number) {
                    ("migrate", 0) => "now".into(),
                    _ => when(random, now),
                };
                if action == "migrate" {
                    item["data_policy"] = "try_transfer".into();
                }
                items.push(item);
            }
            let mut draft = json!({"account": "sandbox-ens", "action": action, "items": items});
            if action == "migrate" {
                draft["password"] = "Chaos-2027".into();
            }
            drafts.push(draft);
        }
        let mut items = Vec::new();
        for number in 0..shape.accept {
            let (id, resource) = (uuid(1, number), uuid(2, number));
            huawei.push(json!({
                "id": id, "resource_id": resource, "type": "instance-redeploy",
                "published_at": time(now - DAY), "not_before": time(now + 10 * DAY),
                "deadline": time(now + 20 * DAY),
                "course": {"kind": "asking", "until": time(now + 10 * DAY)},
            }));
            items.push(json!({
                "event_id": id, "resource_id": resource, "when": when(random, now),
            }));
        }
        drafts.push(json!({"account": "sandbox-huawei", "action": "accept", "items": items}));
        let mut items = Vec::new();
        for number in 0..shape.reschedule {
            let (id, resource) = (uuid(3, number), uuid(4, number));
            huawei.push(json!({
                "id": id, "resource_id": resource, "type": "instance-redeploy",
                "published_at": time(now - DAY), "not_before": time(now + 10 * DAY),
                "deadline": time(now + 20 * DAY),
                "course": {
                    "kind": "planned",
                    "starts_at": time(now + 10 * DAY), "ends_at": time(now + 10 * DAY + HOUR),
                },
            }));
            items.push(json!({
                "event_id": id, "resource_id": resource, "when": {"at": time(now + 12 * DAY)},
            }));
        }
        drafts.push(json!({"account": "sandbox-huawei", "action": "reschedule", "items": items}));
        drafts.retain(|draft| {
            draft["items"]
                .as_array()
                .is_some_and(|items| !items.is_empty())
        });
        Self {
            state: json!({
                "version": 1, "now": time(now), "events": {"ens": ens, "huawei-ecs": huawei},
            }),
            drafts,
        }
    }
}

/// Now or in some days, before the clouds go ahead by themselves.
fn when(random: &mut StdRng, now: i64) -> Value {
    if random.random_bool(0.5) {
        "now".into()
    } else {
        json!({"at": time(now + random.random_range(2..9) * DAY)})
    }
}

fn time(ms: i64) -> String {
    Timestamp::from_millis(ms).to_string()
}

fn uuid(kind: usize, number: usize) -> String {
    format!("00000000-0000-4000-800{kind}-{number:012}")
}
