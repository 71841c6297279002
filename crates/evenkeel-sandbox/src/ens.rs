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
    time::now_ms,
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
    let Some(call) = Call::read(request).await else {
        let refusal = Refusal::new(
            413,
            "RequestEntityTooLarge",
            "The request body is too large.",
        );
        return refusal.response("ens.aliyuncs.com", &request_id);
    };
    let response = match answer(&world, &call, &request_id).await {
        Ok(response) => response,
        Err(refusal) => refusal.response(
            call.header("host").unwrap_or("ens.aliyuncs.com"),
            &request_id,
        ),
    };
    answer::with_header(response, "x-acs-request-id", &request_id)
}

async fn answer(world: &World, call: &Call, request_id: &str) -> Result<Response, Refusal> {
    let now = now_ms();
    let params = Params::read(call);
    let signed = verify::verify(world, call, &params, now)?;
    let operation = operation(&signed)?;
    if operation.acts() && !signed.covers_body {
        return Err(Refusal::incomplete(
            "The body of a call that acts must be signed.",
        ));
    }
    let parsed = Parsed::parse(operation, &params, now);
    let plan = {
        let ids: Vec<&str> = match &parsed {
            Ok(Parsed::Act(orders)) => orders.iter().map(|order| order.event_id.as_str()).collect(),
            _ => Vec::new(),
        };
        let mut inner = world.lock();
        inner.tally.call(operation);
        inner.faults.take(operation, &ids)
    };
    if !plan.delay.is_zero() {
        tokio::time::sleep(plan.delay).await;
    }
    if let Some(kind) = &plan.refusal {
        return Err(Refusal::of_fault(kind));
    }
    // The delay is over: the state is looked at and changed now.
    let now = now_ms();
    let response = match parsed? {
        Parsed::List(listing) => {
            let inner = world.lock();
            answer::json(
                200,
                &listing.page(inner.fleet.ens.events(), now, &plan, request_id),
            )
        }
        Parsed::Act(orders) => {
            let outcomes = act::carry_out(&mut world.lock(), operation, &orders, now, &plan);
            if operation.is_batch() {
                answer::json(
                    200,
                    &act::batch_answer(&orders, &outcomes, &plan, request_id),
                )
            } else {
                act::single_answer(&outcomes, request_id)?
            }
        }
    };
    Ok(if plan.lost {
        answer::dropped()
    } else {
        response
    })
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
