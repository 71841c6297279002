//! Holds a signed request from whichever source, to be signed and verified once more.

use chrono::DateTime;
use evenkeel_sign::{
    Credentials, ReceivedRequest, SignableRequest, Signed, Verified, VerifyError, acs3, huawei,
};
use evenkeel_tests::recording::{ALIBABA_KEY, ECS_KEY, HUAWEI_KEY, Recording, Signature};
use evenkeel_tests::vector::{Kind, SdkVector};
use percent_encoding::percent_decode_str;

use crate::SKEW;

/// A request and the key that signed it, from whichever source.
pub(crate) struct Case<'a> {
    pub(crate) name: &'a str,
    pub(crate) alibaba: bool,
    pub(crate) key: (&'a str, &'a str),
    pub(crate) method: &'a str,
    pub(crate) target: &'a str,
    pub(crate) headers: &'a [(String, String)],
    pub(crate) body: &'a [u8],
    pub(crate) now_ms: i64,
}

impl<'a> Case<'a> {
    pub(crate) fn of_vector(vector: &'a SdkVector) -> Self {
        Self {
            name: &vector.name,
            alibaba: vector.kind == Kind::Acs3,
            key: (&vector.access_key, &vector.secret_key),
            method: &vector.method,
            target: &vector.target,
            headers: &vector.headers,
            body: vector.body.as_bytes(),
            now_ms: 1_742_452_232_000,
        }
    }

    pub(crate) fn of_recording(recording: &'a Recording) -> Option<Self> {
        let (alibaba, key) = match recording.signature().unwrap() {
            Signature::Acs3 if recording.name.starts_with("ecs_") => (true, ECS_KEY),
            Signature::Acs3 => (true, ALIBABA_KEY),
            Signature::Huawei => (false, HUAWEI_KEY),
            Signature::RpcV1 => return None,
        };
        Some(Self {
            name: &recording.name,
            alibaba,
            key,
            method: &recording.method,
            target: &recording.target,
            headers: &recording.headers,
            body: &recording.body,
            now_ms: DateTime::parse_from_rfc3339(&recording.captured_at)
                .unwrap()
                .timestamp_millis(),
        })
    }

    pub(crate) fn verify(&self) -> Result<Verified, VerifyError> {
        let received = ReceivedRequest {
            method: self.method,
            target: self.target,
            headers: self.headers,
            body: self.body,
        };
        let find = |id: &str| (id == self.key.0).then(|| Credentials::new(self.key.0, self.key.1));
        if self.alibaba {
            acs3::verify(&received, self.now_ms, SKEW, &find)
        } else {
            huawei::verify(&received, self.now_ms, SKEW, &find)
        }
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(given, _)| given.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }

    /// Signs the same request anew, with the headers that the SDK chose to sign.
    pub(crate) fn sign(&self, signed_at_ms: i64) -> Signed {
        let authorization = self.header("authorization").unwrap();
        let signed_names = authorization
            .split("SignedHeaders=")
            .nth(1)
            .unwrap()
            .split(',')
            .next()
            .unwrap();
        let added: &[&str] = if self.alibaba {
            &[
                "host",
                "x-acs-date",
                "x-acs-signature-nonce",
                "x-acs-content-sha256",
                "x-acs-credentials-provider",
            ]
        } else {
            &["host", "x-sdk-date"]
        };
        let given: Vec<(String, String)> = signed_names
            .split(';')
            .filter(|name| !added.contains(name))
            .map(|name| (name.to_owned(), self.header(name).unwrap().to_owned()))
            .collect();
        let (path, query) = self.target.split_once('?').unwrap_or((self.target, ""));
        let query = self.decoded(query);
        let parts = SignableRequest {
            method: self.method,
            host: self.header("host").unwrap(),
            path,
            query: &query,
            headers: &given,
            body: self.body,
        };
        let credentials = Credentials::new(self.key.0, self.key.1);
        if self.alibaba {
            acs3::sign(
                &parts,
                &credentials,
                signed_at_ms,
                self.header("x-acs-signature-nonce").unwrap(),
            )
            .unwrap()
        } else {
            huawei::sign(&parts, &credentials, signed_at_ms).unwrap()
        }
    }

    pub(crate) fn decoded(&self, query: &str) -> Vec<(String, String)> {
        let plain = if self.alibaba {
            query.replace('+', " ")
        } else {
            query.to_owned()
        };
        let decode = |text: &str| percent_decode_str(text).decode_utf8().unwrap().into_owned();
        plain
            .split('&')
            .filter(|pair| !pair.is_empty())
            .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
            .map(|(key, value)| (decode(key), decode(value)))
            .collect()
    }
}
