//! Bytes as two lower-case digits each, and back.

/// The bytes of a text; nothing where it is not lower-case digits of so many bytes.
pub(crate) fn parse<const N: usize>(text: &str) -> Option<[u8; N]> {
    let digit = |byte: u8| match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        _ => None,
    };
    let mut bytes = [0; N];
    let pairs = text.as_bytes().chunks(2);
    if text.len() != 2 * N {
        return None;
    }
    for (byte, pair) in bytes.iter_mut().zip(pairs) {
        let [high, low] = pair else { return None };
        *byte = digit(*high)? << 4 | digit(*low)?;
    }
    Some(bytes)
}

/// Two digits a byte.
pub(crate) fn write(bytes: &[u8]) -> String {
    let halves = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    halves
        .filter_map(|half| char::from_digit(u32::from(half), 16))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_read_as_they_were_written_and_nothing_else_is() {
        assert_eq!(write(&[0, 0x9f, 0xff]), "009fff");
        assert_eq!(parse("009fff"), Some([0, 0x9f, 0xff]));
        for odd in ["009ff", "009fff0", "009fFF", "009fég", ""] {
            assert_eq!(parse::<3>(odd), None, "{odd}");
        }
    }
}
