//! The rules of each operation: what is refused, where, and what is sent when nothing is.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "helpers of tests fail by panicking"
)]

mod calls;

use evenkeel::{
    Action, BatchDraft, Event, ItemDraft, Nearest, Operation, OperationName, Provider, Report,
    Rules, Scope, Severity, Timestamp, When,
};
use evenkeel::{Response, first_page};

const NOW: &str = "2026-11-22T12:00:00Z";

fn now() -> Timestamp {
    NOW.parse().unwrap()
}

fn lines(issues: &[evenkeel::Issue]) -> Vec<String> {
    issues
        .iter()
        .map(|issue| {
            let mark = if issue.severity == Severity::Warning {
                "~"
            } else {
                ""
            };
            format!("{mark}{} {}", issue.path, issue.code())
        })
        .collect()
}

fn check(
    name: OperationName,
    json: &str,
    events: &[Event],
) -> Result<(Operation, Vec<String>), Vec<String>> {
    let rules = Rules { now: now(), events };
    match Operation::parse_json(name, json.as_bytes(), &rules) {
        Ok(checked) => Ok((checked.value, lines(&checked.issues))),
        Err(Report { issues }) => Err(lines(&issues)),
    }
}

fn refused(name: OperationName, json: &str) -> Vec<String> {
    check(name, json, &[]).expect_err(json)
}

fn migrate(item: &str) -> Result<(Operation, Vec<String>), Vec<String>> {
    let json = format!(r#"{{"EventInfos":[{{"EventId":"e-1","ResourceId":"i-1",{item}}}]}}"#);
    check(OperationName::BatchEventMigrateInstance, &json, &[])
}

fn events(provider: Provider, body: &str) -> Vec<Event> {
    let response = Response {
        status: 200,
        headers: Vec::new(),
        body: body.into(),
    };
    first_page(provider, 100)
        .page(&Scope::default(), &response)
        .unwrap()
        .events
}

#[test]
fn tells_every_issue_at_once() {
    let json = r#"{"EventInfos":[
        {"EventId":"x","ResourceId":"i-1\n","OpsType":"inmediate","PlanTime":"soon","Passwort":1},
        7,
        {"EventId":"e-1","EventId":"e-2"}]}"#;
    assert_eq!(
        refused(OperationName::BatchEventMigrateInstance, json),
        [
            "EventInfos[0].Passwort unknown_field",
            "EventInfos[0].EventId invalid_id",
            "EventInfos[0].ResourceId invalid_id",
            "EventInfos[0].OpsType unknown_value",
            "EventInfos[0].PlanTime wrong_type",
            "EventInfos[0].DataPolicy missing",
            "EventInfos[1] wrong_type",
            "EventInfos[2].EventId duplicate_key",
            "EventInfos[2].ResourceId missing",
            "EventInfos[2].OpsType missing",
            "EventInfos[2].DataPolicy missing",
        ]
    );
}

