//! Sessions, tokens and login codes.

use std::collections::HashMap;

use evenkeel_api::{Accounts, Grants, Login, Role};

use evenkeel_store::{
    Caller, Db, LoginCodes, NewApiToken, NewSession, Redeemed, SecretHash, StoreErrorKind,
    sqlx::{self, Row as _},
};

use crate::databases::on_each_database;

const NOW: i64 = 1_800_000_000_000;
const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;
const LOCAL: Caller = Caller::local();

/// One of an account.
fn viewer() -> Grants {
    Grants::one(Role::Viewer, Accounts::These(["edge".to_owned()].into()))
}

fn session(secret: &str, at: i64) -> NewSession {
    NewSession {
        id: format!("id-{secret}"),
        hash: SecretHash::of(secret),
        principal: "ada".to_owned(),
        login: Login::Code,
        began_at: at,
        ends_at: at + 12 * HOUR,
    }
}

fn token(name: &str, secret: &str) -> NewApiToken {
    NewApiToken {
        id: format!("id-{name}"),
        name: name.to_owned(),
        hash: SecretHash::of(secret),
        principal: "ada".to_owned(),
        grants: viewer(),
        made_at: NOW,
        ends_at: NOW + HOUR,
    }
}

async fn add_code(db: &Db, code: &str) {
    let hash = SecretHash::of(code);
    db.add_login_code(&hash, &Grants::everything(), &LOCAL, NOW, NOW + 10 * MINUTE)
        .await
        .unwrap();
}

async fn redeem(db: &Db, code: &str, session: &NewSession) -> Redeemed {
    db.redeem_login_code(&SecretHash::of(code), session, None, &LOCAL)
        .await
        .unwrap()
}

async fn begin(db: &Db, secret: &str, at: i64) {
    add_code(db, secret).await;
    let begun = redeem(db, secret, &session(secret, at)).await;
    assert_eq!(begun, Redeemed::Begun);
}

const WRONG: Redeemed = Redeemed::Wrong(LoginCodes::AsBefore);
const ENDED: Redeemed = Redeemed::Wrong(LoginCodes::Ended);

