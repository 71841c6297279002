//! Answers of clouds that were met in the field, `answers.json`: what follows from each, as data.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "helpers of tests fail by panicking"
)]

use evenkeel::{
    Chunk, ErrorClass, Event, Judgement, Operation, OperationName, Outcome, Provider, Response,
    ResponseError, Rules, Scope, Timestamp, first_page,
};
use serde_json::{Value, json};

struct Case {
    id: String,
    name: OperationName,
    answer: Value,
    says: Value,
}

fn cases() -> Vec<Case> {
    let cases: Vec<Value> = serde_json::from_str(include_str!("answers.json")).unwrap();
    cases
        .iter()
        .map(|case| Case {
            id: case["id"].as_str().unwrap().to_owned(),
            name: case["operation"].as_str().unwrap().parse().unwrap(),
            answer: case["answer"].clone(),
            says: case["says"].clone(),
        })
        .collect()
}

impl Case {
    /// A call about `e-1` or, at Huawei, `1`; a list is everything.
    fn operation(&self) -> Operation {
        let params = match self.name {
            OperationName::DescribeHistoryEvents | OperationName::ListScheduledEvents => {
                return first_page(self.name.provider(), 10);
            }
            OperationName::AcceptScheduledEvent => json!({"id": "1", "not_before": "now"}),
            _ => json!({"EventInfos": [
                {"EventId": "e-1", "ResourceId": "i-1", "OpsType": "immediate"}
            ]}),
        };
        let rules = Rules::at(Timestamp::from_millis(0));
        let params = params.to_string();
        Operation::parse_json(self.name, params.as_bytes(), &rules)
            .unwrap()
            .value
    }

    fn response(&self) -> Response {
        let Self { answer, .. } = self;
        let headers = answer["headers"].as_object().into_iter().flatten();
        let body = match &answer["body"] {
            Value::String(text) => text.clone(),
            json => json.to_string(),
        };
        Response {
            status: u16::try_from(answer["status"].as_u64().unwrap()).unwrap(),
            headers: headers
                .map(|(name, value)| (name.clone(), value.as_str().unwrap().to_owned()))
                .collect(),
            body: body.into_bytes(),
        }
    }

    /// What is said of a call that acts.
    fn judged(&self) -> Value {
        let (operation, response) = (self.operation(), self.response());
        let error = operation.page(&Scope::default(), &response).err();
        let class = error.as_ref().and_then(ResponseError::class);
        let class = class.map(ErrorClass::as_str);
        let chunk = Chunk::from_operation(operation).unwrap();
        match chunk.judge(&response) {
            Judgement::Throttled { retry_after_ms, .. } => {
                json!({"throttled_ms": retry_after_ms, "class": class})
            }
            Judgement::Settled(outcomes) => match &outcomes[..] {
                [Outcome::Rejected { code, message, .. }] => {
                    json!({"rejected": code, "message": message, "class": class})
                }
                [Outcome::Unknown { reason }] => json!({"unknown": reason}),
                other => panic!("{}: {other:?}", self.id),
            },
        }
    }

    /// What is said of a list.
    fn read(&self) -> Value {
        if let Some(event) = self.answer.get("event") {
            return self.times(event);
        }
        let page = self.operation().page(&Scope::default(), &self.response());
        let error = page.unwrap_err();
        let class = error.class().map(ErrorClass::as_str);
        json!({"class": class, "hint_ms": error.retry_after_ms()})
    }

    /// The times of an event with these members.
    fn times(&self, event: &Value) -> Value {
        let key = match self.name.provider() {
            Provider::Ens => "Events",
            Provider::HuaweiEcs => "events",
            Provider::AlibabaEcs => unreachable!("no such case"),
        };
        let response = Response {
            status: 200,
            headers: Vec::new(),
            body: json!({key: [event]}).to_string().into_bytes(),
        };
        let page = self.operation().page(&Scope::default(), &response).unwrap();
        let event = serde_json::to_value(&page.events[0]).unwrap();
        let wanted = self.says["times"].as_object().unwrap();
        let times: serde_json::Map<String, Value> = wanted
            .keys()
            .map(|name| (name.clone(), event[name].clone()))
            .collect();
        json!({"times": times})
    }
}

#[test]
fn what_was_met_in_the_field_is_read_as_it_was_meant() {
    let cases = cases();
    assert_eq!(cases.len(), 22);
    for case in cases {
        let found = if case.name.is_mutating() {
            case.judged()
        } else {
            case.read()
        };
        for (key, wanted) in case.says.as_object().unwrap() {
            assert_eq!(&found[key], wanted, "{}: {key} of {found}", case.id);
        }
    }
}

fn event(provider: Provider, members: &str) -> Event {
    let body = match provider {
        Provider::Ens => format!(r#"{{"Events":[{{"EventId":"e-1",{members}}}]}}"#),
        Provider::HuaweiEcs => format!(r#"{{"events":[{{"id":"1",{members}}}]}}"#),
        Provider::AlibabaEcs => format!(
            r#"{{"InstanceSystemEventSet":{{"InstanceSystemEventType":[{{"EventId":"e-1",{members}}}]}}}}"#
        ),
    };
    let response = Response {
        status: 200,
        headers: Vec::new(),
        body: body.into_bytes(),
    };
    let page = first_page(provider, 10).page(&Scope::default(), &response);
    page.unwrap().events.remove(0)
}

#[test]
fn a_time_that_nobody_can_read_is_told_from_one_that_is_not_there() {
    let ens = |members| event(Provider::Ens, members).unreadable_times();
    let huawei = |members| event(Provider::HuaweiEcs, members).unreadable_times();
    let told = |name, text: &str| vec![(name, text.to_owned())];
    assert_eq!(
        huawei(r#""not_before_deadline":"next Tuesday","start_time":null"#),
        told("deadline", "next Tuesday")
    );
    assert_eq!(
        huawei(r#""not_before":{"at":1}"#),
        told("not_before", "object")
    );
    assert_eq!(
        ens(r#""NotBefore":0,"NotBeforeUtcTime":"2027/01/17""#),
        told("not_before", "2027/01/17")
    );
    let ecs = |members| event(Provider::AlibabaEcs, members).unreadable_times();
    assert_eq!(
        ecs(
            r#""NotBefore":"2026-11-24T00:00:00Z","ExtendedAttribute":{"InitialNotBefore":"soon"}"#
        ),
        told("deadline", "soon")
    );
    for none in [
        r#""NotBefore":0,"PublishTime":-1"#,
        r#""NotBefore":null,"NotBeforeUtcTime":"","PublishUtcTime":"0001-01-01T00:00:00Z""#,
        r#""NotBefore":1800178860000,"NotBeforeUtcTime":"soon""#,
    ] {
        assert_eq!(ens(none), [], "{none}");
    }
}

#[test]
fn a_time_without_a_zone_still_is_a_deadline() {
    let known = [event(
        Provider::HuaweiEcs,
        r#""type":"system-maintenance","state":"scheduled","not_before_deadline":"2027-06-01T00:00:00.000000""#,
    )];
    let rules = Rules {
        now: "2027-05-01T00:00:00Z".parse().unwrap(),
        events: &known,
    };
    let late = br#"{"id":"1","not_before":"2027-06-01T00:00:00Z"}"#;
    let report = Operation::parse_json(OperationName::UpdateScheduledEvent, late, &rules);
    let codes: Vec<_> = report
        .unwrap_err()
        .issues
        .iter()
        .map(evenkeel::Issue::code)
        .collect();
    assert_eq!(codes, ["past_deadline"]);
}
