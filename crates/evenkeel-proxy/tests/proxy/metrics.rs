//! What `GET /metrics` counts of requests and of calls that reach nobody.

use evenkeel_api::paths;

use crate::client::{call, get, proxy};

#[tokio::test]
async fn a_call_that_reaches_nobody_and_a_path_that_is_none_are_counted_as_such() {
    let router = proxy("http://127.0.0.1:9").await;
    let list = r#"{"EventTypes":["Disk:Stalled"]}"#;
    call(&router, "edge", "DescribeHistoryEvents", list).await;
    get(&router, "/api/v1/its-own-label", &[]).await;
    get(&router, "/its-own-label", &[]).await;
    let text = get(&router, paths::METRICS, &[]).await.text();
    let call = "evenkeel_cloud_calls_total{account=\"edge\",operation=\"DescribeHistoryEvents\",\
                class=\"unreachable\"} 1";
    assert!(text.contains(call), "{text}");
    let other = "route=\"other\",method=\"GET\",status=\"404\"} 1";
    assert!(text.contains(other), "{text}");
    assert!(!text.contains("its-own-label"), "{text}");
    assert!(!text.contains("the-key"), "{text}");
}
