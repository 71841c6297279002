//! `evenkeel accounts check`

use std::{
    io::{Read, Write},
    net::TcpListener,
    thread,
};

use insta::assert_snapshot;
use serde_json::json;

use crate::{
    http::post,
    process::{evenkeel, finish},
    stand::Stand,
};

#[test]
fn says_that_both_accounts_work() {
    let stand = Stand::start();
    let (code, out, _) = finish(&mut stand.accounts("check"));
    assert_snapshot!(out, @"
    edge: ok, 10 events
    core: ok, may list events
    ");
    assert_eq!(code, 0);
}

#[test]
fn fails_when_one_account_does() {
    let stand = Stand::start();
    let mut command = stand.accounts("check");
    command.env("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "canary-secret");
    command.env_remove("HUAWEICLOUD_SDK_SK");
    let (code, out, error) = finish(&mut command);
    assert_snapshot!(out, @"
    edge: the secret is not this access key's: check `access_key_secret` (SignatureDoesNotMatch)
    core: access_key_secret `env:HUAWEICLOUD_SDK_SK` is not set
    ");
    assert_eq!(code, 1);
    assert!(!out.contains("canary") && !error.contains("canary"));
}

#[test]
fn reads_the_inventory_and_tells_what_is_wrong_with_it() {
    let stand = Stand::start();
    let config = stand.folder.path().join("evenkeel.toml");
    let text = std::fs::read_to_string(&config).unwrap();
    let text = format!("[labels]\ninventory = \"labels.csv\"\n{text}");
    std::fs::write(config, text).unwrap();
    let check = |table: Option<&str>| {
        let path = stand.folder.path().join("labels.csv");
        if let Some(table) = table {
            std::fs::write(path, table).unwrap();
        }
        let (code, out, _) = finish(&mut stand.accounts("check"));
        let own = out.lines().skip(2).map(|line| format!("{line}\n"));
        (code, own.collect::<String>())
    };
    let (code, out) = check(None);
    assert_snapshot!(out, @"inventory: labels.csv: does not exist");
    assert_eq!(code, 1);
    let (code, out) = check(Some(
        "resource_id,name,account\ni-1,web-1,edge\ni-2,\u{202e}2,other\n",
    ));
    assert_snapshot!(out, @"
    inventory: 1 resources in labels.csv; problems: 1
      labels.csv:3:3: `account` `other` is no configured account: there are `edge`, `core`
    ");
    assert_eq!(code, 1);
    let (code, out) = check(Some("resource_id,name\ni-1,web-1\n"));
    assert_snapshot!(out, @"inventory: ok, 1 resources in labels.csv");
    assert_eq!(code, 0);
}

#[test]
fn tells_an_unknown_key_from_a_wrong_secret_where_the_cloud_does() {
    let stand = Stand::start();
    let mut command = stand.accounts("check");
    command.env("ALIBABA_CLOUD_ACCESS_KEY_ID", "nobody");
    command.env("HUAWEICLOUD_SDK_SK", "canary-secret");
    let (code, out, _) = finish(&mut command);
    assert_snapshot!(out, @"
    edge: the cloud knows no such access key: check `access_key_id`, or whether it was deleted or disabled (InvalidAccessKeyId.NotFound)
    core: the key or its secret is refused: check `access_key_id`, `access_key_secret` and `security_token` (APIGW.0301); after five failures in a row the cloud locks a key for five minutes
    ");
    assert_eq!(code, 1);
}

#[test]
fn a_key_that_may_not_read_disks_works_and_it_is_said_what_to_grant() {
    let stand = Stand::with(&[("hz", "alibaba-ecs", "cn-hangzhou")], &[]);
    let fault = json!({"operation": "DescribeDisks", "kind": "error", "status": 403});
    let added = post(&stand.sandbox.base, "/_sandbox/faults", &fault.to_string());
    assert_eq!(added.status, 200);
    let (code, out, _) = finish(&mut stand.accounts("check"));
    let said = out.lines().last().unwrap();
    assert_snapshot!(said, @"hz: local disks are unknown: grant `ecs:DescribeDisks` (Forbidden.RAM: User not authorized to operate on the specified resource, or this API doesn't support RAM.)");
    assert_eq!(code, 0);
}

#[test]
fn has_nothing_to_check_without_accounts() {
    let folder = tempfile::tempdir().unwrap();
    let (code, out, _) = finish(evenkeel(folder.path()).args(["accounts", "check"]));
    assert_eq!(code, 0);
    assert_snapshot!(out, @"No account is configured: `evenkeel serve` runs on the sandbox");
}

/// A cloud that answers one call with this.
fn cloud(status: u16, body: String) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        let (mut client, _) = listener.accept().unwrap();
        let _ = client.read(&mut [0; 8192]).unwrap();
        let length = body.len();
        write!(
            client,
            "HTTP/1.1 {status} X\r\ncontent-type: application/json\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}"
        )
        .unwrap();
    });
    format!("http://{address}")
}

#[test]
fn a_clouds_words_hide_and_forge_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let endpoint = cloud(
        409,
        r#"{"Code":"Odd","Message":"\u001b[2J\u202eno\u200b\nedge: ok, 10 events"}"#.to_owned(),
    );
    let text = format!(
        "[[accounts]]\nid = \"edge\"\nprovider = \"ens\"\nregion = \"cn-hangzhou\"\nendpoint = \"{endpoint}\"\n"
    );
    std::fs::write(folder.path().join("evenkeel.toml"), text).unwrap();
    let mut command = evenkeel(folder.path());
    command
        .args(["accounts", "check"])
        .env("ALIBABA_CLOUD_ACCESS_KEY_ID", "key")
        .env("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "secret");
    let (code, out, _) = finish(&mut command);
    assert!(
        out.contains(r"\u{1b}[2J\u{202e}no\u{200b}\u{a}edge: ok"),
        "{out}"
    );
    assert_eq!((code, out.lines().count()), (1, 1), "{out}");
}

#[test]
fn says_where_it_asked_and_which_way() {
    let stand = Stand::start();
    let mut command = stand.accounts("check");
    // Never for this machine.
    command.env("HTTPS_PROXY", "http://me:canary-pw@127.0.0.1:9");
    let (code, out, error) = finish(&mut command);
    assert_eq!(code, 0, "{out}{error}");
    let endpoint = &stand.sandbox.base;
    assert_eq!(
        error,
        format!(
            "edge: region `cn-hangzhou`, at {endpoint}, directly\ncore: region `cn-north-4`, at {endpoint}, directly\n"
        )
    );
}

#[test]
fn a_proxy_that_is_none_is_named_and_nothing_is_asked() {
    let stand = Stand::start();
    let mut command = stand.accounts("check");
    command.env("HTTPS_PROXY", "socks5://me:canary-pw@127.0.0.1:9");
    let (code, out, error) = finish(&mut command);
    assert_eq!((code, out.as_str()), (2, ""));
    assert_snapshot!(error, @"evenkeel: `HTTPS_PROXY` must be an `http://` or `https://` proxy: no other kind is supported");
}
