use super::{parse::parse as parse_of, *};
use crate::clouds;

fn parse(plan: &[u8]) -> Result<Vec<Fault>, FaultPlanError> {
    parse_of(plan, &clouds::providers())
}

fn faults(plan: &str) -> Faults {
    let mut faults = Faults::new(1);
    faults.add(parse(plan.as_bytes()).unwrap(), 0);
    faults
}

fn call(faults: &mut Faults, now: i64) -> Vec<&'static str> {
    let provider = clouds::providers()[0];
    let target = Target {
        provider: provider.name,
        operation: provider.operation("BatchEventMigrateInstance").unwrap(),
        event_ids: &["e-1"],
        is_further_page: false,
    };
    faults.take(&target, now).met
}

fn pattern(plan: &str, calls: usize) -> Vec<bool> {
    let mut faults = faults(plan);
    (0..calls)
        .map(|_| !call(&mut faults, 0).is_empty())
        .collect()
}

#[test]
fn reads_one_fault_a_list_or_a_plan() {
    let one = br#"{"operation":"*","kind":"lost_answer"}"#;
    let list = br#"[{"operation":"*","kind":"lost_answer"}]"#;
    let plan = br#"{"faults":[{"operation":"*","kind":"lost_answer"}]}"#;
    assert_eq!(parse(one), parse(list));
    assert_eq!(parse(one), parse(plan));
    assert_eq!(parse(b"[]"), Ok(vec![]));
}

#[test]
fn what_is_shown_can_be_sent_back() {
    let mut shown = Faults::new(1);
    let kinds = r#"[
        {"operation":"*","kind":"throttle","retry_after_s":2,"times":3},
        {"operation":"*","provider":"ens","kind":"error","status":500,"code":"c","message":"m","nth":[3,1]},
        {"operation":"*","kind":"delay","ms":1,"probability":0.5,"seed":9},
        {"operation":"*","kind":"reset","when":"before","for_s":9},
        {"operation":"*","kind":"fail_items","event_ids":["b","a"],"status":409,"code":"c","message":"m"},
        {"operation":"*","kind":"missing_results","count":2},
        {"operation":"*","kind":"extra_results","event_ids":["x"]},
        {"operation":"*","kind":"stale_lists","ms":5},
        {"operation":"*","kind":"truncated_body","bytes":3,"clean_end":true},
        {"operation":"*","kind":"wrong_content_type","body":"<p>"}
    ]"#;
    shown.add(parse(kinds.as_bytes()).unwrap(), 0);
    call(&mut shown, 0);
    let text = serde_json::to_vec(&shown.list(0)).unwrap();
    let again = parse(&text).unwrap();
    assert_eq!(again.len(), 10);
    for (fault, again) in shown.list(0).into_iter().zip(again) {
        assert_eq!(fault.kind, again.kind);
        assert_eq!(
            (
                &fault.nth,
                fault.times,
                fault.probability,
                fault.for_s,
                fault.seed
            ),
            (
                &again.nth,
                again.times,
                again.probability,
                again.for_s,
                again.seed
            )
        );
    }
}

fn refused(plan: &str, expected: &str) {
    let refusal = parse(plan.as_bytes()).unwrap_err().to_string();
    assert!(refusal.contains(expected), "{plan}: {refusal}");
}

