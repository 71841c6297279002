//! Simulates Huawei Cloud ECS, v3: scheduled events under a project.
//!
//! <https://support.huaweicloud.com/intl/en-us/api-ecs/ecs_02_2201.html>

mod act;
mod event;
mod fleet;
mod list;
mod refusal;
mod request;
mod servers;
mod verify;

use axum::response::Response;
use uuid::Uuid;

use self::{
    act::{Act, Order},
    list::Listing,
    request::Target,
    servers::Servers,
};
use crate::{
    Keys, TemporaryKey,
    call::Call,
    call_log::CallEntry,
    cloud::{Cloud, Request, Route},
    event::{Event, EventRecord},
    keys::Variables,
    nonce::Nonces,
    provider::{Effect, Operation, Provider},
    refusal::Refusal,
};

static PROVIDER: Provider = Provider {
    name: "huawei-ecs",
    short: "Huawei Cloud",
    operations: &[
        Operation {
            name: "ListScheduledEvents",
            effect: Effect::Lists,
            answers_with_body: true,
            pads_resource_ids: false,
        },
        act("AcceptScheduledEvent"),
        act("UpdateScheduledEvent"),
        Operation {
            name: "ListServersDetails",
            effect: Effect::LooksUp,
            answers_with_body: true,
            pads_resource_ids: false,
        },
    ],
};

/// An operation that acts, which answers with a status alone.
const fn act(name: &'static str) -> Operation {
    Operation {
        name,
        effect: Effect::Acts,
        answers_with_body: false,
        pads_resource_ids: false,
    }
}

const PROJECT: &str = "5a4d0000000000000000000000e7e4ee";

static KEYS: Keys = Keys {
    provider: PROVIDER.name,
    title: "Huawei Cloud ECS",
    account: "sandbox-huawei",
    access_key_id: "EVENKEELSANDBOX00000",
    secret: "evenkeelSandboxNotASecret0000000000000",
    project_id: Some(PROJECT),
    temporary: TemporaryKey {
        access_key_id: "EVENKEELTEMPORARY000",
        secret: "evenkeelSandboxTemporaryNotASecret000000",
        security_token: "evenkeelSandboxTokenNotASecret",
    },
    variables: Variables {
        access_key_id: "HUAWEICLOUD_SDK_AK",
        secret: "HUAWEICLOUD_SDK_SK",
        security_token: "HUAWEICLOUD_SDK_SECURITY_TOKEN",
        project_id: Some("HUAWEICLOUD_SDK_PROJECT_ID"),
    },
};

/// Huawei Cloud ECS.
#[derive(Debug)]
pub(super) struct HuaweiEcs;

impl Cloud for HuaweiEcs {
    fn provider(&self) -> &'static Provider {
        &PROVIDER
    }

    fn keys(&self) -> &'static Keys {
        &KEYS
    }

    fn route(&self) -> Route {
        Route::Rest
    }

    fn is_for(&self, call: &Call) -> bool {
        Target::of(call).is_some()
    }

    fn request_id(&self) -> String {
        Uuid::new_v4().simple().to_string()
    }

    fn request_id_header(&self) -> &'static str {
        "x-request-id"
    }

    fn describe(&self, call: &Call, entry: &mut CallEntry) {
        verify::describe(call, entry);
        if let Some(target) = Target::of(call) {
            target.describe(call, entry);
        }
    }

    fn verify(&self, call: &Call, now: i64, _: &Nonces) -> Result<&'static Operation, Refusal> {
        let target = Target::of(call).ok_or_else(refusal::no_such_api)?;
        let operation = PROVIDER
            .operation(target.operation)
            .ok_or_else(refusal::no_such_api)?;
        verify::verify(call, operation, &KEYS, now)?;
        if target.project != PROJECT {
            return Err(refusal::no_such_project());
        }
        Ok(operation)
    }

    fn read(
        &self,
        operation: &'static Operation,
        call: &Call,
        now: i64,
    ) -> Result<Box<dyn Request>, Refusal> {
        let order = match operation.name {
            "AcceptScheduledEvent" => Order::accept(&call.body, now)?,
            "UpdateScheduledEvent" => Order::update(&call.body, now)?,
            "ListServersDetails" => return Ok(Box::new(Servers::parse(&call.query)?)),
            _ => return Ok(Box::new(Listing::parse(&call.query)?)),
        };
        let target = Target::of(call).ok_or_else(refusal::no_such_api)?;
        Ok(Box::new(Act::new(target.event_id, order)))
    }

    fn throttled(&self) -> Refusal {
        refusal::throttled()
    }

    fn usual_error(&self, status: u16) -> Refusal {
        refusal::usual_error(status)
    }

    fn too_large(&self) -> Refusal {
        refusal::too_large()
    }

    fn refuse(&self, refusal: &Refusal, _: Option<&Call>, request_id: &str) -> Response {
        refusal::response(refusal, request_id)
    }

    fn generate(&self, seed: u64, count: usize, now: i64, step: i64) -> Vec<Event> {
        fleet::generate(seed, count, now, step)
    }

    fn event_types(&self) -> &'static [&'static str] {
        event::TYPES
    }

    fn check(&self, event: &EventRecord<'_>) -> Result<(), String> {
        event::check(event)
    }
}
