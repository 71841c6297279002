//! A company's network: a proxy on the way, an authority of its own.

use std::{
    net::SocketAddr,
    path::PathBuf,
    sync::{Arc, Mutex},
    time::Duration,
};

use evenkeel_proxy::{Network, NetworkConfig, Upstream, check::Check};
use insta::assert_snapshot;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use tempfile::TempDir;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional},
    net::{TcpListener, TcpStream},
};
use tokio_rustls::{
    TlsAcceptor,
    rustls::{
        ServerConfig,
        pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer},
    },
};

use crate::client::{SECRET, accounts};

/// The name that the proxy alone can resolve.
const CLOUD: &str = "cloud.test";
const USER: &str = "http://me:canary-proxy-pw@";

/// A cloud behind TLS with an authority of its own, and the file of that authority.
struct Cloud {
    address: SocketAddr,
    folder: TempDir,
}

impl Cloud {
    async fn start(name: &str) -> Self {
        let _ = tokio_rustls::rustls::crypto::ring::default_provider().install_default();
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let authority = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
        let key = KeyPair::generate().unwrap();
        let certificate = CertificateParams::new(vec![name.to_owned()])
            .unwrap()
            .signed_by(&key, &authority)
            .unwrap();
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("ca.pem"), authority.pem()).unwrap();
        let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key.serialize_der()));
        let config = ServerConfig::builder()
            .with_no_client_auth()
            .with_single_cert(vec![certificate.der().clone()], key)
            .unwrap();
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let acceptor = acceptor.clone();
                tokio::spawn(async move {
                    // An error is a client that does not trust us.
                    let Ok(mut stream) = acceptor.accept(stream).await else {
                        return;
                    };
                    let mut buffer = vec![0; 16 * 1024];
                    let _ = stream.read(&mut buffer).await;
                    let body = r#"{"RequestId":"R","TotalCount":7,"Events":[]}"#;
                    let answer = format!(
                        "HTTP/1.1 200 OK\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
                        body.len()
                    );
                    let _ = stream.write_all(answer.as_bytes()).await;
                    let _ = stream.shutdown().await;
                });
            }
        });
        Self { address, folder }
    }

    fn ca_file(&self) -> PathBuf {
        self.folder.path().join("ca.pem")
    }
}

/// A proxy that connects everybody to one address, if at all.
struct Proxy {
    address: SocketAddr,
    heads: Arc<Mutex<Vec<String>>>,
    bytes: Arc<Mutex<Vec<u8>>>,
}

impl Proxy {
    /// Answers each `CONNECT` with this line.
    async fn start(to: SocketAddr, answer: &'static str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let heads = Arc::new(Mutex::new(Vec::new()));
        let bytes = Arc::new(Mutex::new(Vec::new()));
        let (record, passed) = (Arc::clone(&heads), Arc::clone(&bytes));
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let (record, passed) = (Arc::clone(&record), Arc::clone(&passed));
                tokio::spawn(async move {
                    let mut head = Vec::new();
                    while !head.ends_with(b"\r\n\r\n") {
                        head.push(stream.read_u8().await.unwrap());
                    }
                    record
                        .lock()
                        .unwrap()
                        .push(String::from_utf8(head).unwrap());
                    let line = format!("HTTP/1.1 {answer}\r\n\r\n");
                    stream.write_all(line.as_bytes()).await.unwrap();
                    if answer.starts_with("200") {
                        let mut cloud = TcpStream::connect(to).await.unwrap();
                        // The first flight is looked at, the rest goes by.
                        let mut first = vec![0; 4096];
                        let length = stream.read(&mut first).await.unwrap();
                        passed.lock().unwrap().extend_from_slice(&first[..length]);
                        cloud.write_all(&first[..length]).await.unwrap();
                        let _ = copy_bidirectional(&mut stream, &mut cloud).await;
                    }
                });
            }
        });
        Self {
            address,
            heads,
            bytes,
        }
    }

    fn heads(&self) -> Vec<String> {
        self.heads.lock().unwrap().clone()
    }
}

/// What `accounts check` says of an account at this endpoint, the proxy's port left out.
async fn check(config: &NetworkConfig, proxy: Option<&str>, endpoint: &str) -> String {
    let network = Network::open(config, &|name| {
        (name == "HTTPS_PROXY").then(|| proxy.map(str::to_owned))?
    })
    .unwrap();
    let upstream = Upstream::over(&network, Duration::from_secs(5)).unwrap();
    let check = Check::run(&accounts(endpoint)[0], &upstream).await;
    let said = format!("{check}\n{}", check.notes().join("\n"));
    let port = proxy.and_then(|url| url.rsplit(':').next());
    match port {
        Some(port) => said.replace(port, "[port]"),
        None => said,
    }
}

