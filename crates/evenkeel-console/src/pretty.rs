//! JSON with line breaks and indents, and otherwise as it came: order, numbers and escapes are the cloud's.

/// Text that is not JSON comes back as readable as it was.
pub fn indent(raw: &str) -> String {
    let mut text = String::with_capacity(raw.len() * 2);
    let mut depth = 0_usize;
    let mut in_string = false;
    let mut escaped = false;
    let mut characters = raw.trim().chars().peekable();
    while let Some(character) = characters.next() {
        if in_string {
            text.push(character);
            in_string = escaped || character != '"';
            escaped = !escaped && character == '\\';
            continue;
        }
        match character {
            '"' => {
                in_string = true;
                text.push(character);
            }
            '{' | '[' => {
                text.push(character);
                while characters.next_if(char::is_ascii_whitespace).is_some() {}
                if let Some(close) = characters.next_if(|next| matches!(next, '}' | ']')) {
                    text.push(close);
                } else {
                    depth += 1;
                    break_line(&mut text, depth);
                }
            }
            '}' | ']' => {
                depth = depth.saturating_sub(1);
                break_line(&mut text, depth);
                text.push(character);
            }
            ',' => {
                text.push(character);
                break_line(&mut text, depth);
            }
            ':' => text.push_str(": "),
            space if space.is_ascii_whitespace() => {}
            other => text.push(other),
        }
    }
    text
}

fn break_line(text: &mut String, depth: usize) {
    text.push('\n');
    text.extend(std::iter::repeat_n("  ", depth));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_order_numbers_and_strings() {
        let raw = r#"{"b":12345678901234567890, "a" : ["x, \"{y}\"\\",{},[ ]],"c":null}"#;
        let expected = concat!(
            "{\n  \"b\": 12345678901234567890,\n  \"a\": [\n",
            r#"    "x, \"{y}\"\\","#,
            "\n    {},\n    []\n  ],\n  \"c\": null\n}",
        );
        assert_eq!(indent(raw), expected);
        assert_eq!(indent(expected), expected);
    }
}
