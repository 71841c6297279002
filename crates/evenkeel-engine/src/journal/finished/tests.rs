use std::net::{Ipv4Addr, SocketAddr};

use evenkeel::{
    Action, Batch, BatchDraft, DataPolicy, ItemDraft, Provider, Response, Rules, Timestamp, When,
};
use evenkeel_api::{Item, ItemReason, SettleAs};
use evenkeel_store::{
    Db,
    journal::{Intent, NewBatch, NewItem, Subjects},
};
use evenkeel_testdb::TestDatabase;

use super::*;
use crate::{
    account::SandboxAccount,
    call_failure::{CallFailure, GivenUp},
    upstream::SendError,
};

const NOW: i64 = 1_800_000_000_000;

fn account() -> Account {
    Account::sandbox(SandboxAccount {
        id: "edge".to_owned(),
        provider: Provider::Ens,
        project_id: None,
        address: SocketAddr::new(Ipv4Addr::LOCALHOST.into(), 1),
        access_key_id: "k".to_owned(),
        access_key_secret: "s".to_owned().into(),
    })
}

fn chunk(password: &Password) -> Chunk {
    let draft = BatchDraft {
        account: "edge".to_owned(),
        action: Action::Migrate,
        items: vec![ItemDraft {
            event_id: "e-1".to_owned(),
            resource_id: "i-1".to_owned(),
            when: Some(When::Now),
            data_policy: Some(DataPolicy::TryTransfer),
        }],
        password: Some(password.clone()),
    };
    let rules = Rules::at(Timestamp::from_millis(NOW));
    let batch = Batch::parse(Provider::Ens, &draft, &rules).unwrap().value;
    batch.chunks(1).into_iter().next().unwrap()
}

fn answered(body: &str) -> Response {
    Response {
        status: 200,
        headers: vec![("x-acs-request-id".to_owned(), "Canary77".to_owned())],
        body: body.as_bytes().to_vec(),
    }
}

fn answer(code: u16, message: &str) -> Response {
    answered(&format!(
        r#"{{"RequestId":"r","Results":[{{"EventId":"e-1","ResourceId":"i-1","Code":{code},"Message":"{message}"}}]}}"#
    ))
}

/// A store in which the call `c` for the one item of batch `b` is lost.
async fn lost() -> (TestDatabase, Db) {
    let database = TestDatabase::sqlite();
    let db = Db::open(&database.url().parse().unwrap()).await.unwrap();
    let batch = NewBatch {
        id: "b".to_owned(),
        account: "edge".to_owned(),
        action: Action::Migrate,
        created_at: NOW,
        by: evenkeel_api::Caller::local(),
        retry_of: None,
        retried: Vec::new(),
        destination: account().destination(),
        idempotency_key: "key".to_owned(),
        body_digest: "d".to_owned(),
        issues: "[]".to_owned(),
        password_at: Some("a".to_owned()),
        approval: None,
    };
    let item = NewItem {
        event_id: "e-1".to_owned(),
        resource_id: "i-1".to_owned(),
        plan_at: None,
        data_policy: None,
        takes_password: true,
        due_at: 0,
    };
    db.create_batch(&batch, &[item]).await.unwrap();
    let intent = Intent {
        call_id: "c",
        batch_id: "b",
        indexes: &[0],
        signed_at: NOW,
        is_looked_at: false,
    };
    let mut tx = db.begin().await.unwrap();
    tx.intend(&intent, NOW).await.unwrap();
    tx.lose_account("edge", NOW).await.unwrap();
    tx.commit().await.unwrap();
    (database, db)
}

async fn end(db: &Db, ending: &Ending) -> (Item, Option<i64>) {
    let password = Password::new("Canary77".to_owned());
    let call = InFlightCall {
        batch_id: "b".to_owned(),
        chunk: chunk(&password),
        password: Some(password),
        items: vec![(0, NOW)],
    };
    let finished = Finished::new("c".to_owned(), call, ending, &account(), NOW + 9);
    let mut tx = db.begin().await.unwrap();
    finished.write(&mut tx, NOW + 9, 1, NOW + 9).await.unwrap();
    let conflicts = tx
        .conflicts(
            "edge",
            "",
            Subjects {
                events: &["e-1"],
                resources: &[],
            },
            NOW,
        )
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let item = db.batch_item("b", 0).await.unwrap().unwrap().item;
    (
        item,
        conflicts.first().and_then(|conflict| conflict.alive_until),
    )
}

