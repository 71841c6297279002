//! What the signature covers, and what is shown when it does not hold.

use evenkeel_sign::{Credentials, ReceivedRequest, SignableRequest, VerifyError};

use crate::request::{BOTH, Cloud, HOST, NOW, Request, given, owned, plain, temporary};

#[test]
fn refuses_a_body_that_was_exchanged() {
    let mut request = Request::signed(Cloud::Alibaba, &plain());
    request.body = b"[]".to_vec();
    assert_eq!(request.refusal(), VerifyError::BodyHashMismatch);

    // Huawei's clients do not declare the hash, so it is the signature that no longer holds.
    let mut request = Request::signed(Cloud::Huawei, &plain());
    request.body = b"[]".to_vec();
    assert!(matches!(
        request.refusal(),
        VerifyError::SignatureMismatch { .. }
    ));
}

#[test]
fn knows_no_unsigned_payload_at_alibaba() {
    let mut request = Request::signed(Cloud::Alibaba, &plain());
    "UNSIGNED-PAYLOAD".clone_into(request.header("x-acs-content-sha256"));
    assert_eq!(request.refusal(), VerifyError::BodyHashMismatch);
}

#[test]
fn refuses_everything_else_that_was_changed() {
    for cloud in BOTH {
        let edits: [fn(&mut Request); 6] = [
            |request| request.method = "PUT".to_owned(),
            |request| request.target = "/v3/q?a=%C3%BC%2A&b=1%202".to_owned(),
            |request| request.target = "/v3/p?a=%C3%BC%2A&b=1%203".to_owned(),
            |request| request.target = "/v3/p".to_owned(),
            // The port is part of the host.
            |request| "127.0.0.1".clone_into(request.header("host")),
            |request| "text/plain".clone_into(request.header("content-type")),
        ];
        for edit in edits {
            let mut request = Request::signed(cloud, &plain());
            edit(&mut request);
            assert!(matches!(
                request.refusal(),
                VerifyError::SignatureMismatch { .. }
            ));
        }
        let wrong = Credentials::new("AKID", "another secret");
        let refusal = Request::signed(cloud, &plain())
            .verify_at(NOW, Some(&wrong))
            .unwrap_err();
        assert!(matches!(refusal, VerifyError::SignatureMismatch { .. }));
    }
}

#[test]
fn a_mismatch_shows_the_trace_but_not_the_right_signature() {
    let right = Request::signed(Cloud::Alibaba, &plain())
        .verify_at(NOW, Some(&plain()))
        .unwrap()
        .trace;
    let wrong = "0".repeat(64);
    let request = Request::signed(Cloud::Alibaba, &plain())
        .authorized(|value| value.replace(&right.signature, &wrong));
    let VerifyError::SignatureMismatch { trace } = request.refusal() else {
        panic!("another refusal")
    };
    assert_eq!(trace.canonical_request, right.canonical_request);
    assert_eq!(trace.string_to_sign, right.string_to_sign);
    assert_eq!(trace.signature, wrong);
}

#[test]
fn refuses_characters_that_would_forge_lines() {
    for cloud in BOTH {
        let cases: [fn(&mut Request); 4] = [
            |request| request.method = "POST\n/".to_owned(),
            |request| request.method = String::new(),
            |request| request.target.insert(3, '\n'),
            |request| request.header("content-type").insert(3, '\n'),
        ];
        for edit in cases {
            let mut request = Request::signed(cloud, &plain());
            edit(&mut request);
            assert!(matches!(
                request.refusal(),
                VerifyError::MalformedRequest { .. }
            ));
        }
    }
}

#[test]
fn shows_no_secret_in_any_debug_or_message() {
    for cloud in BOTH {
        let parts = SignableRequest {
            method: "POST",
            host: HOST,
            path: "/",
            query: &owned(&[("EventInfos", "canary-password")]),
            headers: &given(),
            body: b"canary-body",
        };
        let signed = cloud.sign(&parts, &temporary(), NOW).unwrap();
        let mut request = Request::signed(cloud, &temporary());
        let verified = request.verify_at(NOW, Some(&temporary())).unwrap();
        request.target = "/?p=canary-password".to_owned();
        let refusal = request.verify_at(NOW, Some(&temporary())).unwrap_err();
        let received = ReceivedRequest {
            method: "POST",
            target: &request.target,
            headers: &request.headers,
            body: &request.body,
        };
        let printed =
            format!("{parts:?} {signed:?} {verified:?} {refusal:?} {refusal} {received:?}");
        assert!(!printed.contains("canary"), "{printed}");
        assert!(!printed.contains(&signed.trace.signature), "{printed}");
    }
}
