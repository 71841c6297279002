//! Whether a foreign text shows a secret: as it is, in part, or spelled in another way.
//!
//! A cloud may quote what it was sent, and nobody knows how it writes it. So a text is not searched
//! for the ways in which a secret might be written, but kept only if it cannot hold it: it is made of
//! characters that stand for themselves, and no piece of the secret is in it or in what it decodes to.

use zeroize::Zeroizing;

/// How much of a secret a text must not show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Share {
    /// More of it than a word: for names, such as codes and ids, which may share one with a secret.
    Name,
    /// A piece of it: for sentences.
    Piece,
}

/// A piece is so long; of a long secret, such as a session token, pieces of four stand anywhere.
const PIECE: usize = 4;
const LONG_PIECE: usize = 16;
const LONG: usize = 32;
/// A name tells a secret by so much of it; by a word of letters only where it is a longer one, because
/// a password may have `password` in it as `InvalidPassword` has.
const TELLING: usize = 6;
const LONG_WORD: usize = 9;
/// How often a text is decoded again that was decoded from another.
const DEPTH: u32 = 3;
/// The shortest run that is taken for an encoding: four bytes of it.
const RUN: usize = 6;

/// Whether a text shows a secret or, by [`Share::Piece`], a piece of it: whatever its case is and
/// whatever stands between its letters, also in base64, in hexadecimal or as numbers.
#[must_use]
pub(crate) fn quotes(text: &str, secret: &str, share: Share) -> bool {
    if secret.is_empty() {
        return false;
    }
    let needles = Needles::of(secret, share);
    needles.are_in(text.as_bytes(), DEPTH)
}

/// Whether a text shows a session token: a piece of a long one, as the clouds' are, or of a short one
/// more than a word.
#[must_use]
pub fn shows_token(text: &str, token: &str) -> bool {
    let share = if token.len() > LONG {
        Share::Piece
    } else {
        Share::Name
    };
    quotes(text, token, share)
}

/// Whether a text is made only of characters that stand for themselves: no escapes of JSON, HTML,
/// URLs or mails, and nothing but ASCII.
#[must_use]
pub(crate) fn is_plain(text: &str) -> bool {
    text.bytes()
        .all(|byte| byte == b' ' || (byte.is_ascii_graphic() && !br"\&%=+<>".contains(&byte)))
}

struct Needles {
    /// Without white space, in lower case.
    folded: Zeroizing<Vec<u8>>,
    /// Of that, letters and digits.
    bare: Zeroizing<Vec<u8>>,
    piece: usize,
    share: Share,
}

impl Needles {
    fn of(secret: &str, share: Share) -> Self {
        let folded = Zeroizing::new(folded(secret.as_bytes()));
        let bare = Zeroizing::new(bare(&folded));
        let piece = if secret.len() > LONG {
            LONG_PIECE
        } else {
            PIECE
        };
        Self {
            folded,
            bare,
            piece,
            share,
        }
    }

    fn are_in(&self, text: &[u8], depth: u32) -> bool {
        let text_folded = Zeroizing::new(folded(text));
        let text_bare = Zeroizing::new(bare(&text_folded));
        if self.stand_in(&text_folded, &text_bare) {
            return true;
        }
        if depth == 0 {
            return false;
        }
        decoded(text, &text_bare).iter().any(|inner| {
            // What was encoded twice reads as text once it is decoded; anything else is chance.
            let again = if inner
                .iter()
                .all(|byte| byte.is_ascii_graphic() || *byte == b' ')
            {
                depth - 1
            } else {
                0
            };
            self.are_in(inner, again)
        })
    }

    fn stand_in(&self, text: &[u8], text_bare: &[u8]) -> bool {
        match self.share {
            Share::Name => {
                tells(text, &self.folded)
                    || (self.bare.len() >= TELLING && tells(text_bare, &self.bare))
            }
            Share::Piece => {
                pieces(&self.folded, self.piece).any(|piece| holds(text, piece))
                    || (self.bare.len() >= self.piece
                        && pieces(&self.bare, self.piece).any(|piece| holds(text_bare, piece)))
            }
        }
    }
}

