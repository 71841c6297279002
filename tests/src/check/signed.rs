//! Requests on the wire with the key that signs them, and what they mean to a server.

use evenkeel_sign::{
    Credentials, ReceivedRequest, SignableRequest, Verified, VerifyError, acs3, huawei, rpc1,
    wire_query,
};
use percent_encoding::percent_decode;

use crate::recording::{ALIBABA_KEY, HUAWEI_KEY};

/// A key that is valid only with its token.
const TEMPORARY_KEY: (&str, &str, &str) = ("STS.temporary", "canary-secret", "canary-token");
/// What HTTP clients and the signers set themselves.
const SET_BY_SIGNING: [&str; 14] = [
    "host",
    "content-length",
    "transfer-encoding",
    "connection",
    "authorization",
    "x-acs-date",
    "x-acs-signature-nonce",
    "x-acs-content-sha256",
    "x-acs-credentials-provider",
    "x-acs-accesskey-id",
    "x-acs-security-token",
    "x-sdk-date",
    "x-sdk-content-sha256",
    "x-security-token",
];
const SET_BY_RPC: [&str; 7] = [
    "AccessKeyId",
    "SecurityToken",
    "Signature",
    "SignatureMethod",
    "SignatureNonce",
    "SignatureVersion",
    "Timestamp",
];
/// The skew that is allowed, ms.
pub(super) const SKEW: i64 = 15 * 60 * 1000;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Scheme {
    Acs3,
    Huawei,
    Rpc1,
}

impl Scheme {
    pub(super) fn of(byte: u8) -> Self {
        match byte % 3 {
            0 => Self::Acs3,
            1 => Self::Huawei,
            _ => Self::Rpc1,
        }
    }

    /// Whether `+` is a space in a query.
    pub(super) fn is_form(self) -> bool {
        self != Self::Huawei
    }
}

/// A key by its id.
pub(super) fn find(id: &str) -> Option<Credentials> {
    [ALIBABA_KEY, HUAWEI_KEY]
        .into_iter()
        .find(|(known, _)| *known == id)
        .map(|(id, secret)| Credentials::new(id, secret))
        .or_else(|| (id == TEMPORARY_KEY.0).then(temporary))
}

fn temporary() -> Credentials {
    let (id, secret, token) = TEMPORARY_KEY;
    Credentials::new(id, secret).with_security_token(token)
}

/// What must be in no error and in no debug print.
pub(super) const SECRETS: [&str; 4] = [
    ALIBABA_KEY.1,
    HUAWEI_KEY.1,
    TEMPORARY_KEY.1,
    TEMPORARY_KEY.2,
];

/// A request as a server gets it.
#[derive(Clone)]
pub(super) struct Wire {
    pub(super) method: String,
    pub(super) target: String,
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: Vec<u8>,
}

impl Wire {
    /// `METHOD target`, a line a header, an empty line, the body. Anything gives some request.
    pub(super) fn parse(data: &[u8]) -> Self {
        let at = data.windows(2).position(|two| two == b"\n\n");
        let (head, body) = match at.and_then(|at| data.split_at_checked(at)) {
            Some((head, rest)) => (head, rest.get(2..).unwrap_or_default()),
            None => (data, &b""[..]),
        };
        let head = String::from_utf8_lossy(head);
        let mut lines = head.split('\n');
        let first = lines.next().unwrap_or_default();
        let (method, target) = first.split_once(' ').unwrap_or((first, "/"));
        let headers = lines.filter_map(|line| {
            let (name, value) = line.split_once(':')?;
            Some((name.to_owned(), value.to_owned()))
        });
        Self {
            method: method.to_owned(),
            target: target.to_owned(),
            headers: headers.collect(),
            body: body.to_vec(),
        }
    }

    pub(super) fn verify(&self, scheme: Scheme, now_ms: i64) -> Result<Verified, VerifyError> {
        self.verify_with(scheme, now_ms, &find)
    }

