//! Checkpoints of the audit, shipped to where the store's machine does not reach.

use evenkeel_audit::{Checkpoint, PublicKey, SigningKey};
use evenkeel_engine::{CheckpointConfig, Checkpoints, Network, Reference, Setting};
use evenkeel_proxy::Clock;
use evenkeel_store::{AuditEntry, Caller, Db, StoreUrl};
use tokio::net::UdpSocket;

use crate::cloud::Cloud;

const NOW: i64 = 1_800_000_000_000;

/// A store, a key, and a folder for files.
struct Stand {
    db: Db,
    secret: String,
    folder: tempfile::TempDir,
}

impl Stand {
    async fn new() -> Self {
        let (_, secret) = SigningKey::generate().unwrap();
        Self {
            db: Db::open(&StoreUrl::memory()).await.unwrap(),
            secret: secret.to_string(),
            folder: tempfile::tempdir().unwrap(),
        }
    }

    fn open(&self, config: &CheckpointConfig) -> Checkpoints {
        let environment = |name: &str| (name == "KEY").then(|| self.secret.clone());
        Checkpoints::open(config, &Network::direct(), &environment).unwrap()
    }

    async fn act(&self) {
        let entry = AuditEntry::new("test.acted", &Caller::local(), NOW);
        self.db.record(entry).await.unwrap();
    }

    async fn ship(&self, checkpoints: &Checkpoints) -> bool {
        checkpoints.ship(&self.db, &Clock::from_fn(|| NOW)).await
    }

    fn verified(&self, line: &str) -> u64 {
        let checkpoint: Checkpoint = serde_json::from_str(line).unwrap();
        let public = SigningKey::parse(&self.secret).unwrap().public();
        checkpoint
            .check(&PublicKey::parse(&public).unwrap())
            .unwrap();
        checkpoint.seq
    }
}

/// To nowhere.
fn config() -> CheckpointConfig {
    CheckpointConfig {
        key: Reference::parse("env:KEY").unwrap(),
        every: std::time::Duration::from_hours(1),
        file: None,
        webhook: None,
        syslog: None,
    }
}

#[tokio::test]
async fn each_place_is_told_of_what_is_new_and_of_nothing_twice() {
    let stand = Stand::new().await;
    let log = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let hook = Cloud::answering("204 No Content", "").await;
    let file = stand.folder.path().join("signed.jsonl");
    let checkpoints = stand.open(&CheckpointConfig {
        file: Some(file.clone()),
        syslog: Some(
            format!("udp://{}", log.local_addr().unwrap())
                .parse()
                .unwrap(),
        ),
        webhook: Some(Setting::Plain(format!(
            "{}/hook?token=canary",
            hook.endpoint
        ))),
        ..config()
    });
    for _ in 0..2 {
        assert!(stand.ship(&checkpoints).await);
    }
    stand.act().await;
    assert!(stand.ship(&checkpoints).await);

    let text = std::fs::read_to_string(file).unwrap();
    let shipped: Vec<u64> = text.lines().map(|line| stand.verified(line)).collect();
    assert_eq!(shipped, [1, 2]);
    let mut buffer = [0; 2048];
    for seq in shipped {
        let length = log.recv(&mut buffer).await.unwrap();
        let message = std::str::from_utf8(&buffer[..length]).unwrap();
        let begin = "<85>1 2027-01-15T08:00:00Z - evenkeel ";
        let rest = message
            .strip_prefix(begin)
            .unwrap_or_else(|| panic!("{message}"));
        let (process, line) = rest.split_once(" audit-checkpoint - ").unwrap();
        assert_eq!(process, std::process::id().to_string());
        assert_eq!(stand.verified(line), seq);
    }
    let posts = hook.received();
    assert_eq!(posts.len(), 2);
    assert!(
        posts[0].starts_with("POST /hook?token=canary HTTP/1.1\r\n"),
        "{}",
        posts[0]
    );
    assert_eq!(
        stand.verified(posts[1].split("\r\n\r\n").nth(1).unwrap()),
        2
    );
    assert!(!format!("{checkpoints:?}").contains("canary"));
    assert!(!format!("{checkpoints:?}").contains(&stand.secret));
}

#[tokio::test]
async fn a_place_that_took_none_is_told_of_the_newest_later_and_keeps_no_other_waiting() {
    let stand = Stand::new().await;
    let folder = stand.folder.path().join("later");
    let other = stand.folder.path().join("other.jsonl");
    let hook = Cloud::answering("204 No Content", "").await;
    let checkpoints = stand.open(&CheckpointConfig {
        file: Some(folder.join("signed.jsonl")),
        webhook: Some(Setting::Plain(hook.endpoint.clone())),
        ..config()
    });
    assert!(!stand.ship(&checkpoints).await);
    assert_eq!(hook.received().len(), 1);
    std::fs::create_dir(&folder).unwrap();
    stand.act().await;
    assert!(stand.ship(&checkpoints).await);
    let text = std::fs::read_to_string(folder.join("signed.jsonl")).unwrap();
    assert_eq!(
        text.lines()
            .map(|line| stand.verified(line))
            .collect::<Vec<_>>(),
        [2]
    );

    let refusing = Cloud::answering("500 Oh", "").await;
    let checkpoints = stand.open(&CheckpointConfig {
        file: Some(other.clone()),
        webhook: Some(Setting::Plain(refusing.endpoint.clone())),
        ..config()
    });
    assert!(!stand.ship(&checkpoints).await);
    assert_eq!(std::fs::read_to_string(other).unwrap().lines().count(), 1);
}

#[tokio::test]
async fn a_key_that_is_none_and_a_hook_in_the_clear_are_refused_without_being_shown() {
    let stand = Stand::new().await;
    let refused = |config: &CheckpointConfig, key: &str| {
        let environment = |_: &str| Some(key.to_owned());
        let error = Checkpoints::open(config, &Network::direct(), &environment);
        error.unwrap_err().to_string()
    };
    let said = refused(&config(), "canary");
    assert!(
        said.contains("[audit] checkpoint_key") && !said.contains("canary"),
        "{said}"
    );
    let config = CheckpointConfig {
        webhook: Some(Setting::Plain("http://hooks.example/canary".to_owned())),
        ..config()
    };
    let said = refused(&config, &stand.secret);
    assert!(
        said.contains("must be an `https://` URL") && !said.contains("canary"),
        "{said}"
    );
}