async fn queue_again(db: &Db) {
    let from = Expected {
        states: &[ItemState::Unknown],
        call: Some("c"),
    };
    let mut tx = db.begin().await.unwrap();
    tx.move_items("b", &[0], from, &NextState::state(ItemState::Queued), NOW)
        .await
        .unwrap();
    tx.commit().await.unwrap();
}

#[test]
fn what_a_call_comes_to_is_a_move_that_an_item_makes() {
    let failed = CallFailure::one_of_each().into_iter();
    let mut endings: Vec<Ending> = failed.map(Err).collect();
    endings.extend([
        Ok(answer(200, "ok")),
        Ok(answer(400, "no")),
        Ok(answered("{")),
        Ok(Response {
            status: 429,
            headers: Vec::new(),
            body: br#"{"Code":"Throttling","Message":"later"}"#.to_vec(),
        }),
    ]);
    let chunk = chunk(&Password::new("Canary77".to_owned()));
    let mut verdicts: Vec<ItemVerdict> = endings
        .iter()
        .flat_map(|ending| classify::classify(&chunk, ending).verdicts)
        .collect();
    verdicts.push(ItemVerdict::Anew);
    let mut states = std::collections::BTreeSet::new();
    for verdict in &verdicts {
        for is_late in [false, true] {
            let to = End { verdict, is_late }.to(NOW);
            states.insert(to.state);
            for from in verdict.replaces() {
                assert!(from.may_become(to.state), "{from} {verdict:?}");
            }
            let fits = |reason: ItemReason| reason.states().contains(&to.state);
            assert!(to.reason.is_none_or(fits), "{verdict:?}");
        }
    }
    // Every kind of them was among these.
    let expected = [
        ItemState::Queued,
        ItemState::Accepted,
        ItemState::Rejected,
        ItemState::NotSent,
        ItemState::Unknown,
    ];
    assert_eq!(states.into_iter().collect::<Vec<_>>(), expected);
}

#[tokio::test]
async fn the_calls_own_answer_wins_over_what_was_concluded_from_its_silence() {
    for (settled, ending, expected) in [
        (
            SettleAs::NotSent,
            Ok(answer(200, "ok")),
            ItemState::Accepted,
        ),
        (
            SettleAs::NotSent,
            Ok(answer(400, "no")),
            ItemState::Rejected,
        ),
        (
            SettleAs::Accepted,
            Ok(answer(400, "no")),
            ItemState::Rejected,
        ),
    ] {
        let (_database, db) = lost().await;
        db.settle_item("b", 0, settled, None, &evenkeel_api::Caller::local(), NOW)
            .await
            .unwrap();
        let (item, alive_until) = end(&db, &ending).await;
        assert_eq!((item.state, item.settled_by), (expected, None));
        assert_eq!(alive_until, None);
    }
    for (ending, expected) in [
        (Ok(answer(200, "ok")), ItemState::Accepted),
        (Ok(answer(400, "no")), ItemState::Rejected),
    ] {
        let (_database, db) = lost().await;
        queue_again(&db).await;
        assert_eq!(end(&db, &ending).await.0.state, expected);
    }
}

#[tokio::test]
async fn an_ending_that_says_nothing_moves_nothing_but_tells_whether_it_may_still_arrive() {
    let timeout = SendError::Timeout {
        host: "h".to_owned(),
    };
    let lost_again = Err(timeout.into());
    for (ending, may_arrive) in [(lost_again, true), (Err(GivenUp::LeaseLost.into()), false)] {
        let (_database, db) = lost().await;
        db.settle_item(
            "b",
            0,
            SettleAs::NotSent,
            None,
            &evenkeel_api::Caller::local(),
            NOW,
        )
        .await
        .unwrap();
        let (item, alive_until) = end(&db, &ending).await;
        assert_eq!(item.state, ItemState::NotSent);
        assert_eq!(alive_until.is_some(), may_arrive);
    }
}

#[tokio::test]
async fn what_an_answer_quotes_of_the_password_is_not_kept_though_the_batch_is_called_off() {
    let (_database, db) = lost().await;
    db.cancel_batch("b", &evenkeel_api::Caller::local(), NOW)
        .await
        .unwrap();
    end(&db, &Ok(answer(400, r"we got \\u0043anary77 and Canary77"))).await;
    let kept = db.batch_item("b", 0).await.unwrap().unwrap();
    let text = serde_json::to_string(&kept).unwrap().to_lowercase();
    assert!(
        !text.contains("canary") && !text.contains("anary77"),
        "{text}"
    );
    assert_eq!(kept.item.code.as_deref(), Some("400"));
}
