//! Words of others: what the system says of a file, and as much of a foreign text as is wanted.

use std::io::ErrorKind;

/// Reads on from the file's name.
pub(crate) fn of(kind: ErrorKind) -> String {
    match kind {
        ErrorKind::NotFound => "does not exist".to_owned(),
        ErrorKind::PermissionDenied => "may not be read by this user".to_owned(),
        ErrorKind::InvalidData => "is not text".to_owned(),
        ErrorKind::IsADirectory => "is a folder".to_owned(),
        ErrorKind::NotADirectory => "is not a folder".to_owned(),
        kind => format!("cannot be read: {kind}"),
    }
}

/// As much of a text as a line of a log bears, without what would break the line.
pub(crate) fn bounded(text: &str, most: usize) -> String {
    let mut bounded: String = text
        .chars()
        .map(|c| if c.is_control() { '\u{fffd}' } else { c })
        .take(most)
        .collect();
    if text.chars().nth(most).is_some() {
        bounded.push('…');
    }
    bounded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_foreign_text_is_no_longer_than_a_line_bears() {
        assert_eq!(bounded("GET", 16), "GET");
        assert_eq!(bounded("a\nb\u{7f}", 3), "a\u{fffd}b…");
        assert_eq!(bounded(&"x".repeat(1_000_000), 128).chars().count(), 129);
    }
}
