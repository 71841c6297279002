//! Four eyes, from an order to the cloud: what meets a rule waits for a second person, whatever anybody tries.

use axum::http::StatusCode;
use evenkeel_api::{Accounts, Grants, Role};
use evenkeel_store::Caller;
use evenkeel_testkit::{HOUR, START, TestDatabase};
use serde_json::{Value, json};

use crate::testbed::{JournalTestbed, MINUTE, Running, accepts, on_each_database};

const EVERYTHING: &str = "break_glass = true\n[[approval.rules]]\nname = \"everything\"";

/// Two people, and the browsers that they are logged in by.
struct Team {
    lin: String,
    wang: String,
}

impl Team {
    async fn of(proxy: &Running) -> Self {
        let role = |role| Grants::one(role, Accounts::All);
        Self {
            lin: proxy.log_in("lin", &role(Role::Admin)).await,
            wang: proxy.log_in("wang", &role(Role::Approver)).await,
        }
    }
}

/// What was answered, by its status and code.
fn said((status, body): (StatusCode, Value)) -> (u16, String) {
    let code = body["code"].as_str().unwrap_or("taken");
    (status.as_u16(), code.to_owned())
}

fn refusal(status: u16, code: &str) -> (u16, String) {
    (status, code.to_owned())
}

/// Orders something that has to wait; its id and its plan.
async fn ordered(
    testbed: &JournalTestbed,
    proxy: &Running,
    by: &str,
    body: &Value,
) -> (String, String) {
    let (status, batch) = proxy.post_by(by, "batches", &testbed.key(), body).await;
    assert_eq!(status, StatusCode::CREATED, "{batch}");
    assert_eq!(batch["state"], "unapproved", "{batch}");
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    (text(&batch["id"]), text(&batch["approval"]["plan"]))
}

async fn approve(proxy: &Running, by: &str, id: &str, body: &Value) -> (u16, String) {
    said(
        proxy
            .post_by(by, &format!("batches/{id}/approve"), "-", body)
            .await,
    )
}

async fn received(testbed: &JournalTestbed) -> Value {
    testbed.calls().await["totals"]["received"].clone()
}