fn trusting(cloud: &Cloud) -> NetworkConfig {
    NetworkConfig {
        ca_file: Some(cloud.ca_file()),
        ..NetworkConfig::default()
    }
}

fn endpoint(port: u16) -> String {
    format!("https://{CLOUD}:{port}")
}

#[tokio::test]
async fn goes_through_the_proxy_with_tls_from_end_to_end_and_says_so() {
    let cloud = Cloud::start(CLOUD).await;
    let proxy = Proxy::start(cloud.address, "200 OK").await;
    let url = format!("{USER}{}", proxy.address);
    let said = check(&trusting(&cloud), Some(&url), &endpoint(8443)).await;
    assert_snapshot!(said, @"
    edge: ok, 7 events, through the proxy http://127.0.0.1:[port]
    region `cn-hangzhou`, at https://cloud.test:8443, through the proxy http://127.0.0.1:[port]
    ");
    let heads = proxy.heads();
    let [head] = &heads[..] else {
        panic!("one tunnel: {heads:?}")
    };
    assert!(
        head.starts_with("CONNECT cloud.test:8443 HTTP/1.1\r\n"),
        "{head}"
    );
    assert!(
        head.to_lowercase().contains("proxy-authorization: basic "),
        "{head}"
    );
    // The proxy sees where to, and nothing of what.
    let bytes = proxy.bytes.lock().unwrap().clone();
    let seen = String::from_utf8_lossy(&bytes).into_owned() + head;
    for hidden in ["DescribeHistoryEvents", "the-key", "ACS3", SECRET] {
        assert!(!seen.contains(hidden), "{hidden}");
    }
}

#[tokio::test]
async fn a_proxy_that_opens_tls_is_not_believed_unless_its_authority_is_named() {
    let cloud = Cloud::start(CLOUD).await;
    let other = Cloud::start(CLOUD).await;
    let proxy = Proxy::start(cloud.address, "200 OK").await;
    let url = format!("http://{}", proxy.address);
    for config in [NetworkConfig::default(), trusting(&other)] {
        let said = check(&config, Some(&url), &endpoint(8443)).await;
        assert!(said.contains("its certificate is not trusted"), "{said}");
    }
    // One for another host is none either.
    let wrong = Cloud::start("elsewhere.test").await;
    let proxy = Proxy::start(wrong.address, "200 OK").await;
    let url = format!("http://{}", proxy.address);
    let said = check(&trusting(&wrong), Some(&url), &endpoint(8443)).await;
    assert!(said.contains("its certificate is not trusted"), "{said}");
}

#[tokio::test]
async fn says_what_a_proxy_wants_and_never_its_password() {
    let cloud = Cloud::start(CLOUD).await;
    let (none, user, both) = ("http://", "http://me@", USER);
    let asks = "the proxy asks for a user and a password: put them into its URL";
    for (before, answer, advice) in [
        (none, "407 Proxy Authentication Required", asks),
        (user, "407 Proxy Authentication Required", asks),
        (
            both,
            "407 Proxy Authentication Required",
            "the proxy refuses the user and the password in its URL: correct them",
        ),
        (
            both,
            "403 Forbidden",
            "the proxy does not let this host through",
        ),
    ] {
        let proxy = Proxy::start(cloud.address, answer).await;
        let url = format!("{before}{}", proxy.address);
        let said = check(&trusting(&cloud), Some(&url), &endpoint(8443)).await;
        assert!(said.contains(advice), "{said}");
        assert!(
            said.contains("could not be reached"),
            "nothing left: {said}"
        );
        assert!(!said.contains("canary"), "{said}");
    }
}

#[tokio::test]
async fn never_asks_a_proxy_for_this_machine() {
    let cloud = Cloud::start("127.0.0.1").await;
    let proxy = Proxy::start(cloud.address, "200 OK").await;
    let url = format!("http://{}", proxy.address);
    let endpoint = format!("https://{}", cloud.address);
    let said = check(&trusting(&cloud), Some(&url), &endpoint).await;
    assert!(said.starts_with("edge: ok, 7 events\n"), "{said}");
    assert!(said.contains(", directly"), "{said}");
    assert!(proxy.heads().is_empty());
}

#[test]
fn names_a_file_of_authorities_that_is_none() {
    let folder = tempfile::tempdir().unwrap();
    let empty = folder.path().join("empty.pem");
    std::fs::write(&empty, "canary").unwrap();
    for (path, said) in [
        (PathBuf::from("/nowhere/ca.pem"), "does not exist"),
        (empty, "holds no certificate in PEM"),
        (PathBuf::from("/dev/zero"), "is no regular file"),
    ] {
        let config = NetworkConfig {
            ca_file: Some(path),
            ..NetworkConfig::default()
        };
        let error = Network::open(&config, &|_| None).unwrap_err().to_string();
        assert!(error.contains(said) && !error.contains("canary"), "{error}");
    }
}
