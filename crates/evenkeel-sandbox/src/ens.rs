//! Alibaba Cloud ENS, version 2017-11-10: one address, the action in a header or, with RPC v1, a parameter.
//!
//! <https://www.alibabacloud.com/help/en/ens/developer-reference/api-ens-2017-11-10-overview>

mod act;
mod list;
mod param;
mod refusal;
mod verify;

use std::sync::Arc;

use axum::{
    extract::{Request, State},
    response::Response,
};
use uuid::Uuid;

use self::{act::Order, list::Listing, param::Params, refusal::Refusal};
use crate::{
    answer,
    call::Call,
    cloud::{Cloud, Operation},
    fault::{Plan, Target},
    spoil::spoil,
    trace::Trace,
    world::World,
};

/// The only version there is.
const VERSION: &str = "2017-11-10";

/// A call that has been understood.
enum Parsed {
    List(Listing),
    Act(Vec<Order>),
}

impl Parsed {
    fn parse(operation: Operation, params: &Params, now: i64) -> Result<Self, Refusal> {
        if operation == Operation::DescribeHistoryEvents {
            Listing::parse(params).map(Self::List)
        } else if operation.is_batch() {
            act::parse_batch(operation, params, now).map(Self::Act)
        } else {
            act::parse_single(operation, params, now).map(|order| Self::Act(vec![order]))
        }
    }
}

/// Answers whatever comes to `/`.
pub(crate) async fn handle(State(world): State<Arc<World>>, request: Request) -> Response {
    let request_id = Uuid::new_v4().to_string().to_uppercase();
    let mut trace = Trace::new(Cloud::Ens, world.now(), &request_id);
    let response = match Call::read(request).await {
        Some(call) => answer(&world, &call, &mut trace, &request_id).await,
        None => Refusal::new(
            413,
            "RequestEntityTooLarge",
            "The request body is too large.",
        )
        .response("ens.aliyuncs.com", &request_id),
    };
    trace.answered(&response);
    world.lock().tally.log(&trace);
    let response = answer::dated(response, world.clock());
    answer::with_header(response, "x-acs-request-id", &request_id)
}

async fn answer(world: &World, call: &Call, trace: &mut Trace, request_id: &str) -> Response {
    let params = Params::read(call);
    params.trace(trace);
    let outcome = attempt(world, call, &params, trace, request_id).await;
    let (response, plan) = match outcome {
        Ok((Ok(response), plan)) => (response, plan),
        Ok((Err(refusal), plan)) => (refused(call, &refusal, request_id), plan),
        Err(refusal) => return refused(call, &refusal, request_id),
    };
    spoil(response, &plan).await
}

fn refused(call: &Call, refusal: &Refusal, request_id: &str) -> Response {
    let host = call.header("host").unwrap_or("ens.aliyuncs.com");
    refusal.response(host, request_id)
}

/// What the service says, and how it is spoiled on its way out; an error is what the gates in front of it say, which is
/// not spoiled.
async fn attempt(
    world: &World,
    call: &Call,
    params: &Params,
    trace: &mut Trace,
    request_id: &str,
) -> Result<(Result<Response, Refusal>, Plan), Refusal> {
    let signed = verify::verify(world, call, params, trace)?;
    let operation = operation(&signed)?;
    trace.operation(Some(operation));
    if operation.acts() && !signed.covers_body {
        return Err(Refusal::incomplete(
            "The body of a call that acts must be signed.",
        ));
    }
    let now = world.now();
    let parsed = Parsed::parse(operation, params, now);
    let plan = {
        let ids: Vec<&str> = match &parsed {
            Ok(Parsed::Act(orders)) => orders.iter().map(|order| order.event_id.as_str()).collect(),
            _ => Vec::new(),
        };
        let target = Target {
            operation,
            event_ids: &ids,
            is_further_page: matches!(&parsed, Ok(Parsed::List(list)) if list.is_further_page()),
        };
        let mut inner = world.lock();
        inner.tally.call(operation);
        inner.faults.take(&target, now)
    };
    trace.faults(&plan.met);
    if !plan.delay.is_zero() {
        tokio::time::sleep(plan.delay).await;
    }
    if let Some(kind) = &plan.refusal {
        return Err(Refusal::of_fault(kind));
    }
    if let Some(how) = plan.reset_before {
        return Ok((Ok(answer::dropped(how)), plan));
    }
    // The delay is over: the state is looked at and changed now.
    let response = parsed.and_then(|parsed| respond(world, operation, &parsed, &plan, request_id));
    Ok((response, plan))
}

fn respond(
    world: &World,
    operation: Operation,
    parsed: &Parsed,
    plan: &Plan,
    request_id: &str,
) -> Result<Response, Refusal> {
    let now = world.now();
    match parsed {
        Parsed::List(listing) => {
            let page = listing.page(world.lock().fleet.ens.events(), now, plan, request_id);
            Ok(answer::json(200, &page))
        }
        Parsed::Act(orders) => {
            let outcomes = act::carry_out(&mut world.lock(), operation, orders, now, plan);
            if operation.is_batch() {
                Ok(answer::json(
                    200,
                    &act::batch_answer(orders, &outcomes, plan, request_id),
                ))
            } else {
                act::single_answer(&outcomes, request_id)
            }
        }
    }
}

/// The operation that was signed.
fn operation(signed: &verify::Signed) -> Result<Operation, Refusal> {
    if signed.version != VERSION {
        return Err(Refusal::new(
            404,
            "InvalidVersion",
            "Specified parameter Version is not valid.",
        ));
    }
    Operation::parse(&signed.action)
        .filter(|operation| operation.cloud() == Cloud::Ens)
        .ok_or_else(|| {
            Refusal::new(
                404,
                "InvalidAction.NotFound",
                "Specified api is not found, please check your url and method.",
            )
        })
}
