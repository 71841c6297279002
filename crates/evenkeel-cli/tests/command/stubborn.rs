//! The real proxy before clients that take without giving: it lets others in, and it ends.

use std::{
    io::{Read as _, Write as _},
    net::TcpStream,
    time::{Duration, Instant},
};

use serde_json::json;

use crate::{
    http::{get, post},
    process::{Server, evenkeel, evenkeel_with_descriptors},
};

/// A client that has sent so much.
fn client(server: &Server, bytes: &str) -> TcpStream {
    let host = server.base.strip_prefix("http://").unwrap();
    let mut stream = TcpStream::connect(host).unwrap();
    stream.write_all(bytes.as_bytes()).unwrap();
    stream
}

#[test]
fn half_heads_keep_nobody_out_where_descriptors_are_few() {
    let folder = tempfile::tempdir().unwrap();
    let mut command = evenkeel_with_descriptors(folder.path(), 256);
    command.args(["serve", "--listen", "127.0.0.1:0", "--sandbox-events", "10"]);
    let server = Server::start(&mut command, "Evenkeel is at ");
    let half = "GET /api/v1/accounts HTTP/1.1\r\nhost: 127.0.0.1\r\nx-";
    let waiting: Vec<TcpStream> = (0..300).map(|_| client(&server, half)).collect();
    let started = Instant::now();
    for path in ["/healthz", "/api/v1/accounts", "/api/v1/batches"] {
        assert_eq!(get(&server.base, path).status, 200, "{path}");
    }
    assert!(
        started.elapsed() < Duration::from_secs(5),
        "{:?}",
        started.elapsed()
    );
    drop(waiting);
    let (code, log) = server.stop();
    assert_eq!(code, 0, "{log}");
    assert!(log.contains("the system allows few descriptors"), "{log}");
}

#[cfg(target_os = "linux")]
#[test]
fn its_memory_is_not_dumped_and_its_descriptors_are_raised() {
    let folder = tempfile::tempdir().unwrap();
    let mut command = evenkeel(folder.path());
    command.args(["serve", "--listen", "127.0.0.1:0", "--sandbox-events", "10"]);
    let server = Server::start(&mut command, "Evenkeel is at ");
    let limits = std::fs::read_to_string(format!("/proc/{}/limits", server.pid())).unwrap();
    let of = |name: &str| {
        let rest = limits.lines().find_map(|line| line.strip_prefix(name));
        let words = rest.unwrap().split_whitespace();
        words.take(2).map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(of("Max core file size"), ["0", "0"]);
    let descriptors = of("Max open files");
    assert_eq!(descriptors[0], descriptors[1]);
    assert_eq!(server.stop().0, 0);
}

#[test]
fn ends_in_seconds_whatever_is_open() {
    let folder = tempfile::tempdir().unwrap();
    let mut command = evenkeel(folder.path());
    command.args(["serve", "--listen", "127.0.0.1:0", "--sandbox-events", "20"]);
    let server = Server::start(&mut command, "Evenkeel is at ");
    let accounts = get(&server.base, "/api/v1/accounts").json();
    let sandbox = accounts["accounts"][0]["endpoint"].as_str().unwrap();
    let fault = json!({"operation": "*", "kind": "delay", "ms": 60_000});
    assert_eq!(
        post(sandbox, "/_sandbox/faults", &fault.to_string()).status,
        200
    );
    let head = "host: 127.0.0.1\r\ncontent-type: application/json\r\n";
    let mut stream = client(
        &server,
        &format!("GET /api/v1/stream HTTP/1.1\r\n{head}\r\n"),
    );
    let _waiting = [
        client(&server, ""),
        client(&server, &format!("GET /api/v1/accounts HTTP/1.1\r\n{head}")),
        client(
            &server,
            &format!(
                "POST /api/v1/batches HTTP/1.1\r\n{head}idempotency-key: x\r\ncontent-length: 9\r\n\r\n{{"
            ),
        ),
        client(
            &server,
            &format!(
                "POST /api/v1/accounts/sandbox-huawei/operations/ListScheduledEvents HTTP/1.1\r\n{head}content-length: 2\r\n\r\n{{}}"
            ),
        ),
    ];
    let mut opening = [0; 12];
    stream.read_exact(&mut opening).unwrap();
    assert_eq!(&opening, b"HTTP/1.1 200");
    let started = Instant::now();
    let (code, log) = server.stop();
    let took = started.elapsed();
    assert_eq!(code, 0, "{log}");
    assert!(took < Duration::from_secs(9), "{took:?}: {log}");
    let mut told = String::new();
    let _ = stream.read_to_string(&mut told);
    assert!(told.contains("{\"reason\":\"stopping\"}"), "{told}");
}
