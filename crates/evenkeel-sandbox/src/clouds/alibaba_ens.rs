//! Simulates Alibaba Cloud ENS, version 2017-11-10: one address, the action in a header or, with RPC v1, a parameter.
//!
//! <https://www.alibabacloud.com/help/en/ens/developer-reference/api-ens-2017-11-10-overview>

mod act;
mod event;
mod fleet;
mod instances;
mod list;
mod refusal;
mod request;

use axum::response::Response;

use self::{
    act::{Action, Batch, Single},
    instances::{Instances, Tags},
    list::Listing,
};
use super::alibaba::{self, params::Params, signature};
use crate::{
    Keys,
    call::Call,
    call_log::CallEntry,
    cloud::{Cloud, Request, Route},
    event::{Event, EventRecord},
    nonce::Nonces,
    provider::{Effect, Operation, Provider},
    refusal::Refusal,
};

/// The only version there is.
const VERSION: &str = "2017-11-10";

static PROVIDER: Provider = Provider {
    name: "ens",
    short: "ENS",
    operations: &[
        Operation {
            name: "DescribeHistoryEvents",
            effect: Effect::Lists,
            answers_with_body: true,
            pads_resource_ids: true,
        },
        batch("BatchEventRedeployInstance"),
        batch("BatchEventMigrateInstance"),
        batch("BatchEventRebootInstance"),
        single("EventRedeployInstance"),
        single("EventMigrateInstance"),
        single("EventRebootInstance"),
        look_up("DescribeInstances"),
        look_up("ListTagResources"),
    ],
};

const fn batch(name: &'static str) -> Operation {
    Operation {
        name,
        effect: Effect::ActsOnSeveral,
        answers_with_body: true,
        pads_resource_ids: true,
    }
}

const fn single(name: &'static str) -> Operation {
    Operation {
        name,
        effect: Effect::Acts,
        answers_with_body: true,
        pads_resource_ids: false,
    }
}

const fn look_up(name: &'static str) -> Operation {
    Operation {
        name,
        effect: Effect::LooksUp,
        answers_with_body: true,
        pads_resource_ids: false,
    }
}

static KEYS: Keys = alibaba::keys(PROVIDER.name, "Alibaba Cloud ENS", "sandbox-ens");

/// Alibaba Cloud ENS.
#[derive(Debug)]
pub(super) struct AlibabaEns;

impl Cloud for AlibabaEns {
    fn provider(&self) -> &'static Provider {
        &PROVIDER
    }

    fn keys(&self) -> &'static Keys {
        &KEYS
    }

    fn route(&self) -> Route {
        alibaba::route()
    }

    fn is_for(&self, call: &Call) -> bool {
        signature::version(call).as_deref() == Some(VERSION)
    }

    fn request_id(&self) -> String {
        alibaba::request_id()
    }

    fn request_id_header(&self) -> &'static str {
        alibaba::REQUEST_ID_HEADER
    }

    fn describe(&self, call: &Call, entry: &mut CallEntry) {
        signature::describe(call, &PROVIDER, entry);
    }

    fn verify(
        &self,
        call: &Call,
        now: i64,
        nonces: &Nonces,
    ) -> Result<&'static Operation, Refusal> {
        alibaba::verify(call, &PROVIDER, VERSION, &KEYS, now, nonces)
    }

    fn read(
        &self,
        operation: &'static Operation,
        call: &Call,
        now: i64,
    ) -> Result<Box<dyn Request>, Refusal> {
        let params = Params::read(call);
        let action = match operation.name {
            "BatchEventRedeployInstance" | "EventRedeployInstance" => Action::Redeploy,
            "BatchEventMigrateInstance" | "EventMigrateInstance" => Action::Migrate,
            "BatchEventRebootInstance" | "EventRebootInstance" => Action::Reboot,
            "DescribeInstances" => return Ok(Box::new(Instances::parse(&params)?)),
            "ListTagResources" => return Ok(Box::new(Tags::parse(&params)?)),
            _ => return Ok(Box::new(Listing::parse(&params)?)),
        };
        Ok(if operation.is_batch() {
            Box::new(Batch::parse(action, &params, now)?)
        } else {
            Box::new(Single::parse(action, &params, now)?)
        })
    }

    fn throttled(&self) -> Refusal {
        alibaba::refusal::throttled()
    }

    fn usual_error(&self, status: u16) -> Refusal {
        alibaba::refusal::usual_error(status, ("NoPermission", "Permission denied."))
    }

    fn too_large(&self) -> Refusal {
        alibaba::refusal::too_large()
    }

    fn refuse(&self, refusal: &Refusal, call: Option<&Call>, request_id: &str) -> Response {
        alibaba::refusal::response(refusal, call, "ens.aliyuncs.com", request_id)
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
