//! What an input is that is not JSON: what many people write or have, and what to do about it.

use evenkeel::Locale;
use serde::de::IgnoredAny;

/// A form that is seen often enough to have a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum EncodingHint {
    Empty,
    Cut,
    /// As PowerShell's `>` writes it.
    Utf16,
    Gzip,
    /// A spreadsheet is one, too.
    Zip,
    ByteOrderMark,
    /// Such as GBK.
    OtherBytes,
    /// HTML or XML.
    Markup,
    Conflict,
    Yaml,
    Comment,
    TrailingComma,
    /// Single or curly ones.
    Quotes,
    /// As an input method for Chinese types it.
    FullWidth,
    /// What JavaScript and Python call nothing, true and false.
    Word,
    /// JSON Lines, mostly.
    Several,
}

const CONFLICT: [&str; 4] = ["<<<<<<<", "|||||||", "=======", ">>>>>>>"];
const QUOTES: [char; 6] = ['\'', '‘', '’', '“', '”', '`'];
const FULL_WIDTH: [char; 9] = ['，', '、', '：', '｛', '｝', '［', '］', '＂', '　'];
const WORDS: [&str; 7] = [
    "None",
    "True",
    "False",
    "undefined",
    "NaN",
    "Infinity",
    "-Infinity",
];

impl EncodingHint {
    /// What the bytes are that stop being JSON at this one of them.
    pub(crate) fn of(bytes: &[u8], offset: usize) -> Option<Self> {
        match bytes {
            [0xff, 0xfe, ..] | [0xfe, 0xff, ..] | [0, 1..=255, ..] | [1..=255, 0, ..] => {
                return Some(Self::Utf16);
            }
            [0x1f, 0x8b, ..] => return Some(Self::Gzip),
            [b'P', b'K', 3, 4, ..] => return Some(Self::Zip),
            [0xef, 0xbb, 0xbf, ..] => return Some(Self::ByteOrderMark),
            _ => {}
        }
        let Ok(text) = std::str::from_utf8(bytes) else {
            return Some(Self::OtherBytes);
        };
        let (before, rest) = text.split_at_checked(offset)?;
        Self::of_text(text, before, rest)
    }

    fn of_text(text: &str, before: &str, rest: &str) -> Option<Self> {
        if text.trim().is_empty() {
            return Some(Self::Empty);
        }
        let begins_a_line = before.is_empty() || before.ends_with('\n');
        if begins_a_line && CONFLICT.iter().any(|marker| rest.starts_with(marker)) {
            return Some(Self::Conflict);
        }
        if text.trim_start().starts_with('<') {
            return Some(Self::Markup);
        }
        if is_yaml(text) {
            return Some(Self::Yaml);
        }
        let starts_with = |words: &[&str]| words.iter().any(|word| rest.starts_with(word));
        let last = before.trim_end().chars().next_back();
        Some(match rest.chars().next() {
            None => Self::Cut,
            Some('#') => Self::Comment,
            _ if starts_with(&["//", "/*"]) => Self::Comment,
            Some('}' | ']') if last == Some(',') => Self::TrailingComma,
            Some(c) if QUOTES.contains(&c) => Self::Quotes,
            Some(c) if FULL_WIDTH.contains(&c) => Self::FullWidth,
            _ if starts_with(&WORDS) => Self::Word,
            Some('{' | '[') if serde_json::from_str::<IgnoredAny>(before).is_ok() => Self::Several,
            _ => return None,
        })
    }

    /// What it is and what to do; nothing where the fault itself says so.
    pub(crate) fn said(self, locale: Locale) -> Option<&'static str> {
        let (english, chinese) = match self {
            Self::Empty => (None, "输入为空"),
            Self::Cut => (None, "输入在此处中断"),
            Self::ByteOrderMark => (
                None,
                "输入以字节顺序标记（BOM）开头，请另存为不带 BOM 的 UTF-8",
            ),
            Self::OtherBytes => (
                Some("save it as UTF-8"),
                "输入不是 UTF-8 编码，请另存为 UTF-8",
            ),
            Self::Utf16 => (
                Some("the input is UTF-16: save it as UTF-8"),
                "输入是 UTF-16 编码，请另存为 UTF-8",
            ),
            Self::Gzip => (
                Some("the input is compressed with gzip: unpack it first"),
                "输入经 gzip 压缩，请先解压",
            ),
            Self::Zip => (
                Some("the input is a zip archive or a spreadsheet: unpack or export it first"),
                "输入是 zip 压缩包或电子表格，请先解压或导出",
            ),
            Self::Markup => (
                Some("the input is HTML or XML, perhaps an error page that was saved"),
                "输入是 HTML 或 XML，可能是保存下来的错误页面",
            ),
            Self::Conflict => (
                Some("a merge conflict is left unresolved here"),
                "此处有未解决的合并冲突",
            ),
            Self::Yaml => (
                Some("the input looks like YAML: convert it to JSON"),
                "输入看起来是 YAML，请先转换为 JSON",
            ),
            Self::Comment => (
                Some("JSON has no comments: take them out"),
                "JSON 不支持注释，请删除",
            ),
            Self::TrailingComma => (
                Some("take out the comma before the closing bracket"),
                "右括号前多了一个逗号，请删除",
            ),
            Self::Quotes => (
                Some("keys and texts stand in straight double quotes"),
                "键和文本须用英文双引号",
            ),
            Self::FullWidth => (
                Some("full-width punctuation: type it in half width"),
                "使用了全角标点，请改用半角",
            ),
            Self::Word => (
                Some("JSON has `true`, `false`, `null` and finite numbers alone"),
                "JSON 只有 `true`、`false`、`null` 和有限的数字",
            ),
            Self::Several => (
                Some("several documents in one input: check each by itself"),
                "输入中有多个 JSON 文档，请分别检查",
            ),
        };
        match locale {
            Locale::En => english,
            Locale::Zh => Some(chinese),
        }
    }
}

