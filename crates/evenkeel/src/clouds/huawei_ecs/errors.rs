//! What Huawei's error codes mean: the gateway's, which all services share, and those of ECS.
//! <https://support.huaweicloud.com/intl/en-us/devg-apisign/api-sign-errorcode.html>

use crate::provider_error::{ErrorClass, KeyFlaw, mentions};

pub(crate) fn class(code: &str, message: &str) -> Option<ErrorClass> {
    if let Some(number) = gateway(code) {
        return Some(match number {
            "0301" | "0303" | "0305" | "0307" | "0311" if is_clock(message) => ErrorClass::Clock,
            "0301" | "0303" | "0305" | "0307" | "0311" => ErrorClass::Credentials,
            "0302" | "0304" | "0306" | "0310" | "0401" | "0402" | "0404" | "0501" | "0502" => {
                ErrorClass::Denied
            }
            "0308" => ErrorClass::Throttled,
            _ => return None,
        });
    }
    match code {
        "Ecs.0003" => Some(ErrorClass::Denied),
        "Ecs.0005" => Some(ErrorClass::Invalid),
        _ => None,
    }
}

/// What the gateway says of the key: it has one code, and its words tell the cases apart.
pub(crate) fn key_flaw(code: &str, message: &str) -> Option<KeyFlaw> {
    const WORDS: &[(&str, KeyFlaw)] = &[
        ("not exist", KeyFlaw::Unknown),
        ("reach the limit", KeyFlaw::Locked),
        ("token expires", KeyFlaw::TokenExpired),
        ("token must be updated", KeyFlaw::TokenExpired),
        ("decrypt token", KeyFlaw::TokenInvalid),
        ("verify aksk signature fail", KeyFlaw::WrongSecret),
    ];
    if !matches!(gateway(code)?, "0301" | "0303" | "0305" | "0307") || is_clock(message) {
        return None;
    }
    WORDS
        .iter()
        .find(|(words, _)| mentions(message, words))
        .map(|(_, flaw)| *flaw)
}

/// The number of a gateway's code, which has two names.
fn gateway(code: &str) -> Option<&str> {
    let (name, number) = code.split_once('.')?;
    (name.eq_ignore_ascii_case("APIGW") || name.eq_ignore_ascii_case("APIG")).then_some(number)
}

/// A date that is too old comes with the code of a wrong signature. `x-sdk-date` proves nothing:
/// what was signed is quoted in other refusals, too.
fn is_clock(message: &str) -> bool {
    ["signature expired", "signature time"]
        .iter()
        .any(|words| mentions(message, words))
}

/// A wrong signature is answered with the request that was to be signed.
pub(super) fn quotes_what_was_signed(code: &str) -> bool {
    gateway(code).is_some_and(|number| number.starts_with("03"))
}