fn tells(text: &[u8], secret: &[u8]) -> bool {
    let is_word = |piece: &&[u8]| piece.iter().all(u8::is_ascii_alphabetic);
    pieces(secret, TELLING)
        .filter(|piece| !is_word(piece))
        .chain(pieces(secret, LONG_WORD))
        .any(|piece| holds(text, piece))
}

fn pieces(text: &[u8], length: usize) -> impl Iterator<Item = &[u8]> {
    text.windows(length.min(text.len()).max(1))
}

fn holds(text: &[u8], piece: &[u8]) -> bool {
    !piece.is_empty() && text.windows(piece.len()).any(|window| window == piece)
}

fn folded(text: &[u8]) -> Vec<u8> {
    text.iter()
        .filter(|byte| !byte.is_ascii_whitespace())
        .map(u8::to_ascii_lowercase)
        .collect()
}

fn bare(folded: &[u8]) -> Vec<u8> {
    let mut text = folded.to_vec();
    text.retain(u8::is_ascii_alphanumeric);
    text
}

/// What a text may stand for.
fn decoded(text: &[u8], text_bare: &[u8]) -> Vec<Zeroizing<Vec<u8>>> {
    let mut found = Vec::new();
    let mut runs: Vec<Vec<u8>> = text
        .split(|byte| sextet(*byte).is_none())
        .filter(|run| run.len() >= RUN)
        .map(<[u8]>::to_vec)
        .collect();
    // Broken into lines, or set apart.
    let joined: Vec<u8> = text
        .iter()
        .copied()
        .filter(|byte| sextet(*byte).is_some())
        .collect();
    if joined.len() >= RUN && joined.len() != text.len() {
        runs.push(joined);
    }
    for run in &runs {
        found.extend((0..4).map(|skip| base64(run.iter().skip(skip))));
    }
    // Of `0x43 0x61` the zeros, too, are hexadecimal.
    let marked = text.windows(2).filter(|pair| pair == b"0x").count();
    let unmarked = (marked >= PIECE)
        .then(|| Zeroizing::new(String::from_utf8_lossy(text_bare).replace("0x", "")));
    let text_bare = unmarked.as_ref().map_or(text_bare, |text| text.as_bytes());
    for run in text_bare.split(|byte| !byte.is_ascii_hexdigit()) {
        if run.len() >= 2 * PIECE {
            found.extend((0..2).map(|skip| hexadecimal(run.iter().skip(skip))));
        }
    }
    let numbers: Vec<u8> = text
        .split(|byte| !byte.is_ascii_digit())
        .filter_map(|number| std::str::from_utf8(number).ok()?.parse().ok())
        .collect();
    if numbers.len() >= PIECE {
        found.push(Zeroizing::new(numbers));
    }
    found
}

/// Six bits, in base64 as mails or URLs have it.
fn sextet(byte: u8) -> Option<u8> {
    Some(match byte {
        b'A'..=b'Z' => byte - b'A',
        b'a'..=b'z' => byte - b'a' + 26,
        b'0'..=b'9' => byte - b'0' + 52,
        b'+' | b'-' => 62,
        b'/' | b'_' => 63,
        _ => return None,
    })
}

fn base64<'a>(text: impl Iterator<Item = &'a u8>) -> Zeroizing<Vec<u8>> {
    let (mut bits, mut count) = (0u32, 0u32);
    let mut bytes = Zeroizing::new(Vec::new());
    for six in text.filter_map(|byte| sextet(*byte)) {
        bits = (bits << 6) | u32::from(six);
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push(low_byte(bits >> count));
        }
    }
    bytes
}

fn hexadecimal<'a>(text: impl Iterator<Item = &'a u8>) -> Zeroizing<Vec<u8>> {
    let digits: Vec<u32> = text
        .filter_map(|byte| char::from(*byte).to_digit(16))
        .collect();
    let bytes = digits.chunks_exact(2).map(|pair| {
        let number = pair.iter().fold(0, |number, digit| number * 16 + digit);
        low_byte(number)
    });
    Zeroizing::new(bytes.collect())
}