/// Whether the first line that says something is one of YAML: a marker, an entry of a list, or a key
/// without quotes.
fn is_yaml(text: &str) -> bool {
    let mut lines = text.lines().map(str::trim);
    let Some(line) = lines.find(|line| !line.is_empty() && !line.starts_with('#')) else {
        return false;
    };
    let is_key = |key: &str| {
        key.starts_with(|c: char| c.is_alphabetic() || c == '_')
            && key
                .chars()
                .all(|c| c.is_alphanumeric() || "_-. ".contains(c))
    };
    line == "---"
        || line.starts_with("--- ")
        || line.starts_with("%YAML")
        || line.starts_with("- ")
        || line.strip_suffix(':').is_some_and(is_key)
        || line.split_once(": ").is_some_and(|(key, _)| is_key(key))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The form of a text, by where our own reader stops.
    fn of(text: &str) -> Option<EncodingHint> {
        let stop = evenkeel::json::parse(text, evenkeel::json::Mode::Strict).unwrap_err();
        EncodingHint::of(text.as_bytes(), stop.offset)
    }

    #[test]
    fn names_what_people_write() {
        let cases = [
            (" \n", EncodingHint::Empty),
            (r#"{"id": "#, EncodingHint::Cut),
            (
                "{\n<<<<<<< HEAD\n\"id\": 1\n=======\n",
                EncodingHint::Conflict,
            ),
            (
                "{\"id\": 1\n=======\n\"id\": 2\n>>>>>>> x\n}",
                EncodingHint::Conflict,
            ),
            ("<!doctype html><title>502</title>", EncodingHint::Markup),
            ("id: e-1\nnot_before: now\n", EncodingHint::Yaml),
            ("---\nid: e-1\n", EncodingHint::Yaml),
            (
                "# plan\nEventInfos:\n  - EventId: e-1\n",
                EncodingHint::Yaml,
            ),
            ("- id: e-1\n", EncodingHint::Yaml),
            ("{\n  // tonight\n  \"id\": 1}", EncodingHint::Comment),
            ("/* tonight */ {}", EncodingHint::Comment),
            ("# tonight\n{}", EncodingHint::Comment),
            ("{\"id\": 1 # tonight\n}", EncodingHint::Comment),
            ("{\"id\": 1,\n}", EncodingHint::TrailingComma),
            ("[1, ]", EncodingHint::TrailingComma),
            ("{'id': 1}", EncodingHint::Quotes),
            ("{“id”: 1}", EncodingHint::Quotes),
            ("{\"id\"：1}", EncodingHint::FullWidth),
            ("{\"id\": None}", EncodingHint::Word),
            ("{\"id\": NaN}", EncodingHint::Word),
            ("{\"id\": 1}\n{\"id\": 2}\n", EncodingHint::Several),
            ("{\0\"\0", EncodingHint::Utf16),
        ];
        for (text, encoding_hint) in cases {
            assert_eq!(of(text), Some(encoding_hint), "{text}");
        }
        let bytes: [(&[u8], EncodingHint); 6] = [
            (b"\xff\xfe{\0}\0", EncodingHint::Utf16),
            (b"\0{\0}", EncodingHint::Utf16),
            (b"\x1f\x8b\x08\0", EncodingHint::Gzip),
            (b"PK\x03\x04", EncodingHint::Zip),
            (b"\xef\xbb\xbf{}", EncodingHint::ByteOrderMark),
            (b"{\"\xbc\xc6\": 1}", EncodingHint::OtherBytes),
        ];
        for (bytes, encoding_hint) in bytes {
            assert_eq!(EncodingHint::of(bytes, 0), Some(encoding_hint), "{bytes:?}");
        }
    }

    #[test]
    fn guesses_at_nothing_else() {
        for text in [
            "{id: 1}",
            "{\"id\" 1}",
            "{\"id\": 1 \"a\": 2}",
            "[1 2]",
            "nul",
            "{\"id\": 01}",
            "hello",
            "{\"a\": \"\n<<<<<<<\"}",
            "{\"a\": 1}}",
        ] {
            assert_eq!(of(text), None, "{text}");
        }
    }
}