    pub(super) fn verify_with(
        &self,
        scheme: Scheme,
        now_ms: i64,
        find: &dyn Fn(&str) -> Option<Credentials>,
    ) -> Result<Verified, VerifyError> {
        let received = ReceivedRequest {
            method: &self.method,
            target: &self.target,
            headers: &self.headers,
            body: &self.body,
        };
        match scheme {
            Scheme::Acs3 => acs3::verify(&received, now_ms, SKEW, find),
            Scheme::Huawei => huawei::verify(&received, now_ms, SKEW, find),
            Scheme::Rpc1 => rpc1::verify(&received, now_ms, SKEW, find),
        }
    }

    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(given, _)| given.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.trim())
    }

    fn split(&self) -> (&str, &str) {
        self.target.split_once('?').unwrap_or((&self.target, ""))
    }

    /// The same request signed anew; `None` where a part of it cannot be signed.
    pub(super) fn signed(&self, scheme: Scheme, time_ms: i64) -> Option<Self> {
        let (path, query) = self.split();
        let pairs = texts(pairs(query.as_bytes(), scheme.is_form()))?;
        let key = if self.body.len().is_multiple_of(2) {
            temporary()
        } else {
            find(if scheme == Scheme::Huawei {
                HUAWEI_KEY.0
            } else {
                ALIBABA_KEY.0
            })?
        };
        if scheme == Scheme::Rpc1 {
            let pairs: Vec<_> = pairs
                .into_iter()
                .filter(|(name, _)| !SET_BY_RPC.contains(&name.as_str()))
                .collect();
            let signed = rpc1::sign(&self.method, &pairs, &key, time_ms, "nonce").ok()?;
            return Some(Self {
                method: self.method.clone(),
                target: format!("/?{}", wire_query(&signed.parameters)),
                headers: Vec::new(),
                body: Vec::new(),
            });
        }
        let host = self.header("host").unwrap_or("127.0.0.1:9000");
        let given: Vec<_> = self
            .headers
            .iter()
            .filter(|(name, _)| !SET_BY_SIGNING.contains(&name.to_ascii_lowercase().as_str()))
            .cloned()
            .collect();
        let parts = SignableRequest {
            method: &self.method,
            host,
            path,
            query: &pairs,
            headers: &given,
            body: &self.body,
        };
        let signed = match scheme {
            Scheme::Acs3 => acs3::sign(&parts, &key, time_ms, "nonce"),
            _ => huawei::sign(&parts, &key, time_ms),
        };
        let mut headers = signed.ok()?.headers;
        headers.push(("Host".to_owned(), host.to_owned()));
        let query = wire_query(&pairs);
        Some(Self {
            method: self.method.clone(),
            target: if query.is_empty() {
                path.to_owned()
            } else {
                format!("{path}?{query}")
            },
            headers,
            body: self.body.clone(),
        })
    }

    /// What of the request the signature speaks for, spelled one way: requests that are the same here are the same to
    /// a server.
    pub(super) fn meaning(&self, scheme: Scheme) -> Meaning {
        let (path, query) = self.split();
        let mut all = pairs(query.as_bytes(), scheme.is_form());
        if scheme == Scheme::Rpc1 {
            all.extend(pairs(&self.body, true));
            all.sort();
            return Meaning {
                line: vec![self.method.clone().into_bytes(), path.into()],
                pairs: all,
                headers: Vec::new(),
                body: Vec::new(),
            };
        }
        all.sort();
        let mut path = path.as_bytes().to_vec();
        if scheme == Scheme::Huawei {
            // The scheme signs a path decoded, with a slash at its end.
            path = percent_decode(&path).collect();
            if !path.ends_with(b"/") {
                path.push(b'/');
            }
        }
        let headers = self.headers.iter().map(|(name, value)| {
            let name = name.to_ascii_lowercase();
            // Spaces around the commas of this one are free.
            let value = match name.as_str() {
                "authorization" => value
                    .trim()
                    .split(',')
                    .map(str::trim)
                    .collect::<Vec<_>>()
                    .join(","),
                _ => value.trim().to_owned(),
            };
            (name, value)
        });
        Meaning {
            line: vec![self.method.clone().into_bytes(), path],
            pairs: all,
            headers: headers.collect(),
            body: self.body.clone(),
        }
    }
}

type Pair = (Vec<u8>, Vec<u8>);

#[derive(PartialEq, Eq)]
pub(super) struct Meaning {
    line: Vec<Vec<u8>>,
    pairs: Vec<Pair>,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

/// The pairs of a raw query, decoded.
pub(super) fn pairs(raw: &[u8], form: bool) -> Vec<Pair> {
    let decode = |text: &[u8]| -> Vec<u8> {
        let mut text = text.to_vec();
        for byte in text.iter_mut().filter(|byte| form && **byte == b'+') {
            *byte = b' ';
        }
        percent_decode(&text).collect()
    };
    raw.split(|byte| *byte == b'&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| match pair.iter().position(|byte| *byte == b'=') {
            Some(at) => {
                let (key, value) = pair.split_at(at);
                (decode(key), decode(value.get(1..).unwrap_or_default()))
            }
            None => (decode(pair), Vec::new()),
        })
        .collect()
}

/// The same as text, where it is text.
pub(super) fn texts(pairs: Vec<Pair>) -> Option<Vec<(String, String)>> {
    pairs
        .into_iter()
        .map(|(key, value)| Some((String::from_utf8(key).ok()?, String::from_utf8(value).ok()?)))
        .collect()
}
