//! Users who log in by a name and a password, and their sessions.

use std::collections::HashSet;

use evenkeel_api::{Accounts, Actor, Grants, Login, Principal, Role};
use evenkeel_store::{
    Caller, Db, NewSession, NewUser, PasswordHash, SecretHash,
    sqlx::{self, Row as _},
};

use crate::databases::on_each_database;

const NOW: i64 = 1_800_000_000_000;
const HOUR: i64 = 3_600_000;
const LOCAL: Caller = Caller::local();

fn hash(text: &str) -> PasswordHash {
    PasswordHash::of_text(text.to_owned())
}

fn viewer() -> Grants {
    Grants::one(Role::Viewer, Accounts::All)
}

async fn add(db: &Db, name: &str) {
    let user = NewUser {
        name: name.to_owned(),
        password: hash("first"),
        grants: viewer(),
        made_at: NOW,
    };
    assert!(db.add_user(&user, &LOCAL).await.unwrap());
}

fn by(name: &str) -> Caller {
    Caller {
        actor: Actor {
            who: Principal::User {
                name: name.to_owned(),
            },
            login: Login::Password,
        },
        ..LOCAL
    }
}

async fn begin(db: &Db, name: &str, secret: &str, compared: &str) -> bool {
    let session = NewSession {
        id: format!("id-{secret}"),
        hash: SecretHash::of(secret),
        principal: serde_json::to_string(&by(name).actor.who).unwrap(),
        login: Login::Password,
        began_at: NOW + 5,
        ends_at: NOW + HOUR,
    };
    db.begin_user_session(&session, name, &hash(compared), None, &by(name))
        .await
        .unwrap()
}

/// What whoever shows that may do, if they are let in.
async fn grants(db: &Db, secret: &str) -> Option<Grants> {
    let found = db
        .session(&SecretHash::of(secret), NOW, NOW - HOUR)
        .await
        .unwrap();
    found.map(|session| session.grants)
}

/// The kinds that were recorded, with whom they name.
async fn recorded(db: &Db) -> Vec<String> {
    let rows = sqlx::query("SELECT record FROM audit ORDER BY seq")
        .fetch_all(db.reader())
        .await
        .unwrap();
    let told = rows.iter().map(|row| {
        let record: String = row.try_get(0).unwrap();
        let record: serde_json::Value = serde_json::from_str(&record).unwrap();
        format!("{} {}", record["kind"].as_str().unwrap(), record["data"])
    });
    told.skip(1).collect()
}

