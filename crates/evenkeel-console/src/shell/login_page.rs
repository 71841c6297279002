//! Asks who one is, above whatever page there is: what was begun there stays, and goes on after the login.

use evenkeel_api::{Login, ProblemCode};
use leptos::ev;
use leptos::html;
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::api::{self, ShownFailure};
use crate::i18n::{Strings, t};
use crate::shell::settings::Settings;
use crate::ui::field::{Field, note_id};
use crate::ui::icon::Logo;

const INPUT: &str = "login-code";

/// Shown while the server asks. It cannot be closed: there is nothing behind it that would work.
#[component]
pub fn LoginPage() -> impl IntoView {
    let dialog = NodeRef::<html::Dialog>::new();
    let needed = Memo::new(|_| api::is_login_needed());
    let show = move || {
        let Some(dialog) = dialog.get() else { return };
        if needed.get() && !dialog.open() {
            // It fails only on a dialog that is open without being modal, which this one never is.
            drop(dialog.show_modal());
        } else if !needed.get() && dialog.open() {
            dialog.close();
        }
    };
    Effect::new(move |_| show());
    // In another tab somebody may have logged in meanwhile.
    let focus = window_event_listener(ev::focus, move |_| {
        if needed.get_untracked() {
            spawn_local(async {
                drop(api::who().await);
            });
        }
    });
    on_cleanup(move || focus.remove());
    view! {
        <dialog
            node_ref=dialog
            class="login"
            aria-labelledby="login-title"
            on:cancel=|event: ev::Event| event.prevent_default()
            // A browser closes it at the second Escape all the same.
            on:close=move |_| show()
        >
            <Show when=move || needed.get()>
                <LoginForm />
            </Show>
        </dialog>
    }
}

#[component]
fn LoginForm() -> impl IntoView {
    let code = RwSignal::new(String::new());
    let failure = RwSignal::new(None::<ShownFailure>);
    let busy = RwSignal::new(false);
    let input = NodeRef::<html::Input>::new();
    // Whichever is there first, the field or the dialog around it.
    Effect::new(move |_| {
        if input.get().is_some() {
            focus(input);
        }
    });
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        if code.with_untracked(|code| code.trim().is_empty()) {
            focus(input);
            return;
        }
        busy.set(true);
        spawn_local(async move {
            let answer = api::log_in(code.get_untracked()).await;
            // It is gone with the form once somebody is logged in.
            busy.try_set(false);
            if let Err(error) = answer {
                failure.try_set(Some(error.into()));
                focus(input);
            }
        });
    };
    let errors = Signal::derive(move || {
        let said = failure.with(|failure| failure.as_ref().map(|failure| words(failure, t())));
        said.into_iter().collect::<Vec<_>>()
    });
    let is_wrong = move || failure.with(Option::is_some);
    view! {
        <form class="login-form" on:submit=submit>
            <p class="login-brand">
                <Logo />
                <span class="brand-name">{move || t().brand()}</span>
            </p>
            <h1 id="login-title" class="login-title">{move || t().login_title()}</h1>
            <p>{move || t().login_text()}</p>
            <p>{move || t().login_command()}</p>
            <Field id=INPUT label=Signal::derive(|| t().login_code().to_owned()) errors=errors>
                <input
                    id=INPUT
                    node_ref=input
                    class="input login-code"
                    type="text"
                    autofocus=true
                    autocomplete="one-time-code"
                    autocapitalize="characters"
                    spellcheck="false"
                    maxlength="64"
                    aria-describedby=note_id(INPUT)
                    aria-invalid=move || if is_wrong() { "true" } else { "false" }
                    prop:value=code
                    on:input=move |event| code.set(event_target_value(&event))
                />
            </Field>
            // A reader hears what is wrong though the focus was in the field before.
            <p class="visually-hidden" role="alert">
                {move || errors.with(|errors| errors.first().cloned())}
            </p>
            <button type="submit" class="button" data-kind="primary" aria-disabled=move || busy.get().then_some("true")>
                {move || if busy.get() { t().login_busy() } else { t().login() }}
            </button>
        </form>
        <Settings />
    }
}

fn focus(input: NodeRef<html::Input>) {
    if let Some(input) = input.try_get_untracked().flatten() {
        drop(input.focus());
        input.select();
    }
}

/// What is wrong, in plain words.
fn words(failure: &ShownFailure, t: Strings) -> String {
    match failure.problem {
        Some(ProblemCode::WrongCode) => t.login_wrong().to_owned(),
        Some(ProblemCode::TooManyAttempts) => t.login_too_many().to_owned(),
        _ => failure.summary(t),
    }
}

/// Logs out whoever has a session.
#[component]
pub fn LogOut() -> impl IntoView {
    let has_session = RwSignal::new(false);
    let needed = Memo::new(|_| api::is_login_needed());
    Effect::new(move |_| {
        if !needed.get() {
            spawn_local(async move {
                let who = api::who().await;
                let is_one = |login: &Login| !matches!(login, Login::None | Login::Token { .. });
                has_session.try_set(who.is_ok_and(|who| is_one(&who.actor.login)));
            });
        }
    });
    let log_out = move |_| {
        spawn_local(async {
            drop(api::log_out().await);
            // Nothing of what was read stays in the page; where it did not work the button is there again.
            drop(window().location().reload());
        });
    };
    view! {
        <Show when=move || has_session.get()>
            <button type="button" class="button" data-kind="quiet" on:click=log_out>
                {move || t().logout()}
            </button>
        </Show>
    }
}
