//! Compression, once a file and encoding, when it is first asked for.

use std::{io::Write, sync::OnceLock};

use axum::{
    body::Bytes,
    http::{HeaderMap, HeaderValue, header},
};

/// Fast enough for the first page, and within a few percent of the best.
const BROTLI_QUALITY: u32 = 6;
const BROTLI_WINDOW: u32 = 22;
const BUFFER: usize = 64 * 1024;

/// How a body travels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Encoding {
    Identity,
    Gzip,
    Brotli,
}

impl Encoding {
    pub(super) fn header(self) -> HeaderValue {
        HeaderValue::from_static(match self {
            Self::Identity => "identity",
            Self::Gzip => "gzip",
            Self::Brotli => "br",
        })
    }
}

/// A file's compressed forms.
#[derive(Default)]
pub(super) struct Packed {
    worth_it: bool,
    gzip: OnceLock<Option<Bytes>>,
    brotli: OnceLock<Option<Bytes>>,
}

impl Packed {
    pub(super) fn new(content_type: &str) -> Self {
        let packed_already = content_type.starts_with("image/") && !content_type.contains("svg")
            || content_type.starts_with("font/woff");
        Self {
            worth_it: !packed_already,
            ..Self::default()
        }
    }

    /// The best encoding both sides know.
    pub(super) fn choose(&self, request: &HeaderMap) -> Encoding {
        if !self.worth_it {
            return Encoding::Identity;
        }
        let accepted = |wanted: &str| {
            request
                .get_all(header::ACCEPT_ENCODING)
                .iter()
                .any(|value| {
                    value
                        .to_str()
                        .is_ok_and(|list| list.split(',').any(|item| is(item, wanted)))
                })
        };
        if accepted("br") {
            Encoding::Brotli
        } else if accepted("gzip") {
            Encoding::Gzip
        } else {
            Encoding::Identity
        }
    }

    /// The bytes in that encoding; nothing if the compressor fails.
    pub(super) fn get(&self, encoding: Encoding, bytes: &Bytes) -> Option<Bytes> {
        match encoding {
            Encoding::Identity => Some(bytes.clone()),
            Encoding::Gzip => self.gzip.get_or_init(|| gzip(bytes)).clone(),
            Encoding::Brotli => self.brotli.get_or_init(|| brotli(bytes)).clone(),
        }
    }
}

/// Whether an item of `Accept-Encoding` names `wanted` and does not refuse it with `q=0`.
fn is(item: &str, wanted: &str) -> bool {
    let mut parts = item.split(';').map(str::trim);
    let named = parts
        .next()
        .is_some_and(|name| name.eq_ignore_ascii_case(wanted));
    let refused = parts
        .filter_map(|part| part.strip_prefix("q="))
        .any(|weight| weight.parse::<f32>().is_ok_and(|weight| weight <= 0.0));
    named && !refused
}

fn gzip(bytes: &[u8]) -> Option<Bytes> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(bytes).ok()?;
    encoder.finish().ok().map(Bytes::from)
}

fn brotli(bytes: &[u8]) -> Option<Bytes> {
    let mut packed = Vec::new();
    let mut encoder =
        brotli::CompressorWriter::new(&mut packed, BUFFER, BROTLI_QUALITY, BROTLI_WINDOW);
    encoder.write_all(bytes).ok()?;
    encoder.flush().ok()?;
    drop(encoder);
    Some(Bytes::from(packed))
}
