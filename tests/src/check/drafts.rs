//! Parameters of an operation. The first byte chooses the operation, and whether events are known; the rest is JSON.

use evenkeel::json::{Mode, parse};
use evenkeel::{
    Chunk, Event, Issue, IssueKind, Locale, MASK, Nearest, Operation, OperationName, ProjectId,
    Provider, Report, Request, Response, Rules, Scope, Segment, Severity, first_page, locate,
};
use serde_json::Value;

use super::{now, operation};
use crate::read_back;

pub(super) fn check(data: &[u8]) {
    let Some((first, json)) = data.split_first() else {
        return;
    };
    let (name, are_known) = operation(*first);
    let events = if are_known {
        known_events()
    } else {
        Vec::new()
    };
    let rules = Rules {
        now: now(),
        events: &events,
    };
    let result = Operation::parse_json(name, json, &rules);
    assert_eq!(
        result,
        Operation::parse_json(name, json, &rules),
        "the same input gives the same issues in the same order"
    );
    let issues = match &result {
        Ok(checked) => &checked.issues,
        Err(report) => &report.issues,
    };
    assert_eq!(
        *issues,
        Operation::check_json(name, json, &rules),
        "checking alone finds the same issues as parsing"
    );
    match result {
        Ok(checked) => {
            assert!(
                checked
                    .issues
                    .iter()
                    .all(|issue| issue.severity == Severity::Warning),
                "an error let the input through"
            );
            are_located(json, &checked.issues);
            reads_back(name, &checked.value, &checked.issues, &rules);
            is_sendable(&checked.value);
            keeps_secrets(name, json, &checked.value, &rules);
        }
        Err(report) => {
            assert!(
                report
                    .issues
                    .iter()
                    .any(|issue| issue.severity == Severity::Error),
                "a refusal without an error"
            );
            speaks(&report);
            are_located(json, &report.issues);
            if let Ok(input) = serde_json::from_slice::<Value>(json) {
                points_into(&report, &input);
                mends(name, &report, &input, &rules);
                hides_passwords(&report, &input);
            }
        }
    }
}

fn scope() -> Scope {
    Scope {
        account: "account".to_owned(),
        project_id: ProjectId::parse("07d47a56eb00d3a02f5ec01a1b7f9c43").ok(),
        region: Some("cn-hangzhou".to_owned()),
    }
}

/// The parameters give the same operation, and so does the request.
fn reads_back(name: OperationName, operation: &Operation, warnings: &[Issue], rules: &Rules<'_>) {
    let again = Operation::parse_json(name, operation.params_json().as_bytes(), rules);
    let again = again.unwrap_or_else(|report| unreadable(&report));
    assert_eq!(again.value, *operation, "the printed parameters differ");
    let sent: Vec<_> = warnings
        .iter()
        .filter(|issue| issue.kind != IssueKind::ReservedField)
        .cloned()
        .collect();
    assert_eq!(again.issues, sent, "the printed parameters warn of others");

    let request = operation.request(&scope());
    let parameters = read_back::parameters(name, &request);
    let parameters = match parameters {
        Ok(parameters) => parameters.to_string(),
        Err(error) => panic!("the request cannot be read back: {error:#}"),
    };
    let again = Operation::parse_json(name, parameters.as_bytes(), rules);
    let again = again.unwrap_or_else(|report| unreadable(&report));
    assert_eq!(
        again.value.request(&scope()),
        request,
        "the request reads back as another"
    );
}

fn unreadable(report: &Report) -> ! {
    panic!("what was printed cannot be read back: {report}")
}

/// What an HTTP client and the signer rely on.
fn is_sendable(operation: &Operation) {
    let request = operation.request(&scope());
    assert!(
        request.path.starts_with('/')
            && request.path.bytes().all(|byte| byte.is_ascii_graphic())
            && !request.path.contains(['?', '#'])
            && request
                .path
                .split('/')
                .all(|part| part != "." && part != ".."),
        "the path would change on its way"
    );
    assert!(request.query.is_sorted(), "the query is not sorted");
    for (name, value) in &request.headers {
        assert_eq!(*name, name.to_ascii_lowercase());
        assert!(value.bytes().all(|byte| byte.is_ascii_graphic()));
    }
    assert_eq!(
        Chunk::from_operation(operation.clone()).is_some(),
        operation.name().is_mutating()
    );
}

