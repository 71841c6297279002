//! `recorded/*.txt`: raw requests that the official SDKs sent to a local server, and what the SDK then printed.
//!
//! A file is: comment lines, an empty line, the request (CRLF shown as LF), a line `<<<END body_len=<bytes>`, and the
//! client's output. The line break before `<<<END` is not part of the body.

use std::path::Path;
use std::{fs, str};

use anyhow::{Context, Result, bail, ensure};

/// The key that signed every recording of Alibaba Cloud ENS. It opens nothing.
pub const ALIBABA_KEY: (&str, &str) = ("LTAItestAccessKeyId", "testAccessKeySecret");
/// The key that signed those of Alibaba Cloud ECS. It opens nothing.
pub const ECS_KEY: (&str, &str) = ("AK", "SK");
/// The key that signed every Huawei recording. It opens nothing.
pub const HUAWEI_KEY: (&str, &str) = ("HWTESTACCESSKEYID", "hwTestSecretAccessKey");

/// How a recorded request is signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signature {
    /// Alibaba's `ACS3-HMAC-SHA256`.
    Acs3,
    /// Huawei's `SDK-HMAC-SHA256`.
    Huawei,
    /// Alibaba's older RPC v1: the signature is a parameter, and there is no `Authorization` header.
    RpcV1,
}

/// One recorded request.
#[derive(Debug, Clone)]
pub struct Recording {
    /// The file's name without `.txt`.
    pub name: String,
    /// What was recorded: SDK, version and call.
    pub title: String,
    /// When it arrived, RFC 3339.
    pub captured_at: String,
    /// The method.
    pub method: String,
    /// The raw request target.
    pub target: String,
    /// The headers, in order and as spelled on the wire.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
    /// What the SDK's client printed about the answer of the stub.
    pub printed: String,
}

impl Recording {
    /// All recordings, by name.
    ///
    /// # Errors
    ///
    /// When a file cannot be read or is not a recording; the error names it.
    pub fn all() -> Result<Vec<Self>> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("recorded");
        let mut recordings = Vec::new();
        for entry in
            fs::read_dir(&folder).with_context(|| format!("reading `{}`", folder.display()))?
        {
            let path = entry?.path();
            if path.extension().is_none_or(|extension| extension != "txt") {
                continue;
            }
            let name = path
                .file_stem()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned();
            let text = fs::read(&path).with_context(|| format!("reading recording `{name}`"))?;
            recordings
                .push(Self::parse(&name, &text).with_context(|| format!("recording `{name}`"))?);
        }
        recordings.sort_by(|left, right| left.name.cmp(&right.name));
        Ok(recordings)
    }

    /// Reads one file.
    ///
    /// # Errors
    ///
    /// When it is not laid out as a recording.
    pub fn parse(name: &str, text: &[u8]) -> Result<Self> {
        let (comment, rest) =
            split_once(text, b"\n\n").context("no empty line after the comment")?;
        let (head, rest) = split_once(rest, b"\n\n").context("no empty line after the headers")?;
        let (body, rest) = split_once(rest, b"\n<<<END body_len=").context("no `<<<END` line")?;
        let (body_len, printed) =
            split_once(rest, b"\n").context("no line break after `<<<END`")?;
        let (comment, head, printed) = (
            str::from_utf8(comment)?,
            str::from_utf8(head)?,
            str::from_utf8(printed)?,
        );
        let body_len: usize = str::from_utf8(body_len)?
            .trim()
            .parse()
            .context("`body_len` is not a number")?;
        ensure!(
            body.len() == body_len,
            "the body has {} bytes, not {body_len}",
            body.len()
        );

        let mut comments = comment
            .lines()
            .map(|line| line.trim_start_matches('#').trim());
        let title = comments.next().context("no title")?.to_owned();
        let captured_at = comments
            .find_map(|line| line.strip_prefix("captured "))
            .and_then(|line| line.split(';').next())
            .context("no `captured` line")?
            .to_owned();

        let mut lines = head.lines();
        let mut request_line = lines.next().unwrap_or_default().split(' ');
        let (Some(method), Some(target), Some("HTTP/1.1"), None) = (
            request_line.next(),
            request_line.next(),
            request_line.next(),
            request_line.next(),
        ) else {
            bail!("the request line is malformed");
        };
        let headers = lines
            .map(|line| {
                let (name, value) = line
                    .split_once(':')
                    .with_context(|| format!("header `{line}` has no colon"))?;
                Ok((name.to_owned(), value.trim().to_owned()))
            })
            .collect::<Result<Vec<_>>>()?;
        Ok(Self {
            name: name.to_owned(),
            title,
            captured_at,
            method: method.to_owned(),
            target: target.to_owned(),
            headers,
            body: body.to_vec(),
            printed: printed.trim().to_owned(),
        })
    }

    /// The value of a header, by any spelling of its name.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(given, _)| given.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }

    /// How the request is signed.
    ///
    /// # Errors
    ///
    /// When its `Authorization` header names a scheme that no recording should have.
    pub fn signature(&self) -> Result<Signature> {
        match self
            .header("authorization")
            .map(|value| value.split(' ').next().unwrap_or_default())
        {
            Some("ACS3-HMAC-SHA256") => Ok(Signature::Acs3),
            Some("SDK-HMAC-SHA256") => Ok(Signature::Huawei),
            None => Ok(Signature::RpcV1),
            Some(other) => bail!("unknown signature scheme `{other}`"),
        }
    }
}

fn split_once<'a>(text: &'a [u8], separator: &[u8]) -> Option<(&'a [u8], &'a [u8])> {
    let at = text
        .windows(separator.len())
        .position(|window| window == separator)?;
    Some((text.get(..at)?, text.get(at + separator.len()..)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SAMPLE: &str = "# SDK 1: accept\n# client: x\n# captured 2026-11-22T00:51:48Z; raw\n\n\
        POST /a?b=c HTTP/1.1\nHost: 127.0.0.1:1\nX: a: b\n\n{\n}\n<<<END body_len=3\n\n--- printed (rc=0):\n{}\n";

    #[test]
    fn reads_a_recording() {
        let recording = Recording::parse("sample", SAMPLE.as_bytes()).unwrap();
        assert_eq!(recording.title, "SDK 1: accept");
        assert_eq!(recording.captured_at, "2026-11-22T00:51:48Z");
        assert_eq!(
            (recording.method.as_str(), recording.target.as_str()),
            ("POST", "/a?b=c")
        );
        assert_eq!(recording.header("HOST"), Some("127.0.0.1:1"));
        assert_eq!(recording.header("x"), Some("a: b"));
        assert_eq!(recording.body, b"{\n}");
        assert_eq!(recording.printed, "--- printed (rc=0):\n{}");
    }

    #[test]
    fn refuses_a_body_of_another_length() {
        let error = Recording::parse(
            "sample",
            SAMPLE.replace("body_len=3", "body_len=4").as_bytes(),
        )
        .unwrap_err();
        assert_eq!(error.to_string(), "the body has 3 bytes, not 4");
    }

    #[test]
    fn reads_every_recording_in_the_folder() {
        let recordings = Recording::all().unwrap();
        let count = |wanted| {
            recordings
                .iter()
                .filter(|one| one.signature().unwrap() == wanted)
                .count()
        };
        assert_eq!(
            (
                count(Signature::Acs3),
                count(Signature::Huawei),
                count(Signature::RpcV1)
            ),
            (20, 10, 7)
        );
    }
}
