//! What Evenkeel answers has exactly the members that the description names.

use evenkeel::schema::answer::{self, Data, Member, Object, Tagged};
use evenkeel::{
    Action, CharacterClass, DataLoss, Event, IdFlaw, Issue, IssueKind, Locale, Nearest,
    OperationName, Outcome, Path, Response, Restriction, Rules, Scope, Severity, Timestamp,
    message_from_json,
};
use serde_json::{Value, json};

fn fits(data: &Data, value: &Value) -> bool {
    match data {
        Data::Text => value.is_string(),
        Data::Number => value.is_i64(),
        Data::Word(words) => words.iter().any(|word| value == word),
        Data::Instant => value
            .as_str()
            .is_some_and(|text| text.parse::<Timestamp>().is_ok()),
        Data::TextOrNumber => value.is_string() || value.is_i64(),
        Data::Nullable(of) => value.is_null() || fits(of, value),
        Data::List(of) => value
            .as_array()
            .is_some_and(|items| items.iter().all(|item| fits(of, item))),
        Data::Object(object) => has(object.members, value).is_ok(),
        Data::Texts => value
            .as_object()
            .is_some_and(|map| map.values().all(Value::is_string)),
        Data::Pair => value
            .as_array()
            .is_some_and(|pair| pair.len() == 2 && pair.iter().all(Value::is_string)),
    }
}

/// Whether the value has the members and no others.
fn has<'a>(
    members: impl IntoIterator<Item = &'a Member> + Clone,
    value: &Value,
) -> Result<(), String> {
    let found = value.as_object().ok_or("no object")?;
    if let Some(key) = found.keys().find(|key| {
        !members
            .clone()
            .into_iter()
            .any(|member| member.name == **key)
    }) {
        return Err(format!("`{key}` is not described: {value}"));
    }
    for member in members {
        match found.get(member.name) {
            None if member.optional => {}
            None => return Err(format!("`{}` is missing: {value}", member.name)),
            Some(value) if fits(&member.data, value) => {}
            Some(value) => return Err(format!("`{}` is {value}", member.name)),
        }
    }
    Ok(())
}

fn is_one_of(tagged: &Tagged, value: &Value) -> Result<(), String> {
    let word = value[tagged.tag].as_str().ok_or("no tag")?;
    let variant = tagged
        .variants
        .iter()
        .find(|variant| variant.word == word)
        .ok_or(format!("`{word}` is not described"))?;
    let mut untagged = value.clone();
    untagged.as_object_mut().unwrap().remove(tagged.tag);
    let members: Vec<&Member> = tagged.common.iter().chain(variant.members).collect();
    has(members, &untagged)
}

/// Every optional member stands in at least one of the values.
fn uses_all(object: &Object, values: &[Value]) {
    for member in object.members {
        assert!(
            values.iter().any(|value| value.get(member.name).is_some()),
            "no sample has `{}`",
            member.name
        );
    }
    for value in values {
        has(object.members, value).unwrap_or_else(|error| panic!("{}: {error}", object.name));
    }
}

