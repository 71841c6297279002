//! Events that ask for an answer, and batches that give one: each event is in one item, and nothing
//! else ever moves it.

use evenkeel::{Action, BatchDraft, DataPolicy, ItemDraft, Password, Timestamp, When};
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
    pub(crate) drafts: Vec<BatchDraft>,
}

impl Fleet {
    pub(crate) fn generate(random: &mut StdRng, shape: Shape, now: i64) -> Self {
        let mut ens = Vec::new();
        let mut huawei = Vec::new();
        let mut drafts = Vec::new();
        for (action, kind, count) in [
            (
                Action::Redeploy,
                "Instance:SystemFailure.Redeploy",
                shape.redeploy,
            ),
            (
                Action::Migrate,
                "Instance:SystemUpgrade.Migrate",
                shape.migrate,
            ),
            (
                Action::Reboot,
                "Instance:SystemMaintenance.Reboot",
                shape.reboot,
            ),
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
                // A password is for what is moved at once: at least one is.
                let when = match (action, number) {
                    (Action::Migrate, 0) => When::Now,
                    _ => when(random, now),
                };
                items.push(ItemDraft {
                    event_id: id,
                    resource_id: resource,
                    when: Some(when),
                    data_policy: (action == Action::Migrate).then_some(DataPolicy::TryTransfer),
                });
            }
            drafts.push(BatchDraft {
                account: "sandbox-ens".to_owned(),
                action,
                items,
                password: (action == Action::Migrate)
                    .then(|| Password::new("Chaos-2027".to_owned())),
            });
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
            items.push(item(&id, &resource, when(random, now)));
        }
        drafts.push(huawei_batch(Action::Accept, items));
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
            let at = Timestamp::from_millis(now + 12 * DAY);
            items.push(item(&id, &resource, When::At(at)));
        }
        drafts.push(huawei_batch(Action::Reschedule, items));
        drafts.retain(|draft| !draft.items.is_empty());
        Self {
            state: json!({
                "version": 1, "now": time(now), "events": {"ens": ens, "huawei-ecs": huawei},
            }),
            drafts,
        }
    }
}

/// Now or in some days, before the clouds go ahead by themselves.
fn when(random: &mut StdRng, now: i64) -> When {
    if random.random_bool(0.5) {
        When::Now
    } else {
        When::At(Timestamp::from_millis(
            now + random.random_range(2..9) * DAY,
        ))
    }
}

/// An item of an action that has nothing but a time to choose.
pub(crate) fn item(event_id: &str, resource_id: &str, when: When) -> ItemDraft {
    ItemDraft {
        event_id: event_id.to_owned(),
        resource_id: resource_id.to_owned(),
        when: Some(when),
        data_policy: None,
    }
}

/// A batch for the sandbox's account at Huawei.
pub(crate) fn huawei_batch(action: Action, items: Vec<ItemDraft>) -> BatchDraft {
    BatchDraft {
        account: "sandbox-huawei".to_owned(),
        action,
        items,
        password: None,
    }
}

fn time(ms: i64) -> String {
    Timestamp::from_millis(ms).to_string()
}

fn uuid(kind: usize, number: usize) -> String {
    format!("00000000-0000-4000-800{kind}-{number:012}")
}
