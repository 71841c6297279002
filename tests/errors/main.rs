//! The clouds' error answers, and what is said of those that nobody can read.

#![expect(
    clippy::panic,
    clippy::unwrap_used,
    reason = "helpers of tests fail by panicking"
)]

mod acts;
mod codes_page;
mod refusals;

use evenkeel::{ErrorClass, Provider, ProviderError, Response, ResponseError, Scope, first_page};

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

#[test]
fn reads_every_known_error_shape() {
    let samples: serde_json::Value =
        serde_json::from_str(include_str!("../samples/errors.json")).unwrap();
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
    // A time is one only beside the cloud's own.
    assert_eq!(hint("Retry-After", "Wed, 21 Oct 2015 07:28:00 GMT"), None);
}

#[test]
fn takes_a_retry_hint_that_is_a_time_by_the_clouds_own_clock() {
    let hint = |until: &str, date: &str| {
        let headers = [("retry-after", until), ("date", date)];
        let body = r#"{"error_code":"APIGW.0308","error_msg":"x"}"#;
        refused(Provider::HuaweiEcs, &answer(429, &headers, body)).retry_after_ms
    };
    let now = "Sun, 06 Dec 2026 08:49:00 GMT";
    assert_eq!(hint("Sun, 06 Dec 2026 08:49:37 GMT", now), Some(37_000));
    assert_eq!(hint("Sun, 06 Dec 2026 08:48:37 GMT", now), Some(0));
    assert_eq!(hint("soon", now), None);
    assert_eq!(hint("Sun, 06 Dec 2026 08:49:37 GMT", "today"), None);
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
        let unknown = evenkeel::Outcome::Unknown { reason };
        assert_eq!(acts::outcomes(&answer(200, &[], body)), [unknown]);
    }
}

#[test]
fn an_error_is_found_in_whatever_shape_a_gateway_has() {
    for (body, code, message) in [
        (r#"{"forbidden":{"code":403,"message":"x"}}"#, "403", "x"),
        (
            r#"{"conflictingRequest":{"code":409,"message":"x"}}"#,
            "409",
            "x",
        ),
        (r#"{"code":"Denied","message":"x"}"#, "Denied", "x"),
        (
            r#"{"errorCode":"E1","errorMsg":"x","data":null}"#,
            "E1",
            "x",
        ),
        (
            r#"{"Code":"NoPermission","Message":"x"}"#,
            "NoPermission",
            "x",
        ),
        // Words alone.
        (
            r#"{"message":"Forbidden by the proxy"}"#,
            "403",
            "Forbidden by the proxy",
        ),
        (r#"{"error":"invalid_token"}"#, "403", "invalid_token"),
        (
            "<?xml version='1.0'?><Error><RequestId>R</RequestId><Code>NoPermission</Code><Message>x</Message></Error>",
            "NoPermission",
            "x",
        ),
    ] {
        for provider in [Provider::Ens, Provider::HuaweiEcs] {
            let error = refused(provider, &answer(403, &[], body));
            assert_eq!(
                (error.code.as_str(), error.message.as_str()),
                (code, message)
            );
        }
    }
    // Of a page its few words.
    for (body, words) in [
        (
            "<html><title>403\n Forbidden</title><h1>no</h1>",
            "403 Forbidden",
        ),
        ("Access denied by policy 7\n", "Access denied by policy 7"),
        ("", "the cloud's answer is empty"),
    ] {
        assert_eq!(detail(Provider::HuaweiEcs, &answer(403, &[], body)), words);
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