/// One of each kind; the match makes sure that a new kind gets one.
fn kinds() -> Vec<IssueKind> {
    let at: Timestamp = "2026-11-22T12:00:00Z".parse().unwrap();
    let kinds = vec![
        IssueKind::InvalidJson {
            line: 1,
            column: 2,
            detail: "odd",
        },
        IssueKind::WrongType {
            expected: "array",
            found: "null",
        },
        IssueKind::DuplicateKey,
        IssueKind::UnknownField,
        IssueKind::ReservedField,
        IssueKind::NeverSent,
        IssueKind::Missing { assumed: None },
        IssueKind::Missing {
            assumed: Some("abandon"),
        },
        IssueKind::NoItems,
        IssueKind::TooManyItems {
            max: 100,
            length: 101,
        },
        IssueKind::UnknownValue {
            allowed: &["a", "b \"c\""],
        },
        IssueKind::InvalidId {
            flaw: IdFlaw::Prefix,
            prefix: "e-",
        },
        IssueKind::NotAnInteger,
        IssueKind::UnsafeInteger,
        IssueKind::OutOfRange {
            min: -1,
            max: 253_402_300_799_999,
        },
        IssueKind::MalformedTime {
            expected: "yyyy-MM-ddTHH:mm:ssZ",
        },
        IssueKind::InThePast { now: at },
        IssueKind::LooksLikeSeconds {
            millis: 1_795_368_600_000,
        },
        IssueKind::PastDeadline { deadline: at },
        IssueKind::NearDeadline {
            deadline: at.plus_millis(1),
        },
        IssueKind::AfterCloudStart { start: at },
        IssueKind::RangeInverted,
        IssueKind::AfterFirstPlan { latest: at },
        IssueKind::Duplicate { first: 3 },
        IssueKind::DuplicateResource { first: 0 },
        IssueKind::PlanTimeWithImmediate,
        IssueKind::PasswordWithScheduled,
        IssueKind::PasswordLength {
            min: 8,
            max: 30,
            length: 0,
        },
        IssueKind::PasswordClasses {
            missing: vec![CharacterClass::Uppercase, CharacterClass::Digit],
        },
        IssueKind::PasswordRandom,
        IssueKind::LosesData {
            data_loss: DataLoss::Certain,
        },
        IssueKind::ActionTypeMismatch {
            action: Action::Redeploy,
            event_type: "Disk:Stalled".into(),
        },
        IssueKind::ActionNotApplicable {
            action: Action::Migrate,
            state: "Executing".into(),
        },
        IssueKind::ActionTypeUnverified {
            action: Action::Accept,
            event_type: "instance-stop".into(),
        },
        IssueKind::ActionStateUnverified {
            action: Action::Accept,
            state: "执行".into(),
        },
        IssueKind::ActionRestricted {
            action: Action::Redeploy,
            restriction: Restriction::Simulated,
        },
        IssueKind::NotForAction {
            action: Action::Reschedule,
        },
    ];
    for code in IssueKind::CODES {
        assert!(
            kinds.iter().any(|kind| kind.code() == *code),
            "no sample of `{code}`"
        );
    }
    kinds
}

fn issue(kind: IssueKind, key: &str) -> Issue {
    let nearest = match kind.code().len() % 3 {
        0 => None,
        1 => Some(Nearest::Number(7)),
        _ => Some(Nearest::Text("x".into())),
    };
    Issue {
        path: Path::root().key("EventInfos").index(3).key(key),
        kind,
        severity: Severity::Warning,
        nearest,
    }
}

#[test]
fn an_issue_has_the_members_of_its_code() {
    for kind in kinds() {
        let issue = serde_json::to_value(issue(kind, "EventId")).unwrap();
        is_one_of(&answer::ISSUE, &issue).unwrap_or_else(|error| panic!("{error}"));
    }
}

#[test]
fn an_issue_that_went_through_json_has_the_same_text_in_both_languages() {
    for key in ["EventId", "DataPolicy"] {
        for kind in kinds() {
            let issue = issue(kind, key);
            let json = serde_json::to_string(&issue).unwrap();
            for locale in [Locale::En, Locale::Zh] {
                assert_eq!(
                    message_from_json(&json, locale),
                    Some(issue.message(locale)),
                    "{json}"
                );
            }
        }
    }
}

#[test]
fn what_is_no_issue_has_no_text() {
    for json in [
        "",
        "{",
        "[]",
        "null",
        "{}",
        r#"{"code":1}"#,
        r#"{"code":"nonsense"}"#,
        r#"{"code":"out_of_range","min":"1","max":2}"#,
        r#"{"code":"duplicate","first":-1}"#,
        r#"{"code":"unknown_value","allowed":"x"}"#,
        r#"{"code":"in_the_past","now":5}"#,
        r#"{"code":"password_classes","missing":["x"]}"#,
    ] {
        assert_eq!(message_from_json(json, Locale::En), None, "{json}");
    }
}

#[test]
fn a_language_tag_chooses_chinese_or_english() {
    for (tag, locale) in [
        ("zh", Locale::Zh),
        ("zh-CN", Locale::Zh),
        ("ZH_hans", Locale::Zh),
        ("en", Locale::En),
        ("zho", Locale::En),
        ("", Locale::En),
    ] {
        assert_eq!(Locale::for_tag(tag), locale, "{tag}");
    }
}

