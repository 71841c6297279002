//! What error codes mean that are common to all of Alibaba Cloud's services.
//! <https://www.alibabacloud.com/help/en/sdk/product-overview/common-error-codes>

use crate::provider_error::{ErrorClass, KeyFlaw, begins, mentions};

/// What a code begins with and means, in any case; the first that fits counts.
const CLASSES: &[(&str, ErrorClass)] = &[
    ("Throttling", ErrorClass::Throttled),
    ("FlowControl", ErrorClass::Throttled),
    ("TooManyRequests", ErrorClass::Throttled),
    ("InvalidTimeStamp", ErrorClass::Clock),
    ("IllegalTimestamp", ErrorClass::Clock),
    ("RequestTimeTooSkewed", ErrorClass::Clock),
    // Says that these very bytes came before, not that the next ones are refused.
    (NONCE_USED, ErrorClass::Other),
    ("SignatureDoesNotMatch", ErrorClass::Credentials),
    ("IncompleteSignature", ErrorClass::Credentials),
    ("InvalidSignature", ErrorClass::Credentials),
    ("InvalidAccessKey", ErrorClass::Credentials),
    ("InactiveAccessKey", ErrorClass::Credentials),
    ("NoEnabledAccessKey", ErrorClass::Credentials),
    ("Forbidden.AccessKey", ErrorClass::Credentials),
    ("InvalidSecurityToken", ErrorClass::Credentials),
    ("MissingSecurityToken", ErrorClass::Credentials),
    ("SecurityToken", ErrorClass::Credentials),
    ("ExpiredToken", ErrorClass::Credentials),
    ("NoPermission", ErrorClass::Denied),
    ("Forbidden", ErrorClass::Denied),
    ("NotAuthorized", ErrorClass::Denied),
    ("AccessDenied", ErrorClass::Denied),
    ("InvalidParameter", ErrorClass::Invalid),
    ("MissingParameter", ErrorClass::Invalid),
    // `IncorrectEventStatus` and kin, which also come with 403.
    ("Incorrect", ErrorClass::Invalid),
];

/// The code of a call whose bytes came before.
const NONCE_USED: &str = "SignatureNonceUsed";

pub(crate) fn is_repetition(code: &str) -> bool {
    begins(code, NONCE_USED)
}

pub(crate) fn class(code: &str) -> Option<ErrorClass> {
    CLASSES
        .iter()
        .find(|(prefix, _)| begins(code, prefix))
        .map(|(_, class)| *class)
}

/// What a code begins with and says of the key.
const FLAWS: &[(&str, KeyFlaw)] = &[
    ("InvalidAccessKeyId.Inactive", KeyFlaw::Disabled),
    ("InactiveAccessKey", KeyFlaw::Disabled),
    ("NoEnabledAccessKey", KeyFlaw::Disabled),
    ("Forbidden.AccessKey", KeyFlaw::Disabled),
    ("InvalidAccessKey", KeyFlaw::Unknown),
    ("SignatureDoesNotMatch", KeyFlaw::WrongSecret),
    ("InvalidSecurityToken.Expired", KeyFlaw::TokenExpired),
    ("SecurityTokenExpired", KeyFlaw::TokenExpired),
    ("ExpiredToken", KeyFlaw::TokenExpired),
    ("MissingSecurityToken", KeyFlaw::TokenMissing),
    ("InvalidSecurityToken", KeyFlaw::TokenInvalid),
    ("SecurityToken", KeyFlaw::TokenInvalid),
];

pub(crate) fn key_flaw(code: &str) -> Option<KeyFlaw> {
    FLAWS
        .iter()
        .find(|(prefix, _)| begins(code, prefix))
        .map(|(_, flaw)| *flaw)
}

/// A wrong signature is answered with the text that was to be signed.
pub(crate) fn quotes_what_was_signed(code: &str) -> bool {
    mentions(code, "signature")
}
