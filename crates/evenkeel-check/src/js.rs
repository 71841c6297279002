//! The command in Node: files, stdin, the clock and the output are JavaScript's.

use std::{
    ffi::OsString,
    io::{self, BufWriter, Write},
    path::Path,
};

use evenkeel::Timestamp;
use wasm_bindgen::{JsValue, prelude::wasm_bindgen};

use crate::{CheckFailure, Entry, Host, PathStyle, host::MOST_BYTES};

#[wasm_bindgen]
extern "C" {
    /// What the caller gives: paths are texts, failures are thrown with Node's `code`.
    pub type JsHost;

    #[wasm_bindgen(method, getter, js_name = isWindows)]
    fn is_windows(this: &JsHost) -> bool;
    #[wasm_bindgen(method, getter, js_name = stdinIsTerminal)]
    fn stdin_is_terminal(this: &JsHost) -> bool;
    /// Without a path it is stdin.
    #[wasm_bindgen(method, catch)]
    fn read(this: &JsHost, path: Option<&str>, most: f64) -> Result<Vec<u8>, JsValue>;
    #[wasm_bindgen(method)]
    fn exists(this: &JsHost, path: &str) -> bool;
    #[wasm_bindgen(method, js_name = isFolder)]
    fn is_folder(this: &JsHost, path: &str) -> bool;
    /// Names; a folder's ends in a slash.
    #[wasm_bindgen(method, catch)]
    fn list(this: &JsHost, folder: &str) -> Result<Vec<String>, JsValue>;
    #[wasm_bindgen(method, catch)]
    fn write(this: &JsHost, descriptor: u8, bytes: &[u8]) -> Result<(), JsValue>;
}

/// Runs `evenkeel …`, given as it is typed, and returns the exit code.
#[wasm_bindgen]
pub fn command(args: Vec<String>, host: &JsHost) -> u8 {
    evenkeel::seed_hashes_from(chance);
    let mut out = BufWriter::with_capacity(64 * 1024, Stream { host, number: 1 });
    let mut err = Stream { host, number: 2 };
    crate::program(
        args.into_iter().map(OsString::from),
        &Node { host },
        &mut out,
        &mut err,
    )
}

/// Files cannot know it: of this process they see nothing.
fn chance() -> u64 {
    js_sys::Math::random().to_bits().rotate_left(32) ^ js_sys::Math::random().to_bits()
}

struct Node<'a> {
    host: &'a JsHost,
}

impl Host for Node<'_> {
    fn path_style(&self) -> PathStyle {
        if self.host.is_windows() {
            PathStyle::Windows
        } else {
            PathStyle::Unix
        }
    }

    fn now(&self) -> anyhow::Result<Timestamp> {
        #[expect(clippy::cast_possible_truncation, reason = "whole milliseconds")]
        Ok(Timestamp::from_millis(js_sys::Date::now() as i64))
    }

    fn stdin_is_terminal(&self) -> bool {
        self.host.stdin_is_terminal()
    }

    fn stdin(&self) -> Result<Vec<u8>, CheckFailure> {
        read(self.host, None)
    }

    fn read(&self, path: &Path) -> Result<Vec<u8>, CheckFailure> {
        read(self.host, Some(&path.to_string_lossy()))
    }

    fn exists(&self, path: &Path) -> bool {
        self.host.exists(&path.to_string_lossy())
    }

    fn is_folder(&self, path: &Path) -> bool {
        self.host.is_folder(&path.to_string_lossy())
    }

    fn list(&self, folder: &Path) -> Result<Vec<Entry>, CheckFailure> {
        let names = self.host.list(&folder.to_string_lossy());
        let names = names.map_err(|error| failure(&error))?;
        Ok(names
            .iter()
            .map(|name| Entry {
                name: name.trim_end_matches('/').into(),
                is_folder: name.ends_with('/'),
            })
            .collect())
    }
}

fn read(host: &JsHost, path: Option<&str>) -> Result<Vec<u8>, CheckFailure> {
    #[expect(clippy::cast_precision_loss, reason = "64 MiB")]
    let bytes = host.read(path, MOST_BYTES as f64);
    bytes.map_err(|error| failure(&error))
}

/// What a thrown error of Node says in its member `name`.
fn member(error: &JsValue, name: &str) -> String {
    let value = js_sys::Reflect::get(error, &name.into()).ok();
    value
        .and_then(|value| value.as_string())
        .unwrap_or_default()
}

fn failure(error: &JsValue) -> CheckFailure {
    match member(error, "code").as_str() {
        "ENOENT" => CheckFailure::NotFound,
        "EACCES" | "EPERM" => CheckFailure::PermissionDenied,
        "EISDIR" => CheckFailure::IsADirectory,
        "EFBIG" => CheckFailure::TooLarge,
        _ => CheckFailure::Unreadable(member(error, "message")),
    }
}

struct Stream<'a> {
    host: &'a JsHost,
    number: u8,
}

impl Write for Stream<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.host.write(self.number, bytes);
        written.map(|()| bytes.len()).map_err(|error| {
            let kind = match member(&error, "code").as_str() {
                "EPIPE" => io::ErrorKind::BrokenPipe,
                _ => io::ErrorKind::Other,
            };
            io::Error::new(kind, member(&error, "message"))
        })
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
