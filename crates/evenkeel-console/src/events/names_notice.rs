//! Which accounts' names and tags are not read, and what to grant.

use std::collections::BTreeMap;

use evenkeel::visible::visible;
use evenkeel_api::AccountStatus;
use leptos::prelude::*;

use super::store::use_events;
use crate::i18n::{Strings, t};
use crate::ui::badge::Tone;
use crate::ui::banner::Banner;

/// A line an account: `edge: grant ens:DescribeInstances`.
fn told(accounts: &BTreeMap<String, AccountStatus>, t: Strings) -> Vec<String> {
    let off = accounts.values().filter_map(|status| {
        let off = status.names_off.as_ref()?;
        let account = visible(&status.account);
        Some(if off.permissions.is_empty() {
            let detail = visible(&off.failure.detail);
            format!("{account}: {detail}")
        } else {
            t.names_off_grant(account, off.permissions.join(", "))
        })
    });
    off.collect()
}

#[component]
pub fn NamesNotice() -> impl IntoView {
    let events = use_events();
    let told = Memo::new(move |_| events.accounts.with(|accounts| told(accounts, t())));
    move || {
        let lines = told.get();
        (!lines.is_empty()).then(|| {
            let lines = lines.into_iter();
            let lines = lines.map(|line| view! { <p class="notice-fine" dir="auto">{line}</p> });
            view! {
                <Banner tone=Tone::Attention>
                    <div class="notice-text">
                        <strong>{move || t().names_off()}</strong>
                        {lines.collect_view()}
                    </div>
                </Banner>
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use evenkeel::Locale;
    use evenkeel_api::{AccountFailure, AccountPhase, FailureCode, NamesOff};

    use super::*;
    use crate::fixture::{at, status};

    #[test]
    fn says_what_to_grant_or_what_went_wrong() {
        let off = |account: &str, permissions: &[&str]| AccountStatus {
            names_off: Some(NamesOff {
                permissions: permissions.iter().map(|&it| it.to_owned()).collect(),
                failure: AccountFailure {
                    code: FailureCode::Denied,
                    detail: "no\u{200b}pe".to_owned(),
                    at: at(1),
                    provider_code: None,
                    request_id: None,
                },
            }),
            ..status(account, AccountPhase::Ok)
        };
        let accounts = [
            off("edge", &["ens:DescribeInstances", "ens:ListTagResources"]),
            off("ecs", &[]),
            status("fine", AccountPhase::Ok),
        ];
        let accounts = accounts
            .map(|status| (status.account.clone(), status))
            .into();
        assert_eq!(
            told(&accounts, Strings(Locale::En)),
            [
                r"ecs: no\u{200b}pe",
                "edge: grant ens:DescribeInstances, ens:ListTagResources"
            ]
        );
    }
}
