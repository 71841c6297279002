//! A proxy on a port of its own, and clients that speak to it byte by byte.

use std::{net::SocketAddr, time::Duration};

use evenkeel_proxy::{
    Account, Clock, Config, Console, JournalOptions, ListenAddress, Policy, Proxy, ProxyParts,
    Reach, SandboxAccount, ServerLimits, StreamOptions, SyncOptions, Tls, listen,
};
use evenkeel_store::{Db, StoreUrl};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpSocket, TcpStream},
    sync::oneshot,
    task::JoinHandle,
    time::timeout,
};

/// As long as a busy machine may take for something that happens at once.
const SOON: Duration = Duration::from_secs(20);

pub(crate) struct Stand {
    pub(crate) at: ListenAddress,
    pub(crate) db: Db,
    stop: oneshot::Sender<()>,
    task: JoinHandle<()>,
}

/// An account for which everybody is asked to log in.
pub(crate) fn real_accounts() -> Vec<Account> {
    let text = "[[accounts]]\nid = \"core\"\nprovider = \"ens\"\nregion = \"cn-hangzhou\"\n\
                endpoint = \"http://127.0.0.1:9\"\n";
    let config = Config::parse(text, "evenkeel.toml").unwrap();
    let key = |_: &str| Some("the-key".to_owned());
    let open = |account| Account::open(account, &key).unwrap();
    config.accounts.iter().map(open).collect()
}

/// An answer that ends its connection.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: String,
    /// As it came, where letters matter.
    pub(crate) raw_head: String,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) fn parse(text: &str) -> Self {
        let (head, body) = text.split_once("\r\n\r\n").unwrap_or((text, ""));
        Self {
            status: head.split(' ').nth(1).unwrap().parse().unwrap(),
            head: head.to_ascii_lowercase(),
            raw_head: format!("{head}\r\n"),
            body: body.to_owned(),
        }
    }

    pub(crate) fn code(&self) -> Value {
        let body: Value = serde_json::from_str(&self.body).unwrap();
        body["code"].clone()
    }
}

/// An account of a sandbox that nobody reaches: for it nobody is asked to log in.
fn accounts() -> Vec<Account> {
    let keys = evenkeel_sandbox::keys_of("ens").unwrap();
    vec![Account::sandbox(SandboxAccount {
        id: "edge".to_owned(),
        provider: evenkeel::Provider::Ens,
        project_id: None,
        address: "127.0.0.1:9".parse().unwrap(),
        access_key_id: keys.access_key_id.to_owned(),
        access_key_secret: keys.secret.to_owned().into(),
    })]
}

/// What a proxy is to be like.
pub(crate) struct Setup {
    pub(crate) limits: ServerLimits,
    pub(crate) console: Console,
    pub(crate) reach: Reach,
    pub(crate) accounts: Vec<Account>,
    pub(crate) listen: ListenAddress,
}

impl Default for Setup {
    fn default() -> Self {
        Self {
            limits: ServerLimits::default(),
            console: Console::placeholder(),
            reach: Reach::default(),
            accounts: accounts(),
            listen: "127.0.0.1:0".parse().unwrap(),
        }
    }
}

impl Setup {
    pub(crate) async fn start(self) -> Stand {
        let db = Db::open(&StoreUrl::memory()).await.unwrap();
        let parts = ProxyParts {
            accounts: self.accounts,
            console: self.console,
            upstream_timeout: Duration::from_secs(5),
            clock: Clock::machine(),
            store: db.clone(),
            sync: SyncOptions::default(),
            journal: JournalOptions::default(),
            inventory: None,
            group_by: None,
            policy: Policy::default(),
        };
        let options = StreamOptions {
            gather: Duration::from_millis(50),
            ..StreamOptions::default()
        };
        let proxy = Proxy::new(parts).unwrap();
        let proxy = proxy
            .with_streams(options)
            .with_limits(self.limits)
            .with_reach(self.reach.clone());
        let open = |files| {
            Tls::open(files)
                .unwrap()
                .with_look(Duration::from_millis(20))
        };
        let proxy = proxy.with_tls(self.reach.tls.clone().map(open));
        let listener = listen(&self.listen, &self.reach, false).await.unwrap();
        let at = listener.address().unwrap();
        let (stop, stopped) = oneshot::channel();
        let task = tokio::spawn(proxy.serve(listener, async {
            let _ = stopped.await;
        }));
        Stand { at, db, stop, task }
    }
}

