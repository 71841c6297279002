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
mod verify;

use axum::{response::Response, routing::MethodFilter};
use uuid::Uuid;

use self::{
    act::{Action, Batch, Single},
    instances::{Instances, Tags},
    list::Listing,
    request::Params,
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

static KEYS: Keys = Keys {
    provider: PROVIDER.name,
    title: "Alibaba Cloud ENS",
    account: "sandbox-ens",
    access_key_id: "LTAIevenkeelSandbox",
    secret: "evenkeel-sandbox-not-a-secret",
    project_id: None,
    temporary: TemporaryKey {
        access_key_id: "STS.evenkeelSandbox",
        secret: "evenkeel-sandbox-temporary-not-a-secret",
        security_token: "evenkeel-sandbox-token-not-a-secret",
    },
    variables: Variables {
        access_key_id: "ALIBABA_CLOUD_ACCESS_KEY_ID",
        secret: "ALIBABA_CLOUD_ACCESS_KEY_SECRET",
        security_token: "ALIBABA_CLOUD_SECURITY_TOKEN",
        project_id: None,
    },
};

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
        Route::Path("/", MethodFilter::GET.or(MethodFilter::POST))
    }

    fn request_id(&self) -> String {
        Uuid::new_v4().to_string().to_uppercase()
    }

    fn request_id_header(&self) -> &'static str {
        "x-acs-request-id"
    }

    fn describe(&self, call: &Call, entry: &mut CallEntry) {
        let params = Params::read(call);
        params.describe(entry);
        verify::describe(call, &params, entry);
    }

    fn verify(
        &self,
        call: &Call,
        now: i64,
        nonces: &Nonces,
    ) -> Result<&'static Operation, Refusal> {
        let signed = verify::verify(call, &Params::read(call), &KEYS, now, nonces)?;
        if signed.version != VERSION {
            return Err(refusal::no_such_version());
        }
        let operation = PROVIDER
            .operation(&signed.action)
            .ok_or_else(refusal::no_such_action)?;
        if operation.acts() && !signed.covers_body {
            return Err(refusal::incomplete(
                "The body of a call that acts must be signed.",
            ));
        }
        Ok(operation)
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
        refusal::throttled()
    }

    fn usual_error(&self, status: u16) -> Refusal {
        refusal::usual_error(status)
    }

    fn too_large(&self) -> Refusal {
        refusal::too_large()
    }

    fn refuse(&self, refusal: &Refusal, call: Option<&Call>, request_id: &str) -> Response {
        refusal::response(refusal, call, request_id)
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