on_each_database! {
    async fn what_meets_a_rule_is_sent_once_and_after_another_person_said_so(testbed: &JournalTestbed) {
        let proxy = testbed.proxy_with_policy(EVERYTHING).await;
        let Team { lin, wang } = Team::of(&proxy).await;
        let chen = proxy.log_in("chen", &Grants::one(Role::Operator, Accounts::All)).await;
        let (id, plan) = ordered(testbed, &proxy, &lin, &accepts(0..3, None)).await;
        let (other, _) = ordered(testbed, &proxy, &lin, &accepts(3..4, None)).await;
        let batch = testbed.get(&proxy, &format!("batches/{id}")).await;
        assert_eq!(batch["approval"]["rules"][0]["text"], "every batch needs it");
        let waiting = testbed.get(&proxy, "batches?state=unapproved").await;
        assert_eq!(waiting["batches"].as_array().unwrap().len(), 2);

        // Each is told whether they may: by what they may do, and by who they are.
        let may = |batch: &Value| (batch["approval"]["may_approve"].clone(), batch["approval"]["may_not_because"].clone());
        assert_eq!(may(&batch), (json!(false), json!("token")));
        assert_eq!(may(&waiting["batches"][1]), (json!(false), json!("token")));
        let path = format!("batches/{other}/pause");
        let mut told = Vec::new();
        for who in [&lin, &wang, &chen] {
            let (_, batch) = proxy.post_by(who, &path, "-", &json!({})).await;
            told.push(may(&batch));
        }
        let no = |why: &str| (json!(false), json!(why));
        assert_eq!(told, [no("own_order"), (json!(true), Value::Null), no("no_right")]);
        proxy.post_by(&lin, &format!("batches/{other}/resume"), "-", &json!({})).await;

        let yes = json!({ "plan": plan });
        // An admin may approve, but not their own; the machine's token is nobody's second person.
        assert_eq!(approve(&proxy, &lin, &id, &yes).await, refusal(409, "second_person_needed"));
        let by_token = proxy.post(&format!("batches/{id}/approve"), "-", &yes).await;
        assert_eq!(said(by_token), refusal(409, "second_person_needed"));
        assert_eq!(approve(&proxy, &wang, &other, &yes).await, refusal(409, "plan_changed"));
        assert_eq!(approve(&proxy, &wang, &id, &json!({"plan": "0"})).await, refusal(409, "plan_changed"));
        assert_eq!(approve(&proxy, &wang, &id, &json!({})).await, refusal(422, "invalid_parameters"));
        assert_eq!(approve(&proxy, &wang, "nope", &yes).await, refusal(404, "unknown_batch"));
        // Nor does a word to go on let it go.
        for order in ["pause", "resume"] {
            let (status, _) = proxy.post_by(&lin, &format!("batches/{id}/{order}"), "-", &json!({})).await;
            assert_eq!(status, StatusCode::OK);
        }
        testbed.advance(2 * HOUR).await;
        assert_eq!(received(testbed).await, 0);

        // An order for now that waited for a person is not stale.
        assert_eq!(approve(&proxy, &wang, &id, &yes).await, refusal(200, "taken"));
        testbed.until_taken(&proxy, &id, 3).await;
        assert_eq!(approve(&proxy, &wang, &id, &yes).await, refusal(409, "not_waiting"));
        assert_eq!(received(testbed).await, 3);

        // What was refused is asked for again by a retry, which is another batch.
        let no = json!({"reason": "not this one"});
        let (status, batch) = proxy.post_by(&wang, &format!("batches/{other}/reject"), "-", &no).await;
        assert_eq!((status, &batch["counts"]["not_sent"]), (StatusCode::OK, &json!(1)), "{batch}");
        let (_, retry) = proxy.post_by(&lin, &format!("batches/{other}/retry-failed"), "again", &json!({})).await;
        assert_eq!(retry["state"], "unapproved", "{retry}");
        let retry_id = retry["id"].as_str().unwrap();
        // Nobody is there.
        let glass = |reason: &str| json!({"plan": retry["approval"]["plan"], "reason": reason});
        let path = format!("batches/{retry_id}/break-glass");
        assert_eq!(said(proxy.post_by(&wang, &path, "-", &glass("now")).await), refusal(403, "not_allowed"));
        assert_eq!(said(proxy.post_by(&lin, &path, "-", &glass(" ")).await), refusal(422, "invalid_parameters"));
        assert_eq!(said(proxy.post(&path, "-", &glass("a tool's")).await), refusal(409, "second_person_needed"));
        assert_eq!(said(proxy.post_by(&lin, &path, "-", &glass("nobody answers")).await), refusal(200, "taken"));
        testbed.until_taken(&proxy, retry_id, 1).await;

        let audit = testbed.get(&proxy, "audit?limit=500").await;
        let records = audit["records"].as_array().unwrap();
        let count = |kind: &str| records.iter().filter(|it| it["record"]["kind"] == kind).count();
        let kinds = ["approval_asked", "approved", "approval_refused", "break_glass"];
        let counts = kinds.map(|kind| count(&format!("batch.{kind}")));
        assert_eq!(counts, [3, 1, 1, 1]);
        proxy.stop().await;
    }

    async fn an_approval_holds_until_its_time_is_over_and_while_its_giver_may(testbed: &JournalTestbed) {
        let proxy = testbed.proxy_with_policy(EVERYTHING).await;
        let Team { lin, wang } = Team::of(&proxy).await;
        let (id, _) = ordered(testbed, &proxy, &lin, &accepts(0..2, None)).await;
        testbed.advance(24 * HOUR).await;
        let batch = testbed.until_count(&proxy, &id, "not_sent", 2).await;
        assert_eq!(batch["items"][0]["reason"], "approval_expired", "{batch}");
        assert_eq!(batch["approval"]["state"], "expired");

        // Nothing leaves before the change of rights.
        let (id, plan) = ordered(testbed, &proxy, &lin, &accepts(2..4, None)).await;
        testbed.fault(json!({"operation": "AcceptScheduledEvent", "kind": "throttle", "retry_after_s": 60, "times": 1})).await;
        assert_eq!(approve(&proxy, &wang, &id, &json!({ "plan": plan })).await, refusal(200, "taken"));
        testbed.until(&proxy, &id, |batch| batch["items"][0]["reason"] == "throttled").await;
        let (operator, by) = (Grants::one(Role::Operator, Accounts::All), Caller::local());
        assert!(proxy.db().grant_user("wang", &operator, &by, START).await.unwrap());
        testbed.advance(5 * MINUTE).await;
        let batch = testbed.until_count(&proxy, &id, "not_sent", 2).await;
        assert_eq!(batch["items"][0]["reason"], "approval_void", "{batch}");
        assert_eq!(received(testbed).await, 0);
        proxy.stop().await;
    }

    async fn whoever_approves_says_the_password(testbed: &JournalTestbed) {
        let proxy = testbed.proxy_with_policy(EVERYTHING).await;
        let Team { lin, wang } = Team::of(&proxy).await;
        let body = json!({"account": "edge", "action": "migrate", "password": "Canary-Lin-77", "items": [
            {"event_id": "e-0040", "resource_id": "i-0040", "when": "now", "data_policy": "abandon"}]});
        let (id, plan) = ordered(testbed, &proxy, &lin, &body).await;
        let batch = testbed.get(&proxy, &format!("batches/{id}")).await;
        assert_eq!(batch["approval"]["asks_password"], true, "{batch}");
        assert_eq!(approve(&proxy, &wang, &id, &json!({ "plan": plan })).await, refusal(422, "password_needed"));
        // The rules of the action run again, on the password too.
        let weak = json!({"plan": plan, "password": "x"});
        assert_eq!(approve(&proxy, &wang, &id, &weak).await, refusal(422, "invalid_parameters"));
        assert_eq!(received(testbed).await, 0);
        let yes = json!({"plan": plan, "password": "Canary-Wang-88"});
        assert_eq!(approve(&proxy, &wang, &id, &yes).await, refusal(200, "taken"));
        testbed.until_taken(&proxy, &id, 1).await;
        proxy.stop().await;
    }

    async fn what_needs_an_approval_by_the_time_it_leaves_does_not_leave_without_one(testbed: &JournalTestbed) {
        // The clock stands at a full hour of a day that is known.
        let hour = START / HOUR % 24;
        let table = format!("[[approval.rules]]\nname = \"later\"\nwhen = {{ time_zone = \"UTC\", hours = [\"Mon-Sun {:02}:00-{:02}:00\"] }}",
            (hour + 2) % 24, (hour + 4) % 24);
        let proxy = testbed.proxy_with_policy(&table).await;
        let token = testbed.batch(&proxy, &accepts(0..2, None)).await;
        testbed.until_taken(&proxy, &token, 2).await;

        let held = testbed.batch(&proxy, &accepts(2..4, Some(START + 3 * HOUR))).await;
        // It is for a time at which the rule asks.
        assert_eq!(testbed.get(&proxy, &format!("batches/{held}")).await["state"], "unapproved");
        proxy.post(&format!("batches/{held}/cancel"), "-", &json!({})).await;

        testbed.fault(json!({"operation": "AcceptScheduledEvent", "kind": "throttle", "retry_after_s": 60, "times": 1})).await;
        let early = testbed.batch(&proxy, &accepts(4..6, None)).await;
        proxy.post(&format!("batches/{early}/pause"), "-", &json!({})).await;
        testbed.advance(150 * MINUTE).await;
        proxy.post(&format!("batches/{early}/resume"), "-", &json!({})).await;
        let batch = testbed.until_sent(&proxy, &early).await;
        let left = batch["items"].as_array().unwrap().iter().filter(|item| item["reason"] == "approval_needed").count();
        assert!(left >= 1, "{batch}");
        let (_, retry) = proxy.post(&format!("batches/{early}/retry-failed"), "again", &json!({})).await;
        assert_eq!(retry["state"], "unapproved", "{retry}");
        proxy.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_proxy_on_the_same_store_takes_the_approval() {
    let Some(database) = TestDatabase::postgres().await else {
        return;
    };
    let testbed = JournalTestbed::new(database).await;
    let one = testbed.proxy_with_policy(EVERYTHING).await;
    let two = testbed.proxy_with_policy(EVERYTHING).await;
    let Team { lin, wang } = Team::of(&one).await;
    let (id, plan) = ordered(&testbed, &one, &lin, &accepts(0..4, None)).await;
    let yes = json!({ "plan": plan });
    let (here, there) = tokio::join!(
        approve(&one, &wang, &id, &yes),
        approve(&two, &wang, &id, &yes)
    );
    let mut both = [here, there];
    both.sort();
    assert_eq!(both, [refusal(200, "taken"), refusal(409, "not_waiting")]);
    testbed.until_taken(&two, &id, 4).await;
    assert_eq!(received(&testbed).await, 4);
    testbed.assert_nothing_acted_twice().await;
    for proxy in [one, two] {
        proxy.stop().await;
    }
}
