//! Huawei Cloud ECS, v3: scheduled events under a project.
//!
//! <https://support.huaweicloud.com/intl/en-us/api-ecs/ecs_02_2201.html>

mod act;
mod list;
mod refusal;
mod verify;

use std::{collections::BTreeMap, sync::Arc};

use axum::{
    extract::{Request, State},
    http::StatusCode,
    response::Response,
};
use percent_encoding::percent_decode_str;
use uuid::Uuid;

use self::{act::Order, list::Listing, refusal::Refusal};
use crate::{
    answer,
    call::Call,
    cloud::{Cloud, Operation},
    fault::{Plan, Target},
    spoil::spoil,
    trace::Trace,
    world::World,
};

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

impl Route {
    /// Shows the call to the log.
    fn trace(&self, call: &Call, trace: &mut Trace) {
        trace.operation(Some(self.operation));
        if !self.event_id.is_empty() {
            trace.parameter("id", std::slice::from_ref(&self.event_id));
        }
        let mut query: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for pair in call.query.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let plain = |text| percent_decode_str(text).decode_utf8_lossy().into_owned();
            query.entry(plain(name)).or_default().push(plain(value));
        }
        for (name, values) in &query {
            trace.parameter(name, values);
        }
        trace.body(&call.body);
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
    let mut trace = Trace::new(Cloud::HuaweiEcs, world.now(), &request_id);
    let response = match Call::read(request).await {
        Some(call) => answer(&world, &call, &mut trace, &request_id).await,
        None => {
            Refusal::service(413, "Ecs.0005", "Request body is too large.").response(&request_id)
        }
    };
    trace.answered(&response);
    world.lock().tally.log(&trace);
    let response = answer::dated(response, world.clock());
    answer::with_header(response, "x-request-id", &request_id)
}

async fn answer(world: &World, call: &Call, trace: &mut Trace, request_id: &str) -> Response {
    match attempt(world, call, trace).await {
        Ok((response, plan)) => {
            let response = response.unwrap_or_else(|refusal| refusal.response(request_id));
            spoil(response, &plan).await
        }
        Err(refusal) => refusal.response(request_id),
    }
}

/// What the service says, and how it is spoiled on its way out; an error is what the gates in front of it say, which is
/// not spoiled.
async fn attempt(
    world: &World,
    call: &Call,
    trace: &mut Trace,
) -> Result<(Result<Response, Refusal>, Plan), Refusal> {
    trace.authorization("SDK-HMAC-SHA256", call.header("authorization"), "Access");
    let route = Route::find(call).ok_or_else(Refusal::no_such_api)?;
    let operation = route.operation;
    route.trace(call, trace);
    verify::verify(world, call, operation)?;
    if route.project != world.keys().huawei_project_id {
        return Err(Refusal::service(
            403,
            "Ecs.0003",
            "You do not have permission to access this project.",
        ));
    }
    let now = world.now();
    let parsed = match operation {
        Operation::ListScheduledEvents => {
            Listing::parse(&call.query).map(Box::new).map(Parsed::List)
        }
        _ => Order::parse(operation, &call.body, now).map(Parsed::Act),
    };
    let plan = {
        let target = Target {
            operation,
            event_ids: &[route.event_id.as_str()],
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
    let now = world.now();
    let response = parsed.and_then(|parsed| match parsed {
        Parsed::List(listing) => {
            let page = listing.page(&world.lock().fleet.huawei, now, &plan)?;
            Ok(answer::json(200, &page))
        }
        Parsed::Act(order) => order
            .carry_out(&mut world.lock(), &route.event_id, now, &plan)
            .map(|()| answer::empty(StatusCode::NO_CONTENT)),
    });
    Ok((response, plan))
}
