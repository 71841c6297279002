//! `evenkeel audit`: an export of a running proxy's store, verified by us and by somebody else.

use std::{path::Path, process::Command, time::Duration};

use serde_json::{Value, json};

use crate::{
    http::{get, order, post},
    process::{Server, evenkeel, finish},
};

/// A folder with a proxy that has taken one batch, and paused and resumed it.
struct Acted {
    folder: tempfile::TempDir,
    server: Server,
    batch: String,
}

impl Acted {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut command = evenkeel(folder.path());
        command.args([
            "serve",
            "--listen",
            "127.0.0.1:0",
            "--store",
            "sqlite:kept.db",
        ]);
        let server = Server::start(&mut command, "Evenkeel is at ");
        let event = inquiring(&server.base);
        let batch = json!({"account": event["account"], "action": "redeploy", "items": [
            {"event_id": event["id"], "resource_id": event["resource_id"], "when": "now"}]});
        let answer = order(&server.base, "key-1", &batch.to_string());
        assert_eq!(answer.status, 201, "{answer:?}");
        let batch = answer.json()["id"].as_str().unwrap().to_owned();
        for what in ["pause", "resume"] {
            let path = format!("/api/v1/batches/{batch}/{what}");
            assert_eq!(post(&server.base, &path, "{}").status, 200);
        }
        Self {
            folder,
            server,
            batch,
        }
    }

    fn audit(&self, arguments: &[&str]) -> (i32, String, String) {
        let mut command = evenkeel(self.folder.path());
        finish(command.arg("audit").args(arguments))
    }

    fn export(&self) -> String {
        let _ = std::fs::remove_file(self.folder.path().join("audit.jsonl"));
        let export = [
            "export",
            "--store",
            "sqlite:kept.db",
            "--out",
            "audit.jsonl",
        ];
        let (code, _, error) = self.audit(&export);
        assert_eq!(code, 0, "{error}");
        std::fs::read_to_string(self.folder.path().join("audit.jsonl")).unwrap()
    }
}

