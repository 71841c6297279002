//! Compressing what is told once for everybody. Each piece is compressed by itself and ends at a
//! byte, so that the pieces make one gzip stream for each client, whichever of them it gets.

use axum::{
    body::Bytes,
    http::{HeaderMap, header},
};
use flate2::{Compress, Compression, Crc, FlushCompress};

/// A head without a name or a time, of no system in particular.
const HEAD: &[u8] = &[0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];
/// A last block with nothing in it.
const LAST: &[u8] = &[1, 0, 0, 0xff, 0xff];
/// Up to so many bytes a piece is not worth compressing.
const SMALL: usize = 256;

/// A compressed piece.
#[derive(Debug)]
pub(crate) struct Packed {
    bytes: Bytes,
    crc: Crc,
}

impl Packed {
    pub(crate) fn new(text: &[u8]) -> Self {
        let mut crc = Crc::new();
        crc.update(text);
        let bytes = if text.len() <= SMALL {
            stored(text)
        } else {
            deflated(text)
        };
        Self {
            bytes: bytes.into(),
            crc,
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.bytes.len()
    }
}

/// What a client gets: the text, or one gzip stream of it.
#[derive(Debug)]
pub(crate) enum Coding {
    Plain,
    Gzip { crc: Crc, has_begun: bool },
}

impl Coding {
    /// What the client takes.
    pub(crate) fn of(headers: &HeaderMap) -> Self {
        if takes_gzip(headers) {
            Self::Gzip {
                crc: Crc::new(),
                has_begun: false,
            }
        } else {
            Self::Plain
        }
    }

    pub(crate) fn is_gzip(&self) -> bool {
        matches!(self, Self::Gzip { .. })
    }

    /// The next piece as it is sent.
    pub(crate) fn piece(&mut self, text: Bytes, packed: Option<&Packed>) -> Bytes {
        let Self::Gzip { crc, has_begun } = self else {
            return text;
        };
        let own;
        let packed = if let Some(packed) = packed {
            packed
        } else {
            own = Packed::new(&text);
            &own
        };
        crc.combine(&packed.crc);
        if std::mem::replace(has_begun, true) {
            return packed.bytes.clone();
        }
        [HEAD, &packed.bytes].concat().into()
    }

    /// What is sent after the last piece.
    pub(crate) fn end(&self) -> Option<Bytes> {
        let Self::Gzip { crc, .. } = self else {
            return None;
        };
        let (sum, amount) = (crc.sum().to_le_bytes(), crc.amount().to_le_bytes());
        Some([LAST, &sum, &amount].concat().into())
    }
}

/// Whether the client says that it takes gzip.
fn takes_gzip(headers: &HeaderMap) -> bool {
    let accepted = headers.get_all(header::ACCEPT_ENCODING).iter();
    let mut accepted = accepted
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','));
    accepted.any(|coding| {
        let mut parts = coding.split(';').map(str::trim);
        let is_gzip = parts
            .next()
            .is_some_and(|name| name.eq_ignore_ascii_case("gzip"));
        let is_refused = parts
            .filter_map(|part| part.strip_prefix("q="))
            .any(|weight| weight.parse::<f32>().is_ok_and(|weight| weight <= 0.0));
        is_gzip && !is_refused
    })
}

/// As it is, in a block of its own.
fn stored(text: &[u8]) -> Vec<u8> {
    let length = u16::try_from(text.len()).unwrap_or_default();
    let mut block = vec![0];
    block.extend_from_slice(&length.to_le_bytes());
    block.extend_from_slice(&(!length).to_le_bytes());
    block.extend_from_slice(text);
    block
}

