//! A signed request, free to be tampered with.

use evenkeel_sign::{
    Credentials, ReceivedRequest, SignError, SignableRequest, Signed, Verified, VerifyError, acs3,
    huawei,
};

pub(crate) const NOW: i64 = 1_742_452_232_000;
pub(crate) const SKEW: i64 = 15 * 60 * 1000;
pub(crate) const HOST: &str = "127.0.0.1:9000";

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Cloud {
    Alibaba,
    Huawei,
}

pub(crate) const BOTH: [Cloud; 2] = [Cloud::Alibaba, Cloud::Huawei];

impl Cloud {
    pub(crate) fn sign(
        self,
        parts: &SignableRequest<'_>,
        credentials: &Credentials,
        time_ms: i64,
    ) -> Result<Signed, SignError> {
        match self {
            Self::Alibaba => acs3::sign(parts, credentials, time_ms, "nonce-1"),
            Self::Huawei => huawei::sign(parts, credentials, time_ms),
        }
    }

    pub(crate) fn date_header(self) -> &'static str {
        match self {
            Self::Alibaba => "x-acs-date",
            Self::Huawei => "x-sdk-date",
        }
    }

    pub(crate) fn token_header(self) -> &'static str {
        match self {
            Self::Alibaba => "x-acs-security-token",
            Self::Huawei => "x-security-token",
        }
    }
}

pub(crate) fn plain() -> Credentials {
    Credentials::new("AKID", "canary-secret")
}

pub(crate) fn temporary() -> Credentials {
    plain().with_security_token("canary-token")
}

pub(crate) fn owned(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect()
}

pub(crate) fn given() -> Vec<(String, String)> {
    owned(&[
        ("x-acs-action", "Act"),
        ("x-acs-version", "2017-11-10"),
        ("Content-Type", "application/json"),
    ])
}

/// A request on its way, free to be tampered with.
pub(crate) struct Request {
    pub(crate) cloud: Cloud,
    pub(crate) method: String,
    pub(crate) target: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Request {
    pub(crate) fn signed(cloud: Cloud, credentials: &Credentials) -> Self {
        let parts = SignableRequest {
            method: "POST",
            host: HOST,
            path: "/v3/p",
            query: &owned(&[("b", "1 2"), ("a", "ü*")]),
            headers: &given(),
            body: b"{}",
        };
        let mut headers = cloud.sign(&parts, credentials, NOW).unwrap().headers;
        headers.push(("Host".to_owned(), HOST.to_owned()));
        Self {
            cloud,
            method: "POST".to_owned(),
            target: "/v3/p?a=%C3%BC%2A&b=1%202".to_owned(),
            headers,
            body: b"{}".to_vec(),
        }
    }

    pub(crate) fn header(&mut self, name: &str) -> &mut String {
        &mut self
            .headers
            .iter_mut()
            .find(|(given, _)| given.eq_ignore_ascii_case(name))
            .unwrap()
            .1
    }

    pub(crate) fn without(mut self, name: &str) -> Self {
        self.headers
            .retain(|(given, _)| !given.eq_ignore_ascii_case(name));
        self
    }

    /// As if the client had never put this header into `SignedHeaders`.
    pub(crate) fn unsigned(mut self, name: &str) -> Self {
        let value = self.header("authorization");
        let (head, rest) = value.split_once("SignedHeaders=").unwrap();
        let (names, tail) = rest.split_once(',').unwrap();
        let names: Vec<&str> = names.split(';').filter(|given| *given != name).collect();
        *value = format!("{head}SignedHeaders={},{tail}", names.join(";"));
        self
    }

    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    pub(crate) fn authorized(mut self, edit: impl Fn(&str) -> String) -> Self {
        let value = self.header("authorization");
        *value = edit(value);
        self
    }

    pub(crate) fn verify_at(
        &self,
        now_ms: i64,
        credentials: Option<&Credentials>,
    ) -> Result<Verified, VerifyError> {
        let received = ReceivedRequest {
            method: &self.method,
            target: &self.target,
            headers: &self.headers,
            body: &self.body,
        };
        let find = |id: &str| {
            credentials
                .filter(|known| known.access_key_id() == id)
                .cloned()
        };
        match self.cloud {
            Cloud::Alibaba => acs3::verify(&received, now_ms, SKEW, &find),
            Cloud::Huawei => huawei::verify(&received, now_ms, SKEW, &find),
        }
    }

    pub(crate) fn refusal(&self) -> VerifyError {
        self.verify_at(NOW, Some(&plain()))
            .expect_err("the request is refused")
    }
}
