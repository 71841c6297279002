use std::net::SocketAddr;

use evenkeel::{Provider, first_page};
use evenkeel_api::CallOutcome;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};

use super::*;
use crate::account::SandboxAccount;
use crate::call_failure::CallFailure;

/// A cloud that answers once on a connection, says that it keeps it, and hangs up when asked again.
async fn cloud() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            tokio::spawn(async move {
                let mut buffer = vec![0; 16 * 1024];
                let _ = stream.read(&mut buffer).await;
                let answer = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}";
                let _ = stream.write_all(answer.as_bytes()).await;
                let _ = stream.read(&mut buffer).await;
            });
        }
    });
    address
}

fn account(address: SocketAddr) -> Account {
    Account::sandbox(SandboxAccount {
        id: "edge".to_owned(),
        provider: Provider::Ens,
        project_id: None,
        address,
        access_key_id: "id".to_owned(),
        access_key_secret: "secret".to_owned().into(),
    })
}

#[tokio::test]
async fn an_act_never_leaves_on_a_connection_that_may_have_died_unseen() {
    let account = account(cloud().await);
    let request = first_page(Provider::Ens, 1).request(&account.scope());
    let timeout = Duration::from_secs(5);
    let acts = Upstream::for_acts(&Network::direct(), timeout).unwrap();
    for _ in 0..20 {
        acts.send(&account, &request).await.unwrap();
    }
    // The trap is one: a kept connection meets it at the second call.
    let reads = Upstream::new(timeout).unwrap();
    reads.send(&account, &request).await.unwrap();
    let error = reads.send(&account, &request).await.unwrap_err();
    assert_eq!(CallFailure::from(error).outcome(), CallOutcome::Unknown);
}

#[test]
fn a_hint_that_is_a_time_becomes_seconds_where_nobody_says_what_time_it_is() {
    let now_ms = 1_796_546_940_500; // 2026-12-06T08:49:00.500Z
    let until = "Sun, 06 Dec 2026 08:49:37 GMT";
    let hint = |headers: &[(&str, &str)]| {
        let mut headers: Vec<(String, String)> = headers
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        count_hint(&mut headers, now_ms);
        headers.pop().unwrap().1
    };
    assert_eq!(hint(&[("retry-after", until)]), "37");
    assert_eq!(
        hint(&[("retry-after", "Sun, 06 Dec 2026 08:40:00 GMT")]),
        "0"
    );
    assert_eq!(hint(&[("retry-after", "5")]), "5");
    assert_eq!(hint(&[("retry-after", "soon")]), "soon");
    // The cloud's own clock is the better one.
    let date = ("date", "Sun, 06 Dec 2026 08:49:00 GMT");
    assert_eq!(hint(&[date, ("retry-after", until)]), until);
}