/// Compressed in one call, up to a byte's end. A flush that has to go on in a second call is left incomplete by
/// `miniz_oxide` where the text hardly gets smaller, by flate2's own writers too: so there is room for all of it.
fn deflated(text: &[u8]) -> Vec<u8> {
    let mut deflate = Compress::new(Compression::fast(), false);
    let mut block = Vec::with_capacity(text.len() + text.len() / 8 + 1024);
    let done = deflate.compress_vec(text, &mut block, FlushCompress::Sync);
    let is_all = deflate.total_in() == text.len() as u64 && block.len() < block.capacity();
    if done.is_err() || !is_all {
        // Compressing into memory does not fail, and nothing grows by so much; if it did, the text goes as it is.
        return text
            .chunks(usize::from(u16::MAX))
            .flat_map(stored)
            .collect();
    }
    // The stream keeps it for other clients.
    block.shrink_to_fit();
    block
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use super::*;

    fn gzip() -> Coding {
        let headers = HeaderMap::from_iter([(
            header::ACCEPT_ENCODING,
            "br;q=1.0, gzip;q=0.8".parse().unwrap(),
        )]);
        Coding::of(&headers)
    }

    fn unpacked(bytes: &[u8]) -> String {
        let mut text = String::new();
        flate2::read::GzDecoder::new(bytes)
            .read_to_string(&mut text)
            .unwrap();
        text
    }

    #[test]
    fn pieces_of_every_size_make_one_stream() {
        let large = "a word, and another; ".repeat(5_000);
        let noise: String = (0..70_000_u32)
            .map(|n| {
                char::from(b'!' + u8::try_from(n.wrapping_mul(2_654_435_761) >> 25).unwrap() % 90)
            })
            .collect();
        let pieces = [
            ":\n\n",
            "",
            &large,
            &"x".repeat(SMALL),
            &noise,
            &"y".repeat(SMALL + 1),
            "z",
        ];
        let shared: Vec<Packed> = pieces
            .iter()
            .map(|text| Packed::new(text.as_bytes()))
            .collect();
        for skipped in 0..pieces.len() {
            let mut coding = gzip();
            let mut sent = Vec::new();
            let mut told = String::new();
            for (n, text) in pieces.iter().enumerate().skip(skipped) {
                let packed = (n % 2 == 0).then(|| &shared[n]);
                sent.extend(coding.piece(Bytes::copy_from_slice(text.as_bytes()), packed));
                told.push_str(text);
                // Each piece can be read as soon as it is there.
                let mut early = vec![0; told.len()];
                let mut reader = flate2::read::GzDecoder::new(sent.as_slice());
                reader.read_exact(&mut early).unwrap();
                assert_eq!(early, told.as_bytes());
            }
            sent.extend(coding.end().unwrap());
            assert_eq!(unpacked(&sent), told);
        }
        assert!(shared[2].len() < large.len() / 2);
    }

    #[test]
    fn what_hardly_compresses_comes_back_whatever_its_size() {
        // Like a listing: ids, which are random, among numbers that repeat.
        let mut seed = 1_u64;
        let mut next = || {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            u8::try_from(seed >> 56).unwrap()
        };
        for size in (300..260_000).step_by(3_571) {
            let repeats = size / 7;
            let bytes: Vec<u8> = (0..size)
                .map(|place| if place < repeats { 7 } else { next() })
                .collect();
            let mut coding = gzip();
            let mut sent = coding.piece(Bytes::copy_from_slice(&bytes), None).to_vec();
            sent.extend(coding.end().unwrap());
            let mut told = Vec::new();
            let read = flate2::read::GzDecoder::new(sent.as_slice()).read_to_end(&mut told);
            assert!(read.is_ok() && told == bytes, "{size} bytes: {read:?}");
        }
    }

    #[test]
    fn whoever_does_not_take_gzip_gets_the_text() {
        for accepted in ["", "br", "gzip;q=0", "identity, gzip; q=0.0", "xgzip"] {
            let headers =
                HeaderMap::from_iter([(header::ACCEPT_ENCODING, accepted.parse().unwrap())]);
            let mut coding = Coding::of(&headers);
            assert!(!coding.is_gzip(), "{accepted}");
            assert_eq!(coding.piece(Bytes::from("a"), None), "a");
            assert_eq!(coding.end(), None);
        }
        assert!(gzip().is_gzip());
    }
}
