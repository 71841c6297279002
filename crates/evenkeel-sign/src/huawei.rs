//! Huawei Cloud's `SDK-HMAC-SHA256`.
//!
//! The scheme: <https://support.huaweicloud.com/intl/en-us/devg-apisign/api-sign-algorithm.html>.

use crate::scheme::Scheme;
use crate::{
    Credentials, ReceivedRequest, SignError, SignableRequest, Signed, Verified, VerifyError,
};

/// Signs a request at a time (ms since the Unix epoch). Added are `x-sdk-date` and, for temporary credentials,
/// `x-security-token`. They, the given headers and `host` are signed, and always the body.
///
/// # Errors
///
/// [`SignError`] when a part cannot be sent as it is given.
///
/// ```
/// use evenkeel_sign::{Credentials, SignableRequest, huawei};
///
/// let request = SignableRequest {
///     method: "GET",
///     host: "ecs.eu-west-101.myhuaweicloud.com",
///     path: "/v3/07d47a56eb00d3a02f5ec01a1b7f9c43/instance-scheduled-events",
///     query: &[("limit".to_owned(), "100".to_owned())],
///     headers: &[],
///     body: b"",
/// };
/// let signed = huawei::sign(&request, &Credentials::new("HWKEY", "secret"), 1_742_452_232_000)?;
/// assert!(signed.headers.iter().any(|(name, value)| name == "x-sdk-date" && value == "20250320T063032Z"));
/// # Ok::<(), evenkeel_sign::SignError>(())
/// ```
pub fn sign(
    request: &SignableRequest<'_>,
    credentials: &Credentials,
    time_ms: i64,
) -> Result<Signed, SignError> {
    crate::sign::sign(Scheme::Huawei, request, credentials, time_ms)
}

/// Verifies a received request. `find` knows the keys by their id; a date as far from `now_ms` as `max_skew_ms` is still
/// accepted. The scheme has no nonce. Look at [`Verified::payload_signed`] before letting a call change anything.
///
/// # Errors
///
/// [`VerifyError`] says what is wrong; the signature is compared last.
///
/// ```
/// use evenkeel_sign::{Credentials, SignableRequest, ReceivedRequest, huawei};
///
/// let credentials = Credentials::new("HWKEY", "secret");
/// let request = SignableRequest { method: "GET", host: "localhost:9000", path: "/v3/p/events", query: &[], headers: &[], body: b"" };
/// let mut headers = huawei::sign(&request, &credentials, 1_742_452_232_000)?.headers;
/// headers.push(("Host".to_owned(), "localhost:9000".to_owned()));
///
/// let received = ReceivedRequest { method: "GET", target: "/v3/p/events", headers: &headers, body: b"" };
/// let find = |id: &str| (id == "HWKEY").then(|| credentials.clone());
/// let verified = huawei::verify(&received, 1_742_452_240_000, 15 * 60 * 1000, &find)?;
/// assert!(verified.payload_signed);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn verify(
    received: &ReceivedRequest<'_>,
    now_ms: i64,
    max_skew_ms: i64,
    find: &dyn Fn(&str) -> Option<Credentials>,
) -> Result<Verified, VerifyError> {
    crate::verify::verify(Scheme::Huawei, received, now_ms, max_skew_ms, find)
}
