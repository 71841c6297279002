//! What is signed verifies; with any one byte changed it does not; and nothing panics on anything.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "helpers of tests are tests"
)]

use evenkeel_sign::{Credentials, ReceivedRequest, SignableRequest, acs3, huawei, wire_query};
use proptest::prelude::*;

const NOW: i64 = 1_742_452_232_000;
const HOST: &str = "127.0.0.1:9000";

/// A request as it goes over the wire.
#[derive(Debug, Clone)]
struct Wire {
    alibaba: bool,
    target: String,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

impl Wire {
    fn verifies(&self) -> bool {
        let received = ReceivedRequest {
            method: "POST",
            target: &self.target,
            headers: &self.headers,
            body: &self.body,
        };
        let find = |id: &str| (id == "AKID").then(key);
        if self.alibaba {
            acs3::verify(&received, NOW, 1000, &find).is_ok()
        } else {
            huawei::verify(&received, NOW, 1000, &find).is_ok()
        }
    }
}

fn key() -> Credentials {
    Credentials::new("AKID", "secret").with_security_token("token")
}

prop_compose! {
    fn wire()(
        alibaba in any::<bool>(),
        segments in prop::collection::vec("[a-z0-9-]{1,8}", 1..4),
        query in prop::collection::vec((any::<String>(), any::<String>()), 0..5),
        extra in prop::option::of("[!-~]([ -~]{0,20}[!-~])?"),
        body in prop::collection::vec(any::<u8>(), 0..40),
    ) -> Wire {
        let path = format!("/{}", segments.join("/"));
        let mut given = vec![
            ("x-acs-action".to_owned(), "Act".to_owned()),
            ("x-acs-version".to_owned(), "2017-11-10".to_owned()),
        ];
        given.extend(extra.map(|value| ("user-agent".to_owned(), value)));
        let parts = SignableRequest { method: "POST", host: HOST, path: &path, query: &query, headers: &given, body: &body };
        let signed = if alibaba {
            acs3::sign(&parts, &key(), NOW, "nonce").unwrap()
        } else {
            huawei::sign(&parts, &key(), NOW).unwrap()
        };
        let mut headers = signed.headers;
        headers.push(("host".to_owned(), HOST.to_owned()));
        let query = wire_query(&query);
        let target = if query.is_empty() { path } else { format!("{path}?{query}") };
        Wire { alibaba, target, headers, body }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_signed_verifies(wire in wire()) {
        prop_assert!(wire.verifies());
    }

    #[test]
    fn a_changed_byte_of_the_body_is_refused(mut wire in wire(), at: prop::sample::Index, flip in 1_u8..) {
        prop_assume!(!wire.body.is_empty());
        let at = at.index(wire.body.len());
        wire.body[at] ^= flip;
        prop_assert!(!wire.verifies());
    }

    #[test]
    fn a_changed_byte_of_a_signed_header_is_refused(
        mut wire in wire(),
        header: prop::sample::Index,
        at: prop::sample::Index,
        byte in b'!'..=b'~',
    ) {
        let header = header.index(wire.headers.len());
        let value = &mut wire.headers[header].1;
        let at = at.index(value.len());
        prop_assume!(value.as_bytes()[at] != byte);
        value.replace_range(at..=at, &char::from(byte).to_string());
        prop_assert!(!wire.verifies());
    }

    #[test]
    fn a_changed_letter_of_the_target_is_refused(mut wire in wire(), at: prop::sample::Index, byte in b'a'..=b'z') {
        // Escapes may be spelled in either case and separators have synonyms: only plain letters are changed.
        let text = wire.target.as_bytes();
        let letters: Vec<usize> = (0..text.len())
            .filter(|at| text[*at].is_ascii_alphanumeric() && text[*at] != byte)
            .filter(|at| !text[at.saturating_sub(2)..*at].contains(&b'%'))
            .collect();
        prop_assume!(!letters.is_empty());
        let at = letters[at.index(letters.len())];
        wire.target.replace_range(at..=at, &char::from(byte).to_string());
        prop_assert!(!wire.verifies());
    }

    #[test]
    fn a_removed_header_is_refused(mut wire in wire(), header: prop::sample::Index) {
        let header = header.index(wire.headers.len());
        wire.headers.remove(header);
        prop_assert!(!wire.verifies());
    }

    #[test]
    fn nothing_hostile_panics(
        alibaba in any::<bool>(),
        target in any::<String>(),
        authorization in prop_oneof![
            any::<String>(),
            "(ACS3|SDK)-HMAC-SHA256 (Credential|Access)=AKID, ?SignedHeaders=[a-z;-]{0,30},Signature=[0-9a-f]{0,65}",
        ],
        others in prop::collection::vec((any::<String>(), any::<String>()), 0..4),
        body in prop::collection::vec(any::<u8>(), 0..20),
    ) {
        let mut headers = others;
        headers.push(("Authorization".to_owned(), authorization));
        headers.push(("x-acs-date".to_owned(), target.clone()));
        let wire = Wire { alibaba, target, headers, body };
        prop_assert!(!wire.verifies());
    }

    #[test]
    fn signing_never_panics(
        method in any::<String>(),
        host in any::<String>(),
        path in any::<String>(),
        headers in prop::collection::vec((any::<String>(), any::<String>()), 0..4),
        time_ms in any::<i64>(),
        secret in any::<String>(),
    ) {
        let parts = SignableRequest { method: &method, host: &host, path: &path, query: &[], headers: &headers, body: b"" };
        let _ = acs3::sign(&parts, &Credentials::new("AKID", secret.clone()), time_ms, "n");
        let _ = huawei::sign(&parts, &Credentials::new("AKID", secret), time_ms);
    }
}
