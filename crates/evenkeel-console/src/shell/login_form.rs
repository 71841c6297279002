//! Logs in, by what the server offers: a name with a password where there are users, and always a code.

use evenkeel_api::{LoginFailure, LoginProvider, LoginRequest, ProblemCode};
use leptos::ev;
use leptos::html;
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::api::{self, ShownFailure};
use crate::i18n::{Strings, phrase, phrase_signal, t};
use crate::shell::provider_login::ProviderLogin;
use crate::shell::settings::Settings;
use crate::ui::button::{Button, ButtonKind};
use crate::ui::field::{Field, note_id};
use crate::ui::icon::Logo;

const CODE: &str = "login-code";
const NAME: &str = "login-name";
const PASSWORD: &str = "login-password";

#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    Code,
    Password,
}

#[component]
pub fn LoginForm(failed: Option<LoginFailure>) -> impl IntoView {
    let way = RwSignal::new(None::<Way>);
    let has_users = RwSignal::new(false);
    let provider = RwSignal::new(None::<LoginProvider>);
    spawn_local(async move {
        // Where that is not known there is a code, which the server says of itself what is wrong with.
        let ways = api::login_ways().await.ok();
        let password = ways.as_ref().is_some_and(|ways| ways.password);
        has_users.try_set(password);
        provider.try_set(ways.and_then(|ways| ways.provider));
        way.try_set(Some(if password { Way::Password } else { Way::Code }));
    });
    let code = RwSignal::new(String::new());
    let (name, password) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let failure = RwSignal::new(None::<ShownFailure>);
    let busy = RwSignal::new(false);
    let [code_input, name_input, password_input] = [(); 3].map(|()| NodeRef::<html::Input>::new());
    // Whichever is there first, the field or the dialog around it.
    Effect::new(move |_| {
        for input in [code_input, name_input] {
            if input.get().is_some() {
                focus(input);
            }
        }
    });
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        let is_empty = |text: RwSignal<String>| text.with_untracked(|text| text.trim().is_empty());
        let (request, again) = match way.get_untracked() {
            None => return,
            Some(Way::Code) if is_empty(code) => return focus(code_input),
            Some(Way::Password) if is_empty(name) => return focus(name_input),
            Some(Way::Password) if is_empty(password) => return focus(password_input),
            Some(Way::Code) => (by_code(code.get_untracked()), code_input),
            Some(Way::Password) => (
                by_password(name.get_untracked(), password.get_untracked()),
                password_input,
            ),
        };
        busy.set(true);
        spawn_local(async move {
            let answer = api::log_in(&request).await;
            // It is gone with the form once somebody is logged in.
            busy.try_set(false);
            if let Err(error) = answer {
                failure.try_set(Some(error.into()));
                focus(again);
            }
        });
    };
    let errors = Signal::derive(move || {
        let said = failure.with(|failure| failure.as_ref().map(|failure| words(failure, t())));
        said.into_iter().collect::<Vec<_>>()
    });
    let invalid = move || {
        if failure.with(Option::is_some) {
            "true"
        } else {
            "false"
        }
    };
    let turn_to = move |to: Way| {
        failure.set(None);
        way.set(Some(to));
    };
    let code_field = move || {
        view! {
            <p>{phrase(Strings::login_command)}</p>
            <Field id=CODE label=phrase_signal(Strings::login_code) errors=errors>
                <input
                    id=CODE
                    node_ref=code_input
                    class="input login-code"
                    type="text"
                    autofocus=true
                    autocomplete="one-time-code"
                    autocapitalize="characters"
                    spellcheck="false"
                    maxlength="64"
                    aria-describedby=note_id(CODE)
                    aria-invalid=invalid
                    prop:value=code
                    on:input=move |event| code.set(event_target_value(&event))
                />
            </Field>
        }
    };
    let password_fields = move || {
        view! {
            <p>{phrase(Strings::login_forgotten)}</p>
            <Field id=NAME label=phrase_signal(Strings::login_name)>
                <input
                    id=NAME
                    node_ref=name_input
                    class="input"
                    type="text"
                    autofocus=true
                    autocomplete="username"
                    autocapitalize="none"
                    spellcheck="false"
                    maxlength="64"
                    aria-describedby=note_id(NAME)
                    aria-invalid=invalid
                    prop:value=name
                    on:input=move |event| name.set(event_target_value(&event))
                />
            </Field>
            <Field id=PASSWORD label=phrase_signal(Strings::login_password) errors=errors>
                <input
                    id=PASSWORD
                    node_ref=password_input
                    class="input"
                    type="password"
                    autocomplete="current-password"
                    aria-describedby=note_id(PASSWORD)
                    aria-invalid=invalid
                    prop:value=password
                    on:input=move |event| password.set(event_target_value(&event))
                />
            </Field>
        }
    };
    let fields = move || match way.get()? {
        Way::Code => Some(code_field().into_any()),
        Way::Password => Some(password_fields().into_any()),
    };
    let other_way = move || {
        let (to, said): (_, fn(Strings) -> &'static str) = match way.get()? {
            Way::Code => (Way::Password, Strings::login_by_password),
            Way::Password => (Way::Code, Strings::login_by_code),
        };
        has_users.get().then(|| {
            view! {
                <Button kind=ButtonKind::Quiet on_press=move || turn_to(to)>{phrase(said)}</Button>
            }
        })
    };
    view! {
        <form class="login-form" on:submit=submit>
            <p class="login-brand">
                <Logo />
                <span class="brand-name">{move || t().brand()}</span>
            </p>
            <h1 id="login-title" class="login-title">{move || t().login_title()}</h1>
            <p>{move || t().login_text()}</p>
            {move || provider.get().map(|provider| view! { <ProviderLogin provider failure=failed /> })}
            {fields}
            // A reader hears what is wrong though the focus was in the field before.
            <p class="visually-hidden" role="alert">
                {move || errors.with(|errors| errors.first().cloned())}
            </p>
            <button type="submit" class="button" data-kind="primary" aria-disabled=move || busy.get().then_some("true")>
                {move || if busy.get() { t().login_busy() } else { t().login() }}
            </button>
            {other_way}
        </form>
        <Settings />
    }
}

fn by_code(code: String) -> LoginRequest {
    LoginRequest {
        code: Some(code),
        ..LoginRequest::default()
    }
}

fn by_password(name: String, password: String) -> LoginRequest {
    LoginRequest {
        name: Some(name),
        password: Some(password),
        ..LoginRequest::default()
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
        Some(ProblemCode::WrongLogin) => t.login_wrong_password().to_owned(),
        Some(ProblemCode::TooManyAttempts) => t.login_too_many().to_owned(),
        _ => failure.summary(t),
    }
}
