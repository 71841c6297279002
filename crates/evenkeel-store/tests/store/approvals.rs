//! Approvals: what waits for a second person is not sent whatever anybody tries, and is sent once when they say so.

mod attacks;

use std::collections::HashSet;

use evenkeel::Action;
use evenkeel_api::{
    Accounts, Actor, ApprovalState, BatchState, Caller, Grants, ItemReason, ItemState, Login,
    MayNotApprove, MetCondition, MetRule, Principal, Role,
};
use evenkeel_audit::{Sealed, verify};
use evenkeel_store::{
    Db, NewUser, PasswordHash, SubjectRights,
    journal::{
        ApprovalError, Approved, Created, Decision, Destination, Intent, NewApproval, NewBatch,
        NewItem,
    },
    sqlx,
};
use serde_json::Value;
use sqlx::Executor as _;

use crate::databases::{Fresh, on_each_database};

const NOW: i64 = 1_800_000_000_000;
const HOUR: i64 = 3_600_000;

fn user(name: &str) -> Principal {
    Principal::User {
        name: name.to_owned(),
    }
}

fn by(name: &str) -> Caller {
    with(user(name), Login::Password)
}

fn with(who: Principal, login: Login) -> Caller {
    Caller {
        actor: Actor { who, login },
        ..Caller::local()
    }
}

fn destination() -> Destination {
    Destination {
        cloud: "ens https://ens.aliyuncs.com ".to_owned(),
        region: "cn-hangzhou".to_owned(),
    }
}

fn rules() -> Vec<MetRule> {
    vec![MetRule {
        name: "everything".to_owned(),
        because: vec![MetCondition::Always],
        text: "every batch needs it".to_owned(),
    }]
}

fn wish(id: &str, by: Caller) -> NewBatch {
    NewBatch {
        id: id.to_owned(),
        account: "edge".to_owned(),
        action: Action::Migrate,
        created_at: NOW,
        by,
        retry_of: None,
        retried: Vec::new(),
        destination: destination(),
        idempotency_key: format!("key-{id}"),
        body_digest: "d".to_owned(),
        issues: "[]".to_owned(),
        password_at: Some("proxy-a".to_owned()),
        approval: Some(NewApproval {
            rules: rules(),
            expires_at: NOW + HOUR,
        }),
    }
}

fn items(takes_password: bool) -> Vec<NewItem> {
    let item = |n: i64| NewItem {
        event_id: format!("e-{n}"),
        resource_id: format!("i-{n}"),
        plan_at: (n == 2).then_some(NOW + 9 * HOUR),
        data_policy: None,
        takes_password: takes_password && n != 2,
        due_at: 0,
    };
    (0..3).map(item).collect()
}

/// A batch that lin ordered, and that waits.
async fn ordered(db: &Db, id: &str) -> String {
    ordered_by(db, id, by("lin")).await
}

async fn ordered_by(db: &Db, id: &str, by: Caller) -> String {
    let created = db.create_batch(&wish(id, by), &items(false)).await;
    assert_eq!(created.unwrap(), Created::New);
    plan(db, id).await
}

async fn plan(db: &Db, id: &str) -> String {
    let summary = db.batch_summary(id).await.unwrap().unwrap();
    summary.approval.unwrap().plan
}

async fn state(db: &Db, id: &str) -> ApprovalState {
    let summary = db.batch_summary(id).await.unwrap().unwrap();
    summary.approval.unwrap().state
}

async fn approve(db: &Db, id: &str, plan: &str, by: &Caller) -> Result<(), ApprovalError> {
    approve_at(db, id, plan, by, NOW + 1).await
}

async fn approve_at(
    db: &Db,
    id: &str,
    plan: &str,
    by: &Caller,
    now: i64,
) -> Result<(), ApprovalError> {
    let decision = Decision {
        by,
        plan,
        rules: &rules(),
        password_at: None,
        expires_at: now + HOUR,
        now,
    };
    db.approve_batch(id, Approved::BySecondPerson, &decision)
        .await
}

/// The indexes that a sender would send.
async fn due(db: &Db, proxy: &str, now: i64) -> Vec<u32> {
    let mut tx = db.begin().await.unwrap();
    let due = tx.due_items("edge", &destination(), proxy, now, 100).await;
    due.unwrap().iter().map(|item| item.index).collect()
}

