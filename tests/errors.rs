//! The clouds' error answers, and what is said of those that nobody can read.

#![expect(
    clippy::panic,
    clippy::unwrap_used,
    reason = "helpers of tests fail by panicking"
)]

use evenkeel::{
    Chunk, Delivery, ErrorClass, Judgement, KeyFlaw, Operation, OperationName, Outcome, Provider,
    ProviderError, Response, ResponseError, Rules, Scope, Timestamp, first_page,
};

fn answer(status: u16, headers: &[(&str, &str)], body: impl Into<Vec<u8>>) -> Response {
    Response {
        status,
        headers: headers
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect(),
        body: body.into(),
    }
}

fn error(provider: Provider, response: &Response) -> ResponseError {
    first_page(provider, 10)
        .page(&Scope::default(), response)
        .unwrap_err()
}

fn detail(provider: Provider, response: &Response) -> String {
    match error(provider, response) {
        ResponseError::Unreadable { detail, .. } => detail,
        ResponseError::Refused(error) => panic!("{error:?}"),
    }
}

fn refused(provider: Provider, response: &Response) -> ProviderError {
    match error(provider, response) {
        ResponseError::Refused(error) => error,
        other @ ResponseError::Unreadable { .. } => panic!("{other:?}"),
    }
}

/// What becomes of an item where the cloud answers so.
fn outcomes(response: Response) -> Vec<Outcome> {
    let body = br#"{"EventInfos":[{"EventId":"e-1","ResourceId":"i-1","OpsType":"immediate"}]}"#;
    let rules = Rules::at(Timestamp::from_millis(0));
    let name = OperationName::BatchEventRebootInstance;
    let operation = Operation::parse_json(name, body, &rules).unwrap().value;
    let chunk = Chunk::from_operation(operation).unwrap();
    match chunk.judge(&Delivery::Answered(response)) {
        Judgement::Settled(outcomes) => outcomes,
        judgement @ Judgement::Throttled { .. } => panic!("{judgement:?}"),
    }
}

#[test]
fn reads_every_known_error_shape() {
    let samples: serde_json::Value =
        serde_json::from_str(include_str!("samples/errors.json")).unwrap();
    let mut seen = Vec::new();
    for sample in samples.as_array().unwrap() {
        let provider = match sample["cloud"].as_str().unwrap() {
            "alibaba" => Provider::Ens,
            _ => Provider::HuaweiEcs,
        };
        let status = u16::try_from(sample["status"].as_u64().unwrap()).unwrap();
        let response = answer(status, &[], sample["body"].to_string());
        match first_page(provider, 10).page(&Scope::default(), &response) {
            Err(ResponseError::Refused(error)) => seen.push((error.code, error.class)),
            other => panic!("{other:?}"),
        }
    }
    let seen: Vec<_> = seen
        .iter()
        .map(|(code, class)| (code.as_str(), *class))
        .collect();
    assert_eq!(
        seen,
        [
            ("NoPermission", ErrorClass::Denied),
            ("SignatureDoesNotMatch", ErrorClass::Credentials),
            ("Throttling.User", ErrorClass::Throttled),
            ("ServiceUnavailable", ErrorClass::Unavailable),
            ("APIGW.0301", ErrorClass::Credentials),
            ("Ecs.0005", ErrorClass::Invalid),
            ("400", ErrorClass::NotFound),
            ("APIGW.0308", ErrorClass::Throttled),
            ("Ecs.0119", ErrorClass::Denied),
        ]
    );
}

