//! Whoever logs in at a provider of identities: what they may do stands in one place.

use evenkeel_api::{Accounts, Actor, Caller, Grants, Login, Principal, Right, Role};
use evenkeel_store::{
    Db, NewSession, SecretHash, SubjectRights,
    journal::{Created, Destination, NewBatch},
};

use crate::databases::on_each_database;

const NOW: i64 = 1_800_000_000_000;
const HOUR: i64 = 3_600_000;
const ISSUER: &str = "https://id.example.org";

fn rights(subject: &str, groups: &[&str], grants: Grants) -> SubjectRights {
    SubjectRights {
        issuer: ISSUER.to_owned(),
        subject: subject.to_owned(),
        groups: groups.iter().map(|group| (*group).to_owned()).collect(),
        grants,
    }
}

fn caller(subject: &str) -> Caller {
    let who = Principal::Subject {
        issuer: ISSUER.to_owned(),
        subject: subject.to_owned(),
        name: Some("Lin".to_owned()),
    };
    let login = Login::Oidc;
    Caller {
        actor: Actor { who, login },
        ..Caller::local()
    }
}

fn operator() -> Grants {
    Grants::one(Role::Operator, Accounts::All)
}

async fn begin(db: &Db, id: &str, rights: &SubjectRights) {
    let session = NewSession {
        id: id.to_owned(),
        hash: SecretHash::of(id),
        principal: format!("principal of {id}"),
        login: Login::Oidc,
        began_at: NOW,
        ends_at: NOW + HOUR,
    };
    let by = caller(&rights.subject);
    db.begin_subject_session(&session, rights, None, &by)
        .await
        .unwrap();
}

async fn grants(db: &Db, id: &str) -> Option<Grants> {
    let session = db.session(&SecretHash::of(id), NOW, 0).await.unwrap();
    let open = db.open_logins(NOW, 0).await.unwrap();
    let grants = session.map(|session| session.grants);
    assert_eq!(
        open.get(id),
        grants.as_ref(),
        "a stream sees what a request does"
    );
    grants
}

async fn order(db: &Db, id: &str, subject: &str) {
    let batch = NewBatch {
        id: id.to_owned(),
        account: "edge".to_owned(),
        action: evenkeel::Action::Migrate,
        created_at: NOW,
        by: caller(subject),
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
    assert_eq!(db.create_batch(&batch, &[]).await.unwrap(), Created::New);
}

async fn withdrawn(db: &Db) -> Vec<String> {
    let mut tx = db.begin().await.unwrap();
    let ids = ["of-lin", "of-wang"];
    let void = tx.void_orders(&ids.into(), NOW).await.unwrap();
    let mut withdrawn: Vec<_> = void.into_keys().collect();
    withdrawn.sort();
    withdrawn
}

on_each_database! {
    async fn what_the_provider_said_last_is_what_all_of_ones_sessions_may_and_what_one_ordered(fresh: &Fresh) {
        let db = fresh.open().await;
        begin(&db, "a", &rights("lin", &["ops"], operator())).await;
        begin(&db, "w", &rights("wang", &["ops"], operator())).await;
        order(&db, "of-lin", "lin").await;
        order(&db, "of-wang", "wang").await;
        assert!(withdrawn(&db).await.is_empty());

        let viewer = Grants::one(Role::Viewer, Accounts::All);
        begin(&db, "b", &rights("lin", &["staff"], viewer.clone())).await;
        for id in ["a", "b"] {
            assert_eq!(grants(&db, id).await, Some(viewer.clone()), "{id}");
        }
        assert_eq!(grants(&db, "w").await, Some(operator()));
        assert_eq!(withdrawn(&db).await, ["of-lin"]);
    }

    async fn whom_nothing_is_granted_any_more_has_no_session_and_ordered_nothing_that_still_waits(fresh: &Fresh) {
        let db = fresh.open().await;
        begin(&db, "a", &rights("lin", &["ops"], operator())).await;
        order(&db, "of-lin", "lin").await;
        let nothing = rights("lin", &["chess"], Grants::default());
        db.refuse_login("nothing_granted", Some(&nothing), &caller("lin"), NOW).await.unwrap();
        assert_eq!(grants(&db, "a").await, None);
        assert_eq!(withdrawn(&db).await, ["of-lin"]);
        let last = db.audit_after(0, 100).await.unwrap().pop().unwrap().record;
        for part in ["login.refused", "nothing_granted", "lin"] {
            assert!(last.contains(part), "{last}");
        }
    }

    async fn another_configuration_grants_by_the_groups_that_are_known(fresh: &Fresh) {
        let db = fresh.open().await;
        begin(&db, "a", &rights("lin", &["ops"], operator())).await;
        begin(&db, "w", &rights("wang", &["staff"], operator())).await;
        order(&db, "of-lin", "lin").await;
        let by = Caller::local();
        let now = |issuer: &str, groups: &[String]| {
            assert_eq!(issuer, ISSUER);
            if groups == ["staff"] { operator() } else { Grants::default() }
        };
        assert_eq!(db.grant_subjects(now, &by, NOW).await.unwrap(), 1);
        assert_eq!(grants(&db, "a").await, None);
        assert!(grants(&db, "w").await.unwrap().allow(Right::Order, "edge"));
        assert_eq!(withdrawn(&db).await, ["of-lin"]);
        let recorded = db.audit_after(0, 100).await.unwrap().len();
        assert_eq!(db.grant_subjects(now, &by, NOW).await.unwrap(), 0, "nothing is new");
        assert_eq!(db.audit_after(0, 100).await.unwrap().len(), recorded);
    }

    async fn a_way_back_is_good_once_even_for_two_at_one_time(fresh: &Fresh) {
        let db = fresh.open().await;
        let (one, other) = (SecretHash::of("one"), SecretHash::of("other"));
        let both = tokio::join!(
            db.spend_round_trip(&one, NOW, NOW + HOUR),
            db.spend_round_trip(&one, NOW, NOW + HOUR),
        );
        let both = [both.0.unwrap(), both.1.unwrap()];
        assert_eq!(both.iter().filter(|good| **good).count(), 1);
        assert!(db.spend_round_trip(&other, NOW + HOUR - 1, NOW + 2 * HOUR).await.unwrap());
        assert!(!db.spend_round_trip(&one, NOW + HOUR - 1, NOW + HOUR).await.unwrap());
    }
}
