//! From a draft to an outcome for every item.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail by panicking")]

use evenkeel::{
    Action, Batch, BatchDraft, Chunk, DataPolicy, Event, ItemDraft, Judgement, Outcome, Password,
    Provider, Response, Rules, Scope, Severity, Timestamp, When, first_page,
};

fn now() -> Timestamp {
    "2026-11-22T12:00:00Z".parse().unwrap()
}

fn draft(action: Action, count: usize) -> BatchDraft {
    let huawei = evenkeel_tests::draft::provider_of(action) == Provider::HuaweiEcs;
    BatchDraft {
        account: "a".into(),
        action,
        items: (0..count)
            .map(|n| ItemDraft {
                event_id: if huawei {
                    format!("{n}")
                } else {
                    format!("e-{n}")
                },
                resource_id: format!("i-{n}"),
                when: Some(When::Now),
                data_policy: (action == Action::Migrate).then_some(DataPolicy::TryTransfer),
            })
            .collect(),
        password: None,
    }
}

fn parse(draft: &BatchDraft, events: &[Event]) -> Result<Batch, Vec<String>> {
    evenkeel_tests::draft::parse_batch(draft, &Rules { now: now(), events })
        .map(|checked| checked.value)
        .map_err(|report| {
            report
                .issues
                .iter()
                .filter(|issue| issue.severity == Severity::Error)
                .map(|issue| format!("{} {}", issue.path, issue.code()))
                .collect()
        })
}

fn answered(status: u16, body: &str) -> Response {
    Response {
        status,
        headers: Vec::new(),
        body: body.into(),
    }
}

fn one_chunk(action: Action, count: usize) -> Chunk {
    parse(&draft(action, count), &[])
        .unwrap()
        .chunks(20)
        .remove(0)
}

fn kinds(chunk: &Chunk, response: &Response) -> Vec<&'static str> {
    match chunk.judge(response) {
        Judgement::Throttled { .. } => vec!["throttled"],
        Judgement::Settled(outcomes) => outcomes
            .iter()
            .map(|outcome| match outcome {
                Outcome::Accepted { .. } => "accepted",
                Outcome::Rejected { .. } => "rejected",
                Outcome::NotSent { .. } => "not_sent",
                Outcome::Unknown { .. } => "unknown",
            })
            .collect(),
    }
}

#[test]
fn a_batch_leaves_in_chunks_that_cover_each_item_once() {
    let ens = parse(&draft(Action::Redeploy, 34), &[]).unwrap();
    let sizes: Vec<_> = ens
        .chunks(20)
        .iter()
        .map(|chunk| chunk.items.len())
        .collect();
    assert_eq!(sizes, [20, 14]);
    let all: Vec<usize> = ens
        .chunks(7)
        .into_iter()
        .flat_map(|chunk| chunk.items)
        .collect();
    assert_eq!(all, (0..34).collect::<Vec<_>>());
    assert_eq!(ens.chunks(0).len(), 34);
    let huawei = parse(&draft(Action::Accept, 5), &[]).unwrap();
    assert_eq!(huawei.chunks(20).len(), 5);
}

#[test]
fn a_person_chooses_the_time_and_the_policy() {
    let mut migrate = draft(Action::Migrate, 1);
    migrate.items[0].data_policy = None;
    migrate.items[0].when = None;
    assert_eq!(
        parse(&migrate, &[]).unwrap_err(),
        ["items[0].when missing", "items[0].data_policy missing"]
    );
    let mut reboot = draft(Action::Reboot, 1);
    reboot.items[0].data_policy = Some(DataPolicy::Abandon);
    reboot.password = Some(Password::new("Aa345678".into()));
    assert_eq!(
        parse(&reboot, &[]).unwrap_err(),
        [
            "items[0].data_policy not_for_action",
            "password not_for_action"
        ]
    );
    assert_eq!(
        parse(&draft(Action::Reschedule, 1), &[]).unwrap_err(),
        ["items[0].when not_for_action"]
    );
    assert_eq!(
        parse(&draft(Action::Reboot, 0), &[]).unwrap_err(),
        ["items no_items"]
    );
}

