//! Takes a call to any of the clouds from its arrival to its answer.

use std::sync::Arc;

use axum::{
    Router,
    extract::{self, State},
    response::Response,
    routing::on,
};

use crate::{
    answer,
    call::Call,
    call_log::CallEntry,
    cloud::{Cloud, Context, Route},
    clouds,
    corrupt_response::corrupt_response,
    fault::{Effects, FaultKind, Target},
    refusal::Refusal,
    state::{Inner, SandboxState},
};

/// The clouds that are called at the same place.
struct Neighbours {
    first: &'static dyn Cloud,
    others: Vec<&'static dyn Cloud>,
}

impl Neighbours {
    /// The one that a call is for.
    fn of(&self, call: &Call) -> &'static dyn Cloud {
        let mut others = self.others.iter();
        match others.find(|cloud| cloud.is_for(call)) {
            Some(cloud) if !self.first.is_for(call) => *cloud,
            // What is nobody's has to be refused by somebody.
            _ => self.first,
        }
    }
}

/// The clouds' routes.
pub(crate) fn router() -> Router<Arc<SandboxState>> {
    let mut routes: Vec<(Route, Neighbours)> = Vec::new();
    for cloud in clouds::all() {
        let route = cloud.route();
        let known = routes.iter_mut().find(|(other, _)| *other == route);
        if let Some((_, neighbours)) = known {
            neighbours.others.push(*cloud);
        } else {
            let (first, others) = (*cloud, Vec::new());
            routes.push((route, Neighbours { first, others }));
        }
    }
    routes
        .into_iter()
        .fold(Router::new(), |router, (route, neighbours)| {
            let neighbours = Arc::new(neighbours);
            let handler =
                move |State(state), request| handle(Arc::clone(&neighbours), state, request);
            match route {
                Route::Path(path, methods) => router.route(path, on(methods, handler)),
                Route::Rest => router.fallback(handler),
            }
        })
}

async fn handle(
    neighbours: Arc<Neighbours>,
    state: Arc<SandboxState>,
    request: extract::Request,
) -> Response {
    let arrived = state.now();
    let read = Call::read(request).await;
    let cloud = match &read {
        Ok(call) | Err(call) => neighbours.of(call),
    };
    let request_id = cloud.request_id();
    let mut entry = CallEntry::new(cloud.provider().name, arrived, &request_id);
    let response = match read {
        Ok(call) => answer(cloud, &state, &call, &mut entry, &request_id).await,
        Err(_) => refuse(cloud, &cloud.too_large(), None, &request_id),
    };
    entry.answered(&response);
    state.lock().log.add(&entry);
    let response = answer::dated(response, state.clock());
    answer::with_header(response, cloud.request_id_header(), &request_id)
}

async fn answer(
    cloud: &'static dyn Cloud,
    state: &SandboxState,
    call: &Call,
    entry: &mut CallEntry,
    request_id: &str,
) -> Response {
    let refused = |refusal| refuse(cloud, &refusal, Some(call), request_id);
    match attempt(cloud, state, call, entry, request_id).await {
        Ok((response, effects)) => {
            corrupt_response(response.unwrap_or_else(refused), &effects).await
        }
        Err(refusal) => refused(refusal),
    }
}

fn refuse(cloud: &dyn Cloud, refusal: &Refusal, call: Option<&Call>, request_id: &str) -> Response {
    let response = cloud.refuse(refusal, call, request_id);
    let response = answer::with_foreign_body(response, refusal.foreign_body.as_ref());
    answer::with_code(response, &refusal.code)
}

/// Answers a call as the service does, together with how faults corrupt that on its way out. An error is what the gates
/// in front of the service say, which nothing corrupts.
async fn attempt(
    cloud: &'static dyn Cloud,
    state: &SandboxState,
    call: &Call,
    entry: &mut CallEntry,
    request_id: &str,
) -> Result<(Result<Response, Refusal>, Effects), Refusal> {
    cloud.describe(call, entry);
    let operation = cloud.verify(call, state.clock().signature_now(), state.nonces())?;
    entry.operation(Some(operation));
    let now = state.now();
    let read = cloud.read(operation, call, now);
    let let_go = state.let_go();
    let effects = {
        let request = read.as_ref().ok();
        let ids = request.map_or_else(Vec::new, |request| request.event_ids());
        let target = Target {
            provider: cloud.provider().name,
            operation,
            event_ids: &ids,
            is_further_page: request.is_some_and(|request| request.is_further_page()),
        };
        let mut inner = state.lock();
        inner.counts.call(cloud.provider().name, operation);
        inner.faults.take(&target, now)
    };
    entry.faults(&effects.met);
    if !effects.delay.is_zero() {
        // The call goes on either way: its time is up, or nothing holds it any more.
        let _elapsed = tokio::time::timeout(effects.delay, let_go).await;
    }
    if let Some(kind) = &effects.refusal {
        return Err(asked_for(cloud, kind));
    }
    if let Some(how) = effects.reset_before {
        return Ok((Ok(answer::dropped(how)), effects));
    }
    // The delay is over: the state is looked at and changed now.
    let response = read.and_then(|request| {
        let now = state.now();
        let mut inner = state.lock();
        let Inner { fleet, counts, .. } = &mut *inner;
        let provider = cloud.provider();
        let fleet = fleet.of(provider.name);
        request.respond(Context {
            events: &mut fleet.events,
            resources: &fleet.resources,
            now,
            effects: &effects,
            request_id,
            counts,
            provider,
        })
    });
    Ok((response, effects))
}

/// Makes the refusal that a fault asks for; what the fault leaves open is the cloud's usual.
fn asked_for(cloud: &dyn Cloud, kind: &FaultKind) -> Refusal {
    match kind {
        FaultKind::Error {
            status,
            code,
            message,
            ..
        } => {
            let usual = cloud.usual_error(*status);
            Refusal {
                code: code.clone().unwrap_or(usual.code),
                message: message.clone().unwrap_or(usual.message),
                foreign_body: kind.foreign_body(),
                ..usual
            }
        }
        FaultKind::Throttle { retry_after_s } => Refusal {
            retry_after_s: *retry_after_s,
            ..cloud.throttled()
        },
        _ => cloud.throttled(),
    }
}
