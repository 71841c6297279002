//! Users who log in by a name and a password.

use super::*;
use evenkeel_api::{Accounts, LoginWays};
use evenkeel_proxy::Password;
use evenkeel_store::{
    NewUser,
    sqlx::{self, Row as _},
};

pub(super) const PASSWORD: &str = "canary lantern drift mosaic";
const OTHER: &str = "canary copper violin harbour";

pub(super) async fn add(stand: &Stand, name: &str, role: Role) {
    let user = NewUser {
        name: name.to_owned(),
        password: Password::typed(PASSWORD.to_owned()).hash().unwrap(),
        grants: Grants::one(role, Accounts::All),
        made_at: START,
    };
    assert!(stand.db.add_user(&user, &Caller::local()).await.unwrap());
}

pub(super) async fn try_password(stand: &Stand, name: &str, password: &str) -> Answer {
    let body = serde_json::json!({ "name": name, "password": password }).to_string();
    try_body(stand, &body).await
}

async fn try_body(stand: &Stand, body: &str) -> Answer {
    let request = anonymous("POST", &paths::login(), &[JSON, ORIGIN], body);
    send(&stand.router, request).await
}

/// The cookie of a session of a user.
pub(super) async fn log_in(stand: &Stand, name: &str) -> String {
    let answer = try_password(stand, name, PASSWORD).await;
    let status = answer.head.status();
    assert_eq!(status, StatusCode::NO_CONTENT, "{}", answer.text());
    let cookie = answer.header("set-cookie").unwrap();
    cookie.split(';').next().unwrap().to_owned()
}

/// How many passwords were compared or hashed.
async fn checks(stand: &Stand) -> u64 {
    let token = format!("Bearer {API_TOKEN}");
    let answer = stand
        .get(paths::METRICS, &[("authorization", &token)])
        .await;
    let text = answer.text();
    let line = text
        .lines()
        .find(|line| line.starts_with("evenkeel_password_checks_total "));
    line.unwrap().split(' ').nth(1).unwrap().parse().unwrap()
}

/// What an answer says, whichever request it is of.
fn said(answer: &Answer) -> (StatusCode, ProblemCode, String) {
    let problem: Problem = serde_json::from_slice(&answer.body).unwrap();
    let code = problem.code.known().unwrap();
    (answer.head.status(), code, problem.detail)
}

async fn records(stand: &Stand) -> String {
    let rows = sqlx::query("SELECT record FROM audit ORDER BY seq")
        .fetch_all(stand.db.reader())
        .await
        .unwrap();
    let all: Vec<String> = rows.iter().map(|row| row.try_get(0).unwrap()).collect();
    all.join("\n")
}

#[tokio::test]
async fn a_user_logs_in_by_name_and_password_and_is_told_that_they_can() {
    let stand = Stand::new().await;
    let ways = async || {
        let answer = stand.get(&paths::login(), &[]).await;
        serde_json::from_slice::<LoginWays>(&answer.body).unwrap()
    };
    assert!(!ways().await.password);
    add(&stand, "lin", Role::Viewer).await;
    assert!(ways().await.password);
    // A name is one however it is written.
    for name in ["lin", " LIN "] {
        let cookie = log_in(&stand, name).await;
        let who = stand.get(&paths::session(), &[("cookie", &cookie)]).await;
        assert_eq!(
            who.text(),
            r#"{"who":"user","name":"lin","login":"password","grants":[{"role":"viewer","accounts":"all"}]}"#
        );
    }
    stand
        .db
        .disable_user("lin", &Caller::local(), START)
        .await
        .unwrap();
    assert!(!ways().await.password);
}

#[tokio::test]
async fn whatever_is_wrong_is_answered_alike_after_the_same_work() {
    let stand = Stand::new().await;
    add_token(&stand.db).await;
    add(&stand, "lin", Role::Admin).await;
    add(&stand, "gone", Role::Admin).await;
    stand
        .db
        .disable_user("gone", &Caller::local(), START)
        .await
        .unwrap();
    let wanted = said(&try_password(&stand, "lin", OTHER).await);
    assert_eq!(wanted.1, ProblemCode::WrongLogin);
    for (name, password) in [
        ("nobody", PASSWORD),
        ("gone", PASSWORD),
        ("gone", OTHER),
        ("", PASSWORD),
        ("no name at all/", PASSWORD),
        ("lin", ""),
    ] {
        let before = checks(&stand).await;
        let answer = try_password(&stand, name, password).await;
        assert_eq!(said(&answer), wanted, "{name} {password}");
        assert_eq!(answer.header("set-cookie"), None);
        assert_eq!(checks(&stand).await, before + 1, "{name} {password}");
    }
}

