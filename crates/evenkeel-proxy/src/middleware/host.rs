//! Answers to a loopback `Host` only. A name that an attacker points at 127.0.0.1 (DNS rebinding)
//! would otherwise make any web page same-origin with the proxy.

use std::num::NonZeroU16;

use axum::{
    extract::Request,
    http::{header, uri::Authority},
    middleware::Next,
    response::{IntoResponse, Response},
};
use evenkeel_engine::is_loopback;

use crate::problem::{Problem, ProblemCode};

/// The host and port a request names, once it has passed.
#[derive(Debug, Clone)]
pub(crate) struct RequestHost(pub(crate) String);

pub(crate) async fn guard(mut request: Request, next: Next) -> Response {
    let Some(host) = loopback_host(&request) else {
        return Problem::new(
            ProblemCode::ForbiddenHost,
            "this server answers only to 127.0.0.1, ::1 and localhost",
        )
        .into_response();
    };
    request.extensions_mut().insert(RequestHost(host));
    next.run(request).await
}

fn loopback_host(request: &Request) -> Option<String> {
    let mut hosts = request.headers().get_all(header::HOST).iter();
    let host: Authority = hosts.next()?.to_str().ok()?.parse().ok()?;
    if hosts.next().is_some()
        || host.as_str().contains('@')
        || !is_loopback(host.host())
        || !has_port_or_none(&host)
    {
        return None;
    }
    // An absolute-form target names a host too; the two must not differ.
    let differs = |target: &Authority| !target.as_str().eq_ignore_ascii_case(host.as_str());
    if request.uri().authority().is_some_and(differs) {
        return None;
    }
    Some(host.as_str().to_ascii_lowercase())
}

/// Whether what follows the host, if anything does, is a port.
fn has_port_or_none(host: &Authority) -> bool {
    match host.as_str().strip_prefix(host.host()) {
        Some("") => true,
        Some(rest) => rest
            .strip_prefix(':')
            .is_some_and(|port| port.parse::<NonZeroU16>().is_ok() && !port.starts_with('+')),
        None => false,
    }
}