async fn void(db: &Db, id: &str, now: i64) -> Option<ItemReason> {
    let mut tx = db.begin().await.unwrap();
    let void = tx.void_orders(&HashSet::from([id]), now).await.unwrap();
    void.get(id).copied()
}

async fn intend(db: &Db, id: &str, now: i64) -> Vec<u32> {
    let mut tx = db.begin().await.unwrap();
    let call_id = format!("call-{id}-{now}");
    let intent = Intent {
        call_id: &call_id,
        batch_id: id,
        indexes: &[0, 1, 2],
        signed_at: now,
        is_looked_at: false,
    };
    let sent = tx.intend(&intent, now).await.unwrap();
    tx.commit().await.unwrap();
    sent
}

/// A database, and people that it knows: one who may order, and two who may approve.
async fn team(fresh: &Fresh) -> Db {
    let db = fresh.open().await;
    for (name, role) in [
        ("lin", Role::Operator),
        ("wang", Role::Approver),
        ("chen", Role::Approver),
    ] {
        let user = NewUser {
            name: name.to_owned(),
            password: PasswordHash::of_text("x".to_owned()),
            grants: Grants::one(role, Accounts::All),
            made_at: NOW,
        };
        assert!(db.add_user(&user, &Caller::local()).await.unwrap());
    }
    db
}

async fn grant(db: &Db, name: &str, role: Role, accounts: Accounts) {
    let grants = Grants::one(role, accounts);
    let granted = db.grant_user(name, &grants, &Caller::local(), NOW).await;
    assert!(granted.unwrap());
}

async fn records(db: &Db, kind: &str) -> Vec<Value> {
    let records = db.audit_after(0, 10_000).await.unwrap();
    let export: String = records.iter().map(Sealed::line).collect();
    verify(export.as_bytes(), &[]).unwrap();
    let parsed = records.iter().map(|it| serde_json::from_str(&it.record));
    let parsed = parsed.map(|it: Result<Value, _>| it.unwrap());
    parsed.filter(|it| it["kind"] == kind).collect()
}

async fn run(db: &Db, sql: &'static str) {
    let mut tx = db.begin().await.unwrap();
    tx.execute(sql).await.unwrap();
    tx.commit().await.unwrap();
}

