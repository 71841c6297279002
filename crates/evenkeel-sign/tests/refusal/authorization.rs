//! Keys, tokens and the `Authorization` header.

use evenkeel_sign::VerifyError;

use crate::request::{BOTH, Cloud, NOW, Request, plain, temporary};

/// What a client does to the header's value.
type Edit = fn(&str) -> String;

#[test]
fn accepts_what_it_signed() {
    for cloud in BOTH {
        let verified = Request::signed(cloud, &plain())
            .verify_at(NOW, Some(&plain()))
            .unwrap();
        assert_eq!(verified.access_key_id, "AKID");
        assert_eq!(verified.signed_at_ms, NOW);
        assert_eq!(
            verified.nonce.as_deref(),
            (cloud == Cloud::Alibaba).then_some("nonce-1")
        );
        assert_eq!(verified.security_token, None);
        assert!(verified.payload_signed);
    }
}

#[test]
fn accepts_a_temporary_key_with_its_token() {
    for cloud in BOTH {
        let mut request = Request::signed(cloud, &temporary());
        assert_eq!(request.header(cloud.token_header()), "canary-token");
        if cloud == Cloud::Alibaba {
            assert_eq!(request.header("x-acs-accesskey-id"), "AKID");
            assert_eq!(request.header("x-acs-credentials-provider"), "static_sts");
        }
        let verified = request.verify_at(NOW, Some(&temporary())).unwrap();
        assert_eq!(verified.security_token.as_deref(), Some("canary-token"));
    }
}

#[test]
fn says_which_credentials_a_long_lived_key_is_as_the_sdks_do() {
    let mut request = Request::signed(Cloud::Alibaba, &plain());
    assert_eq!(request.header("x-acs-credentials-provider"), "static_ak");
}

#[test]
fn refuses_a_request_without_authorization() {
    for cloud in BOTH {
        assert_eq!(
            Request::signed(cloud, &plain())
                .without("authorization")
                .refusal(),
            VerifyError::MissingAuthorization
        );
    }
}

#[test]
fn refuses_a_malformed_authorization() {
    let edits: [(&str, Edit); 13] = [
        ("nothing", |_| String::new()),
        ("only the scheme", |value| {
            value.split(' ').next().unwrap_or_default().to_owned()
        }),
        ("another scheme", |value| value.replace("HMAC", "SM3")),
        ("no signature", |value| {
            value
                .split("Signature=")
                .next()
                .unwrap_or_default()
                .to_owned()
        }),
        ("a field without a value", |value| {
            value.replace("Signature=", "Signature")
        }),
        ("a foreign field", |value| format!("{value},Region=x")),
        ("a field twice", |value| format!("{value},Signature=00")),
        ("no key id", |value| value.replace("=AKID", "=")),
        ("no signed headers", |value| {
            value.replace("SignedHeaders", "Headers")
        }),
        ("a short signature", |value| {
            value.split_at(value.len() - 1).0.to_owned()
        }),
        ("a signature that is not hexadecimal", |value| {
            format!("{}g", value.split_at(value.len() - 1).0)
        }),
        ("signed headers in capitals", |value| {
            value.replace(";host", ";Host")
        }),
        ("signed headers out of order", |value| {
            value.replace("SignedHeaders=", "SignedHeaders=x-zzz;")
        }),
    ];
    for cloud in BOTH {
        for (case, edit) in edits {
            let refusal = Request::signed(cloud, &plain()).authorized(edit).refusal();
            assert!(
                matches!(refusal, VerifyError::MalformedAuthorization { .. }),
                "{cloud:?}, {case}: {refusal:?}"
            );
        }
        let twice = |value: &str| value.replace(";host", ";host;host");
        let refusal = Request::signed(cloud, &plain()).authorized(twice).refusal();
        assert!(
            matches!(refusal, VerifyError::MalformedAuthorization { .. }),
            "{cloud:?}: {refusal:?}"
        );
    }
}

#[test]
fn refuses_the_other_clouds_scheme() {
    for (cloud, other) in [
        (Cloud::Alibaba, Cloud::Huawei),
        (Cloud::Huawei, Cloud::Alibaba),
    ] {
        let mut request = Request::signed(cloud, &plain());
        request.cloud = other;
        assert!(matches!(
            request.refusal(),
            VerifyError::MalformedAuthorization { .. }
        ));
    }
}

#[test]
fn refuses_an_unknown_key() {
    for cloud in BOTH {
        let refusal = Request::signed(cloud, &plain())
            .verify_at(NOW, None)
            .unwrap_err();
        assert_eq!(
            refusal,
            VerifyError::UnknownKey {
                access_key_id: "AKID".to_owned()
            }
        );
    }
}

#[test]
fn refuses_a_token_that_is_not_the_keys() {
    for cloud in BOTH {
        let other = plain().with_security_token("another");
        let cases = [
            (plain(), temporary()),
            (temporary(), plain()),
            (other, temporary()),
        ];
        for (signer, known) in cases {
            let refusal = Request::signed(cloud, &signer)
                .verify_at(NOW, Some(&known))
                .unwrap_err();
            assert_eq!(refusal, VerifyError::SecurityTokenMismatch);
        }
    }
}

#[test]
fn refuses_a_temporary_key_that_names_another_id() {
    let mut request = Request::signed(Cloud::Alibaba, &temporary());
    "OTHER".clone_into(request.header("x-acs-accesskey-id"));
    assert_eq!(
        request.verify_at(NOW, Some(&temporary())),
        Err(VerifyError::SecurityTokenMismatch)
    );
}
