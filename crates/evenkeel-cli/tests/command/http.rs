//! Just enough of a client to talk to a server on this machine.

use std::{
    io::{Read, Write},
    net::TcpStream,
};

use serde_json::Value;

/// An answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    head: String,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| {
            let (key, value) = line.split_once(':')?;
            key.eq_ignore_ascii_case(name).then_some(value.trim())
        })
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }
}

/// One request on a connection of its own; `base` is `http://host:port`.
pub(crate) fn send(base: &str, method: &str, path: &str, body: &str) -> Answer {
    send_with(base, method, path, "", body)
}

/// `headers` are whole lines.
pub(crate) fn send_with(base: &str, method: &str, path: &str, headers: &str, body: &str) -> Answer {
    let host = base.strip_prefix("http://").unwrap();
    let mut stream = TcpStream::connect(host).unwrap();
    let length = body.len();
    write!(
        stream,
        "{method} {path} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n{headers}\r\n{body}"
    )
    .unwrap();
    let mut text = String::new();
    stream.read_to_string(&mut text).unwrap();
    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    Answer {
        status: head.split(' ').nth(1).unwrap().parse().unwrap(),
        head: head.to_owned(),
        body: body.to_owned(),
    }
}

pub(crate) fn get(base: &str, path: &str) -> Answer {
    send(base, "GET", path, "")
}

/// Takes in a batch under a key.
pub(crate) fn order(base: &str, key: &str, batch: &str) -> Answer {
    let header = format!("idempotency-key: {key}\r\n");
    send_with(base, "POST", "/api/v1/batches", &header, batch)
}

pub(crate) fn post(base: &str, path: &str, body: &str) -> Answer {
    send(base, "POST", path, body)
}
