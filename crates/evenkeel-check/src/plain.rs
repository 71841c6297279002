//! Foreign text on one line of a terminal or a log.

use std::borrow::Cow;

use evenkeel::visible::visible;

/// The most characters that are shown of one text.
const LONGEST: usize = 300;

/// The text with what is unseen or acts on a terminal written out; a long text is cut.
pub(crate) fn plain(text: &str) -> Cow<'_, str> {
    let Some((end, _)) = text.char_indices().nth(LONGEST) else {
        return visible(text);
    };
    let (shown, _) = text.split_at(end);
    Cow::Owned(format!("{}…", visible(shown)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_moves_the_cursor_and_nothing_is_long() {
        assert_eq!(
            plain("\u{1b}[2J\r\n\u{202e}"),
            r"\u{1b}[2J\u{d}\u{a}\u{202e}"
        );
        assert_eq!(plain(&"é".repeat(301)), format!("{}…", "é".repeat(300)));
        assert_eq!(plain(&"é".repeat(300)), "é".repeat(300));
    }
}
