//! Several proxies on one PostgreSQL.

use std::time::Duration;

use evenkeel_testkit::TestDatabase;
use serde_json::json;

use crate::world::{MINUTE, SECOND, SyncWorld, ens, status};

async fn world() -> Option<SyncWorld> {
    Some(SyncWorld::new(TestDatabase::postgres().await?, 5).await)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_proxy_reads_an_account_and_all_show_it() {
    let Some(world) = world().await else { return };
    let one = world.proxy().await;
    world.until_walked(&one).await;
    let before = world.call_count().await;
    let other = world.proxy().await;
    let third = world.proxy().await;
    let page = world.events(&other, "limit=100").await;
    assert_eq!((page.total, page.events.len()), (10, 10));
    world.walk_again(&other).await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!(world.call_count().await, before + 2, "one call an account");

    // Whoever is asked, the one that reads hears of it.
    world.advance(10 * SECOND).await;
    world.refresh(&third, &json!({})).await;
    world.until_walked(&third).await;
    assert_eq!(world.call_count().await, before + 4);
    for proxy in [one, other, third] {
        proxy.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_proxy_that_ends_or_dies_is_replaced() {
    let Some(world) = world().await else { return };
    let one = world.proxy().await;
    world.until_walked(&one).await;
    // Soon believed dead.
    let lease = Duration::from_secs(2);
    let other = world.proxy_leasing(world.both(), lease).await;
    one.stop().await;
    world.advance(2 * MINUTE).await;
    world.until_walked(&other).await;

    let third = world.proxy().await;
    assert_eq!(world.events(&third, "limit=1").await.total, 10);
    other.kill().await;
    world.list((0..4).map(ens).collect(), Vec::new()).await;
    world.advance(2 * MINUTE).await;
    let page = world.until_walked(&third).await;
    assert_eq!(status(&page, "edge").error, None);
    third.stop().await;
}