#[test]
fn a_password_goes_to_immediate_migrations_only() {
    let mut mixed = draft(Action::Migrate, 2);
    mixed.items[1].when = Some(When::At(now().plus_millis(60_000)));
    mixed.password = Some(Password::new("Canary77".into()));
    let chunk = parse(&mixed, &[]).unwrap().chunks(20).remove(0);
    let sent = &chunk.operation.request(&Scope::default()).query[0].1;
    assert_eq!(sent.matches("Canary77").count(), 1);
    assert!(sent.find("Canary77") < sent.find("scheduled"));
    mixed.items[0].when = mixed.items[1].when;
    assert_eq!(
        parse(&mixed, &[]).unwrap_err(),
        ["password password_with_scheduled"]
    );
    mixed.items[0].when = Some(When::Now);
    mixed.password = Some(Password::new("short".into()));
    assert_eq!(
        parse(&mixed, &[]).unwrap_err(),
        ["password password_length", "password password_classes"]
    );
}

#[test]
fn rules_about_an_event_run_for_known_events_of_the_account() {
    let body = r#"{"events":[{"id":"0","instance_id":"i-0","type":"instance-redeploy","state":"completed"}]}"#;
    let response = Response {
        status: 200,
        headers: Vec::new(),
        body: body.into(),
    };
    let events = |account: &str| {
        let scope = Scope {
            account: account.into(),
            ..Scope::default()
        };
        first_page(Provider::HuaweiEcs, 1)
            .page(&scope, &response)
            .unwrap()
            .events
    };
    let accept = draft(Action::Accept, 1);
    assert_eq!(
        parse(&accept, &events("a")).unwrap_err(),
        ["items[0].event_id action_not_applicable"]
    );
    let other = parse(&accept, &events("b")).unwrap();
    assert_eq!(
        other.may_lose_data(),
        1,
        "an accept of an unknown event may wipe local disks"
    );
}

#[test]
fn results_are_matched_by_event_whatever_their_order() {
    let chunk = one_chunk(Action::Redeploy, 3);
    let body = r#"{"RequestId":"R","Results":[
        {"Code":400,"EventId":"e-2","Message":"no","ResourceId":"i-2"},
        {"Code":200,"EventId":"e-0","Message":"success","ResourceId":"i-0\n"},
        {"Code":200,"EventId":"e-9","Message":"success","ResourceId":"i-9"}]}"#;
    let Judgement::Settled(outcomes) = chunk.judge(&answered(200, body)) else {
        panic!()
    };
    assert_eq!(
        outcomes[0],
        Outcome::Accepted {
            request_id: Some("R".into())
        }
    );
    assert_eq!(
        outcomes[1],
        Outcome::Unknown {
            reason: "the cloud's answer does not mention the event".into()
        }
    );
    assert_eq!(
        outcomes[2],
        Outcome::Rejected {
            code: "400".into(),
            message: "no".into(),
            request_id: Some("R".into())
        }
    );
    assert_eq!(
        outcomes.iter().map(Outcome::may_retry).collect::<Vec<_>>(),
        [false, false, true],
        "an unknown item is never sent again"
    );
}

#[test]
fn white_space_around_an_id_is_refused_and_does_not_hide_its_rules() {
    let mut batch = draft(Action::Redeploy, 1);
    let body = r#"{"Results":[{"Code":200,"EventId":"e-0 ","ResourceId":"i-0\n"}]}"#;
    let chunk = parse(&batch, &[]).unwrap().chunks(20).remove(0);
    assert_eq!(kinds(&chunk, &answered(200, body)), ["accepted"]);
    batch.items[0].event_id = "e-0 ".into();

    let over: Event = serde_json::from_str(
        r#"{"account":"edge","provider":"ens","id":"e-0","resource_id":"i-0",
            "type":{"raw":"Instance:SystemFailure.Redeploy"},"state":{"raw":"Executed"}}"#,
    )
    .unwrap();
    let over = Event {
        account: batch.account.clone(),
        ..over
    };
    let refused = parse(&batch, &[over]).unwrap_err().join(" ");
    assert!(refused.contains("action_not_applicable"), "{refused}");
    assert!(refused.contains("invalid_id"), "{refused}");
}

