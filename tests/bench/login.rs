//! What lets a bench's client in.

use std::num::NonZeroU32;

use evenkeel_proxy::ServerLimits;
use evenkeel_store::{Caller, Db, NewApiToken, SecretHash};
use reqwest::header::{AUTHORIZATION, HeaderMap};

const TOKEN: &str = "evenkeel_bench";

/// Keeps the token where a proxy finds it.
pub(crate) async fn allow(db: &Db) {
    let token = NewApiToken {
        id: "bench".to_owned(),
        name: "bench".to_owned(),
        hash: SecretHash::of(TOKEN),
        principal: evenkeel_proxy::local_principal(),
        grants: evenkeel_api::Grants::everything(),
        made_at: 0,
        ends_at: i64::MAX,
    };
    db.add_api_token(&token, &Caller::local()).await.unwrap();
}

/// Lets it ask as fast as it can.
pub(crate) fn limits() -> ServerLimits {
    ServerLimits {
        requests_per_login: NonZeroU32::new(1_000_000).unwrap(),
        ..ServerLimits::default()
    }
}

/// Shows it.
pub(crate) fn header() -> HeaderMap {
    HeaderMap::from_iter([(AUTHORIZATION, format!("Bearer {TOKEN}").parse().unwrap())])
}