on_each_database! {
    async fn nothing_leaves_before_a_second_person_said_yes(fresh: &Fresh) {
        let db = team(fresh).await;
        let plan = ordered(&db, "b1").await;
        let summary = db.batch_summary("b1").await.unwrap().unwrap();
        assert_eq!((summary.state, summary.counts.unapproved), (BatchState::Unapproved, 3));
        let approval = summary.approval.unwrap();
        assert_eq!((approval.state, &approval.rules), (ApprovalState::Waiting, &rules()));
        // Not by its turn, not by an intent that somebody writes all the same, not by a pause and a word to go on.
        assert_eq!(due(&db, "proxy-a", NOW + 10 * HOUR).await, [] as [u32; 0]);
        assert_eq!(db.accounts_with_queued().await.unwrap(), [] as [String; 0]);
        assert_eq!(intend(&db, "b1", NOW + 1).await, [] as [u32; 0]);
        db.pause_batch("b1", true, &by("lin"), NOW).await.unwrap();
        db.pause_batch("b1", false, &by("lin"), NOW).await.unwrap();
        assert_eq!(intend(&db, "b1", NOW + 2).await, [] as [u32; 0]);

        approve(&db, "b1", &plan, &by("wang")).await.unwrap();
        assert_eq!(due(&db, "proxy-a", NOW + 2).await, [0, 1, 2]);
        assert_eq!(void(&db, "b1", NOW + 2).await, None);
        assert_eq!(intend(&db, "b1", NOW + 3).await, [0, 1, 2]);
        let approval = db.batch_summary("b1").await.unwrap().unwrap().approval.unwrap();
        assert_eq!(approval.used_at.map(evenkeel::Timestamp::as_millis), Some(NOW + 3));
        assert_eq!(approval.decided_by.map(|by| by.who), Some(user("wang")));

        let asked = records(&db, "batch.approval_asked").await;
        let ordered = records(&db, "batch.ordered").await;
        let approved = records(&db, "batch.approved").await;
        assert_eq!((asked.len(), ordered.len(), approved.len()), (1, 1, 1));
        for record in [&asked[0], &ordered[0], &approved[0]] {
            assert_eq!(record["data"]["plan"], *plan);
        }
        assert_eq!(approved[0]["by"]["name"], "wang");
        assert_eq!(approved[0]["data"]["ordered_by"]["name"], "lin");
    }

    async fn a_no_ends_it_with_its_reason(fresh: &Fresh) {
        let db = team(fresh).await;
        let plan = ordered(&db, "b1").await;
        db.refuse_batch("b1", "not this week", &by("wang"), NOW + 1).await.unwrap();
        let summary = db.batch_summary("b1").await.unwrap().unwrap();
        assert_eq!((summary.counts.not_sent, summary.retryable), (3, 3));
        let approval = summary.approval.unwrap();
        assert_eq!(approval.state, ApprovalState::Refused);
        assert_eq!(approval.reason.as_deref(), Some("not this week"));
        let item = db.batch_item("b1", 0).await.unwrap().unwrap().item;
        assert_eq!(item.reason, Some(ItemReason::ApprovalRefused.into()));
        let refused = approve(&db, "b1", &plan, &by("chen")).await.unwrap_err();
        assert!(matches!(refused, ApprovalError::NotWaiting));
        let record = &records(&db, "batch.approval_refused").await[0];
        assert_eq!((&record["by"]["name"], &record["data"]["reason"]), (&"wang".into(), &"not this week".into()));
    }

    async fn it_counts_until_its_time_is_over(fresh: &Fresh) {
        let db = team(fresh).await;
        let plan = ordered(&db, "b1").await;
        assert_eq!(db.expire_approvals(NOW + HOUR - 1).await.unwrap(), [] as [String; 0]);
        // Before anybody looked for what is over.
        let late = approve_at(&db, "b1", &plan, &by("wang"), NOW + HOUR).await.unwrap_err();
        assert!(matches!(late, ApprovalError::NotWaiting));
        assert_eq!(db.expire_approvals(NOW + HOUR).await.unwrap(), ["b1"]);
        assert_eq!(db.expire_approvals(NOW + HOUR).await.unwrap(), [] as [String; 0]);
        let item = db.batch_item("b1", 0).await.unwrap().unwrap().item;
        assert_eq!((item.state, item.reason), (ItemState::NotSent, Some(ItemReason::ApprovalExpired.into())));
        assert_eq!(records(&db, "batch.approval_expired").await.len(), 1);

        // One that was given and not used is over as well, also for a sender that comes before anybody looked.
        let plan = ordered(&db, "b2").await;
        approve(&db, "b2", &plan, &by("wang")).await.unwrap();
        assert_eq!(void(&db, "b2", NOW + 2 * HOUR).await, Some(ItemReason::ApprovalExpired));
        assert_eq!(intend(&db, "b2", NOW + 2 * HOUR).await, [] as [u32; 0]);
        assert_eq!(db.expire_approvals(NOW + 2 * HOUR).await.unwrap(), ["b2"]);

        // What was begun in time goes on.
        let plan = ordered(&db, "b3").await;
        approve(&db, "b3", &plan, &by("wang")).await.unwrap();
        assert_eq!(intend(&db, "b3", NOW + 2).await, [0, 1, 2]);
        assert_eq!(db.expire_approvals(NOW + 9 * HOUR).await.unwrap(), [] as [String; 0]);
        assert_eq!(void(&db, "b3", NOW + 9 * HOUR).await, None);
    }

    async fn nobody_has_the_password_of_what_waits(fresh: &Fresh) {
        let db = team(fresh).await;
        db.create_batch(&wish("b1", by("lin")), &items(true)).await.unwrap();
        let plan = super::plan(&db, "b1").await;
        let asked = db.batch_summary("b1").await.unwrap().unwrap().approval.unwrap();
        assert!(asked.asks_password);
        // One that is said while somebody approves it is not thrown away before they have.
        assert!(!db.is_done_with_password("b1").await.unwrap());
        // A proxy that is gone took nothing of it along.
        db.recover(NOW).await.unwrap();
        assert_eq!(db.batch_summary("b1").await.unwrap().unwrap().counts.unapproved, 3);
        let refused = approve(&db, "b1", &plan, &by("wang")).await.unwrap_err();
        assert!(matches!(refused, ApprovalError::PasswordNeeded));
        let rules = rules();
        let wang = by("wang");
        let decision = Decision {
            by: &wang,
            plan: &plan,
            rules: &rules,
            password_at: Some("proxy-b"),
            expires_at: NOW + HOUR,
            now: NOW + 1,
        };
        db.approve_batch("b1", Approved::BySecondPerson, &decision).await.unwrap();
        // Where it was said it is; the plan is the one that was approved.
        assert_eq!(due(&db, "proxy-a", NOW + 2).await, [2]);
        assert_eq!(due(&db, "proxy-b", NOW + 2).await, [0, 1, 2]);
        assert_eq!(void(&db, "b1", NOW + 2).await, None);
    }

    async fn glass_is_broken_by_a_person_for_a_reason_that_stays(fresh: &Fresh) {
        let db = team(fresh).await;
        let plan = ordered(&db, "b1").await;
        let rules = rules();
        let break_glass = async |by: &Caller, plan: &str| {
            let decision = Decision { by, plan, rules: &rules, password_at: None, expires_at: NOW + HOUR, now: NOW + 1 };
            db.approve_batch("b1", Approved::WithoutOne("the line is down"), &decision).await
        };
        let token = with(user("lin"), Login::Token { token: "t-1".to_owned() });
        assert!(matches!(break_glass(&token, &plan).await, Err(ApprovalError::NotAPerson)));
        let refused = db.refuse_batch("b1", "no", &token, NOW + 1).await;
        assert!(matches!(refused, Err(ApprovalError::NotAPerson)));
        assert!(matches!(break_glass(&by("lin"), "0").await, Err(ApprovalError::PlanChanged)));
        break_glass(&by("lin"), &plan).await.unwrap();
        let summary = db.batch_summary("b1").await.unwrap().unwrap();
        let approval = summary.approval.unwrap();
        assert_eq!((approval.state, approval.reason.as_deref()), (ApprovalState::BrokenGlass, Some("the line is down")));
        assert_eq!(void(&db, "b1", NOW + 2).await, None);
        let record = &records(&db, "batch.break_glass").await[0];
        assert_eq!(record["data"]["reason"], "the line is down");
        // Who broke it has to be allowed to order when it is sent.
        grant(&db, "lin", Role::Viewer, Accounts::All).await;
        assert_eq!(void(&db, "b1", NOW + 2).await, Some(ItemReason::ApprovalVoid));
    }

    async fn a_restored_store_sends_nothing_that_waited(fresh: &Fresh) {
        let db = team(fresh).await;
        let plan = ordered(&db, "b1").await;
        assert_eq!(db.restored(NOW + 1).await.unwrap(), 3);
        let summary = db.batch_summary("b1").await.unwrap().unwrap();
        assert_eq!(summary.counts.unknown, 3);
        assert_eq!(summary.approval.unwrap().state, ApprovalState::Expired);
        let refused = approve(&db, "b1", &plan, &by("wang")).await.unwrap_err();
        assert!(matches!(refused, ApprovalError::NotWaiting));
        // Also where a read proves that nothing of it was sent since.
        assert_eq!(void(&db, "b1", NOW + 2).await, Some(ItemReason::ApprovalVoid));
    }

    async fn a_change_of_the_policy_is_recorded_once(fresh: &Fresh) {
        let db = team(fresh).await;
        let none = evenkeel_api::ApprovalPolicy::default();
        assert!(!db.note_policy(&none, NOW).await.unwrap());
        let strict = evenkeel_api::ApprovalPolicy { version: Some("v1".to_owned()), expires_s: 60, ..none.clone() };
        assert!(db.note_policy(&strict, NOW).await.unwrap());
        assert!(!db.note_policy(&strict, NOW).await.unwrap());
        assert!(db.note_policy(&none, NOW).await.unwrap());
        let changed = records(&db, "policy.changed").await;
        assert_eq!(changed.len(), 2);
        assert_eq!(changed[0]["data"]["version"], "v1");
        assert_eq!((&changed[1]["data"]["before"], changed[1]["data"].get("version")), (&"v1".into(), None));
    }
}
