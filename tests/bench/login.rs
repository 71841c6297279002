//! What lets a bench's client in.

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

/// Shows it.
pub(crate) fn header() -> HeaderMap {
    HeaderMap::from_iter([(AUTHORIZATION, format!("Bearer {TOKEN}").parse().unwrap())])
}
