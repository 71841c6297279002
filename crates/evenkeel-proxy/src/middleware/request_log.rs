//! One structured line a request: no query string, no header, no body, but whose address it is. It also gives the request
//! its id and writes the bodies of problems, which name it, and has it counted.

use std::{net::IpAddr, time::Instant};

use axum::{
    body::Body,
    extract::{MatchedPath, Request, State},
    http::{HeaderName, HeaderValue, Method, StatusCode},
    middleware::Next,
    response::Response,
};
use evenkeel_api::{
    headers,
    paths::{self, templates},
};
use evenkeel_engine::one_line;

use crate::{
    peer::Peer,
    problem::{Problem, ProblemCode},
    request_context::RequestContext,
    request_counts::RequestCounts,
};

const REQUEST_ID: HeaderName = HeaderName::from_static(headers::REQUEST_ID);

/// The longest path logged, in characters.
const ROUTE_MAX: usize = 200;
/// The longest other text of a client or a cloud that is logged, in characters.
const FIELD_MAX: usize = 128;
/// No method that anybody means is longer.
const METHOD_MAX: usize = 16;

pub(crate) async fn write(
    State(counts): State<RequestCounts>,
    mut request: Request,
    next: Next,
) -> Response {
    let mut line = LogLine::new(&request, counts);
    request.extensions_mut().insert(line.context.clone());
    let mut response = next.run(request).await;
    if let Some(mut problem) = response.extensions_mut().remove::<Problem>() {
        if line.is_call {
            problem.assume_not_sent();
        }
        line.code = Some(problem.code());
        *response.body_mut() = Body::from(problem.to_json(&line.context.request_id));
    }
    if let Ok(id) = HeaderValue::from_str(&line.context.request_id) {
        response.headers_mut().insert(REQUEST_ID, id);
    }
    line.status = Some(response.status());
    response
}

fn short(text: &str) -> String {
    one_line(text, FIELD_MAX)
}

/// Writes itself when it is dropped: also when the client goes away before the answer.
struct LogLine {
    started: Instant,
    client: Option<IpAddr>,
    method: Method,
    /// The route's pattern; for a console file or nothing at all, the path.
    route: String,
    /// Whether the router knows it.
    is_known: bool,
    counts: RequestCounts,
    /// Whether it is about a cloud's operation.
    is_call: bool,
    context: RequestContext,
    code: Option<ProblemCode>,
    status: Option<StatusCode>,
}

impl LogLine {
    fn new(request: &Request, counts: RequestCounts) -> Self {
        let matched = request.extensions().get::<MatchedPath>();
        let route = match matched {
            Some(pattern) => pattern.as_str().to_owned(),
            None => one_line(request.uri().path(), ROUTE_MAX),
        };
        Self {
            started: Instant::now(),
            client: request.extensions().get().map(|Peer(address)| *address),
            method: request.method().clone(),
            is_known: matched.is_some(),
            counts,
            is_call: matched.is_some()
                && route.strip_prefix(paths::API) == Some(templates::OPERATION),
            route,
            context: RequestContext::new(),
            code: None,
            status: None,
        }
    }
}

impl Drop for LogLine {
    fn drop(&mut self) {
        let took = self.started.elapsed();
        let route = self.is_known.then_some(self.route.as_str());
        self.counts.count(route, &self.method, self.status, took);
        let known = self.context.known();
        tracing::info!(
            target: "evenkeel::request",
            method = one_line(self.method.as_str(), METHOD_MAX),
            route = self.route,
            status = self.status.map(|status| status.as_u16()),
            gone = self.status.is_none().then_some(true),
            ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX),
            client = self.client.map(tracing::field::display),
            request_id = &*self.context.request_id,
            code = self.code.map(ProblemCode::as_str),
            account = known.account.as_deref().map(short),
            operation = known.operation,
            upstream_status = known.upstream_status,
            upstream_request_id = known.upstream_request_id.as_deref().map(short),
            "request"
        );
    }
}