#[test]
fn refuses_an_empty_batch() {
    for (json, code) in [
        ("{}", "EventInfos missing"),
        (r#"{"EventInfos":[]}"#, "EventInfos no_items"),
        (r#"{"EventInfos":null}"#, "EventInfos wrong_type"),
        ("[]", " wrong_type"),
        ("", " invalid_json"),
    ] {
        assert_eq!(
            refused(OperationName::BatchEventRebootInstance, json),
            [code]
        );
    }
}

#[test]
fn a_plan_time_is_in_milliseconds_and_ahead() {
    let at = |time: &str| {
        migrate(&format!(
            r#""OpsType":"scheduled","DataPolicy":"try_transfer"{time}"#
        ))
    };
    let refusal = |time: &str| at(&format!(r#","PlanTime":{time}"#)).unwrap_err();
    assert_eq!(
        refusal("1795368600"),
        ["EventInfos[0].PlanTime looks_like_seconds"]
    );
    assert_eq!(
        refusal("1742452232000"),
        ["EventInfos[0].PlanTime in_the_past"]
    );
    assert_eq!(
        refusal("1795368600000.5"),
        ["EventInfos[0].PlanTime not_an_integer"]
    );
    assert_eq!(
        refusal("9007199254740993"),
        ["EventInfos[0].PlanTime unsafe_integer"]
    );
    assert_eq!(
        refusal("\"1795368600000\""),
        ["EventInfos[0].PlanTime wrong_type"]
    );
    assert_eq!(
        refusal("999999999999999"),
        ["EventInfos[0].PlanTime out_of_range"]
    );
    assert_eq!(refusal("-1"), ["EventInfos[0].PlanTime out_of_range"]);
    assert_eq!(at("").unwrap_err(), ["EventInfos[0].PlanTime missing"]);
    assert!(at(r#","PlanTime":1795368600000"#).is_ok());
    assert!(at(r#","PlanTime":1.7953686e12"#).is_ok());
    assert_eq!(
        migrate(r#""OpsType":"immediate","DataPolicy":"try_transfer","PlanTime":1795368600000"#)
            .unwrap_err()
            .first()
            .unwrap(),
        "EventInfos[0].PlanTime plan_time_with_immediate"
    );
}

#[test]
fn refuses_a_password_on_a_scheduled_migration() {
    let item = r#""OpsType":"scheduled","DataPolicy":"abandon","PlanTime":1795368600000,"Password":"Aa345678""#;
    assert_eq!(
        migrate(item).unwrap_err(),
        [
            "~EventInfos[0].DataPolicy loses_data",
            "EventInfos[0].Password password_with_scheduled"
        ]
    );
}

#[test]
fn a_password_has_8_to_30_characters_of_three_classes() {
    let with = |password: &str| {
        migrate(&format!(
            r#""OpsType":"immediate","DataPolicy":"force_transfer","Password":"{password}""#
        ))
    };
    assert!(with("Aa345678").is_ok());
    assert!(with(&format!("Aa3{}", "😀".repeat(27))).is_ok());
    assert_eq!(
        with("Aa34567").unwrap_err(),
        ["EventInfos[0].Password password_length"]
    );
    assert_eq!(
        with(&format!("Aa3{}", "x".repeat(28))).unwrap_err(),
        ["EventInfos[0].Password password_length"]
    );
    assert_eq!(
        with("aa345678").unwrap_err(),
        ["EventInfos[0].Password password_classes"]
    );
    assert_eq!(
        with("").unwrap_err(),
        [
            "EventInfos[0].Password password_length",
            "EventInfos[0].Password password_classes"
        ]
    );
}

#[test]
fn a_password_never_gets_into_an_issue_or_a_preview() {
    let json = r#"{"EventInfos":[{"EventId":"e-1","ResourceId":"i-1","OpsType":"immediate","DataPolicy":"abandon","Password":"canary"}]}"#;
    let name = OperationName::BatchEventMigrateInstance;
    let report = Operation::parse_json(name, json.as_bytes(), &Rules::at(now())).unwrap_err();
    assert!(!format!("{report} {report:?}").contains("canary"));
    assert!(!serde_json::to_string(&report).unwrap().contains("canary"));
    let json = json.replace("canary", "Canary77");
    let checked = Operation::parse_json(name, json.as_bytes(), &Rules::at(now())).unwrap();
    let shown = checked.value.preview(&Scope::default());
    assert!(!format!("{shown:?} {checked:?}").contains("Canary77"));
    assert!(shown.query[0].1.contains(r#""Password":"••••""#));
    assert!(
        checked.value.request(&Scope::default()).query[0]
            .1
            .contains("Canary77")
    );
}

#[test]
fn no_password_is_a_warning() {
    let (_, warnings) = migrate(r#""OpsType":"immediate","DataPolicy":"try_transfer""#).unwrap();
    assert_eq!(warnings, ["~EventInfos[0].Password password_random"]);
}

#[test]
fn refuses_the_same_event_twice() {
    let item = r#"{"EventId":"e-1","ResourceId":"i-1","OpsType":"immediate"}"#;
    let json = format!(r#"{{"EventInfos":[{item},{item}]}}"#);
    assert_eq!(
        refused(OperationName::BatchEventRedeployInstance, &json),
        ["EventInfos[1].EventId duplicate"]
    );
}

#[test]
fn a_reserved_field_is_dropped_with_a_warning() {
    let json = r#"{"EventInfos":[{"ResourceId":"i-1","EventId":"e-1","OpsType":"immediate","PlanUtcTime":"x"}]}"#;
    let (operation, warnings) =
        check(OperationName::BatchEventRedeployInstance, json, &[]).unwrap();
    assert_eq!(warnings, ["~EventInfos[0].PlanUtcTime reserved_field"]);
    let request = operation.request(&Scope::default());
    assert_eq!(
        request.query,
        [(
            "EventInfos".to_owned(),
            r#"[{"EventId":"e-1","OpsType":"immediate","ResourceId":"i-1"}]"#.to_owned()
        )]
    );
    assert_eq!(
        request.headers[0],
        ("x-acs-action".into(), "BatchEventRedeployInstance".into())
    );
}

#[test]
fn a_known_event_must_take_the_action() {
    let known = events(
        Provider::Ens,
        r#"{"Events":[
            {"EventId":"e-1","ResourceId":"i-1\n","EventType":"Instance:SystemUpgrade.Migrate","EventStatus":"Inquiring","NotBefore":1795368600000},
            {"EventId":"e-2","ResourceId":"i-2","EventType":"Instance:SystemFailure.Redeploy","EventStatus":"Executing"},
            {"EventId":"e-3","ResourceId":"i-3","EventType":"Instance:SystemFailure.Redeploy","EventStatus":"Scheduled","NotBefore":1795368600000}]}"#,
    );
    let item = |n: u8, rest: &str| format!(r#"{{"EventId":"e-{n}","ResourceId":"i-{n}",{rest}}}"#);
    let json = format!(
        r#"{{"EventInfos":[{},{},{}]}}"#,
        item(1, r#""OpsType":"immediate""#),
        item(2, r#""OpsType":"immediate""#),
        item(3, r#""OpsType":"scheduled","PlanTime":1795368600001"#),
    );
    assert_eq!(
        check(OperationName::BatchEventRedeployInstance, &json, &known).unwrap_err(),
        [
            "EventInfos[0].EventId action_type_mismatch",
            "EventInfos[1].EventId action_not_applicable",
            "~EventInfos[2].EventId action_state_unverified",
            "~EventInfos[2].PlanTime after_cloud_start",
        ]
    );
}

#[test]
fn a_time_after_the_clouds_own_start_comes_with_one_before_it() {
    let start = |ms: i64| {
        let body = format!(
            r#"{{"Events":[{{"EventId":"e-1","ResourceId":"i-1","EventType":"Instance:SystemFailure.Redeploy","EventStatus":"Inquiring","NotBefore":{ms}}}]}}"#
        );
        events(Provider::Ens, &body)
    };
    let nearest = |operation: bool, known: &[Event]| {
        let rules = Rules {
            now: now(),
            events: known,
        };
        let late = "2026-11-23T18:00:00Z".parse::<Timestamp>().unwrap();
        let issues = if operation {
            let json = format!(
                r#"{{"EventInfos":[{{"EventId":"e-1","ResourceId":"i-1","OpsType":"scheduled","PlanTime":{}}}]}}"#,
                late.as_millis()
            );
            let name = OperationName::BatchEventRedeployInstance;
            Operation::parse_json(name, json.as_bytes(), &rules)
                .unwrap()
                .issues
        } else {
            let item = ItemDraft {
                event_id: "e-1".into(),
                resource_id: "i-1".into(),
                when: Some(When::At(late)),
                data_policy: None,
            };
            let draft = BatchDraft {
                account: String::new(),
                action: Action::Redeploy,
                items: vec![item],
                password: None,
            };
            evenkeel_tests::draft::parse_batch(&draft, &rules)
                .unwrap()
                .issues
        };
        let issue = issues
            .iter()
            .find(|issue| issue.code() == "after_cloud_start");
        issue.unwrap().nearest.clone()
    };
    // Half an hour before 17:30:45.678Z, in the field's own spelling, on the minute.
    let known = start(1_795_455_045_678);
    assert_eq!(
        nearest(true, &known),
        Some(Nearest::Number(1_795_453_200_000))
    );
    assert_eq!(
        nearest(false, &known),
        Some(Nearest::Text("2026-11-23T17:00:00Z".into()))
    );
    // The cloud starts in 20 minutes: what is left is to act now.
    assert_eq!(nearest(true, &start(now().as_millis() + 20 * 60_000)), None);
}
