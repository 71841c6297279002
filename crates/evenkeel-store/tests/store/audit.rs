//! The audit: every act is in it, in one chain, or did not happen.

use evenkeel::Action;
use evenkeel_api::{Caller, HoldReason, ItemReason, ItemState, Login, Principal, SettleAs};
use evenkeel_audit::{Sealed, Verified, verify};
use evenkeel_store::{
    AuditEntry, Db, NewApiToken, NewSession, SecretHash,
    journal::{Destination, Expected, Hold, Intent, NewBatch, NewItem, NextState},
    sqlx,
};
use serde_json::{Value, json};
use sqlx::Executor as _;

use crate::databases::on_each_database;

const NOW: i64 = 1_800_000_000_000;

fn ann() -> Caller {
    let mut by = Caller::local();
    by.actor.who = Principal::User {
        name: "ann".to_owned(),
    };
    by.actor.login = Login::Password;
    by.address = Some([192, 0, 2, 1].into());
    by.request_id = Some("r-1".to_owned());
    by
}

async fn order(db: &Db, id: &str, events: &[&str]) {
    let batch = NewBatch {
        id: id.to_owned(),
        account: "edge".to_owned(),
        action: Action::Reboot,
        created_at: NOW,
        by: ann(),
        retry_of: None,
        retried: Vec::new(),
        destination: Destination {
            cloud: "ens https://ens.aliyuncs.com ".to_owned(),
            region: "cn-hangzhou".to_owned(),
        },
        idempotency_key: format!("key-{id}"),
        body_digest: "d".to_owned(),
        issues: "[]".to_owned(),
        password_at: None,
        approval: None,
    };
    let item = |event: &&str| NewItem {
        event_id: (*event).to_owned(),
        resource_id: format!("i-{event}"),
        plan_at: None,
        data_policy: None,
        takes_password: false,
        due_at: 0,
    };
    let items: Vec<NewItem> = events.iter().map(item).collect();
    db.create_batch(&batch, &items).await.unwrap();
}

async fn send(db: &Db, id: &str, indexes: &[u32]) {
    let mut tx = db.begin().await.unwrap();
    let intent = Intent {
        call_id: "call-1",
        batch_id: id,
        indexes,
        signed_at: NOW,
        is_looked_at: false,
    };
    tx.intend(&intent, NOW).await.unwrap();
    tx.commit().await.unwrap();
}

async fn move_to(db: &Db, id: &str, from: ItemState, to: &NextState<'_>) {
    let mut tx = db.begin().await.unwrap();
    let from = Expected {
        states: &[from],
        call: None,
    };
    tx.move_items(id, &[0], from, to, NOW).await.unwrap();
    tx.commit().await.unwrap();
}

/// Every record, oldest first.
async fn records(db: &Db) -> Vec<Value> {
    let records = db.audit_after(0, 10_000).await.unwrap();
    let parsed = records
        .iter()
        .map(|it| serde_json::from_str(&it.record).unwrap());
    parsed.collect()
}

async fn verified(db: &Db) -> Verified {
    let records = db.audit_after(0, 10_000).await.unwrap();
    let export: String = records.iter().map(Sealed::line).collect();
    let done = verify(export.as_bytes(), &[]).unwrap();
    let head = db.audit_head().await.unwrap();
    assert_eq!(done.head, head.head);
    assert_eq!(done.store, Some(head.store));
    done
}

/// The kinds after the first, which begins the chain.
async fn kinds(db: &Db) -> Vec<String> {
    let records = records(db).await;
    let kinds = records.iter().skip(1);
    kinds
        .map(|it| it["kind"].as_str().unwrap().to_owned())
        .collect()
}