fn events(name: OperationName, params: &str, body: &str) -> Vec<Value> {
    let rules = Rules::at(Timestamp::from_millis(0));
    let operation = evenkeel::Operation::parse_json(name, params.as_bytes(), &rules)
        .unwrap()
        .value;
    let response = Response {
        status: 200,
        headers: Vec::new(),
        body: body.into(),
    };
    let page = operation.page(&Scope::default(), &response).unwrap();
    page.events
        .iter()
        .map(|event: &Event| serde_json::to_value(event).unwrap())
        .collect()
}

#[test]
fn an_event_has_the_members_that_are_described() {
    let mut all = events(
        OperationName::ListScheduledEvents,
        "{}",
        r#"{"events":[{},{"id":"1","instance_id":"i","type":"instance-reboot","state":"scheduled","publish_time":"2026-11-01T00:00:00Z","not_before":"2026-11-01T00:00:00Z","not_after":"2026-11-01T00:00:00Z","not_before_deadline":"2026-11-01T00:00:00Z","start_time":"2026-11-01T00:00:00Z","finish_time":"2026-11-01T00:00:00Z","description":"{\"en-us\":\"x\"}","source":{"type":"platform"}}]}"#,
    );
    all.extend(events(
        OperationName::DescribeHistoryEvents,
        r#"{"EventTypes":["Disk:Stalled"]}"#,
        r#"{"Events":[{"EventId":"e-1","EventLevel":"WARN","Reason":"r"}]}"#,
    ));
    let restricted = r#"{"account":"a","provider":"ens","id":"e-2","resource_id":"i-2","restriction":"simulated",
        "type":{"raw":"Instance:SystemFailure.Reboot"},"state":{"raw":"Inquiring"}}"#;
    let restricted: Event = serde_json::from_str(restricted).unwrap();
    assert_eq!(restricted.actions(), [], "it is only a rehearsal");
    all.push(json!(restricted));
    uses_all(&answer::EVENT, &all);
}

#[test]
fn an_outcome_has_the_members_of_its_word() {
    let request_id = Some("R".to_owned());
    let outcomes = [
        Outcome::Accepted { request_id: None },
        Outcome::Accepted {
            request_id: request_id.clone(),
        },
        Outcome::Rejected {
            code: "c".into(),
            message: "m".into(),
            request_id,
        },
        Outcome::NotSent { reason: "r".into() },
        Outcome::Unknown { reason: "r".into() },
    ];
    let mut words: Vec<Value> = Vec::new();
    for outcome in outcomes {
        let mut value = serde_json::to_value(outcome).unwrap();
        value["event_id"] = json!("e-1");
        value["resource_id"] = json!("i-1");
        is_one_of(&answer::OUTCOME, &value).unwrap_or_else(|error| panic!("{error}"));
        words.push(value["outcome"].clone());
    }
    for variant in answer::OUTCOME.variants {
        assert!(
            words.contains(&json!(variant.word)),
            "no sample of `{}`",
            variant.word
        );
    }
}

#[test]
fn an_error_has_the_members_that_are_described() {
    let params = r#"{"EventInfos":[{"ResourceId":"i-1","EventId":"e-1","OpsType":"immediate"}]}"#;
    let rules = Rules::at(Timestamp::from_millis(0));
    let operation = evenkeel::Operation::parse_json(
        OperationName::BatchEventRedeployInstance,
        params.as_bytes(),
        &rules,
    )
    .unwrap()
    .value;
    let chunk = evenkeel::Chunk::from_operation(operation).unwrap();
    let answers = [
        (
            400,
            r#"{"Code":"Throttling","Message":"m","RequestId":"R"}"#,
        ),
        (400, r#"{"Code":"Throttling","Message":"m"}"#),
    ];
    let mut errors = Vec::new();
    for (status, body) in answers {
        let response = Response {
            status,
            headers: vec![("Retry-After".into(), "1".into())],
            body: body.into(),
        };
        let evenkeel::Judgement::Throttled { error, .. } = chunk.judge(&response) else {
            panic!("not throttled");
        };
        errors.push(serde_json::to_value(error).unwrap());
    }
    uses_all(&answer::CLOUD_ERROR, &errors);
}
