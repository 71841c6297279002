//! Whether the server asks who one is, and logging in and out.

use evenkeel_api::{
    ChangePassword, Grants, LoggedOut, Login, LoginRequest, LoginWays, NoBody, ProblemCode, Right,
    SessionList, Who, paths,
};
use gloo_net::http::Request;
use gloo_timers::future::TimeoutFuture;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::page_listing::PageListing;
use super::{Answer, ApiError, bounded, json, post, read};

thread_local! {
    static NEEDED: ArcRwSignal<bool> = ArcRwSignal::new(false);
    static WHO: ArcRwSignal<Option<Who>> = ArcRwSignal::new(None);
}

/// How often somebody who waits for a login looks, ms.
const LOOK_MS: u32 = 200;

/// Whether the server asks who one is before it answers. Reactive.
pub fn is_login_needed() -> bool {
    NEEDED.with(ArcRwSignal::get)
}

/// Every answer passes here: whichever call it is, the server may ask then.
pub(super) fn hear(answer: &Answer) {
    if answer.status == 401 && asks_login(&answer.problem()) && set_needed(true) {
        // What was asked before a login may be answered after it: then one is logged in all the same.
        spawn_local(async {
            drop(who().await);
        });
    }
}

fn asks_login(error: &ApiError) -> bool {
    let ApiError::Problem(problem) = error else {
        return false;
    };
    problem.code.known() == Some(ProblemCode::LoginNeeded)
}

/// Whether that is news.
fn set_needed(needed: bool) -> bool {
    NEEDED.with(|signal| {
        let is_news = signal.get_untracked() != needed;
        if is_news {
            signal.set(needed);
        }
        is_news
    })
}

/// Waits until somebody has logged in, or `goes_on` says no.
pub async fn until_logged_in(goes_on: impl Fn() -> bool) {
    while NEEDED.with(ArcRwSignal::get_untracked) && goes_on() {
        TimeoutFuture::new(LOOK_MS).await;
    }
}

/// How one logs in at this server.
///
/// # Errors
/// What the server refused, or that it did not answer.
pub async fn login_ways() -> Result<LoginWays, ApiError> {
    json(&read(bounded(Request::get(&paths::login())).build()).await?)
}

/// Logs in by the code that the server has shown, or by a name and a password.
///
/// # Errors
/// That it is no good, or that the server did not answer.
pub async fn log_in(request: &LoginRequest) -> Result<(), ApiError> {
    read(post(&paths::login(), request)).await?;
    set_needed(false);
    Ok(())
}

/// Changes one's own password.
///
/// # Errors
/// That one of them is no good, or that the server did not answer.
pub async fn change_password(change: &ChangePassword) -> Result<(), ApiError> {
    read(post(&paths::password(), change)).await?;
    Ok(())
}

/// The sessions that one may see.
///
/// # Errors
/// What the server refused, or that it did not answer.
pub async fn sessions() -> Result<SessionList, ApiError> {
    json(&read(bounded(Request::get(&paths::sessions())).build()).await?)
}

/// Ends one of them.
///
/// # Errors
/// What the server refused, or that it did not answer.
pub async fn end_session(id: &str) -> Result<(), ApiError> {
    read(post(&paths::revoke_session(id), &NoBody {})).await?;
    Ok(())
}

/// Ends the session; where else to go to log out, if anywhere.
///
/// # Errors
/// What the server refused, or that it did not answer.
pub async fn log_out() -> Result<Option<LoggedOut>, ApiError> {
    PageListing::forget();
    let answer = read(post(&paths::logout(), &NoBody {})).await?;
    if answer.body.is_empty() {
        return Ok(None);
    }
    json(&answer).map(Some)
}

/// Whether whoever has the page was let in before: then something may have been begun in it.
pub fn was_let_in() -> bool {
    WHO.with(|signal| signal.with_untracked(Option::is_some))
}

/// Whether one is logged in by a session, which can be ended, as the server said last. Reactive.
pub fn has_session() -> bool {
    WHO.with(|signal| {
        signal.with(|who| who.as_ref().is_some_and(|who| is_session(&who.actor.login)))
    })
}

fn is_session(login: &Login) -> bool {
    !matches!(login, Login::None | Login::Token { .. })
}

/// Whether one has a right for an account, as the server said last; before it has, it is asked by whatever is done.
/// Reactive.
pub fn may(right: Right, account: &str) -> bool {
    WHO.with(|signal| {
        signal.with(|who| allows(who.as_ref().map(|who| &who.grants), right, account))
    })
}

fn allows(grants: Option<&Grants>, right: Right, account: &str) -> bool {
    grants.is_none_or(|grants| grants.allow(right, account))
}

/// Who the server takes one for, and what they may do, which is also how one finds out that somebody logged in in another tab.
///
/// # Errors
/// What the server refused, or that it did not answer.
pub async fn who() -> Result<Who, ApiError> {
    let answer = read(bounded(Request::get(&paths::session())).build()).await?;
    set_needed(false);
    let who: Who = json(&answer)?;
    WHO.with(|signal| {
        if signal.with_untracked(|known| known.as_ref() != Some(&who)) {
            signal.set(Some(who.clone()));
        }
    });
    Ok(who)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_blocked_before_the_server_has_said_what_one_may() {
        let viewer = Grants::of_text(r#"[{"role":"viewer","accounts":["edge"]}]"#);
        assert!(allows(None, Right::Order, "edge"));
        assert!(allows(Some(&viewer), Right::Read, "edge"));
        assert!(!allows(Some(&viewer), Right::Read, "core"));
        assert!(!allows(Some(&viewer), Right::Order, "edge"));
    }

    #[test]
    fn a_wrong_code_is_no_reason_to_ask_anew() {
        for (code, asks) in [("login_needed", true), ("wrong_code", false)] {
            let body = format!(r#"{{"code":"{code}","status":401}}"#);
            let answer = Answer {
                status: 401,
                body: body.into_bytes(),
            };
            assert_eq!(asks_login(&answer.problem()), asks, "{code}");
        }
    }
}
