//! Whose a key is, and who may still order what they ordered.

use std::collections::{HashMap, HashSet};

use evenkeel::Action;
use evenkeel_api::{Accounts, Actor, Caller, Grants, ItemReason, Login, Principal, Role};
use evenkeel_store::{
    Db, NewApiToken, NewUser, PasswordHash, SecretHash,
    journal::{Created, Destination, NewBatch},
};

use crate::databases::on_each_database;

const NOW: i64 = 1_800_000_000_000;

fn batch(id: &str, who: Principal, login: Login) -> NewBatch {
    NewBatch {
        id: id.to_owned(),
        account: "edge".to_owned(),
        action: Action::Migrate,
        created_at: NOW,
        by: Caller {
            actor: Actor { who, login },
            ..Caller::local()
        },
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
    }
}

fn user(name: &str) -> Principal {
    Principal::User {
        name: name.to_owned(),
    }
}

async fn by_token(db: &Db, token: &str) {
    let login = Login::Token {
        token: format!("id-{token}"),
    };
    let batch = batch(token, Principal::Local, login);
    assert_eq!(db.create_batch(&batch, &[]).await.unwrap(), Created::New);
}

async fn add(db: &Db, name: &str, ends_at: i64) {
    let token = NewApiToken {
        id: format!("id-{name}"),
        name: name.to_owned(),
        hash: SecretHash::of(name),
        principal: String::new(),
        grants: Grants::one(Role::Operator, Accounts::All),
        made_at: NOW,
        ends_at,
    };
    assert!(db.add_api_token(&token, &Caller::local()).await.unwrap());
}

on_each_database! {
    async fn a_key_is_of_whoever_uses_it(fresh: &Fresh) {
        let db = fresh.open().await;
        let mut ids = HashSet::new();
        for (id, who) in [("b1", user("lin")), ("b2", user("wang")), ("b3", Principal::Local)] {
            let wish = |id: &str, who: &Principal| {
                let mut wish = batch(id, who.clone(), Login::Password);
                wish.idempotency_key = "one".to_owned();
                wish
            };
            assert_eq!(db.batch_of_key(&who, "one", "d").await.unwrap(), None);
            assert_eq!(db.create_batch(&wish(id, &who), &[]).await.unwrap(), Created::New);
            let same = Created::Same(id.to_owned());
            assert_eq!(db.create_batch(&wish("other", &who), &[]).await.unwrap(), same);
            assert_eq!(db.batch_of_key(&who, "one", "d").await.unwrap(), Some(same));
            assert_eq!(db.batch_of_key(&who, "one", "e").await.unwrap(), Some(Created::Conflict));
            ids.insert(id);
        }
        assert_eq!(ids.len(), 3);
    }

    async fn who_may_order_no_more_has_ordered_nothing_that_still_waits(fresh: &Fresh) {
        let db = fresh.open().await;
        for name in ["good", "revoked", "viewer", "elsewhere", "narrowed"] {
            add(&db, name, NOW + 1).await;
            by_token(&db, name).await;
        }
        add(&db, "over", 0).await;
        by_token(&db, "over").await;
        let session = batch("session", Principal::Local, Login::Code);
        db.create_batch(&session, &[]).await.unwrap();
        db.revoke_api_token("revoked", &Caller::local(), NOW).await.unwrap();
        let these = |ids: &[&str]| Accounts::These(ids.iter().map(|id| (*id).to_owned()).collect());
        for (name, role, accounts) in [
            ("viewer", Role::Viewer, Accounts::All),
            ("elsewhere", Role::Admin, these(&["core"])),
            ("narrowed", Role::Operator, these(&["edge"])),
        ] {
            let grants = Grants::one(role, accounts);
            assert!(db.grant_api_token(name, &grants, &Caller::local(), NOW).await.unwrap());
        }
        let all = ["good", "revoked", "viewer", "elsewhere", "narrowed", "over", "session"];
        let mut tx = db.begin().await.unwrap();
        let void = tx.void_orders(&all.into(), NOW).await.unwrap();
        let wanted = ["revoked", "viewer", "elsewhere"];
        let wanted = wanted.map(|id| (id.to_owned(), ItemReason::RightWithdrawn));
        assert_eq!(void, HashMap::from(wanted));
        assert!(tx.void_orders(&HashSet::new(), NOW).await.unwrap().is_empty());
    }

    async fn a_user_who_may_order_no_more_has_ordered_nothing_that_still_waits(fresh: &Fresh) {
        let db = fresh.open().await;
        let names = ["good", "viewer", "disabled", "elsewhere"];
        for name in names {
            let lin = NewUser {
                name: name.to_owned(),
                password: PasswordHash::of_text("x".to_owned()),
                grants: Grants::one(Role::Operator, Accounts::All),
                made_at: NOW,
            };
            assert!(db.add_user(&lin, &Caller::local()).await.unwrap());
            db.create_batch(&batch(name, user(name), Login::Password), &[]).await.unwrap();
        }
        let by = Caller::local();
        let core = Accounts::These(["core".to_owned()].into());
        db.disable_user("disabled", &by, NOW).await.unwrap();
        db.grant_user("viewer", &Grants::one(Role::Viewer, Accounts::All), &by, NOW).await.unwrap();
        db.grant_user("elsewhere", &Grants::one(Role::Admin, core), &by, NOW).await.unwrap();
        let mut tx = db.begin().await.unwrap();
        let void = tx.void_orders(&names.into(), NOW).await.unwrap();
        let wanted = ["viewer", "disabled", "elsewhere"];
        let wanted = wanted.map(|id| (id.to_owned(), ItemReason::RightWithdrawn));
        assert_eq!(void, HashMap::from(wanted));
    }
}
