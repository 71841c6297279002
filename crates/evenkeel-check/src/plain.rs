//! Foreign text on one line of a terminal or a log.

use std::{borrow::Cow, fmt::Write};

/// The most characters that are shown of one text.
const LONGEST: usize = 300;

/// The text without what moves a cursor, ends a line or turns the direction of writing; those
/// characters are written as JSON escapes them. A long text is cut.
pub(crate) fn plain(text: &str) -> Cow<'_, str> {
    let is_long = text.chars().nth(LONGEST).is_some();
    if !is_long && !text.contains(acts) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len().min(LONGEST) + 16);
    for c in text.chars().take(LONGEST) {
        if acts(c) {
            // Writing to a String cannot fail.
            let _ = write!(out, "\\u{:04x}", u32::from(c));
        } else {
            out.push(c);
        }
    }
    if is_long {
        out.push('…');
    }
    Cow::Owned(out)
}

fn acts(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_moves_the_cursor_or_turns_the_text() {
        assert_eq!(plain("事件 `a` – ok"), "事件 `a` – ok");
        assert_eq!(
            plain("\u{1b}[2J\r\n\u{9b}\u{202e}\u{7f}"),
            "\\u001b[2J\\u000d\\u000a\\u009b\\u202e\\u007f"
        );
        assert_eq!(plain(&"é".repeat(301)), format!("{}…", "é".repeat(300)));
        assert_eq!(plain(&"é".repeat(300)), "é".repeat(300));
    }
}