fn lost(fields: &str) -> String {
    format!(r#"{{"operation":"*","kind":"lost_answer",{fields}}}"#)
}

fn of(kind: &str) -> String {
    format!(r#"{{"operation":"*","kind":{kind}}}"#)
}

#[test]
fn names_every_mistake_with_its_place() {
    for (plan, expected) in [
        ("{".to_owned(), "the fault plan is not JSON: EOF"),
        ("[1]".to_owned(), "fault 0: a fault is an object, not 1"),
        (r#"{"faults":1}"#.to_owned(), "`faults` must be a list"),
        (
            r#"{"faults":[],"seeds":1}"#.to_owned(),
            "`seeds` means nothing in a plan",
        ),
        (
            r#"{"faults":[],"seed":-1}"#.to_owned(),
            "`seed` must be a whole number",
        ),
        (r#"{"operation":"*"}"#.to_owned(), "`kind` is missing"),
        (
            r#"{"kind":"lost_answer"}"#.to_owned(),
            "`operation` is missing",
        ),
        (
            of(r#""flood""#),
            "`flood` is not a kind: use one of throttle,",
        ),
        (of(r#""lost_answr""#), "did you mean `lost_answer`"),
        (of("1"), "`kind` must be a text, not 1"),
        (
            r#"{"operation":"Reboot","kind":"lost_answer"}"#.to_owned(),
            "`Reboot` is not an operation",
        ),
        (
            r#"{"operation":"ListScheduledEvent","kind":"lost_answer"}"#.to_owned(),
            "did you mean `ListScheduledEvents`",
        ),
        (
            r#"{"operation":"ListScheduledEvents","provider":"ens","kind":"lost_answer"}"#
                .to_owned(),
            "`ListScheduledEvents` is another provider's",
        ),
        (
            r#"{"operation":"AcceptScheduledEvent","kind":"slow_body","ms":1}"#.to_owned(),
            "never happens to `AcceptScheduledEvent`: its answers have no body",
        ),
        (
            r#"{"operation":"DescribeHistoryEvents","kind":"reorder_results"}"#.to_owned(),
            "it is for ENS' and Alibaba Cloud ECS' batch operations",
        ),
    ] {
        refused(&plan, expected);
    }
}

#[test]
fn names_every_wrong_field() {
    for (plan, expected) in [
        (lost(r#""provider":"aws""#), "`aws` is not a provider"),
        (
            lost(r#""tims":1"#),
            "unknown field `tims`, did you mean `times`",
        ),
        (lost(r#""times":0"#), "`times` must be at least 1"),
        (
            lost(r#""times":-1"#),
            "`times` must be a whole number up to",
        ),
        (lost(r#""times":1.5"#), "not 1.5"),
        (lost(r#""ms":1"#), "`ms` means nothing for `lost_answer`"),
        (lost(r#""nth":0"#), "`nth` must be a whole number from 1 on"),
        (
            lost(r#""nth":[]"#),
            "`nth` must be a whole number from 1 on",
        ),
        (
            lost(r#""nth":1,"times":1"#),
            "leave out `times` and `probability`",
        ),
        (
            lost(r#""probability":1.5"#),
            "`probability` must be a number from 0 to 1",
        ),
        (lost(r#""probability":"often""#), "not \"often\""),
        (
            lost(r#""seed":1"#),
            "`seed` means nothing without `probability`",
        ),
        (of(r#""delay""#), "`delay` needs `ms`"),
        (
            of(r#""delay","ms":600001"#),
            "a whole number up to 600000, not 600001",
        ),
        (of(r#""error""#), "`error` needs `status`"),
        (of(r#""error","status":200"#), "is not from 400 to 599"),
        (of(r#""reset""#), "`reset` needs `when`"),
        (of(r#""reset","when":"during""#), "not `during`"),
        (of(r#""fail_items""#), "needs `event_ids` or `count`"),
        (
            of(r#""fail_items","count":1,"event_ids":["e"]"#),
            "not both",
        ),
        (of(r#""extra_results","event_ids":[1]"#), "a list of texts"),
        (of(r#""truncated_body","clean_end":1"#), "true or false"),
        (
            of(r#""wrong_content_type","content_type":"a\nb""#),
            "cannot stand in a header",
        ),
        (
            r#"[{"operation":"*","kind":"lost_answer"},{"operation":"*","kind":"delay"}]"#
                .to_owned(),
            "fault 1: `delay` needs `ms`",
        ),
    ] {
        refused(&plan, expected);
    }
}

#[test]
fn meets_the_calls_of_its_numbers() {
    let plan = r#"{"operation":"*","kind":"lost_answer","nth":[4,2]}"#;
    assert_eq!(pattern(plan, 5), [false, true, false, true, false]);
    let plan = r#"{"operation":"*","kind":"lost_answer","times":2}"#;
    assert_eq!(pattern(plan, 4), [true, true, false, false]);
}

#[test]
fn leaves_the_list_once_no_call_can_meet_it() {
    let mut faults = faults(r#"{"operation":"*","kind":"lost_answer","nth":2}"#);
    call(&mut faults, 0);
    assert_eq!(faults.list(0).len(), 1);
    call(&mut faults, 0);
    assert!(faults.list(0).is_empty());
}

#[test]
fn stays_for_its_time() {
    let mut faults = faults(r#"{"operation":"*","kind":"throttle","for_s":60}"#);
    assert_eq!(call(&mut faults, 59_999), ["throttle"]);
    assert!(call(&mut faults, 60_000).is_empty());
    assert!(faults.list(60_000).is_empty());
}

#[test]
fn draws_the_same_for_a_seed_and_about_as_often_as_asked() {
    let plan = |seed: u64, other: &str| {
        format!(
            r#"{{"seed":{seed},"faults":[{other}{{"operation":"*","kind":"lost_answer","probability":0.25}}]}}"#
        )
    };
    let drawn = pattern(&plan(7, ""), 1000);
    assert_eq!(drawn, pattern(&plan(7, ""), 1000));
    assert_ne!(drawn, pattern(&plan(8, ""), 1000));
    let met = drawn.iter().filter(|met| **met).count();
    assert!((200..=300).contains(&met), "{met} of 1000");
    for (probability, expected) in [("0", false), ("1", true)] {
        let plan =
            format!(r#"{{"operation":"*","kind":"lost_answer","probability":{probability}}}"#);
        assert_eq!(pattern(&plan, 20), [expected; 20]);
    }
}

#[test]
fn two_faults_of_one_seed_are_drawn_apart() {
    let plan = r#"{"seed":7,"faults":[
        {"operation":"*","kind":"lost_answer","probability":0.5},
        {"operation":"*","kind":"trailing_newline","probability":0.5}]}"#;
    let mut faults = faults(plan);
    let calls: Vec<usize> = (0..200).map(|_| call(&mut faults, 0).len()).collect();
    for met in 0..=2 {
        assert!(calls.contains(&met), "{met} at once: never");
    }
}

#[test]
fn a_refused_call_does_not_count_for_others() {
    let mut faults = faults(
        r#"[{"operation":"*","kind":"lost_answer","nth":1},
            {"operation":"*","kind":"throttle","times":2},
            {"operation":"*","kind":"reset","when":"before","times":1},
            {"operation":"*","kind":"delay","ms":1}]"#,
    );
    assert_eq!(call(&mut faults, 0), ["delay", "throttle"]);
    assert_eq!(call(&mut faults, 0), ["delay", "throttle"]);
    assert_eq!(call(&mut faults, 0), ["delay", "reset"]);
    assert_eq!(call(&mut faults, 0), ["delay", "lost_answer"]);
    assert_eq!(call(&mut faults, 0), ["delay"]);
}
