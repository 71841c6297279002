//! `evenkeel accounts simulate`

use std::{
    fs::File,
    io::Write,
    process::{Command, Stdio},
};

use insta::assert_snapshot;
use rustix::{
    fs::{Mode, OFlags, open},
    pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt},
};
use serde_json::{Value, json};

use crate::{
    http::{get, post, send},
    process::finish,
    stand::Stand,
};

const ACCOUNTS: [(&str, &str, &str); 2] = [
    ("core", "alibaba-ecs", "cn-hangzhou"),
    ("edge", "ens", "cn-hangzhou"),
];

fn simulate(stand: &Stand, words: &[&str]) -> Command {
    let mut command = stand.accounts("simulate");
    command.args(words);
    command
}

fn events(stand: &Stand) -> Vec<Value> {
    let state = get(&stand.sandbox.base, "/_sandbox/state").json();
    state["events"]["alibaba-ecs"].as_array().unwrap().clone()
}

/// Two instances of the sandbox's fleet, each with a real event.
fn instances(stand: &Stand) -> [String; 2] {
    let events = events(stand);
    let ids = events.iter().map(|event| event["resource_id"].as_str());
    let mut ids: Vec<_> = ids.flatten().filter(|id| id.starts_with("i-")).collect();
    ids.sort_unstable();
    ids.dedup();
    [ids[0].to_owned(), ids[1].to_owned()]
}

/// Ids of the simulated events, with whether each was called off.
fn simulated(stand: &Stand) -> Vec<(String, bool)> {
    let of = |event: &Value| {
        let is_canceled = event["course"]["kind"] == "canceled";
        (event["id"].as_str().unwrap().to_owned(), is_canceled)
    };
    let events = events(stand);
    let simulated = events.iter().filter(|event| event["simulated"] == true);
    simulated.map(of).collect()
}

