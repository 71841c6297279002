//! TLS of the proxy's own, with clients that behave badly.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, Instant},
};

use evenkeel_proxy::{ListenError, Reach, Tls, TlsFiles, listen};
use rcgen::{CertificateParams, KeyPair};
use rustls::{
    ClientConfig, RootCertStore,
    pki_types::{CertificateDer, ServerName},
};
use tempfile::TempDir;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};
use tokio_rustls::{TlsConnector, client::TlsStream};

use crate::stand::{Setup, Stand, rest, until_end};

const NAME: &str = "evenkeel.example.org";
const SHORT: Duration = Duration::from_millis(200);
const GET: &str =
    "GET /api/v1/accounts HTTP/1.1\r\nhost: evenkeel.example.org\r\nconnection: close\r\n\r\n";

/// A certificate with its key, in files.
struct Pair {
    folder: TempDir,
    der: CertificateDer<'static>,
}

fn write_key(path: &Path, text: &str) {
    std::fs::write(path, text).unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;

        let own = std::fs::Permissions::from_mode(0o600);
        std::fs::set_permissions(path, own).unwrap();
    }
}

impl Pair {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let der = Self::write(folder.path());
        Self { folder, der }
    }

    /// Puts a new pair there.
    fn write(folder: &Path) -> CertificateDer<'static> {
        let key = KeyPair::generate().unwrap();
        let names = vec![NAME.to_owned()];
        let certificate = CertificateParams::new(names)
            .unwrap()
            .self_signed(&key)
            .unwrap();
        write_key(&folder.join("key.pem"), &key.serialize_pem());
        std::fs::write(folder.join("certificate.pem"), certificate.pem()).unwrap();
        certificate.der().clone()
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn files(&self) -> TlsFiles {
        TlsFiles {
            certificate: self.path("certificate.pem"),
            key: self.path("key.pem"),
        }
    }

    fn setup(&self) -> Setup {
        let reach = Reach {
            public_urls: vec![format!("https://{NAME}").parse().unwrap()],
            tls: Some(self.files()),
            ..Reach::default()
        };
        Setup {
            reach,
            ..Setup::default()
        }
    }
}

type Client = TlsStream<TcpStream>;

