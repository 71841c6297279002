//! Which headers must be signed, and the date among them.

use evenkeel_sign::{ReceivedRequest, VerifyError, huawei};

use crate::request::{BOTH, Cloud, NOW, Request, SKEW, plain, temporary};

fn missing(name: &str) -> VerifyError {
    VerifyError::MissingSignedHeader {
        name: name.to_owned(),
    }
}

#[test]
fn insists_that_the_mandatory_headers_are_signed() {
    let alibaba = [
        "host",
        "x-acs-action",
        "x-acs-version",
        "x-acs-date",
        "x-acs-signature-nonce",
        "x-acs-content-sha256",
        "x-acs-credentials-provider",
        "content-type",
    ];
    for name in alibaba {
        assert_eq!(
            Request::signed(Cloud::Alibaba, &plain())
                .unsigned(name)
                .refusal(),
            missing(name)
        );
    }
    for name in ["host", "x-sdk-date"] {
        assert_eq!(
            Request::signed(Cloud::Huawei, &plain())
                .unsigned(name)
                .refusal(),
            missing(name)
        );
    }
    for name in [
        "x-acs-action",
        "x-acs-signature-nonce",
        "x-acs-content-sha256",
    ] {
        assert_eq!(
            Request::signed(Cloud::Alibaba, &plain())
                .unsigned(name)
                .without(name)
                .refusal(),
            missing(name)
        );
    }
}

#[test]
fn insists_that_a_sent_token_is_signed() {
    for cloud in BOTH {
        let request = Request::signed(cloud, &temporary()).unsigned(cloud.token_header());
        assert_eq!(
            request.verify_at(NOW, Some(&temporary())),
            Err(missing(cloud.token_header()))
        );
    }
}

#[test]
fn refuses_a_cloud_header_slipped_in_after_signing() {
    let request = Request::signed(Cloud::Alibaba, &plain()).with("X-Acs-Region-Id", "elsewhere");
    assert_eq!(request.refusal(), missing("x-acs-region-id"));
    let request =
        Request::signed(Cloud::Huawei, &plain()).with("X-Sdk-Content-Sha256", "UNSIGNED-PAYLOAD");
    assert_eq!(request.refusal(), missing("x-sdk-content-sha256"));
}

#[test]
fn lets_unsigned_headers_of_the_client_be() {
    for cloud in BOTH {
        let request = Request::signed(cloud, &plain())
            .with("Accept", "*/*")
            .with("Connection", "keep-alive");
        assert!(request.verify_at(NOW, Some(&plain())).is_ok());
    }
}

#[test]
fn refuses_a_signed_header_that_did_not_arrive() {
    for cloud in BOTH {
        let refusal = Request::signed(cloud, &plain())
            .without("content-type")
            .refusal();
        assert_eq!(
            refusal,
            VerifyError::UnsentSignedHeader {
                name: "content-type".to_owned()
            }
        );
    }
}

#[test]
fn refuses_a_signed_header_sent_twice() {
    for cloud in BOTH {
        for (name, value) in [
            ("Host", "evil"),
            ("Authorization", "x"),
            (cloud.date_header(), "x"),
        ] {
            let refusal = Request::signed(cloud, &plain()).with(name, value).refusal();
            assert_eq!(
                refusal,
                VerifyError::DuplicateHeader {
                    name: name.to_ascii_lowercase()
                }
            );
        }
    }
}

#[test]
fn refuses_a_date_in_another_spelling() {
    for cloud in BOTH {
        for date in [
            "",
            "now",
            "2025-03-20 06:30:32",
            "Thu, 20 Mar 2025 06:30:32 GMT",
        ] {
            let mut request = Request::signed(cloud, &plain());
            date.clone_into(request.header(cloud.date_header()));
            assert_eq!(
                request.refusal(),
                VerifyError::MalformedDate,
                "{cloud:?} `{date}`"
            );
        }
    }
}

#[test]
fn allows_the_clock_to_be_off_by_exactly_the_skew() {
    for cloud in BOTH {
        let request = Request::signed(cloud, &plain());
        for now_ms in [NOW - SKEW, NOW + SKEW] {
            assert!(request.verify_at(now_ms, Some(&plain())).is_ok());
        }
        for now_ms in [NOW - SKEW - 1, NOW + SKEW + 1, i64::MIN, i64::MAX] {
            let refusal = request.verify_at(now_ms, Some(&plain())).unwrap_err();
            assert_eq!(
                refusal,
                VerifyError::Skewed {
                    signed_at_ms: NOW,
                    now_ms
                }
            );
        }
    }
}

#[test]
fn allows_no_skew_when_it_is_negative() {
    let request = Request::signed(Cloud::Huawei, &plain());
    let received = ReceivedRequest {
        method: "POST",
        target: &request.target,
        headers: &request.headers,
        body: b"{}",
    };
    assert!(huawei::verify(&received, NOW, -1, &|_| Some(plain())).is_ok());
    assert!(huawei::verify(&received, NOW + 1, i64::MIN, &|_| Some(plain())).is_err());
}