#[test]
fn events_come_are_listed_as_simulated_and_go() {
    let stand = Stand::with(&ACCOUNTS, &[]);
    let [one, two] = &instances(&stand);
    let before = events(&stand).len();
    let words = [
        "core",
        "--instance",
        one,
        "--instance",
        two,
        "--in",
        "2h",
        "--yes",
    ];
    let (code, out, error) = finish(&mut simulate(&stand, &words));
    assert_eq!((code, error.as_str()), (0, ""), "{out}");
    let (_, until) = out.split_once("by itself at ").unwrap();
    let (until, _) = until.split_once('\n').unwrap();
    let made = simulated(&stand);
    let [(first, false), (second, false)] = &made[..] else {
        panic!("{made:?}");
    };
    let told = out
        .replace(until, "UNTIL")
        .replace(&stand.sandbox.base, "HERE");
    let told = told.replace(one, "ONE").replace(two, "TWO");
    let told = told.replace(first, "FIRST").replace(second, "SECOND");
    assert_snapshot!(told, @"
    account `core`, region `cn-hangzhou`, at HERE:
    it is going to simulate 2 events of the type `SystemMaintenance.Reboot`, one for each of:
      ONE
      TWO
    planned from the beginning, and over by itself at UNTIL
    nothing happens to an instance: `TriggerRealOps`, by which it would, is not sent
    simulated 2 events:
      FIRST
      SECOND
    the console lists them, marked as simulated, from the account's next reading on
    they are over at UNTIL, or once you say `evenkeel accounts simulate core --cancel`
    do not reboot or redeploy an instance to answer one: that is real
    ");

    // It finds them by the cloud's list, in which nothing but the mark tells them from the others.
    let (code, out, error) = finish(&mut simulate(&stand, &["core", "--cancel"]));
    let told = out.replace(&stand.sandbox.base, "HERE");
    let told = told.replace(one, "ONE").replace(two, "TWO");
    let told = told.replace(first, "FIRST").replace(second, "SECOND");
    assert_snapshot!(told, @"
    account `core`, region `cn-hangzhou`, at HERE:
    it is going to cancel 2 events:
      FIRST of ONE, `SystemMaintenance.Reboot`, Scheduled
      SECOND of TWO, `SystemMaintenance.Reboot`, Scheduled
    nothing happens to an instance, and no real event is touched
    ");
    assert_snapshot!(error, @"evenkeel: nothing was done: there is no terminal to ask at; if this is what you want, say it again with --yes");
    assert_eq!(code, 2);
    assert_eq!(simulated(&stand), made);

    let words = ["core", "--cancel", "--instance", two, "--yes"];
    let (code, out, _) = finish(&mut simulate(&stand, &words));
    assert_eq!(code, 0, "{out}");
    assert!(out.contains("\ncanceled 1 event\n"), "{out}");
    let canceled = |stand: &Stand| {
        let all = simulated(stand).into_iter();
        all.filter(|(_, is)| *is)
            .map(|(id, _)| id)
            .collect::<Vec<_>>()
    };
    assert_eq!(canceled(&stand), std::slice::from_ref(second));
    let rest = ["core", "--cancel", "--yes"];
    let (_, out, _) = finish(&mut simulate(&stand, &rest));
    assert!(out.contains("\ncanceled 1 event\n"), "{out}");
    assert_eq!(canceled(&stand).len(), 2);
    let (code, out, _) = finish(&mut simulate(&stand, &rest));
    assert_eq!(code, 0);
    assert!(out.ends_with("\nno simulated event is open\n"), "{out}");
    assert_eq!(events(&stand).len(), before + 2);
}

#[test]
fn more_events_than_a_call_takes_are_called_off_in_several_calls() {
    let stand = Stand::with(&ACCOUNTS, &[]);
    let base = &stand.sandbox.base;
    let instances: Vec<String> = (0..12).map(|number| format!("i-many{number:02}")).collect();
    let mut state = get(base, "/_sandbox/state").json();
    let now = state["now"].clone();
    let event = |id: &String| {
        json!({"id": format!("e-{id}"), "resource_id": id, "type": "SystemMaintenance.Reboot",
            "published_at": now, "course": {"kind": "asking"}})
    };
    state["events"]["alibaba-ecs"] = instances.iter().map(event).collect();
    let shown = send(base, "PUT", "/_sandbox/state", &state.to_string());
    assert_eq!(shown.status, 200, "{}", shown.body);
    let named: Vec<&str> = instances.iter().flat_map(|id| ["--instance", id]).collect();
    // An instance may have ten of them.
    for _ in 0..10 {
        let words = [&["core", "--in", "2h", "--yes"], &named[..]].concat();
        let (code, _, error) = finish(&mut simulate(&stand, &words));
        assert_eq!(code, 0, "{error}");
    }
    let words = ["core", "--cancel", "--yes"];
    let (code, out, error) = finish(&mut simulate(&stand, &words));
    assert_eq!((code, error.as_str()), (0, ""));
    assert!(out.contains("it is going to cancel 120 events:\n"), "{out}");
    assert!(
        out.contains("\ncanceled 100 events\ncanceled 20 events\n"),
        "{out}"
    );
    let all = simulated(&stand);
    assert_eq!(all.len(), 120);
    assert!(all.iter().all(|(_, is_canceled)| *is_canceled));
    assert_eq!(events(&stand).len(), 12 + 120);
    let calls = get(&stand.sandbox.base, "/_sandbox/calls").json();
    let count = |name: &str| {
        let calls = calls["calls"].as_array().unwrap().iter();
        calls.filter(|call| call["operation"] == name).count()
    };
    // 120 events, 100 a page.
    assert_eq!(count("DescribeInstanceHistoryEvents"), 2);
    assert_eq!(count("CancelSimulatedSystemEvents"), 2);
}

#[test]
fn what_the_cloud_refuses_is_told_in_its_words_and_nothing_was_done() {
    let stand = Stand::with(&ACCOUNTS, &["--clock", "virtual"]);
    let base = &stand.sandbox.base;
    let [one, _] = &instances(&stand);
    let order = |instance: &str, lasts: &str| {
        let words = ["core", "--instance", instance, "--in", lasts, "--yes"];
        let (code, _, error) = finish(&mut simulate(&stand, &words));
        assert_eq!(code, 1, "{error}");
        error
    };
    assert_snapshot!(order("i-none", "2h"), @"core: the cloud refuses it: InvalidInstanceId.NotFound: The specified InstanceId does not exist.");
    // The cloud's clock is ahead, not so far that it refuses the signature.
    let moved = post(
        base,
        "/_sandbox/clock",
        &json!({"advance_s": 600}).to_string(),
    );
    assert_eq!(moved.status, 200);
    assert_snapshot!(order(one, "5m"), @"core: the cloud refuses it: InvalidNotBefore.Passed: The specified NotBefore has passed.");
    let deny = |operation: &str| {
        let fault = json!({"operation": operation, "kind": "error", "status": 403, "times": 1});
        assert_eq!(
            post(base, "/_sandbox/faults", &fault.to_string()).status,
            200
        );
    };
    deny("CreateSimulatedSystemEvents");
    assert_snapshot!(order(one, "2h"), @"core: the key may not: grant `ecs:CreateSimulatedSystemEvents` (Forbidden.RAM: User not authorized to operate on the specified resource, or this API doesn't support RAM.)");
    assert!(simulated(&stand).is_empty());

    let words = ["core", "--instance", one, "--in", "2h", "--yes"];
    assert_eq!(finish(&mut simulate(&stand, &words)).0, 0);
    let cancel = || {
        let (code, _, error) = finish(&mut simulate(&stand, &["core", "--cancel", "--yes"]));
        assert_eq!(code, 1, "{error}");
        error
    };
    deny("DescribeInstanceHistoryEvents");
    assert_snapshot!(cancel(), @"core: the key may not: grant `ecs:DescribeInstanceHistoryEvents` (Forbidden.RAM: User not authorized to operate on the specified resource, or this API doesn't support RAM.)");
    deny("CancelSimulatedSystemEvents");
    assert_snapshot!(cancel(), @"core: the key may not: grant `ecs:CancelSimulatedSystemEvents` (Forbidden.RAM: User not authorized to operate on the specified resource, or this API doesn't support RAM.)");
    assert!(simulated(&stand).iter().all(|(_, canceled)| !canceled));
}

#[test]
fn an_answer_that_is_lost_is_no_reason_to_do_it_again_unseen() {
    let stand = Stand::with(&ACCOUNTS, &[]);
    let [one, _] = &instances(&stand);
    let fault = json!({"operation": "CreateSimulatedSystemEvents", "kind": "lost_answer"});
    let base = &stand.sandbox.base;
    assert_eq!(
        post(base, "/_sandbox/faults", &fault.to_string()).status,
        200
    );
    let words = ["core", "--instance", one, "--in", "2h", "--yes"];
    let (code, _, error) = finish(&mut simulate(&stand, &words));
    assert_eq!(code, 1, "{error}");
    let advice = "; it may have been done all the same: look at the list before you do it again\n";
    assert!(error.ends_with(advice), "{error}");
    // It was done, and once.
    assert_eq!(simulated(&stand).len(), 1);
}

#[test]
fn a_wrong_secret_is_told_without_what_was_signed() {
    let stand = Stand::with(&ACCOUNTS, &[]);
    let words = ["core", "--instance", "i-1", "--in", "2h", "--yes"];
    let mut command = simulate(&stand, &words);
    command.env("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "canary-secret");
    let (code, out, error) = finish(&mut command);
    assert_eq!(code, 1);
    assert_snapshot!(error, @"core: SignatureDoesNotMatch: the cloud refuses the key, its signature or its date; `evenkeel accounts check` says what is wrong with the key");
    assert!(!out.contains("canary"), "{out}");
}

#[test]
fn an_order_that_cannot_be_is_refused_before_anything_is_sent() {
    let stand = Stand::with(&ACCOUNTS, &[]);
    let fault = |words: &[&str]| {
        let (code, out, error) = finish(&mut simulate(&stand, words));
        assert_eq!((code, out.as_str()), (2, ""), "{error}");
        error.lines().next().unwrap().to_owned()
    };
    let order = ["--instance", "i-1", "--in", "2h", "--yes"];
    let with = |account: &str, more: &[&str]| fault(&[&[account], &order[..], more].concat());
    assert_snapshot!(with("edge", &[]), @"evenkeel: the cloud of account `edge` has no simulated events");
    assert_snapshot!(with("other", &[]), @"evenkeel: `other` is no configured account: there are `core`, `edge`");
    assert_snapshot!(with("core", &["--type", "Odd"]), @"evenkeel: `Odd` is no type that the cloud simulates: there are `SystemMaintenance.Reboot`, `SystemMaintenance.Stop`, `SystemMaintenance.Redeploy`, `SystemFailure.Reboot`, `SystemFailure.Stop`, `SystemFailure.Redeploy`, `InstanceFailure.Reboot`");
    assert_snapshot!(with("core", &["--instance", "i-1"]), @"evenkeel: `i-1` is named twice: one event is made for each instance");
    assert_snapshot!(fault(&["core", "--instance", "i-1", "--in", "59s"]), @"error: invalid value '59s' for '--in <TIME>': must be from 1m to 30d");
    assert_snapshot!(fault(&["core", "--cancel", "--in", "2h"]), @"error: the argument '--cancel' cannot be used with '--in <TIME>'");
    assert_snapshot!(fault(&["core", "--in", "2h"]), @"error: the following required arguments were not provided:");
    let calls = get(&stand.sandbox.base, "/_sandbox/calls").json();
    assert_eq!(calls["calls"], json!([]), "{calls}");
}

#[test]
fn a_person_is_asked_and_only_a_yes_goes_on() {
    let stand = Stand::with(&ACCOUNTS, &[]);
    let [one, _] = &instances(&stand);
    let asked = |answer: &str| {
        let terminal = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
        grantpt(&terminal).unwrap();
        unlockpt(&terminal).unwrap();
        let name = ptsname(&terminal, Vec::new()).unwrap();
        let theirs = open(name, OFlags::RDWR | OFlags::NOCTTY, Mode::empty()).unwrap();
        File::from(terminal.try_clone().unwrap())
            .write_all(answer.as_bytes())
            .unwrap();
        let words = ["core", "--instance", one, "--in", "2h"];
        let mut command = simulate(&stand, &words);
        let (code, out, error) = finish(command.stdin(Stdio::from(theirs)));
        assert_eq!(error, "go on? [y/N] ");
        assert!(out.contains("`TriggerRealOps`, by which it would, is not sent"));
        (code, out, simulated(&stand).len())
    };
    for answer in ["n\n", "\n", "yes please\n"] {
        let (code, out, made) = asked(answer);
        assert_eq!((code, made), (1, 0), "{answer:?}");
        assert!(out.ends_with("\nnothing was done\n"), "{out}");
    }
    let (code, out, made) = asked("y\n");
    assert_eq!((code, made), (0, 1), "{out}");
}
