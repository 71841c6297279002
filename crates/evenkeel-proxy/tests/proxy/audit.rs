//! The audit as it is read: in both orders, filtered, a page at a time.

use evenkeel_api::{Actor, AuditPage, Caller, Grants, Login, Principal, paths};
use evenkeel_audit::Entry;

use crate::{login::Stand, rights::token};

const NOW: i64 = 1_800_000_000_000;

/// More than one request looks through.
const MANY: u64 = 10_500;

fn lin() -> Caller {
    let name = "lin".to_owned();
    let who = Principal::User { name };
    Caller {
        actor: Actor {
            who,
            login: Login::Password,
        },
        ..Caller::local()
    }
}

async fn page(stand: &Stand, header: &str, query: &str) -> AuditPage {
    let path = format!("{}?{query}", paths::audit());
    let answer = stand.get(&path, &[("authorization", header)]).await;
    serde_json::from_slice(&answer.body).unwrap()
}

fn numbers(page: &AuditPage) -> Vec<u64> {
    let acts = page.records.iter().map(|record| record.act().unwrap());
    acts.map(|act| act.seq).collect()
}

#[tokio::test]
async fn the_newest_come_first_and_one_page_follows_the_other() {
    let stand = Stand::new().await;
    let header = token(&stand, "ci", &Grants::everything()).await;
    let all = numbers(&page(&stand, &header, "limit=1000").await);
    assert!(all.len() > 2, "{all:?}");
    let (mut found, mut query) = (Vec::new(), "order=newest&limit=2".to_owned());
    loop {
        let page = page(&stand, &header, &query).await;
        found.extend(numbers(&page));
        let Some(next) = page.next else { break };
        query = format!("order=newest&limit=2&before={next}");
    }
    found.reverse();
    assert_eq!(found, all);
}

#[tokio::test]
async fn a_rare_record_is_found_however_many_others_there_are() {
    let stand = Stand::new().await;
    let header = token(&stand, "ci", &Grants::everything()).await;
    let rare = Entry::new("batch.paused", &lin(), NOW).with("batch", "b-rare");
    stand.db.record(rare).await.unwrap();
    let mut tx = stand.db.begin().await.unwrap();
    for _ in 0..MANY {
        tx.audit(Entry::new("login.begun", &Caller::local(), NOW).with("session", "s"));
    }
    tx.commit().await.unwrap();

    // The first request looks through many and says where to go on.
    let first = page(&stand, &header, "order=newest&q=B-RARE+lin&kind=batch").await;
    assert_eq!(numbers(&first), Vec::<u64>::new());
    let next = first.next.unwrap();
    let query = format!("order=newest&q=b-rare&before={next}");
    let second = page(&stand, &header, &query).await;
    let act = second.records[0].act().unwrap();
    assert_eq!(
        (second.records.len(), act.kind.as_str()),
        (1, "batch.paused")
    );
    assert_eq!(second.next, None);

    // The other way round, and by time.
    let oldest = page(&stand, &header, "kind=batch.paused&limit=1").await;
    assert_eq!(numbers(&oldest), [act.seq]);
    let later = page(
        &stand,
        &header,
        "order=newest&kind=login&since=2027-01-15T08:00:01Z",
    )
    .await;
    assert_eq!(numbers(&later), Vec::<u64>::new());
}
