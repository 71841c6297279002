//! Calls about one event, and lists.

use evenkeel::{Operation, OperationName, Provider, Rules, Scope};

use super::{check, events, now, refused};

#[test]
fn an_accept_must_say_when() {
    let accept = |json: &str| check(OperationName::AcceptScheduledEvent, json, &[]);
    assert_eq!(accept(r#"{"id":"1"}"#).unwrap_err(), ["not_before missing"]);
    let (operation, _) = accept(r#"{"id":"a/b","not_before":"now"}"#).unwrap();
    let request = operation.request(&Scope::default());
    assert_eq!(
        request.path,
        "/v3/{project_id}/instance-scheduled-events/a%2Fb/actions/accept"
    );
    assert_eq!(request.body.as_deref(), Some("{}"));
    let (operation, _) = accept(r#"{"id":"1","not_before":"2026-11-24T01:30:00Z"}"#).unwrap();
    let request = operation.request(&Scope::default());
    assert_eq!(
        request.body.as_deref(),
        Some(r#"{"not_before":"2026-11-24T01:30:00Z"}"#)
    );
    assert_eq!(
        accept(r#"{"id":"..","not_before":"now"}"#).unwrap_err(),
        ["id invalid_id"]
    );
    assert_eq!(
        accept(r#"{"id":"1","not_before":"2026-11-24 01:30"}"#).unwrap_err(),
        ["not_before malformed_time"]
    );
    assert_eq!(
        accept(r#"{"id":"1","not_before":"2026-11-22T12:00:00Z"}"#).unwrap_err(),
        ["not_before in_the_past"]
    );
}

#[test]
fn a_new_start_is_before_the_deadline() {
    let known = events(
        Provider::HuaweiEcs,
        r#"{"events":[{"id":"1","type":"instance-redeploy","state":"scheduled","not_before_deadline":"2026-11-24T12:00:00Z"}]}"#,
    );
    let update = |time: &str| {
        let json = format!(r#"{{"id":"1","not_before":"{time}"}}"#);
        check(OperationName::UpdateScheduledEvent, &json, &known)
    };
    assert_eq!(
        update("2026-11-24T12:00:00Z").unwrap_err(),
        ["not_before past_deadline"]
    );
    assert_eq!(
        update("2026-11-24T11:45:00Z").unwrap().1,
        ["~not_before near_deadline"]
    );
    let (operation, warnings) = update("2026-11-24T11:30:00Z").unwrap();
    assert!(warnings.is_empty());
    assert_eq!(operation.request(&Scope::default()).method.as_str(), "PUT");
    assert_eq!(
        check(
            OperationName::UpdateScheduledEvent,
            r#"{"id":"1","not_before":"now"}"#,
            &[]
        )
        .unwrap_err(),
        ["not_before malformed_time"]
    );
}

#[test]
fn list_parameters_keep_their_bounds() {
    let list = OperationName::ListScheduledEvents;
    for limit in ["0", "101", "-1"] {
        assert_eq!(
            refused(list, &format!(r#"{{"limit":{limit}}}"#)),
            ["limit out_of_range"]
        );
    }
    assert_eq!(
        refused(
            list,
            r#"{"state":["inquirng"],"type":"x","publish_since":"2026-11-02T00:00:00Z","publish_until":"2026-11-01T00:00:00Z"}"#
        ),
        [
            "type wrong_type",
            "state[0] unknown_value",
            "publish_until range_inverted"
        ]
    );
    let (operation, _) = check(
        list,
        r#"{"state":["scheduled","executing"],"marker":"m 1","limit":10}"#,
        &[],
    )
    .unwrap();
    let pairs: Vec<_> = operation
        .request(&Scope::default())
        .query
        .into_iter()
        .map(|(key, value)| format!("{key}={value}"))
        .collect();
    assert_eq!(
        pairs,
        [
            "limit=10",
            "marker=m 1",
            "state=executing",
            "state=scheduled"
        ]
    );
    let ens = OperationName::DescribeHistoryEvents;
    assert_eq!(refused(ens, "{}"), ["EventTypes missing"]);
    assert_eq!(
        refused(ens, r#"{"EventTypes":[]}"#),
        ["EventTypes no_items"]
    );
    assert_eq!(
        refused(
            ens,
            r#"{"EventTypes":["Disk:Stalled"],"ResourceIds":["a,b"],"PageNumber":0}"#
        ),
        ["ResourceIds[0] invalid_id", "PageNumber out_of_range"]
    );
}

#[test]
fn names_the_nearest_valid_value() {
    let name = OperationName::BatchEventRedeployInstance;
    let json = r#"{"EventInfos":[{"EventId":"e-1","ResourceId":"i-1\n","OpsType":"inmediate"}]}"#;
    let report = Operation::parse_json(name, json.as_bytes(), &Rules::at(now())).unwrap_err();
    let json = serde_json::to_value(&report).unwrap();
    assert_eq!(json[0]["nearest"], "i-1");
    assert_eq!(json[1]["nearest"], "immediate");
    assert_eq!(
        json[1]["path"],
        serde_json::json!(["EventInfos", 0, "OpsType"])
    );
    assert_eq!(json[1]["pointer"], "/EventInfos/0/OpsType");
    assert_eq!(json[1]["location"], "EventInfos[0].OpsType");
    assert_eq!(json[1]["code"], "unknown_value");
    assert_eq!(json[1]["severity"], "error");
    assert_eq!(
        json[1]["message"],
        "must be one of `immediate`, `scheduled`"
    );
}
