//! What may be shown of a configuration's values: a secret may stand where none belongs.

/// Shorter words are no keys; in bytes.
const KEY_MIN: usize = 12;

/// A text with everything left out that looks like a key, a secret, a token or a password of a URL.
pub fn scrubbed(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut rest = text;
    while !rest.is_empty() {
        let end = rest.find(|c| !of_a_key(c)).unwrap_or(rest.len());
        let (word, after) = rest.split_at(end);
        shown.push_str(if is_key(word) { "…" } else { word });
        let mut characters = after.chars();
        shown.extend(characters.next());
        rest = characters.as_str();
    }
    without_user(&shown)
}

fn of_a_key(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '+' || c == '='
}

/// Letters and digits in a long row: no name that people give has them.
fn is_key(word: &str) -> bool {
    word.len() >= KEY_MIN
        && word.bytes().any(|byte| byte.is_ascii_digit())
        && word.bytes().any(|byte| byte.is_ascii_alphabetic())
}

/// Without a user and password that stand before the host of a URL.
fn without_user(text: &str) -> String {
    let mut pieces = text.split("://");
    let mut shown = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        shown.push_str("://");
        let end = piece
            .find(|c: char| c == '/' || c == '`' || c.is_whitespace())
            .unwrap_or(piece.len());
        match piece.split_at(end).0.rfind('@') {
            Some(at) if piece.split_at(at).0.contains(':') => {
                shown.push('…');
                shown.push_str(piece.split_at(at).1);
            }
            _ => shown.push_str(piece),
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leaves_out_what_looks_like_a_secret() {
        for (text, shown) in [
            ("not `LTAI5tFoo7Bar9Baz1Qux3`", "not `…`"),
            (
                "`env:wJalrXUtnFEMI/K7MDENGbPxRfi` is",
                "`env:wJalrXUtnFEMI/…` is",
            ),
            (
                "url `http://me:pw@proxy.corp:3128/x`",
                "url `http://…@proxy.corp:3128/x`",
            ),
            ("http://a@b http://c:d@e", "http://a@b http://…@e"),
        ] {
            assert_eq!(scrubbed(text), shown);
        }
    }

    #[test]
    fn leaves_names_hosts_and_times_as_they_are() {
        for text in [
            "`region` must be lower-case letters, digits and `-`, not `CN-Hangzhou 4`",
            "env:ALIBABA_CLOUD_ACCESS_KEY_SECRET",
            "https://ecs.cn-north-4.myhuaweicloud.com, 127.0.0.1:8080, 2026-11-29T01:00:00Z",
            "é“ü`",
        ] {
            assert_eq!(scrubbed(text), text);
        }
    }
}
