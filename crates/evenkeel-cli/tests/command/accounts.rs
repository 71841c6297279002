//! `evenkeel accounts check`

use std::process::Command;

use insta::assert_snapshot;
use tempfile::TempDir;

use crate::process::{Server, evenkeel, finish};

/// A sandbox and a configuration with an account of each cloud on it.
struct Stand {
    folder: TempDir,
    keys: Vec<(String, String)>,
    _sandbox: Server,
}

impl Stand {
    fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut command = evenkeel(folder.path());
        command.args(["sandbox", "--listen", "127.0.0.1:0", "--events", "20"]);
        let mut sandbox = Server::start(&mut command, "EVENKEEL_SANDBOX_ENDPOINT=");
        let mut keys = Vec::new();
        while let Some((name, value)) = sandbox.line().split_once('=') {
            keys.push((name.to_owned(), value.to_owned()));
        }
        let endpoint = &sandbox.base;
        let text = format!(
            "[[accounts]]\nid = \"edge\"\nprovider = \"ens\"\nregion = \"cn-hangzhou\"\nendpoint = \"{endpoint}\"\n\
             [[accounts]]\nid = \"core\"\nprovider = \"huawei-ecs\"\nregion = \"cn-north-4\"\nendpoint = \"{endpoint}\"\n"
        );
        std::fs::write(folder.path().join("evenkeel.toml"), text).unwrap();
        Self {
            folder,
            keys,
            _sandbox: sandbox,
        }
    }

    fn check(&self) -> Command {
        let mut command = evenkeel(self.folder.path());
        command
            .args(["accounts", "check"])
            .envs(self.keys.iter().cloned());
        command
    }
}

#[test]
fn says_that_both_accounts_work() {
    let stand = Stand::start();
    let (code, out, _) = finish(&mut stand.check());
    assert_snapshot!(out, @"
    edge: ok, 10 events
    core: ok, may list events
    ");
    assert_eq!(code, 0);
}

#[test]
fn fails_when_one_account_does() {
    let stand = Stand::start();
    let mut command = stand.check();
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
fn tells_an_unknown_key_from_a_wrong_secret_where_the_cloud_does() {
    let stand = Stand::start();
    let mut command = stand.check();
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
fn has_nothing_to_check_without_accounts() {
    let folder = tempfile::tempdir().unwrap();
    let (code, out, _) = finish(evenkeel(folder.path()).args(["accounts", "check"]));
    assert_eq!(code, 0);
    assert_snapshot!(out, @"No account is configured: `evenkeel serve` runs on the sandbox");
}
