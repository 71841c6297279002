//! What the clouds' codes mean, in every spelling.

use evenkeel::{ErrorClass, KeyFlaw, Provider, ProviderError};

use crate::{answer, refused};

/// A refusal as a cloud writes it, read back.
fn refusal(provider: Provider, status: u16, code: &str, message: &str) -> ProviderError {
    let body = match provider {
        Provider::Ens | Provider::AlibabaEcs => {
            serde_json::json!({"Code": code, "Message": message, "RequestId": "R"})
        }
        Provider::HuaweiEcs => serde_json::json!({"error_code": code, "error_msg": message}),
    };
    refused(provider, &answer(status, &[], body.to_string()))
}

#[test]
fn what_ecs_says_no_to_is_no_lack_of_a_permission_and_nothing_that_is_gone() {
    for (status, code, class) in [
        (403, "Forbidden.RAM", ErrorClass::Denied),
        (
            403,
            "OperationDenied.AcceptNotSupported",
            ErrorClass::Invalid,
        ),
        (403, "OperationConflict", ErrorClass::Other),
        (
            403,
            "OperationFail.DiskStatusNotSupported",
            ErrorClass::Invalid,
        ),
        (403, "IncorrectInstanceStatus", ErrorClass::Invalid),
        (403, "InstanceExpiredOrInArrears", ErrorClass::Invalid),
        (
            403,
            "InvalidParameter.TimeEndBeforeStart",
            ErrorClass::Invalid,
        ),
        (404, "MissingParameter", ErrorClass::Invalid),
        (404, "InvalidInstanceId.NotFound", ErrorClass::NotFound),
        (400, "Throttling.User", ErrorClass::Throttled),
        (400, "SignatureDoesNotMatch", ErrorClass::Credentials),
    ] {
        let error = refusal(Provider::AlibabaEcs, status, code, "x");
        assert_eq!(error.class, class, "{status} {code}");
    }
}

#[test]
fn ens_refusals_that_every_later_call_would_meet_are_known_in_every_spelling() {
    use ErrorClass::{Clock, Credentials, Denied, Invalid, NotFound, Other, Throttled};
    use KeyFlaw::{Disabled, TokenExpired, TokenInvalid, TokenMissing, Unknown, WrongSecret};
    let table: &[(u16, &str, ErrorClass, Option<KeyFlaw>)] = &[
        (
            404,
            "InvalidAccessKeyId.NotFound",
            Credentials,
            Some(Unknown),
        ),
        (400, "InvalidAccessKeyId", Credentials, Some(Unknown)),
        (
            400,
            "InvalidAccessKeyId.Inactive",
            Credentials,
            Some(Disabled),
        ),
        (
            403,
            "Forbidden.AccessKeyDisabled",
            Credentials,
            Some(Disabled),
        ),
        (400, "NoEnabledAccessKey", Credentials, Some(Disabled)),
        (
            400,
            "InvalidSecurityToken.Expired",
            Credentials,
            Some(TokenExpired),
        ),
        (403, "SecurityTokenExpired", Credentials, Some(TokenExpired)),
        (
            400,
            "InvalidSecurityToken.Malformed",
            Credentials,
            Some(TokenInvalid),
        ),
        (
            400,
            "InvalidSecurityToken.MismatchWithAccessKey",
            Credentials,
            Some(TokenInvalid),
        ),
        (400, "MissingSecurityToken", Credentials, Some(TokenMissing)),
        (400, "SignatureDoesNotMatch", Credentials, Some(WrongSecret)),
        (400, "IncompleteSignature", Credentials, None),
        (401, "Whatever", Credentials, None),
        (400, "InvalidTimeStamp.Expired", Clock, None),
        (400, "InvalidTimestamp.Format", Clock, None),
        (400, "IllegalTimestamp", Clock, None),
        (403, "RequestTimeTooSkewed", Clock, None),
        (400, "NoPermission", Denied, None),
        (403, "Forbidden.RAM", Denied, None),
        (400, "Forbidden", Denied, None),
        (400, "NotAuthorized", Denied, None),
        (400, "Throttling", Throttled, None),
        (400, "Throttling.User", Throttled, None),
        (429, "NoPermission", Throttled, None),
        // What says something of this call alone.
        (400, "SignatureNonceUsed", Other, None),
        (403, "IncorrectEventStatus", Invalid, None),
        (400, "InvalidParameter.PlanTime", Invalid, None),
        (404, "InvalidEventId.NotFound", NotFound, None),
    ];
    for &(status, code, class, flaw) in table {
        let error = refusal(Provider::Ens, status, code, "x");
        assert_eq!((error.class, error.key_flaw()), (class, flaw), "{code}");
    }
}

#[test]
fn huawei_refusals_that_every_later_call_would_meet_are_known_by_code_and_words() {
    use ErrorClass::{Clock, Credentials, Denied, Invalid, NotFound, Throttled};
    use KeyFlaw::{Locked, TokenExpired, TokenInvalid, Unknown, WrongSecret};
    let late = "signature expired, signature time:20230527T000431Z,server time:20230527T020608Z";
    let quoted = "verify aksk signature fail, canonicalRequest:GET|/v1/||x-sdk-date:20230301T08Z|";
    let table: &[(u16, &str, &str, ErrorClass, Option<KeyFlaw>)] = &[
        (401, "APIGW.0301", quoted, Credentials, Some(WrongSecret)),
        (
            401,
            "APIG.0301",
            "ak X not exist",
            Credentials,
            Some(Unknown),
        ),
        (
            401,
            "APIGW.0301",
            "AK access failed to reach the limit",
            Credentials,
            Some(Locked),
        ),
        (
            401,
            "APIGW.0301",
            "decrypt token fail",
            Credentials,
            Some(TokenInvalid),
        ),
        (
            401,
            "APIGW.0301",
            "token expires, expires_at: x",
            Credentials,
            Some(TokenExpired),
        ),
        (
            401,
            "APIGW.0307",
            "The token must be updated.",
            Credentials,
            Some(TokenExpired),
        ),
        (401, "APIGW.0301", "Unauthorized", Credentials, None),
        (401, "APIGW.0301", late, Clock, None),
        (401, "APIG.0303", late, Clock, None),
        (403, "APIGW.0302", "x", Denied, None),
        (403, "APIG.0306", "x", Denied, None),
        (405, "APIGW.0501", "x", Denied, None),
        (403, "Ecs.0003", "x", Denied, None),
        (403, "Ecs.0119", "x", Denied, None),
        (429, "APIG.0308", "x", Throttled, None),
        (404, "APIGW.0101", "x", NotFound, None),
        (400, "Ecs.0005", "signature expired", Invalid, None),
    ];
    for &(status, code, words, class, flaw) in table {
        let message = format!("Incorrect IAM authentication information: {words}");
        let error = refusal(Provider::HuaweiEcs, status, code, &message);
        let found = (error.class, error.key_flaw());
        assert_eq!(found, (class, flaw), "{code} {words}");
    }
}