on_each_database! {
    async fn every_act_is_recorded_with_who_when_and_where_from(fresh: &Fresh) {
        let db = fresh.open().await;
        order(&db, "b1", &["e-0", "e-1"]).await;
        db.pause_batch("b1", true, &ann(), NOW + 1).await.unwrap();
        db.pause_batch("b1", false, &ann(), NOW + 2).await.unwrap();
        send(&db, "b1", &[0]).await;
        let lost = NextState::state(ItemState::Unknown).because(ItemReason::TimedOut);
        move_to(&db, "b1", ItemState::Sending, &lost).await;
        db.settle_item("b1", 0, SettleAs::NotSent, Some("I looked"), &ann(), NOW + 3).await.unwrap();
        db.cancel_batch("b1", &ann(), NOW + 4).await.unwrap();
        order(&db, "b2", &["e-9"]).await;
        let hold = Hold { reason: HoldReason::Denied, code: None };
        let mut tx = db.begin().await.unwrap();
        tx.hold_batch("b2", &hold, NOW).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(kinds(&db).await, [
            "batch.ordered", "batch.paused", "batch.resumed", "items.sending", "items.unknown",
            "items.not_sent", "batch.cancelled", "items.not_sent", "batch.ordered", "batch.held",
        ]);
        let records = records(&db).await;
        let by = json!({"who": "user", "name": "ann", "login": "password"});
        let (ordered, paused) = (&records[1], &records[2]);
        assert_eq!((&paused["by"], &paused["from"], &paused["request"]), (&by, &json!("192.0.2.1"), &json!("r-1")));
        assert_eq!((&paused["at"], &paused["data"]), (&json!("2027-01-15T08:00:00.001Z"), &json!({"batch": "b1"})));
        let plan = r#"{"account":"edge","action":"reboot","cloud":"ens https://ens.aliyuncs.com ","region":"cn-hangzhou","items":[{"event_id":"e-0","resource_id":"i-e-0","plan_at":null,"data_policy":null,"takes_password":false},{"event_id":"e-1","resource_id":"i-e-1","plan_at":null,"data_policy":null,"takes_password":false}]}"#;
        let plan = format!("{:x}", <sha2::Sha256 as sha2::Digest>::digest(plan));
        assert_eq!((&ordered["by"], &ordered["data"]["plan"], &ordered["data"]["total"]), (&by, &json!(plan), &json!(2)));
        assert_eq!(records[4]["data"], json!({"batch": "b1", "account": "edge", "action": "reboot",
            "items": [{"index": 0, "event_id": "e-0", "resource_id": "i-e-0", "call": "call-1"}]}));
        assert_eq!(records[5]["by"], json!({"who": "proxy", "part": "journal", "login": "none"}));
        assert_eq!(records[5]["data"]["reason"], "timed_out");
        assert_eq!((&records[6]["by"], &records[6]["data"]["note"]), (&by, &json!("I looked")));
        verified(&db).await;
    }

    async fn whoever_is_let_in_or_is_not_is_recorded(fresh: &Fresh) {
        let db = fresh.open().await;
        let code = SecretHash::of("code");
        db.add_login_code(&code, &evenkeel_api::Grants::everything(), &Caller::local(), NOW, NOW + 9).await.unwrap();
        let session = |id: &str| NewSession {
            id: id.to_owned(), hash: SecretHash::of(id), principal: "ann".to_owned(), login: Login::Code, began_at: NOW,
            ends_at: NOW + 9,
        };
        let wrong = SecretHash::of("wrong");
        db.redeem_login_code(&wrong, &session("s-1"), None, &ann()).await.unwrap();
        db.redeem_login_code(&code, &session("s-1"), None, &ann()).await.unwrap();
        db.add_login_code(&code, &evenkeel_api::Grants::everything(), &Caller::local(), NOW, NOW + 9).await.unwrap();
        db.redeem_login_code(&code, &session("s-2"), Some(&SecretHash::of("s-1")), &ann()).await.unwrap();
        // What was not there is no act.
        db.end_session("ann", "s-1", &ann(), NOW).await.unwrap();
        db.end_session("ann", "s-2", &ann(), NOW).await.unwrap();
        let token = NewApiToken {
            id: "t-1".to_owned(), name: "ci".to_owned(), hash: code, principal: "ann".to_owned(), grants: evenkeel_api::Grants::everything(),
            made_at: NOW,
            ends_at: NOW + 9,
        };
        for _ in 0..2 {
            db.add_api_token(&token, &ann()).await.unwrap();
        }
        // Of one that is not there, nothing.
        for name in ["ci", "other"] {
            db.grant_api_token(name, &evenkeel_api::Grants::default(), &ann(), NOW).await.unwrap();
        }
        for _ in 0..2 {
            db.revoke_api_token("ci", &ann(), NOW).await.unwrap();
        }
        assert_eq!(kinds(&db).await, [
            "login.code_made", "login.refused", "login.begun", "login.code_made", "login.begun", "login.ended",
            "token.added", "token.granted", "token.revoked",
        ]);
        let records = records(&db).await;
        let data = |n: usize| &records[n]["data"];
        let all = json!([{"role": "admin", "accounts": "all"}]);
        let refused = (&records[2]["by"], &records[2]["from"], data(2));
        let nobody = json!({"who": "nobody", "login": "none"});
        let why = json!({"reason": "wrong_code", "codes_ended": 0});
        assert_eq!(refused, (&nobody, &json!("192.0.2.1"), &why));
        assert_eq!(records[3]["by"], json!({"who": "user", "name": "ann", "login": "password"}));
        assert_eq!(*data(3), json!({"session": "s-1", "ends_at": NOW + 9, "grants": all}));
        assert_eq!(*data(5), json!({"session": "s-2", "ends_at": NOW + 9, "grants": all, "instead_of": "s-1"}));
        assert_eq!(*data(6), json!({"session": "s-2"}));
        assert_eq!(*data(7), json!({"token": "t-1", "name": "ci", "ends_at": NOW + 9, "grants": all}));
        assert_eq!(*data(8), json!({"token": "t-1", "name": "ci", "grants": []}));
        assert_eq!(*data(9), json!({"token": "t-1", "name": "ci"}));
        verified(&db).await;
    }

    async fn that_an_item_waits_for_longer_is_no_act(fresh: &Fresh) {
        let db = fresh.open().await;
        order(&db, "b1", &["e-0"]).await;
        let later = NextState { due_at: NOW + 9, ..NextState::state(ItemState::Queued) };
        move_to(&db, "b1", ItemState::Queued, &later).await;
        assert_eq!(kinds(&db).await, ["batch.ordered"]);
        // Back into the queue after a call it is one.
        send(&db, "b1", &[0]).await;
        move_to(&db, "b1", ItemState::Sending, &later).await;
        assert_eq!(kinds(&db).await, ["batch.ordered", "items.sending", "items.queued"]);
    }

    async fn what_cannot_be_recorded_does_not_happen(fresh: &Fresh) {
        let db = fresh.open().await;
        order(&db, "b1", &["e-0"]).await;
        let mut tx = db.begin().await.unwrap();
        tx.execute("ALTER TABLE audit RENAME TO mislaid").await.unwrap();
        tx.commit().await.unwrap();
        db.cancel_batch("b1", &ann(), NOW).await.unwrap_err();
        db.pause_batch("b1", true, &ann(), NOW).await.unwrap_err();
        let mut tx = db.begin().await.unwrap();
        let intent = Intent { call_id: "c", batch_id: "b1", indexes: &[0], signed_at: NOW, is_looked_at: false };
        tx.intend(&intent, NOW).await.unwrap();
        tx.commit().await.unwrap_err();
        let batch = db.batch("b1").await.unwrap().unwrap();
        assert!(!batch.summary.cancelled && !batch.summary.paused);
        assert_eq!(batch.items[0].state, ItemState::Queued);
    }

    async fn a_record_is_never_changed_or_deleted(fresh: &Fresh) {
        let db = fresh.open().await;
        order(&db, "b1", &["e-0"]).await;
        for sql in ["UPDATE audit SET record = '{}' WHERE seq = 2", "DELETE FROM audit WHERE seq = 2"] {
            let mut tx = db.begin().await.unwrap();
            let error = tx.execute(sql).await.unwrap_err();
            assert!(error.to_string().contains("never"), "{error}");
        }
        assert_eq!(verified(&db).await.head.seq, 2);
    }

    async fn whoever_writes_there_is_one_chain(fresh: &Fresh) {
        let one = fresh.open().await;
        // Another proxy, where there may be one.
        let other = match one.kind() {
            evenkeel_store::DatabaseKind::Postgres => fresh.open().await,
            evenkeel_store::DatabaseKind::Sqlite => one.clone(),
        };
        let mut tasks = Vec::new();
        for n in 0..20 {
            let db = if n % 2 == 0 { one.clone() } else { other.clone() };
            tasks.push(tokio::spawn(async move {
                order(&db, &format!("b{n}"), &["e-0"]).await;
                let mut tx = db.begin().await.unwrap();
                // What changes nothing that is shown has its place all the same.
                tx.audit(AuditEntry::new("login.refused", &ann(), NOW).with("n", n));
                tx.commit().await.unwrap();
            }));
        }
        for task in tasks {
            task.await.unwrap();
        }
        assert_eq!(verified(&one).await.head.seq, 41);
    }

    async fn a_restored_store_forks_before_whatever_follows(fresh: &Fresh) {
        let db = fresh.open().await;
        order(&db, "b1", &["e-0"]).await;
        db.restored(NOW + 7).await.unwrap();
        assert_eq!(kinds(&db).await, ["batch.ordered", "store.restored", "items.unknown"]);
        let forks = verified(&db).await.forks;
        assert_eq!((forks[0].seq, forks[0].at.as_millis()), (3, NOW + 7));
    }

    async fn it_is_read_beside_whoever_has_it_open_and_goes_on_with_its_store(fresh: &Fresh) {
        let db = fresh.open().await;
        order(&db, "b1", &["e-0"]).await;
        let reader = Db::open_to_read(&fresh.url).await.unwrap();
        assert_eq!(verified(&reader).await.head.seq, 2);
        order(&db, "b2", &["e-1"]).await;
        assert_eq!(verified(&reader).await.head.seq, 3);
        let store = db.audit_head().await.unwrap().store;
        db.close().await;
        drop(db);
        assert_eq!(reader.audit_head().await.unwrap().store, store);
        let db = fresh.open().await;
        assert_eq!(verified(&db).await.store, Some(store));
        // Opened alone, too.
        db.close().await;
        reader.close().await;
        drop((db, reader));
        let reader = Db::open_to_read(&fresh.url).await.unwrap();
        assert_eq!(verified(&reader).await.head.seq, 3);
    }
}

#[tokio::test]
async fn whoever_only_reads_writes_nothing() {
    let fresh = crate::databases::Fresh::of(evenkeel_store::DatabaseKind::Sqlite)
        .await
        .unwrap();
    let db = fresh.open().await;
    let reader = Db::open_to_read(&fresh.url).await.unwrap();
    reader
        .pause_batch("b1", true, &ann(), NOW)
        .await
        .unwrap_err();
    db.close().await;
}
