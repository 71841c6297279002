//! What HTTP allows in a header, and finding one.

/// Whether `name` is an HTTP token.
pub(crate) fn is_name(name: &str) -> bool {
    !name.is_empty()
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte))
}

/// Whether `value` can be sent: printable ASCII, spaces and tabs.
pub(crate) fn is_value(value: &str) -> bool {
    value
        .bytes()
        .all(|byte| byte == b'\t' || (b' '..=b'~').contains(&byte))
}

/// Whether a received `value` is one line. Beyond ASCII is let through: some SDKs send and sign it.
pub(crate) fn is_readable(value: &str) -> bool {
    !value
        .chars()
        .any(|letter| letter.is_control() && letter != '\t')
}

/// Whether `text` is printable ASCII without spaces, and not empty.
pub(crate) fn is_word(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic())
}

/// The values of all headers of this (lower-case) name, trimmed.
pub(crate) fn values<'a>(
    headers: &'a [(String, String)],
    name: &'a str,
) -> impl Iterator<Item = &'a str> {
    headers
        .iter()
        .filter(move |(given, _)| given.eq_ignore_ascii_case(name))
        .map(|(_, value)| value.trim())
}