on_each_database! {
    async fn a_session_of_a_user_may_do_what_they_may_now(fresh: &Fresh) {
        let db = fresh.open().await;
        add(&db, "lin").await;
        add(&db, "wang").await;
        assert!(begin(&db, "lin", "a", "first").await);
        assert!(begin(&db, "wang", "b", "first").await);
        assert_eq!(grants(&db, "a").await, Some(viewer()));
        assert!(db.grant_user("lin", &Grants::everything(), &LOCAL, NOW).await.unwrap());
        assert_eq!(grants(&db, "a").await, Some(Grants::everything()));
        assert_eq!(grants(&db, "b").await, Some(viewer()));
        let open = db.open_logins(NOW, NOW - HOUR).await.unwrap();
        assert_eq!(open.get("id-a"), Some(&Grants::everything()));
        assert_eq!(open.get("id-b"), Some(&viewer()));
        let listed = db.sessions(NOW, NOW - HOUR).await.unwrap();
        let listed: HashSet<_> = listed.into_iter().map(|it| (it.id, it.login)).collect();
        let both = ["id-a", "id-b"].map(|id| (id.to_owned(), Login::Password));
        assert_eq!(listed, both.into());
        assert!(!db.grant_user("nobody", &viewer(), &LOCAL, NOW).await.unwrap());
    }

    async fn who_is_disabled_has_no_session_and_begins_none(fresh: &Fresh) {
        let db = fresh.open().await;
        add(&db, "lin").await;
        add(&db, "wang").await;
        assert!(begin(&db, "lin", "a", "first").await);
        assert!(begin(&db, "wang", "b", "first").await);
        assert!(db.disable_user("lin", &LOCAL, NOW + 1).await.unwrap());
        assert!(db.disable_user("lin", &LOCAL, NOW + 9).await.unwrap(), "said twice");
        assert_eq!(grants(&db, "a").await, None);
        assert!(grants(&db, "b").await.is_some());
        assert!(!begin(&db, "lin", "c", "first").await);
        assert_eq!(grants(&db, "c").await, None);
        let users = db.users().await.unwrap();
        assert_eq!((users[0].name.as_str(), users[0].disabled_at), ("lin", Some(NOW + 1)));
        assert!(db.user_password("lin").await.unwrap().unwrap().is_disabled);
        assert!(db.has_users().await.unwrap());
        db.disable_user("wang", &LOCAL, NOW).await.unwrap();
        assert!(!db.has_users().await.unwrap());
        assert!(db.enable_user("lin", &LOCAL, NOW).await.unwrap());
        assert_eq!(grants(&db, "a").await, None, "what was ended stays so");
        assert!(begin(&db, "lin", "c", "first").await);
        for is_there in [
            db.disable_user("nobody", &LOCAL, NOW).await.unwrap(),
            db.enable_user("nobody", &LOCAL, NOW).await.unwrap(),
        ] {
            assert!(!is_there);
        }
    }

    async fn another_password_ends_the_sessions_that_the_one_before_began(fresh: &Fresh) {
        let db = fresh.open().await;
        add(&db, "lin").await;
        add(&db, "wang").await;
        for (name, secret) in [("lin", "a"), ("lin", "b"), ("wang", "c")] {
            assert!(begin(&db, name, secret, "first").await);
        }
        let set = async |password: &str, compared: Option<&str>, but: Option<&str>| {
            let compared = compared.map(hash);
            let by = by("lin");
            db.set_user_password("lin", &hash(password), compared.as_ref(), but, &by, NOW + 7)
                .await
                .unwrap()
        };
        // It was another one meanwhile.
        assert!(!set("second", Some("zeroth"), None).await);
        assert!(grants(&db, "a").await.is_some());
        assert!(set("second", Some("first"), Some("id-b")).await);
        assert_eq!(grants(&db, "a").await, None);
        assert!(grants(&db, "b").await.is_some(), "it is the one that asked");
        assert!(grants(&db, "c").await.is_some());
        // Who was compared with the one before has not begun yet, and will not.
        assert!(!begin(&db, "lin", "d", "first").await);
        assert!(begin(&db, "lin", "d", "second").await);
        assert!(set("third", None, None).await);
        assert_eq!((grants(&db, "b").await, grants(&db, "d").await), (None, None));
        let lin = &db.users().await.unwrap()[0];
        let times = (lin.made_at, lin.password_at, lin.logged_in_at);
        assert_eq!(times, (NOW, NOW + 7, Some(NOW + 5)));
    }

    async fn there_is_one_user_of_a_name(fresh: &Fresh) {
        let db = fresh.open().await;
        assert!(!db.has_users().await.unwrap());
        assert_eq!(db.user_password("lin").await.unwrap(), None);
        add(&db, "lin").await;
        let other = NewUser {
            name: "lin".to_owned(),
            password: hash("other"),
            grants: Grants::everything(),
            made_at: NOW,
        };
        assert!(!db.add_user(&other, &LOCAL).await.unwrap());
        assert_eq!(db.users().await.unwrap()[0].grants, viewer());
        let kept = db.user_password("lin").await.unwrap().unwrap();
        assert_eq!(kept.hash, hash("first"));
    }

    async fn what_is_done_to_users_is_recorded_without_a_password(fresh: &Fresh) {
        let db = fresh.open().await;
        add(&db, "lin").await;
        begin(&db, "lin", "a", "first").await;
        db.refuse_user(Some("lin"), &by("lin"), NOW).await.unwrap();
        db.refuse_user(None, &LOCAL, NOW).await.unwrap();
        db.grant_user("lin", &Grants::everything(), &LOCAL, NOW).await.unwrap();
        db.set_user_password("lin", &hash("second"), None, None, &LOCAL, NOW).await.unwrap();
        db.disable_user("lin", &LOCAL, NOW).await.unwrap();
        db.enable_user("lin", &LOCAL, NOW).await.unwrap();
        // What was not there is no act.
        db.disable_user("nobody", &LOCAL, NOW).await.unwrap();
        let wanted = [
            r#"user.added {"grants":[{"accounts":"all","role":"viewer"}],"user":"lin"}"#,
            r#"login.begun {"ends_at":1800003600000,"grants":[{"accounts":"all","role":"viewer"}],"session":"id-a"}"#,
            r#"login.refused {"reason":"wrong_password","user":"lin"}"#,
            r#"login.refused {"reason":"wrong_password"}"#,
            r#"user.granted {"grants":[{"accounts":"all","role":"admin"}],"user":"lin"}"#,
            r#"user.password_set {"sessions_ended":1,"user":"lin"}"#,
            r#"user.disabled {"sessions_ended":0,"user":"lin"}"#,
            r#"user.enabled {"user":"lin"}"#,
        ];
        assert_eq!(recorded(&db).await, wanted);
    }
}
