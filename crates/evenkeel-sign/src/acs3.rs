//! Alibaba Cloud's `ACS3-HMAC-SHA256`.
//!
//! The scheme: <https://www.alibabacloud.com/help/en/sdk/product-overview/v3-request-structure-and-signature>.

use crate::scheme::Scheme;
use crate::{
    Credentials, ReceivedRequest, SignError, SignableRequest, Signed, Verified, VerifyError,
};

/// Signs a request at a time (ms since the Unix epoch) with a nonce that must be new for every request.
///
/// `request.headers` must hold `x-acs-action` and `x-acs-version`. Added are `x-acs-date`, `x-acs-signature-nonce`,
/// `x-acs-content-sha256`, `x-acs-credentials-provider` and, for temporary credentials, `x-acs-accesskey-id` and
/// `x-acs-security-token`. All of them, the given ones and `host` are signed.
///
/// # Errors
///
/// [`SignError`] when a part cannot be sent as it is given.
///
/// ```
/// use evenkeel_sign::{Credentials, SignableRequest, acs3};
///
/// let headers = [("x-acs-action", "DescribeHistoryEvents"), ("x-acs-version", "2017-11-10")]
///     .map(|(name, value)| (name.to_owned(), value.to_owned()));
/// let request = SignableRequest { method: "POST", host: "ens.aliyuncs.com", path: "/", query: &[], headers: &headers, body: b"" };
/// let signed = acs3::sign(&request, &Credentials::new("LTAI5t", "secret"), 1_742_452_232_000, "5f0c")?;
/// assert!(signed.headers.iter().any(|(name, value)| name == "x-acs-date" && value == "2025-03-20T06:30:32Z"));
/// # Ok::<(), evenkeel_sign::SignError>(())
/// ```
pub fn sign(
    request: &SignableRequest<'_>,
    credentials: &Credentials,
    time_ms: i64,
    nonce: &str,
) -> Result<Signed, SignError> {
    crate::sign::sign(
        Scheme::Acs3 { nonce: Some(nonce) },
        request,
        credentials,
        time_ms,
    )
}

/// Verifies a received request. `find` knows the keys by their id; a date as far from `now_ms` as `max_skew_ms` is still
/// accepted. Whether the nonce was used before is the caller's to check.
///
/// # Errors
///
/// [`VerifyError`] says what is wrong; the signature is compared last.
///
/// ```
/// use evenkeel_sign::{Credentials, SignableRequest, ReceivedRequest, acs3};
///
/// let credentials = Credentials::new("LTAI5t", "secret");
/// let headers = [("x-acs-action", "DescribeHistoryEvents"), ("x-acs-version", "2017-11-10")]
///     .map(|(name, value)| (name.to_owned(), value.to_owned()));
/// let request = SignableRequest { method: "POST", host: "ens.aliyuncs.com", path: "/", query: &[], headers: &headers, body: b"" };
/// let mut headers = acs3::sign(&request, &credentials, 1_742_452_232_000, "5f0c")?.headers;
/// headers.push(("host".to_owned(), "ens.aliyuncs.com".to_owned()));
///
/// let received = ReceivedRequest { method: "POST", target: "/", headers: &headers, body: b"" };
/// let find = |id: &str| (id == "LTAI5t").then(|| credentials.clone());
/// let verified = acs3::verify(&received, 1_742_452_240_000, 15 * 60 * 1000, &find)?;
/// assert_eq!(verified.nonce.as_deref(), Some("5f0c"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn verify(
    received: &ReceivedRequest<'_>,
    now_ms: i64,
    max_skew_ms: i64,
    find: &dyn Fn(&str) -> Option<Credentials>,
) -> Result<Verified, VerifyError> {
    crate::verify::verify(
        Scheme::Acs3 { nonce: None },
        received,
        now_ms,
        max_skew_ms,
        find,
    )
}