on_each_database! {
    async fn a_code_begins_one_session(fresh: &Fresh) {
        let db = fresh.open().await;
        add_code(&db, "code").await;
        assert_eq!(redeem(&db, "other", &session("a", NOW)).await, WRONG);
        assert_eq!(redeem(&db, "code", &session("a", NOW)).await, Redeemed::Begun);
        assert_eq!(redeem(&db, "code", &session("b", NOW)).await, WRONG);
        let found = db.session(&SecretHash::of("a"), NOW, NOW - HOUR).await.unwrap().unwrap();
        assert_eq!((found.id.as_str(), found.principal.as_str()), ("id-a", "ada"));
        assert_eq!(db.session(&SecretHash::of("b"), NOW, NOW - HOUR).await.unwrap(), None);
    }

    async fn of_many_who_show_a_code_at_one_time_one_is_let_in(fresh: &Fresh) {
        let db = fresh.open().await;
        add_code(&db, "code").await;
        let all = (0..8).map(|n| {
            let db = db.clone();
            tokio::spawn(async move { redeem(&db, "code", &session(&format!("s-{n}"), NOW)).await })
        });
        let mut begun = 0;
        for one in all.collect::<Vec<_>>() {
            begun += usize::from(one.await.unwrap() == Redeemed::Begun);
        }
        assert_eq!(begun, 1);
        assert_eq!(db.sessions(NOW, NOW - HOUR).await.unwrap().len(), 1);
    }

    async fn a_code_is_good_for_its_time(fresh: &Fresh) {
        let db = fresh.open().await;
        add_code(&db, "code").await;
        let late = session("a", NOW + 10 * MINUTE);
        assert_eq!(redeem(&db, "code", &late).await, WRONG);
    }

    async fn five_wrong_tries_end_every_code(fresh: &Fresh) {
        let db = fresh.open().await;
        add_code(&db, "one").await;
        add_code(&db, "two").await;
        for _ in 0..4 {
            assert_eq!(redeem(&db, "wrong", &session("a", NOW)).await, WRONG);
        }
        assert_eq!(redeem(&db, "wrong", &session("a", NOW)).await, ENDED);
        for code in ["one", "two"] {
            assert_eq!(redeem(&db, code, &session("a", NOW)).await, WRONG);
        }
    }

    async fn a_new_login_ends_the_session_that_the_browser_had(fresh: &Fresh) {
        let db = fresh.open().await;
        begin(&db, "a", NOW).await;
        add_code(&db, "code").await;
        let before = SecretHash::of("a");
        let begun = db.redeem_login_code(&SecretHash::of("code"), &session("b", NOW), Some(&before), &LOCAL).await;
        assert_eq!(begun.unwrap(), Redeemed::Begun);
        assert_eq!(db.session(&before, NOW, NOW - HOUR).await.unwrap(), None);
    }

    async fn a_session_ends_unused_and_in_the_end_however_much_it_is_used(fresh: &Fresh) {
        let db = fresh.open().await;
        begin(&db, "a", NOW).await;
        let hash = SecretHash::of("a");
        let at = async |now: i64| db.session(&hash, now, now - 2 * HOUR).await.unwrap();
        assert_eq!(at(NOW + 2 * HOUR).await, None);
        let mut now = NOW;
        while now < NOW + 11 * HOUR {
            now += HOUR;
            let used = at(now).await.unwrap();
            db.see_session(&used, now).await.unwrap();
        }
        assert_eq!(at(NOW + 12 * HOUR).await, None);
    }

    async fn a_use_is_written_once_a_minute(fresh: &Fresh) {
        let db = fresh.open().await;
        begin(&db, "a", NOW).await;
        let hash = SecretHash::of("a");
        let used_at = async |now: i64| {
            let session = db.session(&hash, now, NOW - 1).await.unwrap().unwrap();
            db.see_session(&session, now).await.unwrap();
            db.session(&hash, now, NOW - 1).await.unwrap().unwrap().seen_at
        };
        assert_eq!(used_at(NOW + MINUTE - 1).await, NOW);
        assert_eq!(used_at(NOW + MINUTE).await, NOW + MINUTE);
    }

    async fn a_session_says_how_its_owner_had_logged_in_and_what_they_may_do(fresh: &Fresh) {
        let db = fresh.open().await;
        begin(&db, "code", NOW).await;
        let elsewhere = NewSession {
            login: Login::Oidc,
            ..session("oidc", NOW)
        };
        let before = SecretHash::of("code");
        db.begin_session(&elsewhere, &viewer(), Some(&before), &LOCAL).await.unwrap();
        let found = async |secret: &str| {
            let found = db.session(&SecretHash::of(secret), NOW, NOW - HOUR).await.unwrap();
            found.map(|session| (session.login, session.grants))
        };
        assert_eq!(found("oidc").await, Some((Login::Oidc, viewer())));
        assert_eq!(found("code").await, None, "it was the same browser's");
        begin(&db, "again", NOW).await;
        assert_eq!(found("again").await.unwrap().0, Login::Code);
    }

    async fn only_its_owner_ends_a_session(fresh: &Fresh) {
        let db = fresh.open().await;
        begin(&db, "a", NOW).await;
        assert!(!db.end_session("bob", "id-a", &LOCAL, NOW).await.unwrap());
        assert!(db.end_session("ada", "id-a", &LOCAL, NOW).await.unwrap());
        assert!(!db.end_session("ada", "id-a", &LOCAL, NOW).await.unwrap());
        assert_eq!(db.session(&SecretHash::of("a"), NOW, NOW - HOUR).await.unwrap(), None);
    }

    async fn a_token_is_good_until_it_ends_or_is_revoked(fresh: &Fresh) {
        let db = fresh.open().await;
        assert!(db.add_api_token(&token("ci", "secret"), &LOCAL).await.unwrap());
        assert!(!db.add_api_token(&token("ci", "other"), &LOCAL).await.unwrap(), "one of a name");
        let hash = SecretHash::of("secret");
        let at = async |now: i64| db.api_token(&hash, now).await.unwrap();
        let found = at(NOW).await.unwrap();
        assert_eq!((found.name.as_str(), found.used_at), ("ci", None));
        db.use_api_token(&found, NOW + 5).await.unwrap();
        assert_eq!(at(NOW).await.unwrap().used_at, Some(NOW + 5));
        assert_eq!(at(NOW + HOUR).await, None);
        assert_eq!(db.api_tokens().await.unwrap().len(), 1, "one that is over is still listed");
        assert!(db.revoke_api_token("ci", &LOCAL, NOW).await.unwrap());
        assert!(!db.revoke_api_token("ci", &LOCAL, NOW).await.unwrap());
        assert_eq!(at(NOW).await, None);
    }

    async fn what_is_open_is_told_at_once(fresh: &Fresh) {
        let db = fresh.open().await;
        begin(&db, "a", NOW).await;
        db.add_api_token(&token("ci", "secret"), &LOCAL).await.unwrap();
        let open = async |now: i64| db.open_logins(now, now - 2 * HOUR).await.unwrap();
        let (a, ci) = ("id-a".to_owned(), "id-ci".to_owned());
        let both = HashMap::from([(a.clone(), Grants::everything()), (ci.clone(), viewer())]);
        assert_eq!(open(NOW).await, both);
        assert_eq!(open(NOW + HOUR).await, HashMap::from([(a, Grants::everything())]));
        db.end_session("ada", "id-a", &LOCAL, NOW).await.unwrap();
        assert_eq!(open(NOW + HOUR).await, HashMap::new());
        assert!(db.grant_api_token("ci", &Grants::everything(), &LOCAL, NOW).await.unwrap());
        assert_eq!(open(NOW).await, HashMap::from([(ci, Grants::everything())]));
    }

    async fn a_session_may_do_what_its_code_was_made_for(fresh: &Fresh) {
        let db = fresh.open().await;
        add_code(&db, "all").await;
        let hash = SecretHash::of("some");
        db.add_login_code(&hash, &viewer(), &LOCAL, NOW, NOW + MINUTE).await.unwrap();
        for (code, grants) in [("some", viewer()), ("all", Grants::everything())] {
            assert_eq!(redeem(&db, code, &session(code, NOW)).await, Redeemed::Begun);
            let hash = SecretHash::of(code);
            let session = db.session(&hash, NOW, NOW - HOUR).await.unwrap().unwrap();
            assert_eq!(session.grants, grants);
        }
    }

    async fn a_token_may_do_what_it_was_granted_last(fresh: &Fresh) {
        let db = fresh.open().await;
        db.add_api_token(&token("ci", "secret"), &LOCAL).await.unwrap();
        let grants = async || {
            let found = db.api_token(&SecretHash::of("secret"), NOW).await.unwrap();
            found.unwrap().grants
        };
        assert_eq!(grants().await, viewer());
        assert!(db.grant_api_token("ci", &Grants::default(), &LOCAL, NOW).await.unwrap());
        assert_eq!(grants().await, Grants::default());
        assert!(!db.grant_api_token("other", &Grants::everything(), &LOCAL, NOW).await.unwrap());
        let listed = db.api_tokens().await.unwrap();
        assert_eq!(listed[0].grants, Grants::default());
    }

    async fn what_was_there_before_there_were_rights_may_do_all_that_it_could(fresh: &Fresh) {
        let db = fresh.open().await;
        db.add_api_token(&token("ci", "secret"), &LOCAL).await.unwrap();
        begin(&db, "a", NOW).await;
        add_code(&db, "code").await;
        // As the step before had them.
        let mut tx = db.begin().await.unwrap();
        let tables = ["api_tokens", "sessions", "login_codes"];
        for table in tables {
            let sql = sqlx::AssertSqlSafe(format!("ALTER TABLE {table} DROP COLUMN grants"));
            sqlx::query(sql).execute(&mut *tx).await.unwrap();
        }
        let step = include_str!("../../migrations/0110_rights.sql");
        sqlx::raw_sql(step).execute(&mut *tx).await.unwrap();
        for table in tables {
            let sql = sqlx::AssertSqlSafe(format!("SELECT grants FROM {table}"));
            let row = sqlx::query(sql).fetch_one(&mut *tx).await.unwrap();
            let grants: String = row.try_get(0).unwrap();
            assert_eq!(Grants::of_text(&grants), Grants::everything(), "{table}");
        }
        // Whoever forgets to say what a new one may do makes one that may do nothing.
        let sql = "INSERT INTO login_codes (hash, ends_at, wrong) VALUES ('x', 1, 0)";
        sqlx::query(sql).execute(&mut *tx).await.unwrap();
        tx.commit().await.unwrap();
        let sql = "SELECT grants FROM login_codes WHERE hash = 'x'";
        let row = sqlx::query(sql).fetch_one(db.reader()).await.unwrap();
        let grants: String = row.try_get(0).unwrap();
        assert_eq!(Grants::of_text(&grants), Grants::default());
    }

    async fn no_secret_is_in_the_database(fresh: &Fresh) {
        let db = fresh.open().await;
        add_code(&db, "canary-code").await;
        begin(&db, "canary-session", NOW).await;
        db.add_api_token(&token("ci", "canary-token"), &LOCAL).await.unwrap();
        let mut rows = 0;
        for table in ["sessions", "api_tokens", "login_codes"] {
            let sql = sqlx::AssertSqlSafe(format!("SELECT hash FROM {table}"));
            for row in sqlx::query(sql).fetch_all(db.reader()).await.unwrap() {
                let hash: String = row.try_get(0).unwrap();
                assert_eq!((hash.len(), hash.contains("canary")), (64, false), "{table}");
                rows += 1;
            }
        }
        assert_eq!(rows, 3);
        let shown = format!("{:?}", token("ci", "canary-token").hash);
        assert_eq!(shown, "SecretHash(…)");
    }

    async fn a_command_reaches_the_store_beside_the_proxy_that_has_it(fresh: &Fresh) {
        let db = fresh.open().await;
        let beside = Db::open_beside(&fresh.url).await.unwrap();
        assert!(beside.add_api_token(&token("ci", "secret"), &LOCAL).await.unwrap());
        beside.close().await;
        let found = db.api_token(&SecretHash::of("secret"), NOW).await.unwrap();
        assert_eq!(found.unwrap().name, "ci");
        // It is written, and closed in order, as if nobody had been there.
        begin(&db, "a", NOW).await;
        db.close().await;
        drop(db);
        let again = fresh.open().await;
        assert_eq!(again.api_tokens().await.unwrap().len(), 1);
        again.close().await;
        drop(again);
        let alone = Db::open_beside(&fresh.url).await.unwrap();
        assert!(alone.revoke_api_token("ci", &LOCAL, NOW).await.unwrap());
        alone.close().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_command_of_another_version_leaves_the_store_alone() {
    let fresh = crate::databases::Fresh::of(evenkeel_store::DatabaseKind::Sqlite).await;
    let fresh = fresh.unwrap();
    let db = fresh.open().await;
    let mut tx = db.begin().await.unwrap();
    sqlx::query("UPDATE _sqlx_migrations SET version = version + 1000")
        .execute(&mut *tx)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let error = Db::open_beside(&fresh.url).await.unwrap_err();
    assert_eq!(error.kind(), StoreErrorKind::Schema, "{error}");
}
