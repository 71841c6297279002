//! Changes one's own password.

use evenkeel_api::{ChangePassword, ProblemCode};
use leptos::ev;
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::api::{self, ShownFailure};
use crate::i18n::{Strings, phrase, phrase_signal, t};
use crate::ui::badge::Tone;
use crate::ui::banner::Banner;
use crate::ui::field::{Field, note_id};

const NOW: &str = "password-now";
const NEW: &str = "password-new";
const AGAIN: &str = "password-again";

/// What is wrong, beside the field that it is about.
#[derive(Clone, PartialEq)]
enum Wrong {
    Now,
    Weak,
    Differs,
    Other(ShownFailure),
}

#[component]
pub fn PasswordForm(on_changed: impl Fn() + Copy + 'static) -> impl IntoView {
    let [now, new, again] = [(); 3].map(|()| RwSignal::new(String::new()));
    let wrong = RwSignal::new(None::<Wrong>);
    let (busy, done) = (RwSignal::new(false), RwSignal::new(false));
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() || now.with_untracked(String::is_empty) {
            return;
        }
        done.set(false);
        if new.get_untracked() != again.get_untracked() {
            wrong.set(Some(Wrong::Differs));
            return;
        }
        busy.set(true);
        let change = ChangePassword {
            password: now.get_untracked(),
            new_password: new.get_untracked(),
        };
        spawn_local(async move {
            let answer = api::change_password(&change).await;
            busy.try_set(false);
            wrong.try_set(
                answer
                    .as_ref()
                    .err()
                    .cloned()
                    .map(|error| Wrong::of(error.into())),
            );
            if answer.is_ok() {
                for field in [now, new, again] {
                    field.try_set(String::new());
                }
                done.try_set(true);
                on_changed();
            }
        });
    };
    view! {
        <form class="password-form" on:submit=submit>
            <h2>{phrase(Strings::password_title)}</h2>
            <PasswordField id=NOW label=Strings::password_now value=now wrong=wrong complete="current-password" />
            <PasswordField id=NEW label=Strings::password_new value=new wrong=wrong complete="new-password" />
            <PasswordField id=AGAIN label=Strings::password_again value=again wrong=wrong complete="new-password" />
            {move || {
                let said = wrong.with(|wrong| wrong.as_ref().map(|wrong| wrong.words(t())));
                said.map(|said| view! { <p class="visually-hidden" role="alert">{said}</p> })
            }}
            <Show when=move || done.get()>
                <Banner tone=Signal::stored(Tone::Good)>{phrase(Strings::password_done)}</Banner>
            </Show>
            <button type="submit" class="button" data-kind="primary" aria-disabled=move || busy.get().then_some("true")>
                {move || if busy.get() { t().password_busy() } else { t().password_change() }}
            </button>
        </form>
    }
}

#[component]
fn PasswordField(
    id: &'static str,
    label: fn(Strings) -> &'static str,
    value: RwSignal<String>,
    wrong: RwSignal<Option<Wrong>>,
    complete: &'static str,
) -> impl IntoView {
    let errors = Signal::derive(move || {
        wrong.with(|wrong| {
            let here = wrong.as_ref().filter(|wrong| wrong.field() == id);
            here.map(|wrong| wrong.words(t()))
                .into_iter()
                .collect::<Vec<_>>()
        })
    });
    let hint = Signal::derive(move || (id == NEW).then(|| t().password_hint().to_owned()));
    view! {
        <Field id=id label=phrase_signal(label) hint=hint errors=errors>
            <input
                id=id
                class="input"
                type="password"
                autocomplete=complete
                aria-describedby=note_id(id)
                aria-invalid=move || if errors.with(Vec::is_empty) { "false" } else { "true" }
                prop:value=value
                on:input=move |event| value.set(event_target_value(&event))
            />
        </Field>
    }
}

impl Wrong {
    fn of(failure: ShownFailure) -> Self {
        match failure.problem {
            Some(ProblemCode::WrongLogin) => Self::Now,
            Some(ProblemCode::WeakPassword) => Self::Weak,
            _ => Self::Other(failure),
        }
    }

    fn field(&self) -> &'static str {
        match self {
            Self::Now => NOW,
            Self::Weak => NEW,
            Self::Differs | Self::Other(_) => AGAIN,
        }
    }

    fn words(&self, t: Strings) -> String {
        match self {
            Self::Now => t.password_wrong().to_owned(),
            Self::Weak => t.password_weak().to_owned(),
            Self::Differs => t.password_differs().to_owned(),
            Self::Other(failure) if failure.problem == Some(ProblemCode::TooManyAttempts) => {
                t.login_too_many().to_owned()
            }
            Self::Other(failure) => failure.summary(t),
        }
    }
}
