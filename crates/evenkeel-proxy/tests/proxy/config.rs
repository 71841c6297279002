//! `evenkeel.toml`: what it takes, and how it says no.

use std::time::Duration;

use evenkeel_proxy::{Account, Config, ProxyConfig, ServerLimits, Setting};
use insta::assert_snapshot;

pub(crate) fn faults(text: &str) -> String {
    Config::parse(text, "evenkeel.toml")
        .unwrap_err()
        .to_string()
}

/// An account that is right but for these lines.
pub(crate) fn account(lines: &str) -> String {
    format!("[[accounts]]\nid = \"a\"\nprovider = \"ens\"\nregion = \"cn-hangzhou\"\n{lines}\n")
}

#[test]
fn takes_what_the_documentation_shows() {
    let text = r#"
        [server]
        listen = "127.0.0.1:8081"
        console = "dist"
        upstream_timeout = "45s"
        [[accounts]]
        id = "edge-prod"
        provider = "ens"
        region = "cn-hangzhou"
        access_key_id = "env:ALIBABA_CLOUD_ACCESS_KEY_ID"
        access_key_secret = "file:/etc/evenkeel/ens.secret"
        security_token = "env:TOKEN"
        endpoint = "http://127.0.0.1:9000"
        [[accounts]]
        id = "core"
        provider = "huawei-ecs"
        region = "cn-north-4"
        project_id = "0123"
    "#;
    let config = Config::parse(text, "evenkeel.toml").unwrap();
    assert_eq!(
        config.server.listen,
        Some("127.0.0.1:8081".parse().unwrap())
    );
    assert_eq!(config.accounts.len(), 2);
    assert_eq!(
        config.accounts[0].endpoint.to_string(),
        "http://127.0.0.1:9000"
    );
    assert_eq!(
        config.accounts[1].endpoint.to_string(),
        "https://ecs.cn-north-4.myhuaweicloud.com"
    );
}

#[test]
fn an_inventory_is_a_file_whose_name_says_how_it_is_written() {
    let inventory = |name: &str| {
        let config = Config::parse(
            &format!("[labels]\ninventory = \"{name}\""),
            "evenkeel.toml",
        );
        config.map(|config| config.labels.inventory.unwrap().path)
    };
    for name in ["labels.csv", "/etc/evenkeel/labels.JSON"] {
        assert_eq!(inventory(name).unwrap(), std::path::Path::new(name));
    }
    assert_snapshot!(inventory("labels.xlsx").unwrap_err(), @"evenkeel.toml:2: `inventory` must be the path of a file that ends in `.csv` or `.json`");
}

#[test]
fn takes_an_empty_file() {
    assert!(
        Config::parse("", "evenkeel.toml")
            .unwrap()
            .accounts
            .is_empty()
    );
}

