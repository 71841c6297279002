//! Where the two schemes differ.

use crate::date;
use crate::digest::sha256_hex;
use crate::query;

/// Stands for the body's hash in Huawei's scheme when the body is not signed.
pub(crate) const UNSIGNED_PAYLOAD: &str = "UNSIGNED-PAYLOAD";

/// A signature scheme; when signing with ACS3, with the nonce to use.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Scheme<'a> {
    Acs3 { nonce: Option<&'a str> },
    Huawei,
}

impl Scheme<'_> {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Acs3 { .. } => "ACS3-HMAC-SHA256",
            Self::Huawei => "SDK-HMAC-SHA256",
        }
    }

    /// The field of the `Authorization` header that holds the key id.
    pub(crate) fn key_field(self) -> &'static str {
        match self {
            Self::Acs3 { .. } => "Credential",
            Self::Huawei => "Access",
        }
    }

    /// What stands between the fields of the `Authorization` header.
    pub(crate) fn separator(self) -> &'static str {
        match self {
            Self::Acs3 { .. } => ",",
            Self::Huawei => ", ",
        }
    }

    pub(crate) fn date_header(self) -> &'static str {
        match self {
            Self::Acs3 { .. } => "x-acs-date",
            Self::Huawei => "x-sdk-date",
        }
    }

    pub(crate) fn date_format(self) -> &'static str {
        match self {
            Self::Acs3 { .. } => date::EXTENDED,
            Self::Huawei => date::BASIC,
        }
    }

    pub(crate) fn token_header(self) -> &'static str {
        match self {
            Self::Acs3 { .. } => "x-acs-security-token",
            Self::Huawei => "x-security-token",
        }
    }

    /// The header that declares the body's hash (optional for Huawei).
    pub(crate) fn hash_header(self) -> &'static str {
        match self {
            Self::Acs3 { .. } => "x-acs-content-sha256",
            Self::Huawei => "x-sdk-content-sha256",
        }
    }

    /// The headers that every request must send and sign.
    pub(crate) fn mandatory(self) -> &'static [&'static str] {
        match self {
            Self::Acs3 { .. } => &[
                "host",
                "x-acs-action",
                "x-acs-version",
                "x-acs-date",
                "x-acs-signature-nonce",
                "x-acs-content-sha256",
            ],
            Self::Huawei => &["host", "x-sdk-date"],
        }
    }

    /// Whether this (lower-case) header must be signed once it is sent.
    pub(crate) fn insists_on(self, name: &str) -> bool {
        match self {
            Self::Acs3 { .. } => name == "content-type" || name.starts_with("x-acs-"),
            Self::Huawei => [self.token_header(), self.hash_header()].contains(&name),
        }
    }

    /// The canonical request of a raw path and an already canonical query, over sorted lower-case headers.
    pub(crate) fn canonical_request(
        self,
        line: &RequestLine<'_>,
        headers: &[(&str, &str)],
        hash: &str,
    ) -> String {
        let path = match self {
            Self::Acs3 { .. } => line.path.to_owned(),
            Self::Huawei => query::slashed_path(line.path),
        };
        let mut out = format!("{}\n{path}\n{}\n", line.method, line.query);
        for (name, value) in headers {
            out.extend([name, ":", value, "\n"]);
        }
        out.push('\n');
        out.push_str(&signed_names(headers));
        out.push('\n');
        out.push_str(hash);
        out
    }

    pub(crate) fn string_to_sign(self, canonical_request: &str, date: &str) -> String {
        let hash = sha256_hex(canonical_request.as_bytes());
        match self {
            Self::Acs3 { .. } => format!("{}\n{hash}", self.name()),
            Self::Huawei => format!("{}\n{date}\n{hash}", self.name()),
        }
    }
}

/// The request line: the raw path and the canonical query.
#[derive(Debug)]
pub(crate) struct RequestLine<'a> {
    pub(crate) method: &'a str,
    pub(crate) path: &'a str,
    pub(crate) query: String,
}

/// `a;b;c`
pub(crate) fn signed_names(headers: &[(&str, &str)]) -> String {
    headers
        .iter()
        .map(|(name, _)| *name)
        .collect::<Vec<_>>()
        .join(";")
}
