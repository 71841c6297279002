//! Whether a client reads the version of listings that is written here.

use axum::http::{HeaderMap, header};
use evenkeel_api::listing::{LISTING_TYPE, LISTING_VERSION};

use crate::problem::{Problem, ProblemCode};

/// Who names the format names the version that he reads, or takes any.
pub(super) fn check(headers: &HeaderMap) -> Result<(), Problem> {
    let accepted = headers.get_all(header::ACCEPT).iter();
    let mut ranges = accepted
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .peekable();
    if ranges.peek().is_none() || ranges.any(takes) {
        return Ok(());
    }
    let detail = format!(
        "a listing is `{LISTING_TYPE};version={LISTING_VERSION}` here, which the request does not accept: a page of another version is to be loaded anew"
    );
    Err(Problem::new(ProblemCode::NotAcceptable, detail))
}

fn takes(range: &str) -> bool {
    let mut parts = range.split(';').map(str::trim);
    let is_of_type = parts.next().is_some_and(|name| {
        [LISTING_TYPE, "application/*", "*/*"]
            .iter()
            .any(|known| known.eq_ignore_ascii_case(name))
    });
    let version = LISTING_VERSION.to_string();
    is_of_type
        && parts.all(|parameter| match parameter.split_once('=') {
            Some((name, value)) if name.eq_ignore_ascii_case("version") => {
                value.trim_matches('"') == version
            }
            Some((name, weight)) if name.eq_ignore_ascii_case("q") => {
                weight.parse::<f32>().is_ok_and(|weight| weight > 0.0)
            }
            _ => true,
        })
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn who_reads_another_version_is_told() {
        let check = |accepted: &'static str| {
            let headers =
                HeaderMap::from_iter([(header::ACCEPT, HeaderValue::from_static(accepted))]);
            check(&headers).is_ok()
        };
        for accepted in [
            "*/*",
            "application/*",
            "text/html, application/vnd.evenkeel.listing",
            "application/vnd.evenkeel.listing;version=2",
            "application/vnd.evenkeel.listing; version=\"2\"; q=0.5",
        ] {
            assert!(check(accepted), "{accepted}");
        }
        for accepted in [
            "application/vnd.evenkeel.listing;version=3",
            "application/json",
            "*/*;q=0",
        ] {
            assert!(!check(accepted), "{accepted}");
        }
        assert!(super::check(&HeaderMap::new()).is_ok());
    }
}
