//! Answers to a `Host` of its own only: that of a public URL, by the scheme which that has, and on its own machine
//! a loopback one. A name that an attacker points at 127.0.0.1 (DNS rebinding) would otherwise make any web page
//! same-origin with the proxy.

use std::{num::NonZeroU16, sync::Arc};

use axum::{
    Extension,
    extract::{Request, State},
    http::{HeaderValue, header, uri::Authority},
    middleware::Next,
    response::{IntoResponse, Response},
};
use evenkeel_engine::is_loopback;

use crate::{
    app::App,
    peer::{Peer, Scheme},
    problem::{Problem, ProblemCode},
    reach::{Reach, origin},
};

/// A year, for the name and what is below it. A loopback name never gets it: it is every program's of that machine.
const HSTS: HeaderValue = HeaderValue::from_static("max-age=31536000; includeSubDomains");

/// The origin whose page a request has to come from, once its host has passed.
#[derive(Debug, Clone)]
pub(crate) struct OwnOrigin(pub(crate) String);

pub(crate) async fn guard(
    State(app): State<Arc<App>>,
    Extension(scheme): Extension<Scheme>,
    mut request: Request,
    next: Next,
) -> Response {
    let Some(host) = one_host(&request) else {
        return refusal(&app.reach, "").into_response();
    };
    let own = origin(scheme, host.as_str());
    let is_public = app.reach.is_public(&own);
    let is_local = is_loopback(host.host()) && is_from_here(&request);
    if !is_public && !is_local {
        return refusal(&app.reach, host.as_str()).into_response();
    }
    request.extensions_mut().insert(OwnOrigin(own));
    let mut response = next.run(request).await;
    if is_public && scheme == Scheme::Https {
        let headers = response.headers_mut();
        headers.insert(header::STRICT_TRANSPORT_SECURITY, HSTS);
    }
    response
}

/// Whether a request comes from this machine, by all that is known.
fn is_from_here(request: &Request) -> bool {
    let peer = request.extensions().get::<Peer>();
    peer.is_none_or(|Peer(address)| address.is_loopback())
}

fn refusal(reach: &Reach, host: &str) -> Problem {
    let detail = if reach.public_urls.is_empty() {
        "this server answers only to 127.0.0.1, ::1 and localhost"
    } else if reach.is_public_by_https(host) {
        "the request came by plain HTTP, and this server is known by https:// alone; a proxy that takes TLS off has to be \
         one of `trusted_proxies` and to say `X-Forwarded-Proto: https`, once"
    } else {
        "this server answers only to its `public_url`, and on its own machine to 127.0.0.1, ::1 and localhost"
    };
    Problem::new(ProblemCode::ForbiddenHost, detail)
}

/// The one host that a request names.
fn one_host(request: &Request) -> Option<Authority> {
    let mut hosts = request.headers().get_all(header::HOST).iter();
    let host: Authority = hosts.next()?.to_str().ok()?.parse().ok()?;
    if hosts.next().is_some() || host.as_str().contains('@') || !has_port_or_none(&host) {
        return None;
    }
    // An absolute-form target names a host too; the two must not differ.
    let differs = |target: &Authority| !target.as_str().eq_ignore_ascii_case(host.as_str());
    if request.uri().authority().is_some_and(differs) {
        return None;
    }
    Some(host)
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
