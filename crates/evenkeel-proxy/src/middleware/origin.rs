//! Refuses what a page of another site sends. The rule:
//!
//! 1. An `Origin`, where there is one, must be this very server, on every path and method.
//! 2. Without an `Origin`, a call that may change something (any method but GET and HEAD) must
//!    carry no `Sec-Fetch-*` header: browsers always send an `Origin` with those, so only a client
//!    that is no browser comes without both.
//! 3. Without an `Origin`, a GET or HEAD below `/api` may say `Sec-Fetch-Site: same-origin` (the
//!    console) or `none` (typed into the address bar), or nothing (no browser), and nothing else.
//!    Where the provider of identities sends a browser back to, a GET may come from anywhere, as a page: who set out from
//!    here is known there by a cookie (`login/provider.rs`).
//! 4. A GET or HEAD elsewhere is a console file, which a link on any page may open; other sites
//!    cannot read or frame it (`cross-origin-resource-policy`, `frame-ancestors`).

use axum::{
    Extension,
    extract::Request,
    http::{HeaderMap, Method, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use evenkeel_api::paths;

use super::host::OwnOrigin;
use crate::problem::{Problem, ProblemCode};

pub(crate) async fn guard(
    Extension(OwnOrigin(own)): Extension<OwnOrigin>,
    request: Request,
    next: Next,
) -> Response {
    if allowed(
        request.headers(),
        request.method(),
        request.uri().path(),
        &own,
    ) {
        return next.run(request).await;
    }
    Problem::new(
        ProblemCode::ForbiddenOrigin,
        "the request comes from a page of another site",
    )
    .into_response()
}

fn allowed(headers: &HeaderMap, method: &Method, path: &str, own: &str) -> bool {
    let mut origins = headers.get_all(header::ORIGIN).iter();
    if let Some(origin) = origins.next() {
        let same = origin
            .to_str()
            .is_ok_and(|text| text.eq_ignore_ascii_case(own));
        return same && origins.next().is_none();
    }
    let safe = method == Method::GET || method == Method::HEAD;
    if !safe {
        return !headers
            .keys()
            .any(|name| name.as_str().starts_with("sec-fetch-"));
    }
    if !path.starts_with(paths::API) {
        return true;
    }
    if method == Method::GET && path == paths::login_provider_callback() {
        let says = |name, what: &str| headers.get_all(name).iter().all(|value| value == what);
        return says("sec-fetch-mode", "navigate") && says("sec-fetch-dest", "document");
    }
    headers
        .get_all("sec-fetch-site")
        .iter()
        .all(|site| matches!(site.as_bytes(), b"same-origin" | b"none"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const OWN: &str = "http://127.0.0.1:8080";

    fn verdict(method: &str, path: &str, headers: &[(&'static str, &str)]) -> bool {
        let map = headers
            .iter()
            .map(|(name, value)| ((*name).parse().unwrap(), value.parse().unwrap()))
            .collect::<HeaderMap>();
        allowed(&map, &method.parse().unwrap(), path, OWN)
    }

    #[test]
    fn lets_the_console_and_clients_that_are_no_browser_through() {
        let own = ("origin", "http://127.0.0.1:8080");
        let same = ("sec-fetch-site", "same-origin");
        assert!(verdict("POST", "/api/v1/x", &[own, same]));
        assert!(verdict("POST", "/api/v1/x", &[]));
        assert!(verdict(
            "GET",
            "/api/v1/accounts",
            &[same, ("sec-fetch-mode", "cors")]
        ));
        assert!(verdict(
            "GET",
            "/api/v1/accounts",
            &[("sec-fetch-site", "none")]
        ));
        assert!(verdict("GET", "/api/v1/accounts", &[]));
    }

    #[test]
    fn lets_a_link_on_another_page_open_the_console() {
        let headers = [
            ("sec-fetch-site", "cross-site"),
            ("sec-fetch-mode", "navigate"),
        ];
        assert!(verdict("GET", "/", &headers));
        assert!(!verdict("GET", "/api/v1/accounts", &headers));
    }

    #[test]
    fn lets_the_provider_send_a_browser_back_as_a_page_and_in_no_other_way() {
        let callback = paths::login_provider_callback();
        let site = ("sec-fetch-site", "cross-site");
        let page = ("sec-fetch-mode", "navigate");
        assert!(verdict("GET", &callback, &[site, page]));
        assert!(verdict("GET", &callback, &[]));
        for mode in ["cors", "no-cors", "same-origin", "websocket"] {
            assert!(!verdict(
                "GET",
                &callback,
                &[site, ("sec-fetch-mode", mode)]
            ));
        }
        let frame = ("sec-fetch-dest", "iframe");
        assert!(!verdict("GET", &callback, &[site, page, frame]));
        assert!(!verdict("HEAD", &callback, &[site, page]));
        assert!(!verdict("POST", &callback, &[site, page]));
        let evil = ("origin", "https://evil.example");
        assert!(!verdict("GET", &callback, &[evil, site, page]));
        assert!(!verdict("GET", &paths::login_provider(), &[site, page]));
    }

    #[test]
    fn refuses_what_another_page_sends() {
        for origin in [
            "https://evil.example",
            "null",
            "http://127.0.0.1:8081",
            "http://localhost:8080",
            "https://127.0.0.1:8080",
            "http://127.0.0.1:8080.evil.example",
        ] {
            for method in ["GET", "POST", "OPTIONS"] {
                assert!(
                    !verdict(method, "/api/v1/x", &[("origin", origin)]),
                    "{method} {origin}"
                );
            }
        }
        assert!(!verdict(
            "POST",
            "/api/v1/x",
            &[("sec-fetch-site", "same-origin")]
        ));
        assert!(!verdict(
            "POST",
            "/anything",
            &[("sec-fetch-mode", "navigate")]
        ));
        assert!(!verdict(
            "GET",
            "/api/v1/x",
            &[("sec-fetch-site", "same-site")]
        ));
    }
}
