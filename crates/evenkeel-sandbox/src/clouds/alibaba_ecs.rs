//! Simulates Alibaba Cloud ECS, version 2014-05-26: RPC style, numbered lists, some orders by instance and not by event.
//!
//! <https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-overview>

mod act;
mod disks;
mod event;
mod fleet;
mod instances;
mod list;
mod refusal;
mod request;

use axum::response::Response;

use self::{
    act::{
        Accept, Reschedule,
        reboot::{Reboot, RebootOne},
        redeploy::Redeploy,
        simulate::{Cancel, Create},
    },
    disks::{DiskEvents, Disks},
    instances::Instances,
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
const VERSION: &str = "2014-05-26";

static PROVIDER: Provider = Provider {
    name: "alibaba-ecs",
    short: "Alibaba Cloud ECS",
    operations: &[
        operation("DescribeInstanceHistoryEvents", Effect::Lists),
        // A list too, with pages by number alone.
        operation("DescribeDisksFullStatus", Effect::Lists),
        operation("AcceptInquiredSystemEvent", Effect::Acts),
        operation("ModifySystemEventAttribute", Effect::Acts),
        operation("RedeployInstance", Effect::Acts),
        operation("RebootInstance", Effect::Acts),
        operation("RebootInstances", Effect::ActsOnSeveral),
        operation("CreateSimulatedSystemEvents", Effect::Acts),
        operation("CancelSimulatedSystemEvents", Effect::Acts),
        operation("DescribeInstances", Effect::LooksUp),
        operation("DescribeDisks", Effect::LooksUp),
    ],
};

const fn operation(name: &'static str, effect: Effect) -> Operation {
    Operation {
        name,
        effect,
        answers_with_body: true,
        pads_resource_ids: false,
    }
}

static KEYS: Keys = alibaba::keys(PROVIDER.name, "Alibaba Cloud ECS", "sandbox-alibaba-ecs");

/// Alibaba Cloud ECS.
#[derive(Debug)]
pub(super) struct AlibabaEcs;

impl Cloud for AlibabaEcs {
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
        let params = &Params::read(call);
        Ok(match operation.name {
            "DescribeDisksFullStatus" => Box::new(DiskEvents::parse(params)?),
            "AcceptInquiredSystemEvent" => Box::new(Accept::parse(params)?),
            "ModifySystemEventAttribute" => Box::new(Reschedule::parse(params, now)?),
            "RedeployInstance" => Box::new(Redeploy::parse(params)?),
            "RebootInstance" => Box::new(RebootOne::parse(params)?),
            "RebootInstances" => Box::new(Reboot::parse(params)?),
            "CreateSimulatedSystemEvents" => Box::new(Create::parse(params, now)?),
            "CancelSimulatedSystemEvents" => Box::new(Cancel::parse(params)?),
            "DescribeInstances" => Box::new(Instances::parse(params)?),
            "DescribeDisks" => Box::new(Disks::parse(params)?),
            _ => Box::new(Listing::parse(params)?),
        })
    }

    fn throttled(&self) -> Refusal {
        alibaba::refusal::throttled()
    }

    fn usual_error(&self, status: u16) -> Refusal {
        alibaba::refusal::usual_error(status, refusal::DENIED)
    }

    fn too_large(&self) -> Refusal {
        alibaba::refusal::too_large()
    }

    fn refuse(&self, refusal: &Refusal, call: Option<&Call>, request_id: &str) -> Response {
        alibaba::refusal::response(refusal, call, "ecs-cn-hangzhou.aliyuncs.com", request_id)
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
