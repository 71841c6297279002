//! Foreign text as it can be trusted by whoever looks at it: nothing in it is unseen, moves a cursor or
//! turns the direction of writing.
//!
//! A name that ends in `\u{202e}` and `gnp.exe` reads like a picture, and two ids that differ by a
//! zero-width space alone look the same.

use std::{borrow::Cow, fmt::Write as _};

/// The text with everything that cannot be seen written out, such as `\u{202e}`; ends of lines and
/// tabs as well, so that it stays on one line.
///
/// ```
/// use evenkeel::visible::visible;
///
/// assert_eq!(visible("i-1\u{200b}"), "i-1\\u{200b}");
/// assert_eq!(visible("事件 👩‍🚀"), "事件 👩‍🚀");
/// ```
pub fn visible(text: &str) -> Cow<'_, str> {
    if pieces(text).all(|piece| matches!(piece, Piece::Seen(_))) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for piece in pieces(text) {
        match piece {
            Piece::Seen(text) => out.push_str(text),
            // Writing to a String cannot fail.
            Piece::Unseen(c) => _ = write!(out, "{}", c.escape_unicode()),
        }
    }
    Cow::Owned(out)
}

/// [`visible`], of a text whose own lines and tabs are to stay.
pub fn visible_lines(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for part in text.split_inclusive(['\n', '\t']) {
        let (part, end) = match part.char_indices().next_back() {
            Some((at, '\n' | '\t')) => part.split_at(at),
            _ => (part, ""),
        };
        out.push_str(&visible(part));
        out.push_str(end);
    }
    out
}

/// A part of a text: for those who write what is unseen in a way of their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Piece<'a> {
    /// As it stands.
    Seen(&'a str),
    /// A character that is to be written out.
    Unseen(char),
}

/// The parts of a text, in their order.
pub fn pieces(text: &str) -> Pieces<'_> {
    Pieces {
        rest: text,
        before: Before::Other,
    }
}

/// The iterator of [`pieces`].
#[derive(Debug, Clone)]
pub struct Pieces<'a> {
    rest: &'a str,
    before: Before,
}

/// What stands before a character.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Before {
    /// What can take a selector: a letter beyond ASCII, or a picture.
    Base,
    /// A base with its selector.
    Selected,
    Other,
}

impl<'a> Iterator for Pieces<'a> {
    type Item = Piece<'a>;

    fn next(&mut self) -> Option<Self::Item> {
        let mut chars = self.rest.char_indices();
        let found = loop {
            let Some((at, c)) = chars.next() else {
                break self.rest.len();
            };
            let after = match c {
                ' '..='~' => Before::Other,
                _ if !is_unseen(c) => Before::Base,
                _ if is_selector(c) && self.before == Before::Base => Before::Selected,
                _ if is_joiner(c)
                    && self.before != Before::Other
                    && chars.clone().next().is_some_and(|(_, c)| is_base(c)) =>
                {
                    Before::Other
                }
                _ if at == 0 => {
                    self.rest = chars.as_str();
                    self.before = Before::Other;
                    return Some(Piece::Unseen(c));
                }
                _ => break at,
            };
            self.before = after;
        };
        let (seen, rest) = self.rest.split_at_checked(found)?;
        self.rest = rest;
        (!seen.is_empty()).then_some(Piece::Seen(seen))
    }
}

fn is_base(c: char) -> bool {
    !c.is_ascii() && !is_unseen(c)
}

/// What chooses a picture's or an ideograph's form.
fn is_selector(c: char) -> bool {
    matches!(c, '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}')
}

/// What joins or parts letters of some scripts, and joins pictures.
fn is_joiner(c: char) -> bool {
    matches!(c, '\u{200c}' | '\u{200d}')
}

