//! Leads to the provider of identities, where people log in at one, and says why a login there came to nothing.

use evenkeel_api::{LoginFailure, LoginProvider, paths};
use leptos::prelude::*;
use wasm_bindgen::JsValue;

use crate::api;
use crate::i18n::{Strings, phrase, t};

/// Why the login that this page comes from came to nothing. It is told once: the address does not keep it.
pub fn take_failure() -> Option<LoginFailure> {
    let location = window().location();
    let failure = LoginFailure::of_fragment(&location.hash().ok()?)?;
    let page = format!("{}{}", location.pathname().ok()?, location.search().ok()?);
    let history = window().history().ok()?;
    // Where it is kept all the same, it is told again after a reload.
    drop(history.replace_state_with_url(&JsValue::NULL, "", Some(&page)));
    Some(failure)
}

/// The way there: away from this page where nothing was begun in it, and else beside it.
#[component]
pub fn ProviderLogin(provider: LoginProvider, failure: Option<LoginFailure>) -> impl IntoView {
    let is_begun = api::was_let_in();
    // It is not told again to whoever got in after it.
    let failure = failure.filter(|_| !is_begun);
    let place = || {
        let location = window().location();
        let (path, query) = (location.pathname().ok()?, location.search().ok()?);
        Some(format!("{path}{query}"))
    };
    let href = paths::login_provider_then(&place().unwrap_or_default());
    let name = provider.name;
    let here = name.clone();
    let said = {
        let name = name.clone();
        move || failure.map(|failure| words(failure, &name, t()))
    };
    view! {
        <Show when=move || failure.is_some()>
            <p class="field-error" role="alert">{said.clone()}</p>
        </Show>
        // The program's own router takes other links for pages of its own.
        <a
            class="button"
            data-kind="primary"
            rel="external"
            href=href
            target=is_begun.then_some("_blank")
        >
            {move || t().login_provider(name.clone())}
        </a>
        <Show when=move || is_begun>
            <p>{phrase(Strings::login_provider_beside)}</p>
        </Show>
        <p>{move || t().login_or(here.clone())}</p>
    }
}

fn words(failure: LoginFailure, provider: &str, t: Strings) -> String {
    match failure {
        LoginFailure::Over => t.login_failed_over().to_owned(),
        LoginFailure::Denied => t.login_failed_denied(provider.to_owned()),
        LoginFailure::ProviderRefused => t.login_failed_refused(provider.to_owned()),
        LoginFailure::ProviderUnreachable => t.login_failed_unreachable(provider.to_owned()),
        LoginFailure::ProviderUnreadable => t.login_failed_unreadable(provider.to_owned()),
        LoginFailure::TooManyGroups => t.login_failed_groups(provider.to_owned()),
        LoginFailure::NothingGranted => t.login_failed_nothing(provider.to_owned()),
        LoginFailure::TooManyAttempts => t.login_failed_attempts().to_owned(),
        LoginFailure::Internal => t.login_failed_internal().to_owned(),
    }
}