impl Stand {
    pub(crate) async fn start(limits: ServerLimits) -> Self {
        Self::with_console(limits, Console::placeholder()).await
    }

    pub(crate) async fn with_console(limits: ServerLimits, console: Console) -> Self {
        let setup = Setup {
            limits,
            console,
            ..Setup::default()
        };
        setup.start().await
    }

    pub(crate) async fn stop(self) {
        self.stop.send(()).unwrap();
        timeout(SOON, self.task).await.unwrap().unwrap();
    }

    /// Its port; one at a Unix socket has none.
    pub(crate) fn port(&self) -> SocketAddr {
        let ListenAddress::Tcp(address) = self.at else {
            unreachable!("it is at {}", self.at);
        };
        address
    }

    /// A client that has sent so much.
    pub(crate) async fn client(&self, bytes: &str) -> TcpStream {
        let mut stream = TcpStream::connect(self.port()).await.unwrap();
        stream.write_all(bytes.as_bytes()).await.unwrap();
        stream
    }

    /// A client that has sent so much, and for which its system keeps little that it does not read.
    pub(crate) async fn deaf(&self, bytes: &str) -> TcpStream {
        let socket = TcpSocket::new_v4().unwrap();
        socket.set_recv_buffer_size(4096).unwrap();
        let mut stream = socket.connect(self.port()).await.unwrap();
        stream.write_all(bytes.as_bytes()).await.unwrap();
        stream
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        let request =
            format!("GET {path} HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\n\r\n");
        rest(self.client(&request).await).await
    }

    pub(crate) async fn post(&self, path: &str, headers: &str, body: &str) -> Answer {
        rest(self.client(&post(path, headers, body)).await).await
    }

    /// Leaves so many items as changes for the stream: taken in, and called off.
    pub(crate) async fn call_off(&self, items: usize) {
        let items: Vec<Value> = (0..items)
            .map(|n| json!({"event_id": format!("e-{n}"), "resource_id": format!("i-{n}"), "when": "now"}))
            .collect();
        let batch = json!({"account": "edge", "action": "reboot", "items": items});
        let key = "idempotency-key: one\r\n";
        let answer = self.post("/api/v1/batches", key, &batch.to_string()).await;
        assert_eq!(answer.status, 201, "{}", answer.body);
        let batch: Value = serde_json::from_str(&answer.body).unwrap();
        let path = format!("/api/v1/batches/{}/cancel", batch["id"].as_str().unwrap());
        let answer = self.post(&path, "", "").await;
        assert_eq!(answer.status, 200, "{}", answer.body);
    }
}

pub(crate) fn post(path: &str, headers: &str, body: &str) -> String {
    let length = body.len();
    format!(
        "POST {path} HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\ncontent-type: application/json\r\n\
         content-length: {length}\r\n{headers}\r\n{body}"
    )
}

/// What comes until the connection ends, however it ends.
pub(crate) async fn until_end(mut stream: impl AsyncRead + Unpin) -> (String, bool) {
    let mut bytes = Vec::new();
    let ended = timeout(SOON, stream.read_to_end(&mut bytes)).await;
    let is_clean = ended.unwrap().is_ok();
    (String::from_utf8_lossy(&bytes).into_owned(), is_clean)
}

/// The answer, and the connection's end after it.
pub(crate) async fn rest(stream: impl AsyncRead + Unpin) -> Answer {
    Answer::parse(&until_end(stream).await.0)
}