/// Whether a character alone leaves nothing on the screen, or acts on what is around it: controls,
/// ends of lines, what has to do with directions, and what Unicode calls default ignorable. Spaces,
/// however wide, are none.
pub fn is_unseen(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{ad}'
                | '\u{34f}'
                | '\u{61c}'
                | '\u{115f}'..='\u{1160}'
                | '\u{17b4}'..='\u{17b5}'
                | '\u{180b}'..='\u{180f}'
                | '\u{200b}'..='\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{3164}'
                | '\u{fe00}'..='\u{fe0f}'
                | '\u{feff}'
                | '\u{ffa0}'
                | '\u{fff0}'..='\u{fffb}'
                | '\u{1bca0}'..='\u{1bca3}'
                | '\u{1d173}'..='\u{1d17a}'
                | '\u{e0000}'..='\u{e0fff}'
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_seen_stays_as_it_is() {
        for text in [
            "",
            "事件 `a` – ok",
            "a\u{a0}b\u{3000}c",
            "⚠\u{fe0f} ❤\u{fe0f}\u{200d}🔥 👩🏽\u{200d}🚀",
            "می\u{200c}خواهم",
            "葛\u{e0100}飾",
        ] {
            assert_eq!(visible(text), text);
            assert!(matches!(visible(text), Cow::Borrowed(_)), "{text}");
        }
    }

    #[test]
    fn what_is_unseen_or_turns_the_text_is_written_out() {
        for (text, shown) in [
            (
                "\u{1b}[2J\r\n\t\u{9b}\u{7f}",
                r"\u{1b}[2J\u{d}\u{a}\u{9}\u{9b}\u{7f}",
            ),
            ("\u{202e}gnp.exe\u{202c}", r"\u{202e}gnp.exe\u{202c}"),
            (
                "\u{2066}a\u{2069}\u{200f}\u{61c}",
                r"\u{2066}a\u{2069}\u{200f}\u{61c}",
            ),
            (
                "i\u{200b}-\u{2060}1\u{feff}\u{ad}",
                r"i\u{200b}-\u{2060}1\u{feff}\u{ad}",
            ),
            // Letters that say something to machines alone.
            ("ok\u{e0041}\u{e007f}", r"ok\u{e0041}\u{e007f}"),
            ("a\u{2028}b\u{3164}", r"a\u{2028}b\u{3164}"),
        ] {
            assert_eq!(visible(text), shown);
        }
    }

    #[test]
    fn a_joiner_or_a_selector_that_changes_nothing_is_written_out() {
        for (text, shown) in [
            ("i\u{200d}-1", r"i\u{200d}-1"),
            ("é\u{200d}", r"é\u{200d}"),
            ("é\u{200c}a", r"é\u{200c}a"),
            ("é\u{200d}\u{200d}é", r"é\u{200d}\u{200d}é"),
            ("a\u{fe0f}", r"a\u{fe0f}"),
            ("⚠\u{fe0f}\u{fe0f}", "⚠\u{fe0f}\\u{fe0f}"),
            ("\u{fe0f}", r"\u{fe0f}"),
        ] {
            assert_eq!(visible(text), shown);
        }
    }

    #[test]
    fn lines_and_tabs_may_stay() {
        assert_eq!(
            visible_lines("a\u{1b}\n\tb\u{200b}\r\n"),
            "a\\u{1b}\n\tb\\u{200b}\\u{d}\n"
        );
        assert_eq!(visible_lines(""), "");
    }

    #[test]
    fn the_pieces_are_the_whole_text() {
        let text = "\u{202e}a\nb⚠\u{fe0f}\u{200d}";
        let whole: String = pieces(text)
            .map(|piece| match piece {
                Piece::Seen(text) => text.to_owned(),
                Piece::Unseen(c) => c.to_string(),
            })
            .collect();
        assert_eq!(whole, text);
        assert_eq!(
            pieces(text).collect::<Vec<_>>(),
            [
                Piece::Unseen('\u{202e}'),
                Piece::Seen("a"),
                Piece::Unseen('\n'),
                Piece::Seen("b⚠\u{fe0f}"),
                Piece::Unseen('\u{200d}'),
            ]
        );
    }
}