/// The preview is the request but for its passwords; `Debug` does not depend on them.
fn keeps_secrets(name: OperationName, json: &[u8], operation: &Operation, rules: &Rules<'_>) {
    let request = operation.request(&scope());
    let preview = operation.preview(&scope());
    let Some((_, infos)) = request.query.iter().find(|(key, _)| key == "EventInfos") else {
        assert_eq!(preview, request, "a preview without secrets differs");
        return;
    };
    let masked = with_passwords(infos, MASK);
    let shown = |request: &Request| request.query.first().map(|(_, value)| value.clone());
    assert_eq!(shown(&preview), Some(masked), "the preview differs");

    // Another password of the same form: nothing that is printed may differ.
    let Ok(text) = std::str::from_utf8(json) else {
        return;
    };
    let Ok(input) = serde_json::from_str::<Value>(text) else {
        return;
    };
    let other = with_passwords(&input.to_string(), "Other4Canary");
    let (Ok(one), Ok(two)) = (
        Operation::parse_json(name, input.to_string().as_bytes(), rules),
        Operation::parse_json(name, other.as_bytes(), rules),
    ) else {
        return;
    };
    assert_eq!(format!("{one:?}"), format!("{two:?}"), "a secret is shown");
    let debug = |request: &Request| format!("{request:?}");
    assert_eq!(debug(&preview), debug(&request));
    assert!(!format!("{two:?}").contains("Other4Canary"));
}

/// JSON with every `Password` of an item replaced.
fn with_passwords(json: &str, word: &str) -> String {
    let Ok(mut value) = serde_json::from_str::<Value>(json) else {
        return json.to_owned();
    };
    let items = match &mut value {
        Value::Object(object) => object.get_mut("EventInfos"),
        other => Some(other),
    };
    for item in items.and_then(Value::as_array_mut).into_iter().flatten() {
        if let Some(password) = item.get_mut("Password") {
            *password = Value::from(word);
        }
    }
    value.to_string()
}

/// Every issue has its words, in both languages, and its place in both spellings.
fn speaks(report: &Report) {
    assert!(!report.to_string().is_empty());
    for issue in &report.issues {
        assert!(IssueKind::CODES.contains(&issue.code()));
        for locale in [Locale::En, Locale::Zh] {
            assert!(!issue.message(locale).is_empty());
        }
        let json = serde_json::to_value(issue).unwrap_or_default();
        for (key, text) in [
            ("code", issue.code().to_owned()),
            ("pointer", issue.path.pointer()),
            ("location", issue.path.to_string()),
            ("message", issue.message(Locale::En)),
        ] {
            assert_eq!(json.get(key), Some(&Value::from(text)), "`{key}`");
        }
    }
}

/// Every issue has a stretch of the input: a value, a key, or the character where it stops being JSON.
fn are_located(json: &[u8], issues: &[Issue]) {
    let spans = locate(json, issues);
    assert_eq!(spans.len(), issues.len(), "not one stretch an issue");
    for (span, issue) in spans.iter().zip(issues) {
        let found = json.get(span.start.offset..span.end.offset);
        let Some(found) = found else {
            panic!("a stretch outside of the input: {issue}");
        };
        if matches!(issue.kind, IssueKind::InvalidJson { .. }) {
            let (line, column) = (span.start.line, span.start.column);
            assert!(found.len() <= 4, "more than a character");
            assert!(
                issue
                    .to_string()
                    .contains(&format!("line {line}, column {column}")),
                "found elsewhere than said: {issue}, {line}:{column}"
            );
        } else {
            let read = std::str::from_utf8(found).map(|text| parse(text, Mode::Strict).is_ok());
            assert_eq!(read, Ok(true), "neither a value nor a key: {issue}");
        }
    }
}

/// Every place that is named is there, or its parent is.
fn points_into(report: &Report, input: &Value) {
    for issue in &report.issues {
        let pointer = issue.path.pointer();
        let parent = pointer.rsplit_once('/').map_or("", |(parent, _)| parent);
        let found = if may_be_absent(&issue.kind) {
            input.pointer(parent)
        } else {
            input.pointer(&pointer)
        };
        assert!(found.is_some(), "`{pointer}` is not there: {issue}");
    }
}

fn may_be_absent(kind: &IssueKind) -> bool {
    matches!(kind, IssueKind::Missing { .. } | IssueKind::PasswordRandom)
}

/// The nearest value, put in place, settles the issue.
fn mends(name: OperationName, report: &Report, input: &Value, rules: &Rules<'_>) {
    for issue in report.issues.iter().take(8) {
        let nearest = match &issue.nearest {
            Some(Nearest::Text(text)) => Value::from(&**text),
            Some(Nearest::Number(number)) => Value::from(*number),
            None => continue,
        };
        let mut mended = input.clone();
        let pointer = issue.path.pointer();
        if issue.kind == IssueKind::UnknownField {
            rename(&mut mended, &issue.path.segments(), &pointer, nearest);
        } else if let Some(place) = mended.pointer_mut(&pointer) {
            *place = nearest;
        }
        let Err(again) = Operation::parse_json(name, mended.to_string().as_bytes(), rules) else {
            continue;
        };
        assert!(
            !again
                .issues
                .iter()
                .any(|other| other.path == issue.path && other.code() == issue.code()),
            "the nearest value is refused like the one it stands for: {issue}"
        );
    }
}

