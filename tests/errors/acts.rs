//! What became of an act, by what was answered to it.

use evenkeel::{Chunk, Judgement, Operation, OperationName, Outcome, Response, Rules, Timestamp};

use crate::answer;

/// A call about one item.
fn chunk() -> Chunk {
    let body = br#"{"EventInfos":[{"EventId":"e-1","ResourceId":"i-1","OpsType":"immediate"}]}"#;
    let rules = Rules::at(Timestamp::from_millis(0));
    let name = OperationName::BatchEventRebootInstance;
    let operation = Operation::parse_json(name, body, &rules).unwrap().value;
    Chunk::from_operation(operation).unwrap()
}

/// What becomes of an item where the cloud answers so.
pub(crate) fn outcomes(response: &Response) -> Vec<Outcome> {
    match chunk().judge(response) {
        Judgement::Settled(outcomes) => outcomes,
        judgement @ Judgement::Throttled { .. } => panic!("{judgement:?}"),
    }
}

/// What is said of an act that was answered so: the word of its outcome, and the hint of a throttled one.
fn said(status: u16, body: &str) -> (&'static str, Option<u64>) {
    let response = answer(status, &[("retry-after", "7")], body);
    match chunk().judge(&response) {
        Judgement::Throttled { retry_after_ms, .. } => ("throttled", retry_after_ms),
        Judgement::Settled(outcomes) => match &outcomes[..] {
            [Outcome::Accepted { .. }] => ("accepted", None),
            [Outcome::Rejected { .. }] => ("rejected", None),
            [Outcome::NotSent { .. }] => ("not_sent", None),
            [Outcome::Unknown { .. }] => ("unknown", None),
            other => panic!("{other:?}"),
        },
    }
}

const BODIES: [&str; 6] = [
    "",
    "<html>",
    "{}",
    "[]",
    r#"{"forbidden":{"code":403,"message":"x"}}"#,
    r#"{"Code":"Throttling.User"}"#,
];

#[test]
fn an_acts_status_says_what_became_of_it_whatever_its_body_says() {
    for body in BODIES {
        for status in [400, 401, 403, 404, 405, 409, 422, 429, 451] {
            let throttled = status == 429 || body.contains("Throttling");
            let expected = if throttled {
                ("throttled", Some(7000))
            } else {
                ("rejected", None)
            };
            assert_eq!(said(status, body), expected, "{status} {body}");
        }
        // Nobody says that nothing happened.
        for status in [199, 200, 204, 299, 302, 307, 408, 500, 502, 503, 504, 599] {
            assert_eq!(said(status, body), ("unknown", None), "{status} {body}");
        }
    }
}

#[test]
fn a_call_that_the_cloud_has_seen_before_may_have_been_taken() {
    let body = r#"{"Code":"SignatureNonceUsed","Message":"x"}"#;
    assert_eq!(said(400, body), ("unknown", None));
}

#[test]
fn an_acceptance_at_huawei_is_empty() {
    let body = br#"{"id":"1","not_before":"now"}"#;
    let rules = Rules::at(Timestamp::from_millis(0));
    let name = OperationName::AcceptScheduledEvent;
    let operation = Operation::parse_json(name, body, &rules).unwrap().value;
    let chunk = Chunk::from_operation(operation).unwrap();
    let taken = |status: u16, body: &str| {
        let response = answer(status, &[], body);
        let Judgement::Settled(outcomes) = chunk.judge(&response) else {
            panic!("{body}");
        };
        matches!(outcomes[..], [Outcome::Accepted { .. }])
    };
    for body in ["", " \r\n", "{}", "null", r#"{"request_id":"r"}"#] {
        assert!(taken(200, body) && taken(204, body), "{body}");
    }
    for body in [
        "<html>login</html>",
        "ok",
        "true",
        "[]",
        r#"{"error":{"code":"Ecs.0003","message":"x"}}"#,
        r#"{"id":"1","state":"inquiring"}"#,
        "{",
    ] {
        assert!(!taken(200, body), "{body}");
    }
}

#[test]
fn only_a_clear_4xx_of_an_item_says_that_nothing_happened() {
    let said = |code: &str| {
        let result =
            format!(r#"{{"EventId":"e-1","ResourceId":"i-1","Code":{code},"Message":"m"}}"#);
        let body = format!(r#"{{"RequestId":"R","Results":[{result}]}}"#);
        match &outcomes(&answer(200, &[], body))[..] {
            [Outcome::Accepted { .. }] => "accepted".to_owned(),
            [Outcome::Rejected { code, message, .. }] => format!("rejected {code} {message}"),
            [Outcome::Unknown { reason }] => reason.clone(),
            other => panic!("{other:?}"),
        }
    };
    for code in ["200", "\"200\"", "2e2"] {
        assert_eq!(said(code), "accepted", "{code}");
    }
    assert_eq!(said("400"), "rejected 400 m");
    assert_eq!(said("\"429\""), "rejected 429 m");
    for code in [
        "0",
        "201",
        "-1",
        "302",
        "408",
        "500",
        "4000",
        "99999999999999999999",
    ] {
        assert_eq!(said(code), format!("{code}: m"));
    }
    assert_eq!(said("\"NoPermission\""), "NoPermission: m");
    for code in ["null", "\"\"", "{}", "true"] {
        assert_eq!(
            said(code),
            "the cloud's answer has no code for the event",
            "{code}"
        );
    }
}

#[test]
fn words_of_a_failure_that_come_with_200_say_nothing_of_an_act() {
    let body = r#"{"Code":"Throttling.User","Message":"m","RequestId":"R"}"#;
    assert!(matches!(
        outcomes(&answer(200, &[], body))[..],
        [Outcome::Unknown { .. }]
    ));
}
