//! What is found of some accounts alone.

use std::collections::BTreeSet;

use evenkeel::Action;
use evenkeel_api::{Accounts, Caller};
use evenkeel_store::{
    Db,
    journal::{BatchQuery, Created, Destination, NewBatch},
};

use crate::databases::on_each_database;

async fn take(db: &Db, id: &str, account: &str) {
    let batch = NewBatch {
        id: id.to_owned(),
        account: account.to_owned(),
        action: Action::Migrate,
        created_at: 1_800_000_000_000,
        by: Caller::local(),
        retry_of: None,
        retried: Vec::new(),
        destination: Destination {
            cloud: "ens https://ens.aliyuncs.com ".to_owned(),
            region: "cn-hangzhou".to_owned(),
        },
        idempotency_key: id.to_owned(),
        body_digest: String::new(),
        issues: "[]".to_owned(),
        password_at: None,
        approval: None,
    };
    assert_eq!(db.create_batch(&batch, &[]).await.unwrap(), Created::New);
}

on_each_database! {
    async fn a_page_of_batches_is_full_whatever_other_accounts_have(fresh: &Fresh) {
        let db = fresh.open().await;
        for (id, account) in [("b1", "edge"), ("b2", "core"), ("b3", "core"), ("b4", "far"), ("b5", "edge")] {
            take(&db, id, account).await;
        }
        let ids = async |ids: &[&str], before: Option<&str>| {
            let these = ids.iter().map(|id| (*id).to_owned()).collect();
            let query = BatchQuery {
                before: before.map(str::to_owned),
                ..BatchQuery::of(Accounts::These(these), 2)
            };
            let found = db.batches(&query).await.unwrap();
            found.into_iter().map(|batch| batch.id).collect::<Vec<_>>()
        };
        assert_eq!(ids(&["edge"], None).await, ["b5", "b1"]);
        assert_eq!(ids(&["edge", "far"], None).await, ["b5", "b4"]);
        assert_eq!(ids(&["edge", "far"], Some("b4")).await, ["b1"]);
        assert!(ids(&["nowhere"], None).await.is_empty());
        let none = BatchQuery::of(Accounts::These(BTreeSet::new()), 2);
        assert!(db.batches(&none).await.unwrap().is_empty());
        let all = BatchQuery::of(Accounts::All, 9);
        assert_eq!(db.batches(&all).await.unwrap().len(), 5);
    }
}
