//! Values of an answer without a tree: what nobody asks for is passed, with the tree's own errors.

use std::borrow::Cow;

use super::cursor::{Cursor, Step};

impl<'a> Cursor<'a> {
    /// Moves past the value that begins here.
    pub(crate) fn pass(&mut self) -> Step<()> {
        match self.peek() {
            Some(b'{') => self.members(
                |cursor| {
                    if cursor.peek() != Some(b'"') {
                        return Err("expected a key in double quotes");
                    }
                    cursor.pass_string()?;
                    cursor.colon()
                },
                |cursor, ()| cursor.pass(),
            ),
            Some(b'[') => self.array(Self::pass),
            Some(b'"') => self.pass_string(),
            Some(b'-' | b'0'..=b'9') => self.number().map(|_| ()),
            Some(b't') => self.word("true"),
            Some(b'f') => self.word("false"),
            Some(b'n') => self.word("null"),
            _ => Err(self.no_value()),
        }
    }

    /// Reads a text; a number is taken as its text, anything else as absent.
    #[inline]
    pub(crate) fn lenient_text(&mut self) -> Step<Option<Cow<'a, str>>> {
        match self.peek() {
            Some(b'"') => self.string().map(Some),
            Some(b'-' | b'0'..=b'9') => self.number().map(|text| Some(Cow::Borrowed(text))),
            _ => self.pass().map(|()| None),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use crate::json::{Cursor, Mode, parse};

    fn passed(text: &str) -> Result<(), String> {
        let mut cursor = Cursor::new(text, Mode::Lenient);
        let passed = cursor.document(Cursor::pass);
        passed.map_err(|detail| crate::json::locate(text, cursor.at(), detail).to_string())
    }

    fn read(text: &str) -> Result<(), String> {
        parse(text, Mode::Lenient)
            .map(|_| ())
            .map_err(|error| error.to_string())
    }

    #[test]
    fn stops_where_a_tree_stops() {
        for text in [
            "",
            " ",
            "{",
            "{1",
            "{\"a",
            "{\"a\"",
            "{\"a\" 1}",
            "{\"a\":}",
            "{\"a\":1,}",
            "[1 2]",
            "[1,",
            "\"\\x\"",
            "\"\\u12\"",
            "\"\\ud800\"",
            "\"\u{1}\"",
            "01",
            "1.",
            "tru",
            "nul",
            "\u{feff}1",
            "1 2",
            "{\"\\ud83d\\ude00\":[true,false,null,-1.5e3]}",
        ] {
            assert_eq!(passed(text), read(text), "{text}");
        }
        for depth in [64, 65, 10_000] {
            let text = format!("{}{}", "[".repeat(depth), "]".repeat(depth));
            assert_eq!(passed(&text), read(&text), "{depth}");
            let text = format!("{}1{}", "{\"a\":".repeat(depth), "}".repeat(depth));
            assert_eq!(passed(&text), read(&text), "{depth}");
        }
    }

    proptest! {
        #[test]
        fn passes_what_a_tree_is_made_of(text in r#"([\[\]{},:" 0-9a-f\\]|"a":|"\\u[0-9a-f]{4}"|true|null|é){0,24}"#) {
            prop_assert_eq!(passed(&text), read(&text));
        }
    }
}
