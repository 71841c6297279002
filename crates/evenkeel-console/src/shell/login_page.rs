//! Asks who one is, above whatever page there is: what was begun there stays, and goes on after the login.

use leptos::ev;
use leptos::html;
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::api;
use crate::i18n::{Strings, phrase};
use crate::shell::login_form::LoginForm;
use crate::shell::provider_login::take_failure;

/// Shown while the server asks. It cannot be closed: there is nothing behind it that would work.
#[component]
pub fn LoginPage() -> impl IntoView {
    let dialog = NodeRef::<html::Dialog>::new();
    let needed = Memo::new(|_| api::is_login_needed());
    let failed = take_failure();
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
                <LoginForm failed />
            </Show>
        </dialog>
    }
}

/// Logs out whoever has a session.
#[component]
pub fn LogOut() -> impl IntoView {
    let needed = Memo::new(|_| api::is_login_needed());
    Effect::new(move |_| {
        if !needed.get() {
            spawn_local(async {
                drop(api::who().await);
            });
        }
    });
    let log_out = move |_| {
        spawn_local(async {
            let logged_out = api::log_out().await;
            let location = window().location();
            // Nothing of what was read stays in the page; where it did not work the button is there again.
            drop(match logged_out {
                Ok(Some(elsewhere)) => location.set_href(&elsewhere.go_to),
                _ => location.reload(),
            });
        });
    };
    view! {
        <Show when=api::has_session>
            <button type="button" class="button" data-kind="quiet" on:click=log_out>
                {phrase(Strings::logout)}
            </button>
        </Show>
    }
}
