//! Compact JSON out.

use crate::number::push_digits;

/// Appends a JSON string, escaped as Python's and JavaScript's own writers do it.
pub fn write_string(out: &mut String, text: &str) {
    out.push('"');
    for c in text.chars() {
        let escape = match c {
            '"' | '\\' => c,
            '\u{8}' => 'b',
            '\u{c}' => 'f',
            '\n' => 'n',
            '\r' => 'r',
            '\t' => 't',
            '\0'..' ' => 'u',
            _ => {
                out.push(c);
                continue;
            }
        };
        out.push('\\');
        out.push(escape);
        if escape == 'u' {
            out.push_str("00");
            for digit in [u32::from(c) >> 4, u32::from(c) & 15] {
                out.extend(char::from_digit(digit, 16));
            }
        }
    }
    out.push('"');
}

/// Writes one compact object, member by member, in the order of the calls.
#[allow(
    missing_debug_implementations,
    reason = "what it writes may hold a password"
)]
pub struct ObjectWriter<'a> {
    out: &'a mut String,
    first: bool,
}

impl<'a> ObjectWriter<'a> {
    /// Opens an object.
    pub fn new(out: &'a mut String) -> Self {
        out.push('{');
        Self { out, first: true }
    }

    fn key(&mut self, key: &str) -> &mut String {
        if !self.first {
            self.out.push(',');
        }
        self.first = false;
        write_string(self.out, key);
        self.out.push(':');
        self.out
    }

    /// A string member.
    pub fn string(&mut self, key: &str, text: &str) -> &mut Self {
        write_string(self.key(key), text);
        self
    }

    /// A number member.
    pub fn integer(&mut self, key: &str, number: i64) -> &mut Self {
        let out = self.key(key);
        if number < 0 {
            out.push('-');
        }
        let number = number.unsigned_abs();
        let mut weight = 1;
        while number / weight > 9 {
            weight *= 10;
        }
        push_digits(out, number, weight);
        self
    }

    /// A member that is an array of strings; nothing when it is empty.
    pub fn strings(&mut self, key: &str, texts: &[String]) -> &mut Self {
        if texts.is_empty() {
            return self;
        }
        let out = self.key(key);
        for (position, text) in texts.iter().enumerate() {
            out.push(if position == 0 { '[' } else { ',' });
            write_string(out, text);
        }
        out.push(']');
        self
    }

    /// A member that is JSON already.
    pub fn raw(&mut self, key: &str, json: &str) -> &mut Self {
        self.key(key).push_str(json);
        self
    }

    /// Closes the object.
    pub fn end(self) {
        self.out.push('}');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_any_integer() {
        for number in [0, 7, -1, 10, 1_795_368_600_000, i64::MAX, i64::MIN] {
            let mut out = String::new();
            let mut object = ObjectWriter::new(&mut out);
            object.integer("n", number);
            object.end();
            assert_eq!(out, format!("{{\"n\":{number}}}"));
        }
    }

    #[test]
    fn escapes_as_the_sdks_do() {
        let mut out = String::new();
        write_string(&mut out, "\u{8}\u{c}\n\r\t\u{0}\u{1f}\u{7f}\"\\/é😀");
        assert_eq!(out, "\"\\b\\f\\n\\r\\t\\u0000\\u001f\u{7f}\\\"\\\\/é😀\"");
    }
}
