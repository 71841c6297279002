//! Eight bytes at a time: what is asked of every byte of a batch of ten thousand items.

const ONES: u64 = 0x0101_0101_0101_0101;
pub(crate) const HIGH: u64 = 0x8080_8080_8080_8080;

/// The high bit of each byte that is this one; right up to the first of them.
#[inline]
pub(crate) fn is(word: u64, byte: u8) -> u64 {
    let zero = word ^ (ONES * u64::from(byte));
    zero.wrapping_sub(ONES) & !zero & HIGH
}

/// The high bit of each byte below 0x20; right up to the first of them.
#[inline]
pub(crate) fn is_below_space(word: u64) -> u64 {
    word.wrapping_sub(ONES * 0x20) & !word & HIGH
}

/// Whether a text is printable ASCII.
#[inline]
pub(crate) fn is_plain(text: &[u8]) -> bool {
    let (eights, rest) = text.as_chunks::<8>();
    eights.iter().all(|eight| {
        let word = u64::from_le_bytes(*eight);
        is_below_space(word) | is(word, 0x7F) | (word & HIGH) == 0
    }) && rest.iter().all(|byte| matches!(byte, 0x20..0x7F))
}

/// Whether a UTF-8 text has a control character: U+0000–U+001F or U+007F–U+009F.
#[inline]
pub(crate) fn has_control(text: &[u8]) -> bool {
    let (eights, rest) = text.as_chunks::<8>();
    let suspect = |eight: &[u8; 8]| {
        let word = u64::from_le_bytes(*eight);
        is_below_space(word) | is(word, 0x7F) | is(word, 0xC2) != 0
    };
    if !eights.iter().any(suspect)
        && rest
            .iter()
            .all(|byte| !matches!(byte, 0..0x20 | 0x7F | 0xC2))
    {
        return false;
    }
    // A byte after C2 is what U+0080–U+00BF end in.
    let mut before = 0;
    text.iter().any(|byte| {
        let ends_latin = before == 0xC2;
        before = *byte;
        *byte < 0x20 || *byte == 0x7F || ends_latin && *byte < 0xA0
    })
}

/// How many UTF-16 code units begin in these bytes of a UTF-8 text; `size` of the word are of it.
#[inline]
fn units(word: u64, size: usize) -> usize {
    // Bytes that go on with a character begin with 10, those of a pair with 11110.
    let on = word & !(word << 1) & HIGH;
    let pairs = word & (word << 1) & (word << 2) & (word << 3) & HIGH;
    size + pairs.count_ones() as usize - on.count_ones() as usize
}

/// How many bytes so many UTF-16 code units take at the beginning of a UTF-8 text.
#[inline]
pub(crate) fn utf8_length(text: &[u8], units: usize) -> Option<usize> {
    let mut left = units;
    let mut rest = text;
    // The first byte of a pair counts as two: where that is one too many, the end is within the pair.
    while left >= 8
        && let Some((eight, after)) = rest.split_first_chunk::<8>()
    {
        left = left.checked_sub(self::units(u64::from_le_bytes(*eight), 8))?;
        rest = after;
    }
    while left >= 4
        && let Some((four, after)) = rest.split_first_chunk::<4>()
    {
        left = left.checked_sub(self::units(u64::from(u32::from_le_bytes(*four)), 4))?;
        rest = after;
    }
    for (further, byte) in rest.iter().enumerate() {
        if byte & 0xC0 != 0x80 {
            if left == 0 {
                return Some(text.len() - rest.len() + further);
            }
            left = left.checked_sub(1 + usize::from(*byte >= 0xF0))?;
        }
    }
    (left == 0).then_some(text.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_ends_within_a_pair() {
        for before in ["", "1", "123", "1234567", "12345678901", "事件123"] {
            let text = format!("{before}😀😀");
            let units = before.encode_utf16().count();
            assert_eq!(utf8_length(text.as_bytes(), units), Some(before.len()));
            assert_eq!(utf8_length(text.as_bytes(), units + 1), None, "{text}");
            assert_eq!(
                utf8_length(text.as_bytes(), units + 2),
                Some(before.len() + 4)
            );
        }
    }

    proptest::proptest! {
        #[test]
        fn knows_how_long_a_text_is(text in "\\PC*", more in "\\PC*") {
            let both = format!("{text}{more}");
            let units = text.encode_utf16().count();
            proptest::prop_assert_eq!(utf8_length(both.as_bytes(), units), Some(text.len()));
            let beyond = both.encode_utf16().count() + 1;
            proptest::prop_assert_eq!(utf8_length(both.as_bytes(), beyond), None);
        }

        #[test]
        fn knows_printable_ascii(text in "[ -~]{0,40}", odd in "[^ -~]", more in "[ -~]{0,40}") {
            proptest::prop_assert!(is_plain(text.as_bytes()));
            let odd = format!("{text}{odd}{more}");
            proptest::prop_assert!(!is_plain(odd.as_bytes()));
        }

        #[test]
        fn knows_control_characters(text in "\\PC{0,12}[\\x00-\\u{ff}]?[é°事]{0,12}") {
            let wanted = text.chars().any(char::is_control);
            proptest::prop_assert_eq!(has_control(text.as_bytes()), wanted);
        }
    }
}
