//! What JavaScript gets, the same wherever it runs.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail by panicking")]

use evenkeel_wasm::{build_request, operations, parse_response, validate, validate_json};
use js_sys::{JSON, Reflect, Uint8Array};
use wasm_bindgen::JsValue;
use wasm_bindgen_test::wasm_bindgen_test;

const MIGRATE: &str = "BatchEventMigrateInstance";
const REDEPLOY: &str = "BatchEventRedeployInstance";

fn js(json: &str) -> JsValue {
    JSON::parse(json).unwrap()
}

fn text(value: &JsValue) -> String {
    JSON::stringify(value).unwrap().into()
}

fn get(value: &JsValue, path: &str) -> JsValue {
    path.split('.').fold(value.clone(), |value, key| {
        Reflect::get(&value, &JsValue::from_str(key)).unwrap()
    })
}

fn options() -> JsValue {
    js(r#"{"now":"2026-11-22T12:00:00Z"}"#)
}

#[wasm_bindgen_test]
fn lists_the_operations_of_every_cloud() {
    assert_eq!(operations().len(), 13);
}

#[wasm_bindgen_test]
fn gives_the_same_verdict_for_an_object_and_for_its_json() {
    let json = r#"{"EventInfos":[{"EventId":"e-1","ResourceId":"x","OpsType":"scheduled","PlanTime":1795368600,"Password":"Aa345678"}]}"#;
    let object = text(&validate(MIGRATE, &js(json), &options()));
    let string = text(&validate_json(
        MIGRATE,
        &JsValue::from_str(json),
        &options(),
    ));
    let bytes = Uint8Array::from(json.as_bytes());
    let bytes = text(&validate_json(MIGRATE, &bytes, &options()));
    assert_eq!(object, string);
    assert_eq!(object, bytes);
    for code in [
        "invalid_id",
        "looks_like_seconds",
        "missing",
        "password_with_scheduled",
    ] {
        assert!(
            object.contains(&format!("\"code\":\"{code}\"")),
            "{code} in {object}"
        );
    }
    assert!(object.contains(r#""nearest":1795368600000"#), "{object}");
}

#[wasm_bindgen_test]
fn bad_input_is_a_value() {
    let cyclic = js("{}");
    Reflect::set(&cyclic, &"me".into(), &cyclic).unwrap();
    let lone = js_sys::JsString::from_char_code(&[0xD800]);
    for (result, code) in [
        (validate(MIGRATE, &cyclic, &options()), "invalid_json"),
        (
            validate(MIGRATE, &JsValue::UNDEFINED, &options()),
            "wrong_type",
        ),
        (validate("Nonsense", &js("{}"), &options()), "unknown_value"),
        (
            validate(MIGRATE, &js("{}"), &js(r#"{"now":"soon"}"#)),
            "malformed_time",
        ),
        (
            validate(MIGRATE, &js("{}"), &js(r#"{"clock":1}"#)),
            "unknown_field",
        ),
        (
            validate_json(MIGRATE, &JsValue::from_f64(1.0), &options()),
            "wrong_type",
        ),
        (validate_json(MIGRATE, &lone, &options()), "invalid_json"),
        (
            validate_json(MIGRATE, &"{".into(), &options()),
            "invalid_json",
        ),
    ] {
        assert_eq!(get(&result, "ok"), JsValue::FALSE);
        assert_eq!(
            get(&result, "issues.0.code"),
            JsValue::from_str(code),
            "{}",
            text(&result)
        );
    }
}

#[wasm_bindgen_test]
fn takes_the_time_as_date_number_or_text_and_else_the_clock() {
    let params = js(r#"{"id":"1","not_before":"2001-01-01T00:00:00Z"}"#);
    let verdict = |options: &JsValue| {
        get(&validate("UpdateScheduledEvent", &params, options), "ok").is_truthy()
    };
    assert!(verdict(&js(r#"{"now":0}"#)));
    assert!(verdict(&js(r#"{"now":"1999-01-01T00:00:00+08:00"}"#)));
    let dated = js("{}");
    Reflect::set(&dated, &"now".into(), &js_sys::Date::new(&0.into())).unwrap();
    assert!(verdict(&dated));
    assert!(!verdict(&JsValue::UNDEFINED));
}

#[wasm_bindgen_test]
fn a_time_in_seconds_is_refused_before_it_becomes_one_in_1970() {
    let params = js(r#"{"id":"1","not_before":"2001-01-01T00:00:00Z"}"#);
    for (now, millis) in [
        ("1000000000", 1_000_000_000_000.0),
        ("1795368600.1234", 1_795_368_600_123.0),
        ("99999999999", 99_999_999_999_000.0),
        ("99999999999.5", 99_999_999_999_500.0),
    ] {
        let options = js(&format!(r#"{{"now":{now}}}"#));
        let result = validate("UpdateScheduledEvent", &params, &options);
        let issue = get(&result, "issues.0");
        assert_eq!(get(&issue, "code"), "looks_like_seconds", "{now}");
        assert_eq!(get(&issue, "location"), "options.now");
        assert_eq!(get(&issue, "millis").as_f64(), Some(millis));
        assert_eq!(get(&issue, "nearest").as_f64(), Some(millis));
    }
    for now in ["-1", "0", "999999999", "999999999.9"] {
        let options = js(&format!(r#"{{"now":{now}}}"#));
        let result = validate("UpdateScheduledEvent", &params, &options);
        assert_eq!(get(&result, "ok"), JsValue::TRUE, "{now}");
    }
    let options = js(r#"{"now":100000000000}"#);
    assert!(get(&validate("UpdateScheduledEvent", &params, &options), "ok").is_truthy());
}

#[wasm_bindgen_test]
fn known_events_bring_their_rules() {
    let params = js(r#"{"id":"1","not_before":"2026-11-24T12:00:00Z"}"#);
    let options = js(
        r#"{"now":"2026-11-22T12:00:00Z","events":[{"account":"a","provider":"huawei-ecs","id":"1","resource_id":"i","type":{"raw":"instance-reboot"},"state":{"raw":"scheduled"},"deadline":"2026-11-24T12:00:00Z"}]}"#,
    );
    let result = validate("UpdateScheduledEvent", &params, &options);
    assert_eq!(
        get(&result, "issues.0.code"),
        JsValue::from_str("past_deadline")
    );
    assert_eq!(
        get(&result, "issues.0.nearest"),
        JsValue::from_str("2026-11-24T11:30:00Z")
    );
}

#[wasm_bindgen_test]
fn an_account_chooses_among_known_events() {
    let event = |account: &str, deadline: &str| {
        format!(
            r#"{{"account":"{account}","provider":"huawei-ecs","id":"1","resource_id":"i","type":{{"raw":"instance-reboot"}},"state":{{"raw":"scheduled"}},"deadline":"{deadline}"}}"#
        )
    };
    let [early, late] = ["2026-11-23T00:00:00Z", "2026-11-30T00:00:00Z"];
    let issues = |account: &str, events: &[String]| {
        let events = events.join(",");
        let options = js(&format!(
            r#"{{"now":"2026-11-22T12:00:00Z","account":"{account}","events":[{events}]}}"#
        ));
        let params = js(r#"{"id":"1","not_before":"2026-11-24T12:00:00Z"}"#);
        let result = validate("UpdateScheduledEvent", &params, &options);
        text(&get(&result, "issues"))
    };
    let is_past = |issues: &str| issues.contains(r#""code":"past_deadline""#);
    let both = [event("north", early), event("south", late)];
    assert!(is_past(&issues("north", &both)));
    assert_eq!(issues("south", &both), "[]");
    // Of two that it could be neither is known.
    assert_eq!(issues("", &both), "[]");
    assert_eq!(issues("south", &[event("north", early)]), "[]");
    assert!(is_past(&issues("", &[event("north", early)])));
    assert!(is_past(&issues("south", &[event("", early)])));
}

#[wasm_bindgen_test]
fn builds_the_request() {
    let params =
        js(r#"{"EventInfos":[{"ResourceId":"i-1","EventId":"e-1","OpsType":"immediate"}]}"#);
    let built = build_request(REDEPLOY, &params, &options());
    assert_eq!(
        text(&get(&built, "value")),
        r#"{"method":"POST","path":"/","query":[["EventInfos","[{\"EventId\":\"e-1\",\"OpsType\":\"immediate\",\"ResourceId\":\"i-1\"}]"]],"headers":[["x-acs-action","BatchEventRedeployInstance"],["x-acs-version","2017-11-10"],["accept","application/json"]]}"#
    );
    let params = js(r#"{"id":"1","not_before":"now"}"#);
    let scoped = js(r#"{"project_id":"p1"}"#);
    let built = build_request("AcceptScheduledEvent", &params, &scoped);
    assert_eq!(
        get(&built, "value.path"),
        JsValue::from_str("/v3/p1/instance-scheduled-events/1/actions/accept")
    );
    let odd = build_request(
        "AcceptScheduledEvent",
        &params,
        &js(r#"{"project_id":"../x"}"#),
    );
    assert_eq!(
        get(&odd, "issues.0.location"),
        JsValue::from_str("options.project_id")
    );
}

#[wasm_bindgen_test]
fn reads_lists_outcomes_and_errors() {
    let list = js(r#"{"EventTypes":["Disk:Stalled"],"PageSize":1}"#);
    let answer = js(
        r#"{"status":200,"headers":{"content-type":"application/json"},"body":"{\"Events\":[{\"EventId\":\"e-1\",\"EventStatus\":\"Inquiring\",\"EventType\":\"Disk:Stalled\"}],\"TotalCount\":2}"}"#,
    );
    let page = parse_response(
        "DescribeHistoryEvents",
        &list,
        &answer,
        &js(r#"{"account":"a"}"#),
    );
    assert_eq!(get(&page, "value.events.0.account"), JsValue::from_str("a"));
    assert_eq!(
        get(&page, "value.events.0.state.kind"),
        JsValue::from_str("inquiring")
    );
    assert_eq!(get(&page, "value.next.PageNumber").as_f64(), Some(2.0));

    let params = js(
        r#"{"EventInfos":[{"ResourceId":"i-1","EventId":"e-1","OpsType":"scheduled","PlanTime":1000000000000}]}"#,
    );
    let answer = js(
        r#"{"status":200,"body":"{\"RequestId\":\"R\",\"Results\":[{\"Code\":200,\"EventId\":\"e-1\",\"ResourceId\":\"i-1\\n\"}]}"}"#,
    );
    let outcomes = parse_response(REDEPLOY, &params, &answer, &JsValue::UNDEFINED);
    assert_eq!(
        text(&get(&outcomes, "value.outcomes")),
        r#"[{"event_id":"e-1","resource_id":"i-1","outcome":"accepted","request_id":"R"}]"#
    );

    let answer = js(
        r#"{"status":400,"headers":[["x-acs-retry-after","1500"]],"body":"{\"Code\":\"Throttling.User\",\"Message\":\"m\"}"}"#,
    );
    let error = parse_response(REDEPLOY, &params, &answer, &JsValue::UNDEFINED);
    assert_eq!(get(&error, "error.class"), JsValue::from_str("throttled"));
    assert_eq!(get(&error, "error.retry_after_ms").as_f64(), Some(1500.0));
    let error = parse_response(REDEPLOY, &params, &js("{}"), &JsValue::UNDEFINED);
    assert_eq!(
        get(&error, "issues.0.location"),
        JsValue::from_str("response.status")
    );
}
