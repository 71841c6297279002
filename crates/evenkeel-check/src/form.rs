//! What an input is that no JSON can be read from, by its first bytes.

use evenkeel::Locale;

/// A form that is seen often enough to have a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// As PowerShell's `>` writes it.
    Utf16,
    Gzip,
}

impl Form {
    pub(crate) fn of(bytes: &[u8]) -> Option<Self> {
        match bytes {
            [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => Some(Self::Utf16),
            [0x1f, 0x8b, ..] => Some(Self::Gzip),
            _ => None,
        }
    }

    /// What it is and what to do.
    pub(crate) fn said(self, locale: Locale) -> &'static str {
        match (self, locale) {
            (Self::Utf16, Locale::En) => "the input is UTF-16: save it as UTF-8",
            (Self::Utf16, Locale::Zh) => "输入是 UTF-16 编码，请另存为 UTF-8",
            (Self::Gzip, Locale::En) => "the input is compressed with gzip: unpack it first",
            (Self::Gzip, Locale::Zh) => "输入经 gzip 压缩，请先解压",
        }
    }
}
