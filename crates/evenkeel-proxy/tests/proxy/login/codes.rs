//! Login codes.

use super::*;

#[tokio::test]
async fn a_code_is_exchanged_for_a_cookie_once() {
    let stand = Stand::new().await;
    let code = stand.code();
    let answer = stand.try_code(&code.to_lowercase(), &[]).await;
    assert_eq!(answer.head.status(), StatusCode::NO_CONTENT);
    let cookie = answer.header("set-cookie").unwrap();
    let (name, rest) = cookie.split_once('=').unwrap();
    let (secret, attributes) = rest.split_once("; ").unwrap();
    let store = stand.db.audit_head().await.unwrap().store;
    assert_eq!(name, format!("evenkeel-{store}"));
    assert_eq!(secret.len(), 43, "256 random bits");
    assert_eq!(
        attributes,
        "Path=/; Max-Age=43200; HttpOnly; SameSite=Strict"
    );
    assert!(stand.is_let_in(&format!("{name}={secret}")).await);
    let again = stand.try_code(&code, &[]).await;
    assert_eq!(code_of(&again), ProblemCode::WrongCode);
    assert_eq!(again.header("set-cookie"), None);
}

#[tokio::test]
async fn a_code_is_good_for_ten_minutes() {
    let stand = Stand::new().await;
    let late = stand.new_code().await;
    stand.pass(10 * MINUTE - 1);
    stand.log_in(&stand.code()).await;
    stand.pass(1);
    assert_eq!(
        code_of(&stand.try_code(&late, &[]).await),
        ProblemCode::WrongCode
    );
}

#[tokio::test]
async fn wrong_codes_end_the_code_and_then_have_to_wait() {
    let stand = Stand::new().await;
    let first = stand.code();
    for _ in 0..5 {
        let answer = stand.try_code("WRONG", &[]).await;
        assert_eq!(code_of(&answer), ProblemCode::WrongCode);
    }
    let second = stand.code();
    assert_ne!(first, second, "a new one is shown");
    assert_eq!(
        code_of(&stand.try_code(&first, &[]).await),
        ProblemCode::WrongCode
    );
    for _ in 0..4 {
        stand.try_code("", &[]).await;
    }
    // Even the right one, so that waiting tells nothing.
    let code = stand.code();
    let answer = stand.try_code(&code, &[]).await;
    assert_eq!(code_of(&answer), ProblemCode::TooManyAttempts);
    assert_eq!(answer.header("retry-after"), Some("60"));
    stand.pass(MINUTE);
    stand.log_in(&code).await;
}