#[test]
fn names_every_fault_with_its_line() {
    let text = r#"
[sever]
[server]
listen = 8080
prot = 1
upstream_timeout = "soon"
[[accounts]]
id = "a b"
provider = "aws"
regoin = "cn-hangzhou"
[[accounts]]
provider = "huawei-ecs"
project_id = "a/b"
region = "CN"
[[accounts]]
id = "b"
provider = "ens"
region = "r"
project_id = "x"
endpoint = "http://ens.aliyuncs.com"
[[accounts]]
id = "b"
provider = "ens"
region = "r"
"#;
    assert_snapshot!(faults(text), @"
    evenkeel.toml:2: unknown key `sever` in the file; did you mean `server`?
    evenkeel.toml:4: `listen` must be a string in quotes, not an integer
    evenkeel.toml:5: unknown key `prot` in `[server]`; known are `listen`, `socket_mode`, `public_url`, `trusted_proxies`, `console`, `upstream_timeout`, `connections`, `streams`, `streams_per_address`, `requests_per_address`, `requests_per_login`, `header_timeout`, `idle_timeout`, `body_timeout`, `write_timeout`, `body_memory_mib`, `listing_events`, `tls`
    evenkeel.toml:6: `upstream_timeout` must be a time from 1s to 1h, like `30s`, not `soon`
    evenkeel.toml:8: `id` must be 1 to 64 letters, digits, `-`, `_` or `.`, a letter or digit first, not `a b`
    evenkeel.toml:9: `provider` must be `ens` or `huawei-ecs` or `alibaba-ecs`, not `aws`
    evenkeel.toml:10: unknown key `regoin` in `[[accounts]]`; did you mean `region`?
    evenkeel.toml:11: the account has no `id`: what people and URLs call it
    evenkeel.toml:13: `project_id` `a/b` is no project id
    evenkeel.toml:14: a region must be lower-case letters, digits and `-`, not `CN`
    evenkeel.toml:19: an `ens` account has no `project_id`
    evenkeel.toml:20: `endpoint` may use plain `http` only to this machine (127.0.0.1, ::1 or localhost): use `https`
    evenkeel.toml:22: the id `b` is taken by account 3
    evenkeel.toml:24: the region `r` is not known, nor where its API is: for another region write its `endpoint`, like `https://ens.ap-southeast-1.aliyuncs.com`
    ");
}

#[cfg(unix)]
#[test]
fn knows_where_a_regions_api_is_and_asks_where_it_does_not() {
    let endpoint = |provider: &str, lines: &str| {
        let text = format!("[[accounts]]\nid = \"a\"\nprovider = \"{provider}\"\n{lines}\n");
        Config::parse(&text, "evenkeel.toml").map(|config| config.accounts[0].endpoint.to_string())
    };
    for (provider, region, host) in [
        ("ens", "cn-chengdu", "https://ens.aliyuncs.com"),
        (
            "ens",
            "ap-southeast-1",
            "https://ens.ap-southeast-1.aliyuncs.com",
        ),
        (
            "huawei-ecs",
            "eu-west-101",
            "https://ecs.eu-west-101.myhuaweicloud.eu",
        ),
    ] {
        let lines = format!("region = \"{region}\"");
        assert_eq!(endpoint(provider, &lines).unwrap(), host);
    }
    let error = endpoint("ens", "region = \"cn-hangzou\"").unwrap_err();
    assert_snapshot!(error, @"evenkeel.toml:4: the region `cn-hangzou` is not known, nor where its API is: did you mean `cn-hangzhou`? for another region write its `endpoint`, like `https://ens.ap-southeast-1.aliyuncs.com`");
    let own = "region = \"xx-new-9\"\nendpoint = \"https://ens.xx-new-9.example\"";
    assert_eq!(
        endpoint("ens", own).unwrap(),
        "https://ens.xx-new-9.example"
    );
}

#[test]
fn takes_the_way_to_the_clouds_and_no_password_with_it() {
    let text = "[network]\nproxy = \"http://proxy.corp:3128\"\nno_proxy = \".corp\"\nca_file = \"/etc/ca.pem\"\nsystem_roots = false\n";
    let network = Config::parse(text, "evenkeel.toml").unwrap().network;
    assert!(matches!(
        network.proxy,
        Some(ProxyConfig::At(Setting::Plain(_)))
    ));
    assert_eq!(
        (network.no_proxy.as_deref(), network.system_roots),
        (Some(".corp"), false)
    );
    let none = Config::parse("[network]\nproxy = \"none\"", "evenkeel.toml").unwrap();
    assert_eq!(none.network.proxy, Some(ProxyConfig::None));
    let text = "[network]\nproxy = \"http://me:canary@proxy.corp:3128\"\nsystem_roots = false\nporxy = 1\n";
    let said = faults(text);
    assert!(!said.contains("canary"), "{said}");
    assert_snapshot!(said, @"
    evenkeel.toml:2: `proxy` holds a password, which never stands in the file: keep the URL elsewhere and write `env:NAME`, `file:PATH` or `credential:NAME`
    evenkeel.toml:3: without the system's roots nobody is trusted: name a `ca_file`
    evenkeel.toml:4: unknown key `porxy` in `[network]`; did you mean `proxy`?
    ");
    assert_snapshot!(faults("[network]\nproxy = \"socks5://me:canary@p:1\""), @"evenkeel.toml:2: `proxy` must be an `http://` or `https://` proxy: no other kind is supported; or `none`, `env:NAME`, `file:PATH` or `credential:NAME`");
}

#[test]
fn says_that_a_file_cannot_be_read() {
    let error = Config::load("/nowhere/evenkeel.toml".as_ref()).unwrap_err();
    assert_snapshot!(error, @"/nowhere/evenkeel.toml: does not exist");
}

#[test]
fn takes_where_the_store_is_and_how_batches_are_sent() {
    let text = r#"
        [store]
        url = "postgres://evenkeel@db.internal/evenkeel?sslmode=verify-full"
        [journal]
        deadline = "30m"
        lease = "20s"
    "#;
    let config = Config::parse(text, "evenkeel.toml").unwrap();
    assert!(matches!(config.store.url, Some(Setting::Plain(_))));
    assert_eq!(config.journal.deadline.as_secs(), 1800);
    assert_eq!(config.journal.lease.as_secs(), 20);
    assert!(!config.store.allow_unverified_server);
    let text = "[store]\nurl = \"env:EK_STORE\"\nallow_unverified_server = true\n";
    let config = Config::parse(text, "evenkeel.toml").unwrap();
    assert!(matches!(config.store.url, Some(Setting::At(_))));
    assert!(config.store.allow_unverified_server);
}

#[test]
fn takes_how_many_items_a_call_carries() {
    let ens = |more: &str| {
        format!("[[accounts]]\nid = \"a\"\nprovider = \"ens\"\nregion = \"cn-hangzhou\"\n{more}")
    };
    let huawei = |more: &str| {
        format!(
            "[[accounts]]\nid = \"b\"\nprovider = \"huawei-ecs\"\nregion = \"cn-north-4\"\n{more}"
        )
    };
    for (text, size) in [
        (ens(""), 20),
        (ens("items_per_call = 7"), 7),
        (huawei(""), 1),
        (huawei("items_per_call = 1"), 1),
    ] {
        let config = Config::parse(&text, "evenkeel.toml").unwrap();
        assert_eq!(config.accounts[0].items_per_call, size, "{text}");
    }
    assert_snapshot!(faults(&ens("items_per_call = 51")), @"evenkeel.toml:5: `items_per_call` must be a whole number from 1 to 50");
    assert_snapshot!(faults(&huawei("items_per_call = 2")), @"evenkeel.toml:5: `items_per_call` can only be 1: a call to `huawei-ecs` is about one event");
}

/// The reference has a table for each of the file's, with a row for each key, in the reader's order.
#[test]
fn the_reference_has_every_key_and_no_other() {
    let page = include_str!("../../../../docs/configuration.md");
    let backticked = |line: &str| -> Vec<String> {
        let parts = line.split('`').skip(1).step_by(2);
        parts.map(str::to_owned).collect()
    };
    for table in [
        "[server]",
        "[store]",
        "[network]",
        "[collector]",
        "[journal]",
        "[labels]",
        "[audit]",
        "[[accounts]]",
    ] {
        let said = faults(&format!("{table}\nx = 1"));
        let known = said
            .lines()
            .find_map(|line| line.split_once("known are "))
            .unwrap()
            .1;
        let known: Vec<_> = backticked(known)
            .into_iter()
            .filter(|key| key != "ens_chunk")
            .collect();
        let heading = format!("## `{table}`\n");
        let section = page
            .split_once(&heading)
            .unwrap_or_else(|| panic!("no `{table}`"))
            .1;
        let section = section.split("\n## ").next().unwrap();
        let rows = section.lines().filter(|line| line.starts_with("| `"));
        let told: Vec<_> = rows.map(|line| backticked(line).swap_remove(0)).collect();
        assert_eq!(told, known, "{table}");
    }
}

#[test]
fn says_how_often_accounts_are_read_and_how_long_events_are_kept() {
    let text = format!(
        "[collector]\npoll = \"30s\"\ncalls_per_second = 3\nkeep = \"1y\"\n{}",
        account("poll = \"5m\"")
    );
    let config = Config::parse(&text, "evenkeel.toml").unwrap();
    assert_eq!(config.sync.poll, Duration::from_secs(30));
    assert_eq!(config.sync.calls_per_second.get(), 3);
    assert!(config.sync.keep > Duration::from_hours(364 * 24));
    assert_eq!(config.accounts[0].poll, Some(Duration::from_mins(5)));
}

#[test]
fn refuses_a_collector_that_asks_too_much() {
    let text = format!(
        "[collector]\npoll = \"1s\"\ncalls_per_second = 0\nkeep = \"1h\"\nbudget = 7\n{}",
        account("poll = 60")
    );
    assert_snapshot!(faults(&text), @"
    evenkeel.toml:2: `poll` must be a time from 5s to 1day, like `60s`, not `1s`
    evenkeel.toml:3: `calls_per_second` must be a whole number from 1 to 1000
    evenkeel.toml:4: `keep` must be a time from 1day to 10years, like `90d`, not `1h`
    evenkeel.toml:5: unknown key `budget` in `[collector]`; known are `poll`, `calls_per_second`, `keep`, `names`
    evenkeel.toml:10: `poll` must be a string in quotes, not an integer
    ");
    assert_snapshot!(faults("collector = 7"), @"evenkeel.toml:1: `collector` must be a table, `[collector]`, not an integer");
}

#[test]
fn bounds_the_server() {
    let text = r#"
        [server]
        connections = 300
        streams = 100
        streams_per_address = 20
        header_timeout = "5s"
        idle_timeout = "2m"
        body_timeout = "1m"
        write_timeout = "20s"
        body_memory_mib = 256
    "#;
    let limits = Config::parse(text, "evenkeel.toml").unwrap().server.limits;
    let expected = ServerLimits {
        connections: 300,
        streams: 100,
        streams_per_address: 20,
        header_timeout: Duration::from_secs(5),
        idle_timeout: Duration::from_mins(2),
        body_timeout: Duration::from_mins(1),
        write_timeout: Duration::from_secs(20),
        body_bytes: 256 * 1024 * 1024,
        ..ServerLimits::default()
    };
    assert_eq!(limits, expected);
    let text =
        "[server]\nconnections = 3\nstreams = \"4\"\nidle_timeout = \"0s\"\nbody_memory_mib = 1\n";
    assert_snapshot!(faults(text), @"
    evenkeel.toml:2: `connections` must be a whole number from 16 to 1000000
    evenkeel.toml:3: `streams` must be a whole number from 1 to 1000000
    evenkeel.toml:4: `idle_timeout` must be a time from 1s to 1h, like `75s`, not `0s`
    evenkeel.toml:5: `body_memory_mib` must be a whole number from 32 to 65536
    ");
}

#[test]
fn an_account_once_more_is_refused_and_one_in_another_region_is_not() {
    let ens = |id: &str, region: &str, key: &str| {
        format!(
            "[[accounts]]\nid = \"{id}\"\nprovider = \"ens\"\nregion = \"{region}\"\n\
             endpoint = \"https://ens.aliyuncs.com\"\n\
             access_key_id = \"env:{key}\"\naccess_key_secret = \"env:SECRET\"\n"
        )
    };
    let ecs = |id: &str, region: &str, project: &str| {
        format!(
            "[[accounts]]\nid = \"{id}\"\nprovider = \"huawei-ecs\"\nregion = \"{region}\"\n\
             project_id = \"{project}\"\n\
             access_key_id = \"env:K1\"\naccess_key_secret = \"env:SECRET\"\n"
        )
    };
    let text = [
        ens("a", "cn-hangzhou", "K1"),
        ens("b", "cn-beijing", "K1"),
        ens("c", "cn-hangzhou", "K2"),
        ecs("d", "cn-north-4", "p1"),
        ecs("e", "cn-south-1", "p2"),
        ecs("f", "cn-north-4", "p2"),
        ecs("g", "cn-north-4", "p1"),
    ]
    .concat();
    let config = Config::parse(&text, "evenkeel.toml").unwrap();
    let open = |config: &Config| {
        let opened = config.accounts.iter();
        let opened = opened.map(|it| Account::open(it, &|name| Some(format!("value-{name}"))));
        evenkeel_proxy::refuse_twins(opened.collect())
    };
    let refused: Vec<String> = open(&config)
        .into_iter()
        .filter_map(|account| Some(account.err()?.to_string()))
        .collect();
    assert_eq!(
        refused,
        [
            "account `b`: is account `a` once more: the same key at the same endpoint; leave one of them out",
            "account `g`: is account `d` once more: the same key at the same endpoint and project; leave one of them out",
        ]
    );
}

#[test]
fn the_journals_times_are_read_and_bounded() {
    let text = "[journal]\ncall_timeout = \"20s\"\nstale_after = \"2h\"\n";
    let journal = Config::parse(text, "evenkeel.toml").unwrap().journal;
    assert_eq!(journal.call_timeout, Duration::from_secs(20));
    assert_eq!(journal.stale_after, Duration::from_hours(2));
    let text = "[journal]\ncall_timeout = \"0s\"\nstale_after = \"1m\"\n";
    let faults = faults(text);
    assert!(
        faults.contains("`call_timeout` must be a time from 1s to 2m"),
        "{faults}"
    );
    assert!(
        faults.contains("`stale_after` must be a time from 20m to 7days"),
        "{faults}"
    );
}