fn low_byte(bits: u32) -> u8 {
    let [.., low] = bits.to_be_bytes();
    low
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "Can\"ary<7 7&";

    #[test]
    fn a_secret_is_found_however_it_is_spelled() {
        for text in [
            "we got Can\"ary<7 7& from you",
            "CAN\"ARY<7 7&",
            "C-a-n-\"-a-r-y-<-7-7-&",
            "Canary77",
            // Only a piece of it.
            "it begins with Cana",
            // base64, in the middle of another text as well, for URLs, twice, and in lines
            "Q2FuImFyeTw3IDcm",
            "eyJQIjoiQ2FuXCJhcnk8NyA3JiJ9",
            "UTJGdUltRnllVHczSURjbQ",
            "Q2FuIm Fye Tw3 IDcm",
            // hexadecimal
            "43616e226172793c37203726",
            "43 61 6E 22 61 72 79 3C 37 20 37 26",
            "[67, 97, 110, 34, 97, 114, 121, 60]",
            "0x43 0x61 0x6e 0x22 0x61 0x72 0x79",
        ] {
            assert!(quotes(text, SECRET, Share::Piece), "{text}");
        }
    }

    #[test]
    fn an_escape_is_nothing_plain() {
        for text in [
            r"Can\u0022ary",
            "Can&quot;ary",
            "Can%22ary",
            "Can=22ary",
            "Ｃａｎａｒｙ",
            "Can\u{200b}ary",
            "C+AG4-",
        ] {
            assert!(!is_plain(text), "{text}");
        }
        assert!(is_plain(
            "The instance i-5abc does not support it (try again at 10:00)."
        ));
    }

    #[test]
    fn what_does_not_hold_it_does_not() {
        for text in [
            "",
            "The specified instance does not exist.",
            "473469C7-AA6F-4DC5-B3DB-A3DC0DE3C83E",
            "InvalidParameter.PlanTime",
            "20270101 17:00:00 12, 13, 14, 15",
        ] {
            assert!(!quotes(text, SECRET, Share::Piece), "{text}");
        }
        assert!(!quotes("anything", "", Share::Piece));
    }

    #[test]
    fn a_name_may_share_a_syllable_with_a_secret() {
        assert!(quotes("InvalidPassword", "Password1!", Share::Piece));
        assert!(!quotes("InvalidPassword", "Password1!", Share::Name));
        assert!(quotes("Invalid.password1!", "Password1!", Share::Name));
        assert!(quotes("UGFzc3dvcmQxIQ", "Password1!", Share::Name));
        assert!(!quotes("473469C7-AA6F", "Zq7Kx9Wv3Jp5Tn8B", Share::Name));
    }

    #[test]
    fn most_of_a_secret_is_no_name() {
        let secret = "Zq7Kx9Wv3Jp5Tn8B";
        for name in [
            "Zq7Kx9Wv3Jp5Tn8",
            "q7Kx9Wv3Jp5Tn8B",
            "Bad.Zq7Kx9Wv",
            "x3Jp5Tn8By",
            "Zq7Kx9",
            // Of its first fifteen, in hexadecimal and in base64.
            "5a71374b78395776334a7035546e38",
            "WnE3S3g5V3YzSnA1VG44",
        ] {
            assert!(quotes(name, secret, Share::Name), "{name}");
        }
        assert!(quotes(
            "the.correcthorsebattery",
            "Correcthorsebattery1",
            Share::Name
        ));
    }

    #[test]
    fn of_a_long_secret_only_a_long_piece_tells() {
        let token = "CAIS8wF1q6Ft5B2yfSjIr5fSJf".repeat(4);
        assert!(!quotes("the token of 5B2y is old", &token, Share::Piece));
        assert!(quotes("CAIS8wF1q6Ft5B2yfSjI is old", &token, Share::Piece));
    }
}
