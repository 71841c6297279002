//! Whoever asks too fast waits.

use std::num::NonZeroU32;

use evenkeel_api::{Caller, Grants};
use evenkeel_proxy::ServerLimits;
use evenkeel_store::{Db, NewApiToken, SecretHash, StoreUrl};

use crate::client::{bounded, get};

#[tokio::test]
async fn whoever_asks_too_fast_waits_and_nobody_else() {
    let store = Db::open(&StoreUrl::memory()).await.unwrap();
    let other = NewApiToken {
        id: "other".to_owned(),
        name: "other".to_owned(),
        hash: SecretHash::of("evenkeel_canary-api-token-0c11"),
        principal: evenkeel_proxy::local_principal(),
        grants: Grants::everything(),
        made_at: 0,
        ends_at: i64::MAX,
    };
    store.add_api_token(&other, &Caller::local()).await.unwrap();
    let limits = ServerLimits {
        requests_per_login: NonZeroU32::MIN,
        ..ServerLimits::default()
    };
    let router = bounded(store, limits).await;
    let mut answers = 0;
    let refused = loop {
        let answer = get(&router, "/api/v1/session", &[]).await;
        if answer.head.status() != 200 {
            break answer;
        }
        answers += 1;
        assert!(answers < 1_000, "none is refused");
    };
    // Ten seconds' come at once.
    assert!(answers >= 10, "{answers}");
    assert_eq!(refused.head.status(), 429);
    assert_eq!(refused.header("retry-after"), Some("1"));
    assert!(
        refused.text().contains(r#""code":"too_many_requests""#),
        "{}",
        refused.text()
    );
    let another = get(
        &router,
        "/api/v1/session",
        &[("authorization", "Bearer evenkeel_canary-api-token-0c11")],
    )
    .await;
    assert_eq!(another.head.status(), 200, "{}", another.text());
}