fn inquiring(base: &str) -> Value {
    let path = "/api/v1/events?account=sandbox-ens&state=inquiring&type=redeploy";
    for _ in 0..300 {
        let page = get(base, path).json();
        if let Some(event) = page["events"].as_array().and_then(|events| events.first()) {
            return event.clone();
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    panic!("no such event came");
}

#[test]
fn exports_beside_a_running_proxy_and_verifies_without_it() {
    let acted = Acted::new();
    let export = acted.export();
    let records: Vec<Value> = export
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap()["record"].clone())
        .collect();
    let of_batch = |kind: &str| {
        let one = records.iter().find(|it| it["kind"] == kind);
        let one = one.unwrap_or_else(|| panic!("no `{kind}` in {export}"));
        assert_eq!(one["data"]["batch"], acted.batch);
        one
    };
    let started = records.iter().find(|it| it["kind"] == "proxy.started");
    let started = started.unwrap_or_else(|| panic!("no start in {export}"));
    assert_eq!(started["data"]["version"], env!("CARGO_PKG_VERSION"));
    assert!(
        started["data"]["accounts"]
            .to_string()
            .contains("sandbox-ens"),
        "{started}"
    );
    of_batch("batch.ordered");
    let paused = of_batch("batch.paused");
    assert_eq!(paused["by"], json!({"who": "local", "login": "none"}));
    assert_eq!(paused["from"], "127.0.0.1");
    assert_eq!(paused["request"].as_str().unwrap().len(), 36);

    let (code, out, _) = acted.audit(&["verify", "audit.jsonl"]);
    let last = records.last().unwrap();
    let (seq, at) = (&last["seq"], last["at"].as_str().unwrap());
    let told = format!("verified to record {seq} at {at}; nothing proves what followed\n");
    assert_eq!((code, out), (0, told));

    let changed = export.replace("\"batch.paused\"", "\"batch.pauzed\"");
    std::fs::write(acted.folder.path().join("changed.jsonl"), changed).unwrap();
    let (code, out, _) = acted.audit(&["verify", "changed.jsonl"]);
    let told = format!(
        "record {} is the first bad one: its text does not have its hash\n",
        paused["seq"]
    );
    assert_eq!((code, out), (1, told));

    // Nothing is written over.
    let (code, _, error) = acted.audit(&[
        "export",
        "--store",
        "sqlite:kept.db",
        "--out",
        "audit.jsonl",
    ]);
    assert!(code == 2 && error.contains("audit.jsonl"), "{error}");
    let folder = acted.folder;
    assert_eq!(acted.server.stop().0, 0);
    let mut command = evenkeel(folder.path());
    let export = ["audit", "export", "--store", "sqlite:kept.db"];
    let (_, out, _) = finish(command.args(export));
    let last = out.lines().last().unwrap();
    assert!(last.contains("\"kind\":\"proxy.stopped\""), "{last}");
}

#[test]
fn a_proxy_ships_checkpoints_and_the_last_is_of_its_own_stop() {
    let folder = tempfile::tempdir().unwrap();
    let run = |words: &[&str]| finish(evenkeel(folder.path()).args(words));
    let (_, public, _) = run(&["audit", "key", "audit.key"]);
    let config = "[audit]\ncheckpoint_key = \"file:audit.key\"\nfile = \"signed.jsonl\"\n";
    std::fs::write(folder.path().join("evenkeel.toml"), config).unwrap();
    let mut command = evenkeel(folder.path());
    let serve = [
        "serve",
        "--listen",
        "127.0.0.1:0",
        "--store",
        "sqlite:kept.db",
    ];
    let server = Server::start(command.args(serve), "Evenkeel is at ");
    assert_eq!(server.stop().0, 0);
    let shipped = std::fs::read_to_string(folder.path().join("signed.jsonl")).unwrap();
    let last: Value = serde_json::from_str(shipped.lines().last().unwrap()).unwrap();
    let (_, export, _) = run(&["audit", "export", "--store", "sqlite:kept.db"]);
    assert_eq!(last["seq"], export.lines().count());
    assert!(export.lines().last().unwrap().contains("proxy.stopped"));
    std::fs::write(folder.path().join("audit.jsonl"), export).unwrap();
    let verify = [
        "audit",
        "verify",
        "audit.jsonl",
        "--checkpoints",
        "signed.jsonl",
        "--key",
        public.trim(),
    ];
    let (code, out, error) = run(&verify);
    assert_eq!(code, 0, "{out}{error}");
}

#[test]
fn a_place_that_does_not_answer_keeps_no_store_from_being_closed() {
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let folder = tempfile::tempdir().unwrap();
    finish(evenkeel(folder.path()).args(["audit", "key", "audit.key"]));
    let hook = silent.local_addr().unwrap();
    let config =
        format!("[audit]\ncheckpoint_key = \"file:audit.key\"\nwebhook = \"http://{hook}\"\n");
    std::fs::write(folder.path().join("evenkeel.toml"), config).unwrap();
    let mut command = evenkeel(folder.path());
    let serve = [
        "serve",
        "--listen",
        "127.0.0.1:0",
        "--store",
        "sqlite:kept.db",
    ];
    let server = Server::start(command.args(serve), "Evenkeel is at ");
    let (code, log) = server.stop();
    assert_eq!(code, 0);
    assert!(log.contains("not shipped, in time"), "{log}");
    assert!(!log.contains("the store was not closed"), "{log}");
    assert!(!folder.path().join("kept.db-wal").exists());
}

#[test]
fn what_was_cut_off_is_missed_by_a_signed_checkpoint() {
    let acted = Acted::new();
    let (code, public, error) = acted.audit(&["key", "audit.key"]);
    assert_eq!(code, 0, "{error}");
    let public = public.trim();
    let sign = [
        "checkpoint",
        "--store",
        "sqlite:kept.db",
        "--key",
        "file:audit.key",
        "--out",
        "signed.jsonl",
    ];
    assert_eq!(acted.audit(&sign).0, 0);
    let export = acted.export();
    let verify = [
        "verify",
        "audit.jsonl",
        "--checkpoints",
        "signed.jsonl",
        "--key",
        public,
    ];
    let (code, out, error) = acted.audit(&verify);
    assert!(
        code == 0 && out.contains("is the one that was signed at"),
        "{out}{error}"
    );

    let lines: Vec<&str> = export.split_inclusive('\n').collect();
    let cut = lines[..2].concat();
    std::fs::write(acted.folder.path().join("audit.jsonl"), cut).unwrap();
    let (code, out, _) = acted.audit(&verify);
    assert!(
        code == 1 && out.starts_with("it ends at record 2, and "),
        "{out}"
    );
    // Without the checkpoint nothing is wrong with it.
    assert_eq!(acted.audit(&["verify", "audit.jsonl"]).0, 0);
    // Another key is not believed, and none is no key.
    let other = "0".repeat(64);
    let (code, _, error) = acted.audit(&[&verify[..5], &[&other]].concat());
    assert!(code == 2 && error.contains("another key"), "{error}");
    assert_eq!(acted.audit(&verify[..4]).0, 2);
}

#[test]
fn somebody_else_verifies_it_by_what_the_documentation_says() {
    if Command::new("python3").arg("--version").output().is_err() {
        eprintln!("there is no python3: left out");
        return;
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let page = std::fs::read_to_string(root.join("../../docs/audit.md")).unwrap();
    let (_, rest) = page.split_once("```python\n").unwrap();
    let (script, _) = rest.split_once("```").unwrap();
    let acted = Acted::new();
    let export = acted.export();
    let run = || {
        let mut python = Command::new("python3");
        let python = python.args(["-c", script, "audit.jsonl"]);
        finish(python.current_dir(acted.folder.path()))
    };
    let records = export.lines().count();
    assert_eq!(run().1, format!("verified to record {records}\n"));
    let changed = export.replacen("\"seq\":2,", "\"seq\":3,", 1);
    std::fs::write(acted.folder.path().join("audit.jsonl"), changed).unwrap();
    let (code, _, error) = run();
    assert_eq!(
        (code, error.as_str()),
        (1, "record 2 is the first bad one\n")
    );
}