fn rename(value: &mut Value, segments: &[Segment], pointer: &str, to: Value) {
    let parent = pointer.rsplit_once('/').map_or("", |(parent, _)| parent);
    if let (Some(Value::Object(object)), Some(Segment::Key(key)), Value::String(to)) =
        (value.pointer_mut(parent), segments.last(), to)
        && let Some(member) = object.remove(key)
    {
        object.insert(to, member);
    }
}

/// No refusal repeats a password, unless the same text stands elsewhere in the input too.
fn hides_passwords(report: &Report, input: &Value) {
    const SHORTEST: usize = 8;
    let Some(items) = input.get("EventInfos").and_then(Value::as_array) else {
        return;
    };
    let said = format!(
        "{report} {report:?} {}",
        serde_json::to_string(report).unwrap_or_default()
    );
    let elsewhere = with_passwords(&input.to_string(), "");
    for item in items {
        if let Some(password) = item.get("Password").and_then(Value::as_str)
            && password.len() >= SHORTEST
            && !elsewhere.contains(password)
            && !elsewhere.contains(Value::from(password).to_string().trim_matches('"'))
            && !own_words().contains(password)
        {
            assert!(!said.contains(password), "a refusal repeats a password");
        }
    }
}

/// What a refusal says without any input: a password may be an everyday word.
fn own_words() -> &'static str {
    static WORDS: std::sync::OnceLock<String> = std::sync::OnceLock::new();
    WORDS.get_or_init(|| {
        let everything = r#"{"EventInfos":[{},{"EventId":"\n","ResourceId":"","OpsType":"x","PlanTime":1,
            "PlanUtcTime":"","DataPolicy":"x","Password":""},{"Password":1,"OpsType":"scheduled"}]}"#;
        let name = OperationName::BatchEventMigrateInstance;
        match Operation::parse_json(name, everything.as_bytes(), &Rules::at(now())) {
            Ok(_) => String::new(),
            Err(report) => format!(
                "{report} {report:?} {}",
                serde_json::to_string(&report).unwrap_or_default()
            ),
        }
    })
}

/// Events of every cloud, so that the rules about events are reached.
fn known_events() -> Vec<Event> {
    let read = |provider, body: &str| {
        let response = Response {
            status: 200,
            headers: Vec::new(),
            body: body.into(),
        };
        first_page(provider, 100)
            .page(&scope(), &response)
            .map_or_else(|_| Vec::new(), |page| page.events)
    };
    let mut events = read(
        Provider::Ens,
        r#"{"Events":[
            {"EventId":"e-1","ResourceId":"i-1","EventType":"Instance:SystemUpgrade.Migrate","EventStatus":"Inquiring","NotBefore":1742538632000},
            {"EventId":"e-2","ResourceId":"i-2","EventType":"Instance:SystemFailure.Redeploy","EventStatus":"Executing"},
            {"EventId":"e-3","ResourceId":"i-3","EventType":"Instance:SystemFailure.Reboot","EventStatus":"Scheduled"}]}"#,
    );
    events.extend(read(
        Provider::HuaweiEcs,
        r#"{"events":[
            {"id":"1","instance_id":"a","type":"instance-redeploy","state":"inquiring","not_before_deadline":"2025-03-21T09:22:41Z"},
            {"id":"2","instance_id":"b","type":"instance-reboot","state":"scheduled","not_before_deadline":"2025-03-20T07:00:00Z"},
            {"id":"3","instance_id":"c","type":"localdisk-recovery","state":"completed"}]}"#,
    ));
    events.extend(read(
        Provider::AlibabaEcs,
        r#"{"InstanceSystemEventSet":{"InstanceSystemEventType":[
            {"EventId":"e-1","InstanceId":"i-1","EventType":{"Name":"SystemMaintenance.Reboot"},"EventCycleStatus":{"Name":"Scheduled"},
                "NotBefore":"2025-03-20T09:22:41Z","ExtendedAttribute":{"InitialNotBefore":"2025-03-21T09:22:41Z"}},
            {"EventId":"e-2","InstanceId":"i-2","EventType":{"Name":"SystemMaintenance.Redeploy"},"EventCycleStatus":{"Name":"Inquiring"}},
            {"EventId":"e-3","InstanceId":"i-1","EventType":{"Name":"SystemFailure.Reboot"},"EventCycleStatus":{"Name":"Executing"}},
            {"EventId":"e-4","InstanceId":"i-3","EventType":{"Name":"SystemMaintenance.IsolateErrorDisk"},"EventCycleStatus":{"Name":"Inquiring"},
                "ExtendedAttribute":{"CanAccept":"false"}}]}}"#,
    ));
    events
}
