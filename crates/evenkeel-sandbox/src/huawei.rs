//! Huawei Cloud ECS, v3: scheduled events under a project.
//!
//! <https://support.huaweicloud.com/intl/en-us/api-ecs/ecs_02_2201.html>

mod act;
mod list;
mod refusal;
mod verify;

use std::sync::Arc;

use axum::{
    extract::{Request, State},
    http::StatusCode,
    response::Response,
};
use percent_encoding::percent_decode_str;
use uuid::Uuid;

use self::{act::Order, list::Listing, refusal::Refusal};
use crate::{answer, call::Call, cloud::Operation, time::now_ms, world::World};

/// What a path and a method mean.
struct Route {
    operation: Operation,
    project: String,
    /// The event's id, for the calls that act.
    event_id: String,
}

impl Route {
    fn find(call: &Call) -> Option<Self> {
        let segments: Option<Vec<String>> = call
            .path
            .trim_start_matches('/')
            .split('/')
            .map(|segment| {
                percent_decode_str(segment)
                    .decode_utf8()
                    .ok()
                    .map(String::from)
            })
            .collect();
        let segments = segments?;
        let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
        let (operation, project, event_id) = match (call.method.as_str(), segments.as_slice()) {
            ("GET", ["v3", project, "instance-scheduled-events"]) => {
                (Operation::ListScheduledEvents, project, "")
            }
            (
                "POST",
                [
                    "v3",
                    project,
                    "instance-scheduled-events",
                    id,
                    "actions",
                    "accept",
                ],
            ) => (Operation::AcceptScheduledEvent, project, *id),
            ("PUT", ["v3", project, "instance-scheduled-events", id]) => {
                (Operation::UpdateScheduledEvent, project, *id)
            }
            _ => return None,
        };
        Some(Self {
            operation,
            project: (*project).to_owned(),
            event_id: event_id.to_owned(),
        })
    }
}

/// A call that has been understood.
enum Parsed {
    List(Box<Listing>),
    Act(Order),
}

/// Answers whatever comes to any other path than ENS' and the controls'.
pub(crate) async fn handle(State(world): State<Arc<World>>, request: Request) -> Response {
    let request_id = Uuid::new_v4().simple().to_string();
    let response = match Call::read(request).await {
        Some(call) => answer(&world, &call).await,
        None => Err(Refusal::service(
            413,
            "Ecs.0005",
            "Request body is too large.",
        )),
    }
    .unwrap_or_else(|refusal| refusal.response(&request_id));
    answer::with_header(response, "x-request-id", &request_id)
}

async fn answer(world: &World, call: &Call) -> Result<Response, Refusal> {
    let route = Route::find(call).ok_or_else(Refusal::no_such_api)?;
    let operation = route.operation;
    verify::verify(world, call, operation, now_ms())?;
    if route.project != world.keys().huawei_project_id {
        return Err(Refusal::service(
            403,
            "Ecs.0003",
            "You do not have permission to access this project.",
        ));
    }
    let parsed = match operation {
        Operation::ListScheduledEvents => {
            Listing::parse(&call.query).map(Box::new).map(Parsed::List)
        }
        _ => Order::parse(operation, &call.body, now_ms()).map(Parsed::Act),
    };
    let plan = {
        let mut inner = world.lock();
        inner.tally.call(operation);
        inner.faults.take(operation, &[route.event_id.as_str()])
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
            listing
                .page(&inner.fleet.huawei, now)
                .map(|page| answer::json(200, &page))
        }
        Parsed::Act(order) => order
            .carry_out(&mut world.lock(), &route.event_id, now, &plan)
            .map(|()| answer::empty(StatusCode::NO_CONTENT)),
    };
    if plan.lost {
        Ok(answer::dropped())
    } else {
        response
    }
}
