//! `evenkeel config check`

use insta::assert_snapshot;

use crate::{
    process::{evenkeel, finish},
    stand::Stand,
};

#[test]
fn says_that_nothing_is_wrong_and_calls_nobody() {
    let stand = Stand::start();
    stand.sandbox.signal("-KILL");
    let mut command = stand.command(&["config", "check"]);
    let (code, out, _) = finish(&mut command);
    assert_snapshot!(out, @"
    edge: its credentials are there
    core: its credentials are there
    evenkeel.toml: ok, 2 accounts
    ");
    assert_eq!(code, 0);
}

#[test]
fn says_everything_that_is_wrong_with_what_it_refers_to() {
    let stand = Stand::start();
    let file = stand.folder.path().join("evenkeel.toml");
    let accounts = std::fs::read_to_string(&file).unwrap();
    let text = format!(
        "[labels]\ninventory = \"labels.csv\"\n[server]\nconsole = \"nowhere\"\nlisten = \"0.0.0.0:1\"\n\
         [server.tls]\ncertificate = \"c.pem\"\nkey = \"k.pem\"\n[store]\nurl = \"env:NOT_SET\"\n[audit]\ncheckpoint_key = \"env:NO_KEY\"\nfile = \"signed.jsonl\"\n{accounts}"
    );
    std::fs::write(&file, text).unwrap();
    let mut command = stand.command(&["config", "check"]);
    command.env_remove("HUAWEICLOUD_SDK_SK");
    let (code, out, _) = finish(&mut command);
    assert_snapshot!(out, @"
    edge: its credentials are there
    core: access_key_secret `env:HUAWEICLOUD_SDK_SK` is not set
    inventory: labels.csv: does not exist
    [audit] checkpoint_key `env:NO_KEY` is not set
    [store] url: `env:NOT_SET` is not set
    the console folder `nowhere` does not exist
    [server.tls]: `c.pem` does not exist
    refusing to listen on 0.0.0.0:1, which other machines reach: there is no `public_url`, which browsers are to know it by; give what is missing (docs/serving.md), or use a loopback address such as 127.0.0.1:8080 (and `ssh -L 8080:127.0.0.1:8080` from elsewhere)
    evenkeel.toml: not ok, 2 accounts
    ");
    assert_eq!(code, 1);
}

#[test]
fn a_fault_of_the_file_is_told_with_its_line() {
    let folder = tempfile::tempdir().unwrap();
    let mut command = evenkeel(folder.path());
    let (code, out, _) = finish(command.args(["config", "check"]));
    assert_snapshot!(out, @"there is no evenkeel.toml here: `evenkeel serve` runs on the sandbox");
    assert_eq!(code, 0);

    std::fs::write(
        folder.path().join("evenkeel.toml"),
        "[server]\nlissen = 1\n",
    )
    .unwrap();
    let mut command = evenkeel(folder.path());
    let (code, _, error) = finish(command.args(["config", "check"]));
    assert_snapshot!(error, @"evenkeel: evenkeel.toml:2: unknown key `lissen` in `[server]`; did you mean `listen`?");
    assert_eq!(code, 2);
}

#[test]
fn the_example_for_a_service_is_good_as_it_is_and_so_is_what_it_has_as_comments() {
    let example = include_str!("../../../../docs/serving/evenkeel.example.toml");
    let folder = tempfile::tempdir().unwrap();
    let check = |text: &str| {
        std::fs::write(folder.path().join("evenkeel.toml"), text).unwrap();
        finish(evenkeel(folder.path()).args(["config", "check"]))
    };
    let (code, out, _) = check(example);
    assert_snapshot!(out, @"evenkeel.toml: ok, no account: `evenkeel serve` runs on the sandbox");
    assert_eq!(code, 0);
    // What is said about it has a space there.
    let lines = example.lines().map(|line| match line.strip_prefix('#') {
        Some(rest) if !rest.is_empty() && !rest.starts_with(' ') => rest,
        _ => line,
    });
    let (code, out, error) = check(&lines.collect::<Vec<_>>().join("\n"));
    assert_snapshot!(format!("{out}{error}"), @"
    edge-prod: access_key_id `credential:ens-id` is nowhere: this is no unit of systemd that has `LoadCredential=`; access_key_secret `credential:ens-secret` is nowhere: this is no unit of systemd that has `LoadCredential=`
    evenkeel.toml: not ok, 1 account
    ");
    assert_eq!(code, 1);
}