async fn shake(
    stand: &Stand,
    trusted: &CertificateDer<'static>,
    protocols: &[&[u8]],
) -> std::io::Result<Client> {
    let mut roots = RootCertStore::empty();
    roots.add(trusted.clone()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = protocols.iter().map(|name| name.to_vec()).collect();
    let stream = TcpStream::connect(stand.port()).await.unwrap();
    let name = ServerName::try_from(NAME).unwrap();
    TlsConnector::from(Arc::new(config))
        .connect(name, stream)
        .await
}

async fn client(stand: &Stand, pair: &Pair, text: &str) -> Client {
    let mut client = shake(stand, &pair.der, &[]).await.unwrap();
    client.write_all(text.as_bytes()).await.unwrap();
    client
}

#[tokio::test]
async fn it_speaks_http_1_1_by_tls_and_nothing_else() {
    let pair = Pair::new();
    let stand = pair.setup().start().await;
    let mut client = shake(&stand, &pair.der, &[b"h2", b"http/1.1"])
        .await
        .unwrap();
    assert_eq!(client.get_ref().1.alpn_protocol(), Some(&b"http/1.1"[..]));
    client.write_all(GET.as_bytes()).await.unwrap();
    let answer = rest(client).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert!(
        answer.head.contains("strict-transport-security:"),
        "{}",
        answer.head
    );
    assert!(shake(&stand, &pair.der, &[b"h2"]).await.is_err());
    let preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
    let (text, _) = until_end(self::client(&stand, &pair, preface).await).await;
    assert!(!text.contains(" 200 "), "{text}");
    stand.stop().await;
}

#[tokio::test]
async fn nobody_says_by_a_header_that_it_did_not_come_by_tls() {
    let pair = Pair::new();
    let stand = pair.setup().start().await;
    let said = GET.replace("connection:", "x-forwarded-proto: http\r\nconnection:");
    let answer = rest(client(&stand, &pair, &said).await).await;
    assert_eq!(answer.status, 200);
    stand.stop().await;
}

#[tokio::test]
async fn plain_http_is_told_where_to_begin_and_nonsense_nothing() {
    let pair = Pair::new();
    let stand = pair.setup().start().await;
    for request in [GET, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "G"] {
        let answer = rest(stand.client(request).await).await;
        assert_eq!(answer.status, 400);
        assert!(answer.body.contains("https://"), "{}", answer.body);
        assert!(!answer.head.contains("set-cookie"), "{}", answer.head);
    }
    for nonsense in [
        "\0\0\0\0\0\0\0\0",
        "\u{16}\u{3}\u{1}\0\u{5}hello",
        "\u{15}\u{3}\u{3}\0\u{2}\u{2}\0",
    ] {
        let (text, _) = until_end(stand.client(nonsense).await).await;
        assert!(!text.contains("HTTP"), "{text}");
    }
    assert_eq!(rest(client(&stand, &pair, GET).await).await.status, 200);
    stand.stop().await;
}

#[tokio::test]
async fn a_handshake_and_a_head_are_waited_for_only_so_long() {
    let pair = Pair::new();
    let mut setup = pair.setup();
    setup.limits.header_timeout = SHORT;
    let stand = setup.start().await;
    for half in ["", "\u{16}\u{3}\u{1}\u{2}\0\u{1}"] {
        let started = Instant::now();
        let (text, _) = until_end(stand.client(half).await).await;
        assert_eq!(text, "");
        assert!(started.elapsed() >= SHORT, "{:?}", started.elapsed());
    }
    let half = GET.strip_suffix("\r\n").unwrap();
    let (text, _) = until_end(client(&stand, &pair, half).await).await;
    assert_eq!(text, "");
    // One that has said nothing yet has longer: a browser opens connections ahead.
    let mut ahead = client(&stand, &pair, "").await;
    tokio::time::sleep(SHORT * 2).await;
    ahead.write_all(GET.as_bytes()).await.unwrap();
    assert_eq!(rest(ahead).await.status, 200);
    stand.stop().await;
}

#[tokio::test]
async fn a_head_that_comes_byte_by_byte_is_not_waited_for() {
    let pair = Pair::new();
    let mut setup = pair.setup();
    setup.limits.header_timeout = SHORT;
    let stand = setup.start().await;
    let mut slow = client(&stand, &pair, "GET / HTTP/1.1\r\nx: ").await;
    let mut sent = 0;
    // Each byte is a record of its own.
    while slow.write_all(b"x").await.is_ok() && slow.flush().await.is_ok() {
        sent += 1;
        assert!(sent < 1_000, "it is still listened to");
        tokio::time::sleep(SHORT / 10).await;
    }
    stand.stop().await;
}

#[tokio::test]
async fn a_head_that_is_too_long_is_refused() {
    let pair = Pair::new();
    let stand = pair.setup().start().await;
    let long = format!(
        "GET / HTTP/1.1\r\nhost: {NAME}\r\nx: {}\r\n\r\n",
        "y".repeat(1_000_000)
    );
    let mut stream = client(&stand, &pair, "").await;
    // It may be refused while it is still on its way.
    let _ = stream.write_all(long.as_bytes()).await;
    let _ = stream.flush().await;
    let (text, _) = until_end(stream).await;
    assert!(text.starts_with("HTTP/1.1 431"), "{text}");
    stand.stop().await;
}

#[tokio::test]
async fn those_who_shake_no_hands_keep_nobody_out() {
    let pair = Pair::new();
    let mut setup = pair.setup();
    setup.limits.connections = 16;
    let stand = setup.start().await;
    let mut waiting = Vec::new();
    for n in 0..40 {
        waiting.push(
            stand
                .client(if n % 2 == 0 { "" } else { "\u{16}\u{3}\u{1}" })
                .await,
        );
    }
    for _ in 0..5 {
        assert_eq!(rest(client(&stand, &pair, GET).await).await.status, 200);
    }
    drop(waiting);
    stand.stop().await;
}

#[tokio::test]
async fn a_new_certificate_is_taken_while_it_runs() {
    let mut pair = Pair::new();
    let stand = pair.setup().start().await;
    let mut before = client(&stand, &pair, "").await;
    pair.der = Pair::write(pair.folder.path());
    let started = Instant::now();
    while shake(&stand, &pair.der, &[]).await.is_err() {
        assert!(
            started.elapsed() < Duration::from_mins(1),
            "it is not taken"
        );
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    // Who was there goes on.
    before.write_all(GET.as_bytes()).await.unwrap();
    assert_eq!(rest(before).await.status, 200);
    stand.stop().await;
}

#[tokio::test]
async fn what_is_no_pair_of_certificate_and_key_is_refused_with_its_file() {
    let (pair, other) = (Pair::new(), Pair::new());
    let (certificate, key) = (pair.path("certificate.pem"), pair.path("key.pem"));
    let refused = |certificate: &Path, key: &Path| {
        let opened = Tls::open(TlsFiles {
            certificate: certificate.to_owned(),
            key: key.to_owned(),
        });
        let said = opened.unwrap_err().to_string();
        let [ours, theirs] = [&pair, &other].map(|pair| pair.folder.path().display().to_string());
        said.replace(&ours, "").replace(&theirs, "other")
    };
    let (empty, none) = (pair.path("empty.pem"), pair.path("none.pem"));
    write_key(&empty, "-----BEGIN CERTIFICATE-----\ncanary\n");
    insta::assert_snapshot!(refused(&none, &key), @"`/none.pem` does not exist");
    insta::assert_snapshot!(refused(&certificate, &none), @"`/none.pem` does not exist");
    insta::assert_snapshot!(refused(&empty, &key), @"`/empty.pem` holds no certificate in PEM, `-----BEGIN CERTIFICATE-----`");
    insta::assert_snapshot!(refused(&certificate, &empty), @"`/empty.pem` holds no key in PEM without a password, `-----BEGIN PRIVATE KEY-----`");
    insta::assert_snapshot!(refused(&certificate, &other.path("key.pem")), @"the certificate of `/certificate.pem` is not that of the key in `other/key.pem`");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;

        let open = std::fs::Permissions::from_mode(0o644);
        std::fs::set_permissions(&key, open).unwrap();
        insta::assert_snapshot!(refused(&certificate, &key), @"`/key.pem` can be read by other users (mode 0644): `chmod 600` it");
    }
}

#[tokio::test]
async fn with_tls_it_listens_beyond_loopback_and_on_no_socket() {
    let pair = Pair::new();
    let reach = pair.setup().reach;
    listen(&"0.0.0.0:0".parse().unwrap(), &reach, true)
        .await
        .unwrap();
    let refused = listen(&"0.0.0.0:0".parse().unwrap(), &reach, false).await;
    assert!(
        matches!(refused, Err(ListenError::BeyondLoopback { .. })),
        "{refused:?}"
    );
    let socket = format!("unix:{}", pair.path("evenkeel.sock").display());
    let refused = listen(&socket.parse().unwrap(), &reach, true).await;
    assert!(
        matches!(refused, Err(ListenError::TlsOnSocket(_))),
        "{refused:?}"
    );
}

#[tokio::test]
async fn it_ends_while_hands_are_shaken() {
    let pair = Pair::new();
    let stand = pair.setup().start().await;
    let mut half = stand.client("\u{16}\u{3}\u{1}").await;
    let mut idle = client(&stand, &pair, "").await;
    stand.stop().await;
    let mut bytes = Vec::new();
    let _ = half.read_to_end(&mut bytes).await;
    let _ = idle.read_to_end(&mut bytes).await;
    assert!(bytes.is_empty(), "{bytes:?}");
}
