//! `evenkeel serve`

use std::net::TcpListener;

use insta::assert_snapshot;

use crate::{
    http::{get, post, send_with},
    process::{Server, evenkeel, finish},
};

#[test]
fn serves_the_embedded_sandbox_when_no_account_is_configured() {
    let folder = tempfile::tempdir().unwrap();
    let mut command = evenkeel(folder.path());
    command.args(["serve", "--listen", "127.0.0.1:0", "--sandbox-events", "10"]);
    let mut server = Server::start(&mut command, "Evenkeel is at ");
    let said = server.line();
    let accounts = get(&server.base, "/api/v1/accounts").json();
    let endpoint = accounts["accounts"][0]["endpoint"].as_str().unwrap();
    assert_snapshot!(said.replace(endpoint, "[sandbox]"), @"No account is configured: this is the sandbox, simulated clouds at [sandbox]; nothing here is real");
    let shown = serde_json::to_string_pretty(&accounts).unwrap();
    assert_snapshot!(shown.replace(endpoint, "[sandbox]"), @r#"
    {
      "accounts": [
        {
          "endpoint": "[sandbox]",
          "id": "sandbox-ens",
          "items_per_call": 20,
          "provider": "ens",
          "region": "sandbox",
          "sandbox": true
        },
        {
          "endpoint": "[sandbox]",
          "id": "sandbox-huawei",
          "items_per_call": 1,
          "project_id": "5a4d0000000000000000000000e7e4ee",
          "provider": "huawei-ecs",
          "region": "sandbox",
          "sandbox": true
        },
        {
          "endpoint": "[sandbox]",
          "id": "sandbox-alibaba-ecs",
          "items_per_call": 1,
          "provider": "alibaba-ecs",
          "region": "sandbox",
          "sandbox": true
        }
      ]
    }
    "#);
    assert_eq!(
        get(&server.base, "/").header("content-type"),
        Some("text/html; charset=utf-8")
    );
    let (code, log) = server.stop();
    assert_eq!(code, 0);
    assert!(
        log.contains("route=\"/api/v1/accounts\" status=200"),
        "{log}"
    );
}

#[test]
fn logs_one_line_of_json_a_request_without_its_query() {
    let folder = tempfile::tempdir().unwrap();
    let mut command = evenkeel(folder.path());
    command
        .args(["serve", "--log-format", "json", "--log-level", "trace"])
        .env("EVENKEEL_LISTEN", "127.0.0.1:0");
    let server = Server::start(&mut command, "Evenkeel is at ");
    let path = "/api/v1/accounts/sandbox-ens/operations/DescribeHistoryEvents?token=canary-5f0c";
    let body = r#"{"EventTypes":["Disk:Stalled"],"ResourceIds":["i-canary-77"]}"#;
    let answer = post(&server.base, path, body);
    assert_eq!(
        answer.header("evenkeel-origin"),
        Some("provider"),
        "{answer:?}"
    );
    let (_, log) = server.stop();
    assert!(!log.contains("anary"), "{log}");
    let lines: Vec<serde_json::Value> = log
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(lines.len(), 1, "{log}");
    let mut line = lines[0].clone();
    for field in ["ms", "request_id", "timestamp", "upstream_request_id"] {
        assert!(
            line[field].is_string() || line[field].is_u64(),
            "{field} in {line}"
        );
        line[field] = "[varies]".into();
    }
    assert_snapshot!(serde_json::to_string_pretty(&line).unwrap(), @r#"
    {
      "account": "sandbox-ens",
      "client": "127.0.0.1",
      "level": "INFO",
      "message": "request",
      "method": "POST",
      "ms": "[varies]",
      "operation": "DescribeHistoryEvents",
      "request_id": "[varies]",
      "route": "/api/v1/accounts/{account}/operations/{operation}",
      "status": 200,
      "target": "evenkeel::request",
      "timestamp": "[varies]",
      "upstream_request_id": "[varies]",
      "upstream_status": 200
    }
    "#);
}

#[test]
fn ends_with_a_clear_error_when_the_port_is_taken() {
    let folder = tempfile::tempdir().unwrap();
    let holder = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = holder.local_addr().unwrap().to_string();
    let (code, out, error) = finish(evenkeel(folder.path()).args(["serve", "--listen", &address]));
    assert_eq!((code, out.as_str()), (2, ""));
    assert_snapshot!(error.replace(&address, "[address]"), @"evenkeel: [address] is taken by another program: stop it, or choose another with --listen");
}

#[test]
fn refuses_to_listen_beyond_this_machine() {
    let folder = tempfile::tempdir().unwrap();
    let (code, _, error) =
        finish(evenkeel(folder.path()).args(["serve", "--listen", "0.0.0.0:8080"]));
    assert_eq!(code, 2);
    assert!(error.contains("which other machines reach"), "{error}");
}

#[test]
fn names_the_faults_of_the_configuration() {
    let folder = tempfile::tempdir().unwrap();
    let text = "[server]\nlisen = \"127.0.0.1:0\"\n\n[[accounts]]\nid = \"a\"\nprovider = \"ens\"\nregion = \"cn-hangzhou\"\naccess_key_secret = \"canary\"\n";
    std::fs::write(folder.path().join("evenkeel.toml"), text).unwrap();
    let (code, _, error) = finish(evenkeel(folder.path()).arg("serve"));
    assert_eq!(code, 2);
    assert_snapshot!(error, @"
    evenkeel: evenkeel.toml:2: unknown key `lisen` in `[server]`; did you mean `listen`?
    evenkeel.toml:8: `access_key_secret` must be `env:NAME`, `file:PATH` or `credential:NAME`: a credential never stands in the file
    ");
}

#[test]
fn names_every_credential_that_is_missing() {
    let folder = tempfile::tempdir().unwrap();
    let text = "[[accounts]]\nid = \"a\"\nprovider = \"ens\"\nregion = \"cn-hangzhou\"\n[[accounts]]\nid = \"b\"\nprovider = \"huawei-ecs\"\nregion = \"cn-north-4\"\nproject_id = \"p\"\n";
    std::fs::write(folder.path().join("evenkeel.toml"), text).unwrap();
    let (code, _, error) = finish(evenkeel(folder.path()).arg("serve"));
    assert_eq!(code, 2);
    assert_snapshot!(error, @"
    evenkeel: account `a`: access_key_id `env:ALIBABA_CLOUD_ACCESS_KEY_ID` is not set; access_key_secret `env:ALIBABA_CLOUD_ACCESS_KEY_SECRET` is not set
    account `b`: access_key_id `env:HUAWEICLOUD_SDK_AK` is not set; access_key_secret `env:HUAWEICLOUD_SDK_SK` is not set
    ");
}

#[test]
fn says_that_a_named_configuration_is_missing() {
    let folder = tempfile::tempdir().unwrap();
    let (code, _, error) = finish(evenkeel(folder.path()).args(["serve", "--config", "no.toml"]));
    assert_eq!(code, 2);
    assert_snapshot!(error, @"evenkeel: no.toml: does not exist");
}

#[test]
fn a_password_of_the_store_never_stands_among_the_processes_nor_in_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let url = "postgres://me:canary@127.0.0.1:1/ek";
    std::fs::write(folder.path().join("store.url"), url).unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let own = std::fs::Permissions::from_mode(0o600);
        std::fs::set_permissions(folder.path().join("store.url"), own).unwrap();
    }
    let serve = |arguments: &[&str], variable: Option<&str>| {
        let mut command = evenkeel(folder.path());
        command.args(["serve", "--listen", "127.0.0.1:0"]);
        if let Some(variable) = variable {
            command.env("EVENKEEL_STORE", variable);
        }
        let (code, _, error) = finish(command.args(arguments));
        assert_eq!(code, 2, "{error}");
        assert!(!error.contains("canary"), "{error}");
        error
    };
    assert_snapshot!(serve(&["--store", url], None), @"evenkeel: --store holds a password, which every user of this machine sees among the processes: put the URL into EVENKEEL_STORE, or into a file and say --store file:PATH");
    let away = serve(&["--store", "file:store.url"], None);
    assert!(
        away.contains("cannot be reached (postgres://me@127.0.0.1:1/ek"),
        "{away}"
    );
    assert_eq!(serve(&[], Some("file:store.url")), away);
    assert_eq!(serve(&[], Some(url)), away);
    assert_snapshot!(serve(&[], Some("postgres://me:canary:x@db/ek?sslmod=1")), @"evenkeel: EVENKEEL_STORE: the store's URL cannot be used: there is no parameter `sslmod`; there are `host`, `hostaddr`, `port`, `dbname`, `user`, `password`, `sslmode`, `sslrootcert`, `sslcert`, `sslkey`, `target_session_attrs`, `application_name`, `options`, `statement-cache-capacity`");
    assert_snapshot!(serve(&["--store", "env:EK_NONE"], None), @"evenkeel: --store: `env:EK_NONE` is not set");
}

#[cfg(unix)]
#[test]
fn reads_keys_again_on_sighup_and_lives_on() {
    let folder = tempfile::tempdir().unwrap();
    let mut command = evenkeel(folder.path());
    command.args(["sandbox", "--listen", "127.0.0.1:0", "--events", "30"]);
    let mut sandbox = Server::start(&mut command, "EVENKEEL_SANDBOX_ENDPOINT=");
    let mut keys = std::collections::HashMap::new();
    while let Some((name, value)) = sandbox.line().split_once('=') {
        keys.insert(name.to_owned(), value.to_owned());
    }
    // As the library makes them: for the owner alone.
    let secret = tempfile::NamedTempFile::new_in(folder.path()).unwrap();
    std::fs::write(secret.path(), "wrong").unwrap();
    let text = format!(
        "[[accounts]]\nid = \"edge\"\nprovider = \"ens\"\nregion = \"cn-hangzhou\"\nendpoint = \"{}\"\n\
         access_key_id = \"env:ALIBABA_CLOUD_ACCESS_KEY_ID\"\naccess_key_secret = \"file:{}\"\n",
        sandbox.base,
        secret.path().display()
    );
    std::fs::write(folder.path().join("evenkeel.toml"), text).unwrap();
    let mut command = evenkeel(folder.path());
    command.args(["serve", "--listen", "127.0.0.1:0"]).env(
        "ALIBABA_CLOUD_ACCESS_KEY_ID",
        &keys["ALIBABA_CLOUD_ACCESS_KEY_ID"],
    );
    let server = Server::start(&mut command, "Evenkeel is at ");
    let login = crate::login::token(folder.path(), "tests");
    let until = |phase: &str| {
        let started = std::time::Instant::now();
        loop {
            let page = send_with(&server.base, "GET", "/api/v1/events?limit=1", &login, "").json();
            if page["accounts"][0]["phase"] == phase {
                return page["total"].clone();
            }
            assert!(
                started.elapsed() < std::time::Duration::from_secs(30),
                "{page}"
            );
            std::thread::sleep(std::time::Duration::from_millis(50));
        }
    };
    until("failing");
    std::fs::write(secret.path(), &keys["ALIBABA_CLOUD_ACCESS_KEY_SECRET"]).unwrap();
    server.signal("-HUP");
    assert_eq!(until("ok"), 10);
    let (code, log) = server.stop();
    assert_eq!(code, 0);
    assert!(log.contains("its secret or token is new"), "{log}");
}

#[cfg(unix)]
#[test]
fn takes_the_inventory_at_the_start_and_again_on_sighup() {
    let folder = tempfile::tempdir().unwrap();
    let config = "[labels]\ninventory = \"labels.csv\"\n";
    std::fs::write(folder.path().join("evenkeel.toml"), config).unwrap();
    let table = |rows: &str| {
        let text = format!("resource_id,name,local_disks\n{rows}");
        std::fs::write(folder.path().join("labels.csv"), text).unwrap();
    };
    table("i-1,one,no\n");
    let mut command = evenkeel(folder.path());
    command.args(["serve", "--listen", "127.0.0.1:0", "--sandbox-events", "10"]);
    let server = Server::start(&mut command, "Evenkeel is at ");
    let until = |path: &str, what: &dyn Fn(&serde_json::Value) -> bool| {
        let started = std::time::Instant::now();
        loop {
            let answer = get(&server.base, path).json();
            if what(&answer) {
                return answer;
            }
            let waited = started.elapsed();
            assert!(waited < std::time::Duration::from_secs(30), "{answer}");
            std::thread::sleep(std::time::Duration::from_millis(20));
        }
    };
    let accounts = until("/api/v1/accounts", &|it| {
        it["inventory"]["read_at"].is_string()
    });
    let mut inventory = accounts["inventory"].clone();
    inventory["read_at"] = "[time]".into();
    assert_snapshot!(inventory.to_string(), @r#"{"file":"labels.csv","problem_count":0,"read_at":"[time]","resources":1}"#);
    let events = until("/api/v1/events?limit=1", &|it| it["total"] != 0);
    let id = events["events"][0]["resource_id"].as_str().unwrap().trim();
    table(&format!("{id},ours,no\ni-1,one,perhaps\n"));
    server.signal("-HUP");
    let accounts = until("/api/v1/accounts", &|it| {
        it["inventory"]["problem_count"] == 1
    });
    assert_eq!(accounts["inventory"]["problems"][0]["line"], 3);
    let events = get(&server.base, &format!("/api/v1/events?q={id}")).json();
    let resource = &events["events"][0]["resource"];
    assert_eq!(resource["name"], "ours");
    assert_eq!(resource["local_disks_by"], "inventory");
    let (code, log) = server.stop();
    assert_eq!(code, 0);
    assert!(
        log.contains("labels.csv:3:3: `local_disks` must be"),
        "{log}"
    );
}