#[test]
fn the_documented_answers_are_accepted() {
    for (file, action) in [
        ("ens_redeploy_response.json", Action::Redeploy),
        ("ens_migrate_response.json", Action::Migrate),
    ] {
        let path = format!("{}/samples/{file}", env!("CARGO_MANIFEST_DIR"));
        let body = std::fs::read_to_string(path).unwrap();
        let mut batch = draft(action, 1);
        batch.items[0].event_id = "e-d71ff150945b9c02eb6ebc0016328468".into();
        batch.items[0].resource_id = "i-55qi8m11rr53c4i964md8a00l".into();
        let chunk = parse(&batch, &[]).unwrap().chunks(20).remove(0);
        assert_eq!(kinds(&chunk, &answered(200, &body)), ["accepted"], "{file}");
    }
}

#[test]
fn an_outcome_is_unknown_unless_the_cloud_settles_it() {
    let ens = one_chunk(Action::Reboot, 1);
    let refusal = r#"{"Code":"NoPermission","Message":"Permission denied."}"#;
    let cases = [
        (answered(400, refusal), "rejected"),
        (
            answered(400, r#"{"Code":"Throttling.User","Message":""}"#),
            "throttled",
        ),
        (
            answered(503, r#"{"Code":"ServiceUnavailable","Message":""}"#),
            "unknown",
        ),
        (answered(400, "<html>"), "rejected"),
        (answered(429, "<html>"), "throttled"),
        (answered(408, refusal), "unknown"),
        (answered(302, ""), "unknown"),
        (answered(200, ""), "unknown"),
        (answered(200, r#"{"Results":null}"#), "unknown"),
        (
            answered(200, r#"{"Results":[{"EventId":"e-0","ResourceId":"i-0"}]}"#),
            "unknown",
        ),
        (
            answered(200, r#"{"Results":[{"EventId":"e-0","Code":"200"}]}"#),
            "accepted",
        ),
        (
            answered(200, r#"{"Results":[{"EventId":"e-0","Code":500}]}"#),
            "unknown",
        ),
        (
            answered(
                200,
                r#"{"Results":[{"EventId":"e-0","Code":200},{"EventId":"e-0","Code":400}]}"#,
            ),
            "unknown",
        ),
    ];
    for (response, expected) in cases {
        assert_eq!(kinds(&ens, &response), [expected], "{response:?}");
    }
    let huawei = one_chunk(Action::Accept, 1);
    assert_eq!(kinds(&huawei, &answered(204, "")), ["accepted"]);
    assert_eq!(
        kinds(
            &huawei,
            &answered(429, r#"{"error_code":"APIGW.0308","error_msg":"m"}"#)
        ),
        ["throttled"]
    );
    assert_eq!(
        kinds(
            &huawei,
            &answered(404, r#"{"error":{"code":"Ecs.0404","message":"m"}}"#)
        ),
        ["rejected"]
    );
}

#[test]
fn huawei_times_are_sent_as_they_were_checked() {
    let mut accept = draft(Action::Accept, 1);
    accept.items[0].when = Some(When::At(now().plus_millis(999)));
    assert_eq!(
        parse(&accept, &[]).unwrap_err(),
        ["items[0].when in_the_past"]
    );
    accept.items[0].when = Some(When::At(now().plus_millis(60_999)));
    let chunk = parse(&accept, &[]).unwrap().chunks(20).remove(0);
    let body = chunk.operation.request(&Scope::default()).body;
    assert_eq!(
        body.as_deref(),
        Some(r#"{"not_before":"2026-11-22T12:01:00Z"}"#)
    );
}

#[test]
fn one_huawei_event_is_never_called_twice() {
    let mut accept = draft(Action::Accept, 2);
    accept.items[1].event_id = "0".into();
    assert_eq!(
        parse(&accept, &[]).unwrap_err(),
        ["items[1].event_id duplicate"]
    );
}
