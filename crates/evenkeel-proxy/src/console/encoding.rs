//! Compression: as the build left it beside the file, else once a file and encoding, when it is first asked for.

use std::{io::Write, sync::OnceLock};

use axum::{
    body::Bytes,
    http::{HeaderMap, HeaderValue, header},
};

/// Fast enough for the first page; what is packed by the build is packed better.
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
    /// Those of compressed files, by the ending of their names.
    pub(super) const PACKED: [(Self, &'static str); 2] =
        [(Self::Brotli, ".br"), (Self::Gzip, ".gz")];

    pub(super) fn header(self) -> HeaderValue {
        HeaderValue::from_static(self.name())
    }

    fn name(self) -> &'static str {
        match self {
            Self::Identity => "identity",
            Self::Gzip => "gzip",
            Self::Brotli => "br",
        }
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

    /// Takes a form that is there already.
    pub(super) fn keep(&self, encoding: Encoding, bytes: Bytes) {
        let place = match encoding {
            Encoding::Identity => return,
            Encoding::Gzip => &self.gzip,
            Encoding::Brotli => &self.brotli,
        };
        // It is asked for only later, so the place is empty.
        drop(place.set(Some(bytes)));
    }

    /// The encoding that the client likes best; of several, the smallest.
    pub(super) fn choose(&self, request: &HeaderMap) -> Encoding {
        if !self.worth_it {
            return Encoding::Identity;
        }
        // The last of equals is the maximum. Where a client takes nothing at all, it gets the file as it is.
        [Encoding::Identity, Encoding::Gzip, Encoding::Brotli]
            .map(|encoding| (weight(request, encoding), encoding))
            .into_iter()
            .filter(|(weight, _)| *weight > 0.0)
            .max_by(|(one, _), (other, _)| one.total_cmp(other))
            .map_or(Encoding::Identity, |(_, encoding)| encoding)
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

/// What `Accept-Encoding` gives an encoding, 0 (refused) to 1: by its name, else by `*`. Unnamed, the file as it is comes
/// after everything named.
fn weight(request: &HeaderMap, encoding: Encoding) -> f32 {
    let mut any = None;
    for list in request.get_all(header::ACCEPT_ENCODING) {
        let Ok(list) = list.to_str() else { continue };
        for (name, weight) in list.split(',').filter_map(item) {
            let alias = encoding == Encoding::Gzip && name.eq_ignore_ascii_case("x-gzip");
            if alias || name.eq_ignore_ascii_case(encoding.name()) {
                return weight;
            }
            if name == "*" {
                any = Some(weight);
            }
        }
    }
    any.unwrap_or(if encoding == Encoding::Identity {
        f32::MIN_POSITIVE
    } else {
        0.0
    })
}

/// A name of the list with its weight; nothing where that is no number.
fn item(text: &str) -> Option<(&str, f32)> {
    let mut parts = text.split(';').map(str::trim);
    let name = parts.next()?;
    let weight = parts
        .find_map(|part| part.strip_prefix("q=").or_else(|| part.strip_prefix("Q=")))
        .map_or(Some(1.0), |weight| weight.trim().parse::<f32>().ok())?;
    (0.0..=1.0).contains(&weight).then_some((name, weight))
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

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(accept: &[&'static str]) -> &'static str {
        let mut request = HeaderMap::new();
        for list in accept {
            request.append(header::ACCEPT_ENCODING, HeaderValue::from_static(list));
        }
        Packed::new("text/css").choose(&request).name()
    }

    #[test]
    fn takes_the_smallest_of_what_the_client_likes_equally() {
        assert_eq!(chosen(&["gzip, deflate, br, zstd"]), "br");
        assert_eq!(chosen(&["gzip", "br"]), "br");
        assert_eq!(chosen(&["gzip, deflate"]), "gzip");
        assert_eq!(chosen(&["x-gzip"]), "gzip");
        assert_eq!(chosen(&["*"]), "br");
        assert_eq!(chosen(&["identity, GZIP"]), "gzip");
    }

    #[test]
    fn follows_weights() {
        assert_eq!(chosen(&["br;q=0.5, gzip;q=0.8"]), "gzip");
        assert_eq!(chosen(&["identity, br;q=0.5"]), "identity");
        assert_eq!(chosen(&["gzip; q=0.001"]), "gzip");
        assert_eq!(chosen(&["br;q=0, *"]), "gzip");
        assert_eq!(chosen(&["br ; q=0.0 , gzip;Q=1"]), "gzip");
    }

    #[test]
    fn sends_the_file_as_it_is_to_who_asks_for_nothing_known() {
        assert_eq!(chosen(&[]), "identity");
        assert_eq!(chosen(&[""]), "identity");
        assert_eq!(chosen(&["deflate, zstd"]), "identity");
        assert_eq!(chosen(&["br;q=high, gzip;q=2"]), "identity");
        assert_eq!(chosen(&["*;q=0"]), "identity");
    }
}
