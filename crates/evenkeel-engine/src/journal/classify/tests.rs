use evenkeel::{Operation, OperationName, Rules, Timestamp};

use super::*;
use crate::{call_failure::GivenUp, keys::KeyFault, upstream::SendError};

fn chunk() -> Chunk {
    let body = br#"{"EventInfos":[{"EventId":"e-1","ResourceId":"i-1","OpsType":"immediate"},
        {"EventId":"e-2","ResourceId":"i-2","OpsType":"immediate"}]}"#;
    let rules = Rules::at(Timestamp::from_millis(0));
    let name = OperationName::BatchEventRebootInstance;
    let operation = Operation::parse_json(name, body, &rules).unwrap().value;
    Chunk::from_operation(operation).unwrap()
}

fn answered(status: u16, headers: &[(&str, &str)], body: &str) -> Response {
    Response {
        status,
        headers: headers
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect(),
        body: body.as_bytes().to_vec(),
    }
}

#[test]
fn only_a_call_that_left_can_be_unknown() {
    let lost = SendError::Lost {
        host: "h".to_owned(),
        cause: "reset".to_owned(),
    };
    let unreachable = SendError::Unreachable {
        host: "h".to_owned(),
        cause: "refused".to_owned(),
    };
    let classified = classify(&chunk(), &Err(lost.into()));
    assert!(matches!(
        classified.verdicts[..],
        [
            ItemVerdict::Unknown {
                reason: ItemReason::ConnectionLost,
                ..
            },
            _
        ]
    ));
    let classified = classify(&chunk(), &Err(unreachable.into()));
    assert!(matches!(
        classified.verdicts[..],
        [
            ItemVerdict::Later {
                reason: ItemReason::Unreachable,
                ..
            },
            _
        ]
    ));
    assert_eq!(classified.back_off, Some(BackOff::Unreachable));
    let classified = classify(&chunk(), &Err(SendError::Unsendable.into()));
    assert!(matches!(
        classified.verdicts[..],
        [ItemVerdict::NotSent { .. }, _]
    ));
    assert_eq!(
        classify(&chunk(), &Err(GivenUp::LeaseLost.into())).verdicts,
        [ItemVerdict::Again, ItemVerdict::Again]
    );
}

#[test]
fn what_may_have_acted_is_unknown_and_nothing_else_is() {
    for failure in CallFailure::one_of_each() {
        let may_have_acted = failure.outcome() == CallOutcome::Unknown;
        for verdict in classify(&chunk(), &Err(failure.clone())).verdicts {
            let is_unknown = matches!(verdict, ItemVerdict::Unknown { .. });
            assert_eq!(is_unknown, may_have_acted, "{failure}");
            assert_eq!(verdict.may_have_acted(), may_have_acted, "{failure}");
        }
    }
}

#[test]
fn a_throttled_call_comes_again_after_the_clouds_own_hint() {
    let body = r#"{"Code":"Throttling.User","Message":"slow down"}"#;
    let classified = classify(
        &chunk(),
        &Ok(answered(400, &[("x-acs-retry-after", "7")], body)),
    );
    assert!(matches!(
        classified.verdicts[..],
        [
            ItemVerdict::Later {
                reason: ItemReason::Throttled,
                ..
            },
            _
        ]
    ));
    assert!(
        matches!(classified.back_off, Some(BackOff::Throttled(Some(_)))),
        "{classified:?}"
    );
}

#[test]
fn a_server_error_says_nothing_of_what_was_done() {
    for status in [500, 502, 503, 408] {
        let body = r#"{"Code":"ServiceUnavailable","Message":"later"}"#;
        let classified = classify(&chunk(), &Ok(answered(status, &[], body)));
        assert!(
            matches!(classified.verdicts[..], [ItemVerdict::Unknown { .. }, _]),
            "{status}"
        );
        assert_eq!(
            (classified.back_off, classified.key_answer),
            (None, KeyAnswer::Nothing)
        );
    }
}

#[test]
fn a_refusal_of_the_key_is_told_from_one_of_what_it_may_do() {
    let body = r#"{"Code":"NoPermission","Message":"not yours"}"#;
    let classified = classify(&chunk(), &Ok(answered(403, &[], body)));
    assert_eq!(
        (classified.key_answer, classified.denied.as_deref()),
        (KeyAnswer::Taken, Some("NoPermission"))
    );
    let body = r#"{"Code":"InvalidTimeStamp.Expired","Message":"too old"}"#;
    let classified = classify(&chunk(), &Ok(answered(400, &[], body)));
    assert!(
        matches!(classified.key_answer, KeyAnswer::Refused(KeyFault::Clock, code) if code == "InvalidTimeStamp.Expired")
    );
    let classified = classify(&chunk(), &Ok(answered(200, &[], r#"{"RequestId":"R"}"#)));
    assert_eq!(classified.key_answer, KeyAnswer::Taken);
}

#[test]
fn a_refused_signature_is_not_quoted() {
    let body = r#"{"Code":"SignatureDoesNotMatch","Message":"we signed Password=Canary77"}"#;
    let classified = classify(&chunk(), &Ok(answered(400, &[], body)));
    assert!(!format!("{classified:?}").contains("Canary77"));
    assert!(
        matches!(&classified.verdicts[..], [ItemVerdict::Rejected { text, .. }, _] if text == REFUSED)
    );
    assert!(matches!(
        classified.key_answer,
        KeyAnswer::Refused(KeyFault::Key, _)
    ));
    for code in [
        "APIGW.0301",
        "APIG.0301",
        "apigw.0305",
        "signatureDoesNotMatch",
    ] {
        assert!(quotes_what_was_signed(code), "{code}");
    }
    assert!(!quotes_what_was_signed("APIG.0101"));
}

#[test]
fn waits_grow_and_keep_to_what_the_cloud_asks() {
    let ms = |back_off, in_a_row| wait(back_off, in_a_row, 0).as_millis();
    assert_eq!(ms(BackOff::Unreachable, 1), 1_000);
    assert_eq!(ms(BackOff::Unreachable, 3), 4_000);
    assert_eq!(ms(BackOff::Unreachable, 99), 60_000);
    assert_eq!(ms(BackOff::Throttled(Some(30_000)), 1), 30_000);
    assert_eq!(ms(BackOff::Throttled(Some(u64::MAX)), 1), 600_000);
    assert!(wait(BackOff::Unreachable, 1, 255).as_millis() > 1_000);
}
