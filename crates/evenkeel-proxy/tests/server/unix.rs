//! The Unix socket: whose it is, and what is asked by it.

use std::{
    fs,
    os::unix::{fs::PermissionsExt as _, net::UnixListener},
    path::Path,
    time::Duration,
};

use evenkeel_proxy::{ListenAddress, ListenError, Reach, SocketMode, listen};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::UnixStream,
};

use crate::stand::{Answer, Setup, Stand, real_accounts};

const NAME: &str = "evenkeel.example.org";

fn at(path: &Path) -> ListenAddress {
    ListenAddress::Unix(path.to_owned())
}

async fn stand(path: &Path, reach: Reach) -> Stand {
    let setup = Setup {
        listen: at(path),
        reach,
        ..Setup::default()
    };
    setup.start().await
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

async fn get(path: &Path, host: &str, headers: &str) -> Answer {
    let mut stream = UnixStream::connect(path).await.unwrap();
    let request = format!(
        "GET /api/v1/accounts HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n{headers}\r\n"
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut text = String::new();
    stream.read_to_string(&mut text).await.unwrap();
    Answer::parse(&text)
}

#[tokio::test]
async fn a_socket_is_its_owners_and_goes_with_the_proxy() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("evenkeel.sock");
    let owned = stand(&path, Reach::default()).await;
    assert_eq!(mode(&path), 0o600);
    assert_eq!(get(&path, "localhost", "").await.status, 200);
    assert_eq!(
        get(&path, "evil.example", "").await.code(),
        "forbidden_host"
    );
    owned.stop().await;
    assert!(!path.exists());
    let group = Reach {
        socket_mode: SocketMode::Group,
        ..Reach::default()
    };
    let shared = stand(&path, group).await;
    assert_eq!(mode(&path), 0o660);
    shared.stop().await;
}

#[tokio::test]
async fn one_logs_in_there_as_on_a_port() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("evenkeel.sock");
    let setup = Setup {
        listen: at(&path),
        accounts: real_accounts(),
        ..Setup::default()
    };
    let stand = setup.start().await;
    assert_eq!(get(&path, "localhost", "").await.code(), "login_needed");
    stand.stop().await;
}

#[tokio::test]
async fn whose_request_it_is_says_only_a_trusted_proxy_at_the_socket() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("evenkeel.sock");
    let headers = "x-forwarded-proto: https\r\nx-forwarded-for: 192.0.2.7\r\n";
    let mut reach = Reach {
        public_urls: vec![format!("https://{NAME}").parse().unwrap()],
        ..Reach::default()
    };
    reach.trusted_proxies.add("127.0.0.0/8").unwrap();
    let untrusted = stand(&path, reach.clone()).await;
    assert_eq!(get(&path, NAME, headers).await.code(), "forbidden_host");
    assert_eq!(get(&path, "localhost", headers).await.status, 200);
    untrusted.stop().await;
    reach.trusted_proxies.add("unix:").unwrap();
    let trusted = stand(&path, reach).await;
    assert_eq!(get(&path, NAME, headers).await.status, 200);
    assert_eq!(
        get(&path, "localhost", headers).await.code(),
        "forbidden_host"
    );
    trusted.stop().await;
}

#[tokio::test]
async fn a_dead_proxys_socket_is_replaced_and_nothing_else_is() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("evenkeel.sock");
    // One that nobody listens at any more leaves its file.
    drop(UnixListener::bind(&path).unwrap());
    let first = stand(&path, Reach::default()).await;
    let second = listen(&at(&path), &Reach::default(), false).await;
    assert!(matches!(second, Err(ListenError::Taken(_))), "{second:?}");
    assert_eq!(get(&path, "localhost", "").await.status, 200);
    // Somebody puts another one there: it is not the first one's to take away.
    fs::remove_file(&path).unwrap();
    let other = listen(&at(&path), &Reach::default(), false).await.unwrap();
    first.stop().await;
    assert!(path.exists());
    drop(other);
    assert!(!path.exists());

    fs::write(&path, "notes").unwrap();
    let refused = listen(&at(&path), &Reach::default(), false).await;
    assert!(
        matches!(refused, Err(ListenError::NoSocket(_))),
        "{refused:?}"
    );
    assert_eq!(fs::read_to_string(&path).unwrap(), "notes");
    let nowhere = folder.path().join("none/evenkeel.sock");
    let refused = listen(&at(&nowhere), &Reach::default(), false).await;
    assert!(
        matches!(refused, Err(ListenError::Refused { .. })),
        "{refused:?}"
    );
}

#[tokio::test]
async fn who_says_nothing_at_the_socket_is_not_waited_for() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("evenkeel.sock");
    let mut setup = Setup {
        listen: at(&path),
        ..Setup::default()
    };
    setup.limits.idle_timeout = Duration::from_millis(100);
    let stand = setup.start().await;
    let mut stream = UnixStream::connect(&path).await.unwrap();
    let mut text = String::new();
    stream.read_to_string(&mut text).await.unwrap();
    assert_eq!(text, "");
    stand.stop().await;
}
