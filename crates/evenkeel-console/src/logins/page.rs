//! The sessions that one may see, and the one that looks at them among these.

use evenkeel::Timestamp;
use evenkeel_api::{Login, Principal, SessionView};
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::password_form::PasswordForm;
use crate::actor_label::actor;
use crate::api::{self, ShownFailure};
use crate::clock::use_clock;
use crate::failure_banner::FailureBanner;
use crate::i18n::{Strings, phrase, t};
use crate::labels::short_time;
use crate::prefs::use_prefs;
use crate::time;
use crate::ui::badge::{Badge, Tone};
use crate::ui::button::Button;

#[component]
pub fn LoginsPage() -> impl IntoView {
    Effect::new(move |_| {
        document().set_title(&format!("{} · {}", t().logins_title(), t().brand()));
    });
    let sessions = RwSignal::new(Vec::<SessionView>::new());
    let failure = RwSignal::new(None::<ShownFailure>);
    let load = move || {
        spawn_local(async move {
            match api::sessions().await {
                Ok(list) => {
                    failure.try_set(None);
                    sessions.try_set(list.sessions);
                }
                Err(error) => drop(failure.try_set(Some(error.into()))),
            }
        });
    };
    let needed = Memo::new(|_| api::is_login_needed());
    Effect::new(move |_| {
        if !needed.get() {
            load();
        }
    });
    let end = move |id: String, is_current: bool| {
        spawn_local(async move {
            if let Err(error) = api::end_session(&id).await {
                failure.try_set(Some(error.into()));
            } else if is_current {
                // Nothing of what was read stays in the page.
                drop(window().location().reload());
            } else {
                load();
            }
        });
    };
    let has_password = Memo::new(move |_| {
        sessions.with(|all| {
            all.iter()
                .any(|session| session.is_current && is_by_password(session))
        })
    });
    view! {
        <div class="page">
            <header class="page-head">
                <div class="page-title">
                    <h1>{phrase(Strings::logins_title)}</h1>
                    <p class="sub">{phrase(Strings::logins_sub)}</p>
                </div>
            </header>
            <FailureBanner failure=failure retry=move |()| load() />
            <ul class="logins" aria-label=phrase(Strings::logins_title)>
                <For each=move || sessions.get() key=|session| session.id.clone() let:session>
                    <SessionLine session=session on_end=move |id, is_current| end(id, is_current) />
                </For>
            </ul>
            <Show when=move || has_password.get()>
                <PasswordForm on_changed=load />
            </Show>
        </div>
    }
}

#[component]
fn SessionLine(
    session: SessionView,
    on_end: impl Fn(String, bool) + Copy + Send + Sync + 'static,
) -> impl IntoView {
    let (zone, minutes) = (use_prefs().zone, use_clock().minutes());
    let at = move |ms: i64| short_time(ms, zone.get(), t());
    let [began, seen, ends] =
        [session.began_at, session.seen_at, session.ends_at].map(Timestamp::as_millis);
    let times = move || {
        let seen = time::relative(seen, minutes.get(), t());
        t().logins_times(at(began), at(ends), seen)
    };
    let way = how(&session.actor.login);
    let (is_current, id, owner) = (session.is_current, session.id, session.actor);
    let who = Signal::derive(move || actor(&owner, t()));
    let label = Signal::derive(move || t().logins_end_of(way(t()), at(began), who.get()));
    view! {
        <li class="login-line">
            <span class="login-who">
                <strong>{who}</strong>
                <small>{move || way(t())}</small>
            </span>
            <span class="login-times">{times}</span>
            {is_current
                .then(|| {
                    let word = Signal::derive(|| t().logins_current().to_owned());
                    view! { <Badge tone=Signal::stored(Tone::Good) shape=Signal::stored("●") word=word /> }
                })}
            <Button label=label on_press=move || on_end(id.clone(), is_current)>
                {phrase(Strings::logins_end)}
            </Button>
        </li>
    }
}

fn is_by_password(session: &SessionView) -> bool {
    matches!(session.actor.who, Principal::User { .. }) && session.actor.login == Login::Password
}

/// How somebody had logged in.
fn how(login: &Login) -> fn(Strings) -> &'static str {
    match login {
        Login::Code => Strings::logins_by_code,
        Login::Password => Strings::logins_by_password,
        Login::Oidc => Strings::logins_by_provider,
        Login::None | Login::Token { .. } | Login::Other => Strings::logins_by_other,
    }
}