#[test]
fn takes_the_retry_hint_in_its_own_unit() {
    let hint = |name: &str, value: &str| {
        let response = Response {
            status: 429,
            headers: vec![(name.into(), value.into())],
            body: br#"{"Code":"Throttling.Api","Message":"m"}"#.to_vec(),
        };
        match first_page(Provider::Ens, 1).page(&Scope::default(), &response) {
            Err(ResponseError::Refused(error)) => error.retry_after_ms,
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(hint("x-acs-retry-after", "1500"), Some(1500));
    // More than JSON's numbers can say is no hint.
    assert_eq!(
        hint("retry-after", "9007199254740"),
        Some(9_007_199_254_740_000)
    );
    assert_eq!(hint("retry-after", "9007199254741"), None);
    assert_eq!(hint("x-acs-retry-after", "9007199254740992"), None);
    assert_eq!(hint("Retry-After", "2"), Some(2000));
    assert_eq!(hint("Retry-After", "Wed, 21 Oct 2015 07:28:00 GMT"), None);
}

#[test]
fn what_cannot_be_read_is_said_in_words_that_stand_alone() {
    for (status, body, said) in [
        (
            502,
            "<html>",
            "the cloud's answer is not JSON (line 1, column 1: expected a value)",
        ),
        (
            200,
            "",
            "the cloud's answer is not JSON (line 1, column 1: the input is empty)",
        ),
        (500, "{}", "the cloud's answer has no error code"),
        (200, "{}", "the cloud's answer has no list of events"),
    ] {
        for provider in [Provider::Ens, Provider::HuaweiEcs] {
            let response = answer(status, &[], body);
            assert_eq!(detail(provider, &response), said);
            let shown = error(provider, &response).to_string();
            assert_eq!(shown, format!("HTTP {status}: {said}"));
        }
    }
}

#[test]
fn an_answer_that_is_still_compressed_is_told_from_one_that_is_not_json() {
    let said = "the cloud's answer is compressed with gzip: hand over its decoded body";
    let bytes: &[u8] = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\xab\xae\x05\x00C\xbf\xa6\xa3";
    // What a client makes of the bytes that takes them for text.
    let text = String::from_utf8_lossy(bytes).into_owned();
    for body in [bytes, text.as_bytes(), &[0x1F, 0x8B]] {
        for status in [200, 503] {
            for provider in [Provider::Ens, Provider::HuaweiEcs] {
                assert_eq!(detail(provider, &answer(status, &[], body)), said);
            }
        }
        let reason = said.to_owned();
        let unknown = Outcome::Unknown { reason };
        assert_eq!(outcomes(answer(200, &[], body)), [unknown]);
    }
}

#[test]
fn an_act_whose_answer_cannot_be_read_stays_unknown_whatever_its_status_says() {
    for status in [400, 401, 403, 404, 429, 500, 503] {
        for body in ["", "<html>", "{}"] {
            let outcomes = outcomes(answer(status, &[("retry-after", "7")], body));
            assert!(
                matches!(outcomes[..], [Outcome::Unknown { .. }]),
                "{status} {body}"
            );
        }
    }
}

#[test]
fn an_unreadable_answer_keeps_what_its_status_and_headers_say() {
    let headers = [("Retry-After", "7"), ("x-request-id", "RID")];
    let classes = [
        (429, Some(ErrorClass::Throttled)),
        (401, Some(ErrorClass::Credentials)),
        (403, Some(ErrorClass::Denied)),
        (404, Some(ErrorClass::NotFound)),
        (400, Some(ErrorClass::Invalid)),
        (500, Some(ErrorClass::Unavailable)),
        (503, Some(ErrorClass::Unavailable)),
        (302, None),
        (200, None),
    ];
    for (expected_status, expected_class) in classes {
        for body in [
            "",
            "<html>",
            "<?xml version='1.0'?><Error/>",
            "[]",
            "7",
            r#"{"why":1}"#,
        ] {
            for provider in [Provider::Ens, Provider::HuaweiEcs] {
                match error(provider, &answer(expected_status, &headers, body)) {
                    ResponseError::Unreadable {
                        status,
                        class,
                        request_id,
                        retry_after_ms,
                        ..
                    } => {
                        assert_eq!((status, class), (expected_status, expected_class), "{body}");
                        assert_eq!(request_id.as_deref(), Some("RID"), "{status} {body}");
                        assert_eq!(retry_after_ms, Some(7000), "{status} {body}");
                    }
                    ResponseError::Refused(error) => panic!("{error:?}"),
                }
            }
        }
    }
    match error(Provider::Ens, &answer(503, &[], r#"{"RequestId":"R"}"#)) {
        ResponseError::Unreadable { request_id, .. } => {
            assert_eq!(request_id.as_deref(), Some("R"));
        }
        ResponseError::Refused(error) => panic!("{error:?}"),
    }
}

#[test]
fn a_failure_that_comes_with_200_in_place_of_a_list_is_the_clouds() {
    let ens = [
        (
            r#"{"Code":"Throttling.User","Message":"m","RequestId":"R"}"#,
            ErrorClass::Throttled,
        ),
        (
            r#"{"Code":"NoPermission","Message":"m","RequestId":"R"}"#,
            ErrorClass::Denied,
        ),
        (
            r#"{"Code":"X","Message":"m","RequestId":"R","Events":7}"#,
            ErrorClass::Other,
        ),
    ];
    let huawei = [
        (
            r#"{"error_code":"APIGW.0308","error_msg":"m","request_id":"R"}"#,
            ErrorClass::Throttled,
        ),
        (
            r#"{"error":{"code":"APIGW.0301","message":"m"},"request_id":"R"}"#,
            ErrorClass::Credentials,
        ),
        (
            r#"{"badRequest":{"code":"Ecs.0005","message":"m"},"request_id":"R"}"#,
            ErrorClass::Invalid,
        ),
        (
            r#"{"error_code":"X","error_msg":"m","request_id":"R"}"#,
            ErrorClass::Other,
        ),
    ];
    let ens = ens.map(|(body, class)| (Provider::Ens, body, class));
    let huawei = huawei.map(|(body, class)| (Provider::HuaweiEcs, body, class));
    for (provider, body, class) in ens.into_iter().chain(huawei) {
        let error = refused(provider, &answer(200, &[("retry-after", "7")], body));
        assert_eq!((error.status, error.class), (200, class), "{body}");
        assert_eq!(error.message, "m");
        assert_eq!(error.request_id.as_deref(), Some("R"));
        assert_eq!(error.retry_after_ms, Some(7000));
    }
    // Each cloud has its own shapes, and a list is a list.
    let other = answer(200, &[], r#"{"error_code":"APIGW.0308"}"#);
    assert_eq!(
        detail(Provider::Ens, &other),
        "the cloud's answer has no list of events"
    );
    let list = answer(200, &[], r#"{"events":[],"error_code":"APIGW.0308"}"#);
    assert!(
        first_page(Provider::HuaweiEcs, 10)
            .page(&Scope::default(), &list)
            .is_ok()
    );
}

#[test]
fn words_of_a_failure_that_come_with_200_say_nothing_of_an_act() {
    let body = r#"{"Code":"Throttling.User","Message":"m","RequestId":"R"}"#;
    assert!(matches!(
        outcomes(answer(200, &[], body))[..],
        [Outcome::Unknown { .. }]
    ));
}

/// A refusal as a cloud writes it, read back.
fn refusal(provider: Provider, status: u16, code: &str, message: &str) -> ProviderError {
    let body = match provider {
        Provider::Ens => serde_json::json!({"Code": code, "Message": message, "RequestId": "R"}),
        Provider::HuaweiEcs => serde_json::json!({"error_code": code, "error_msg": message}),
    };
    refused(provider, &answer(status, &[], body.to_string()))
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
