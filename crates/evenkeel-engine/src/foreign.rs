//! Foreign texts as they are kept and logged: bounded, and without what a database or a terminal trips over.

/// The longest text that is kept, in bytes.
pub(crate) const MOST: usize = 4 * 1024;
/// The longest name, such as a code or an id of a request, in bytes.
const NAME: usize = 128;

/// A sentence, or an answer. PostgreSQL's texts know no NUL.
pub(crate) fn words(text: &str) -> String {
    bounded(text.replace('\0', "\u{fffd}"), MOST)
}

/// A code or an id, from a header or a body.
pub(crate) fn name(text: &str) -> String {
    bounded(text.trim().replace(char::is_control, "\u{fffd}"), NAME)
}

/// As much of a text as a line of a log bears, without what would break the line.
pub fn one_line(text: &str, most: usize) -> String {
    let mut line: String = text
        .chars()
        .map(|c| if c.is_control() { '\u{fffd}' } else { c })
        .take(most)
        .collect();
    if text.chars().nth(most).is_some() {
        line.push('…');
    }
    line
}

fn bounded(mut text: String, most: usize) -> String {
    if text.len() > most {
        let end = (0..=most)
            .rev()
            .find(|end| text.is_char_boundary(*end))
            .unwrap_or_default();
        text.truncate(end);
        text.push('…');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_more_than_a_little_is_kept_and_nothing_that_spoils_it() {
        assert_eq!(words("a\0b\nc"), "a\u{fffd}b\nc");
        assert_eq!(name(" 47-A\r\n7\0 "), "47-A\u{fffd}\u{fffd}7\u{fffd}");
        assert!(words(&"é".repeat(10_000)).len() <= MOST + '…'.len_utf8());
        assert_eq!(name(&"r".repeat(1000)).len(), NAME + '…'.len_utf8());
    }

    #[test]
    fn a_foreign_text_is_no_longer_than_a_line_bears() {
        assert_eq!(one_line("GET", 16), "GET");
        assert_eq!(one_line("a\nb\u{7f}", 3), "a\u{fffd}b…");
        assert_eq!(one_line(&"x".repeat(1_000_000), 128).chars().count(), 129);
    }
}