#[tokio::test]
async fn who_was_not_let_in_is_recorded_by_name_where_it_is_a_users_alone() {
    let stand = Stand::new().await;
    add(&stand, "lin", Role::Admin).await;
    try_password(&stand, "lin", OTHER).await;
    // As people do: the password in the place of the name.
    try_password(&stand, "hunter2.hunter2", "lin").await;
    let records = records(&stand).await;
    let refused: Vec<&str> = records
        .lines()
        .filter(|line| line.contains("login.refused"))
        .collect();
    assert_eq!(refused.len(), 2);
    assert!(refused[0].contains(r#""who":"nobody""#), "{}", refused[0]);
    assert!(refused[0].contains(r#""user":"lin""#), "{}", refused[0]);
    assert!(!refused[1].contains("user\":"), "{}", refused[1]);
    assert!(!records.contains("hunter2"));
}

#[tokio::test]
async fn after_too_many_wrong_passwords_even_the_right_one_has_to_wait() {
    let stand = Stand::new().await;
    add(&stand, "lin", Role::Admin).await;
    for _ in 0..10 {
        let answer = try_password(&stand, "lin", OTHER).await;
        assert_eq!(code_of(&answer), ProblemCode::WrongLogin);
    }
    let answer = try_password(&stand, "lin", PASSWORD).await;
    assert_eq!(code_of(&answer), ProblemCode::TooManyAttempts);
    assert_eq!(answer.header("retry-after"), Some("60"));
    // Codes are counted with them.
    let answer = stand.try_code(&stand.code(), &[]).await;
    assert_eq!(code_of(&answer), ProblemCode::TooManyAttempts);
    stand.pass(MINUTE);
    log_in(&stand, "lin").await;
}

#[tokio::test]
async fn a_login_is_a_code_or_a_name_with_a_password_and_nothing_else() {
    let stand = Stand::new().await;
    add(&stand, "lin", Role::Admin).await;
    let code = stand.code();
    for body in [
        "{}".to_owned(),
        r#"{"name":"lin"}"#.to_owned(),
        format!(r#"{{"password":"{PASSWORD}"}}"#),
        format!(r#"{{"code":"{code}","name":"lin","password":"{PASSWORD}"}}"#),
        format!(r#"{{"name":"lin","password":"{PASSWORD}","role":"admin"}}"#),
        format!(r#"{{"name":"lin","password":"{PASSWORD}","password":"{PASSWORD}"}}"#),
        format!(r#"{{"name":["lin"],"password":"{PASSWORD}"}}"#),
    ] {
        let answer = try_body(&stand, &body).await;
        assert_eq!(code_of(&answer), ProblemCode::InvalidParameters, "{body}");
        assert!(!answer.text().contains("canary"));
    }
}

#[tokio::test]
async fn rights_of_a_user_that_are_changed_act_at_once() {
    let stand = Stand::new().await;
    add(&stand, "lin", Role::Viewer).await;
    let cookie = log_in(&stand, "lin").await;
    let headers = [("cookie", cookie.as_str()), ORIGIN];
    let audit = async || {
        let answer = stand.get(&paths::audit(), &headers).await;
        answer.head.status()
    };
    assert_eq!(audit().await, StatusCode::FORBIDDEN);
    let by = Caller::local();
    let everything = Grants::everything();
    stand
        .db
        .grant_user("lin", &everything, &by, START)
        .await
        .unwrap();
    assert_eq!(audit().await, StatusCode::OK);
    stand.db.disable_user("lin", &by, START).await.unwrap();
    assert_eq!(audit().await, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn one_changes_ones_own_password_and_ends_every_other_session() {
    let stand = Stand::new().await;
    add(&stand, "lin", Role::Viewer).await;
    add_token(&stand.db).await;
    let [here, there] = [log_in(&stand, "lin").await, log_in(&stand, "lin").await];
    let change = async |headers: &[(&str, &str)], password: &str, new: &str| {
        let body = serde_json::json!({ "password": password, "new_password": new }).to_string();
        let headers = [&[JSON, ORIGIN], headers].concat();
        let request = anonymous("POST", &paths::password(), &headers, &body);
        send(&stand.router, request).await
    };
    let own = [("cookie", here.as_str())];
    let answer = change(&own, OTHER, OTHER).await;
    assert_eq!(code_of(&answer), ProblemCode::WrongLogin);
    for weak in ["short", "password1234", "lin lin lin lin"] {
        let answer = change(&own, PASSWORD, weak).await;
        assert_eq!(code_of(&answer), ProblemCode::WeakPassword, "{weak}");
    }
    assert!(stand.is_let_in(&there).await);
    let answer = change(&own, PASSWORD, OTHER).await;
    assert_eq!(answer.head.status(), StatusCode::NO_CONTENT);
    assert!(stand.is_let_in(&here).await);
    assert!(!stand.is_let_in(&there).await);
    let answer = try_password(&stand, "lin", PASSWORD).await;
    assert_eq!(code_of(&answer), ProblemCode::WrongLogin);
    let answer = try_password(&stand, "lin", OTHER).await;
    assert_eq!(answer.head.status(), StatusCode::NO_CONTENT);
    let rows = sqlx::query("SELECT password FROM users")
        .fetch_all(stand.db.reader())
        .await
        .unwrap();
    let kept: String = rows[0].try_get(0).unwrap();
    assert!(
        kept.starts_with("$argon2id$v=19$m=47104,t=2,p=1$"),
        "{kept}"
    );
    assert!(!records(&stand).await.contains("canary"));
    // Who has no password changes none.
    let token = format!("Bearer {API_TOKEN}");
    let code = stand.log_in(&stand.code()).await;
    for known in [("authorization", token.as_str()), ("cookie", &code)] {
        let answer = change(&[known], OTHER, PASSWORD).await;
        assert_eq!(code_of(&answer), ProblemCode::NotAllowed);
    }
}

#[tokio::test]
async fn one_sees_and_ends_ones_own_sessions_and_an_admin_everybodys() {
    let stand = Stand::new().await;
    add(&stand, "lin", Role::Viewer).await;
    add(&stand, "ada", Role::Admin).await;
    let [lin, ada] = [log_in(&stand, "lin").await, log_in(&stand, "ada").await];
    let code = stand.log_in(&stand.code()).await;
    let list = async |cookie: &str| {
        let answer = stand.get(&paths::sessions(), &[("cookie", cookie)]).await;
        let list: SessionList = serde_json::from_slice(&answer.body).unwrap();
        list.sessions
    };
    let of_lin = list(&lin).await;
    assert_eq!(of_lin.len(), 1);
    assert!(of_lin[0].is_current);
    let of_all = list(&ada).await;
    let mut who: Vec<String> = of_all
        .iter()
        .map(|it| serde_json::to_string(&it.actor).unwrap())
        .collect();
    who.sort();
    assert_eq!(
        who,
        [
            r#"{"who":"local","login":"code"}"#,
            r#"{"who":"user","name":"ada","login":"password"}"#,
            r#"{"who":"user","name":"lin","login":"password"}"#,
        ]
    );
    let of_ada = of_all.iter().find(|it| it.is_current).unwrap();
    let end = async |cookie: &str, id: &str| {
        let headers = [("cookie", cookie), ORIGIN];
        stand.post(&paths::revoke_session(id), &headers).await
    };
    let answer = end(&lin, &of_ada.id).await;
    assert_eq!(code_of(&answer), ProblemCode::UnknownSession);
    assert!(stand.is_let_in(&ada).await);
    for (cookie, id, gone) in [
        (&lin, &of_lin[0].id, &lin),
        (
            &ada,
            &of_all
                .iter()
                .find(|it| it.actor.login == evenkeel_api::Login::Code)
                .unwrap()
                .id,
            &code,
        ),
    ] {
        let answer = end(cookie, id).await;
        assert_eq!(answer.head.status(), StatusCode::NO_CONTENT);
        assert!(!stand.is_let_in(gone).await);
    }
    assert!(stand.is_let_in(&ada).await);
}
