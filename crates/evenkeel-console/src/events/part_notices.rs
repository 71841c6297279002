//! Which accounts' names and tags are not read, or which of their lists, and what to grant.

use std::collections::BTreeMap;

use evenkeel::visible::visible;
use evenkeel::{Provider, optional_lists};
use evenkeel_api::{AccountStatus, AccountView, PartOff};
use leptos::prelude::*;

use super::store::{Directory, use_events};
use crate::i18n::{Strings, t};
use crate::ui::badge::Tone;
use crate::ui::banner::Banner;

/// A part of an account that the rest is read without.
#[derive(Clone, Copy)]
pub enum Part {
    Lists,
    Names,
}

impl Part {
    fn off(self, status: &AccountStatus) -> Option<&PartOff> {
        match self {
            Self::Lists => status.lists_off.as_ref(),
            Self::Names => status.names_off.as_ref(),
        }
    }

    fn title(self, t: Strings) -> &'static str {
        match self {
            Self::Lists => t.lists_off(),
            Self::Names => t.names_off(),
        }
    }

    /// `edge: disk events are off: grant …`.
    fn line(self, account: &AccountView, off: &PartOff, t: Strings) -> String {
        let id = visible(&account.id);
        if off.permissions.is_empty() {
            return format!("{id}: {}", visible(&off.failure.detail));
        }
        let permissions = off.permissions.join(", ");
        let names = match self {
            Self::Lists => lists(account.provider, &off.permissions, t),
            Self::Names => None,
        };
        match names {
            Some(names) => t.lists_off_grant(id, names, permissions),
            None => t.names_off_grant(id, permissions),
        }
    }
}

/// What is in the lists that permissions are for.
fn lists(provider: Provider, permissions: &[String], t: Strings) -> Option<String> {
    let names: Vec<&str> = optional_lists(provider)
        .into_iter()
        .filter(|list| permissions.iter().any(|its| its == list.permission))
        .map(|list| list.name(t.0))
        .collect();
    (!names.is_empty()).then(|| names.join(", "))
}

/// A line an account.
fn told(
    accounts: &[AccountView],
    statuses: &BTreeMap<String, AccountStatus>,
    part: Part,
    t: Strings,
) -> Vec<String> {
    let off = accounts.iter().filter_map(|account| {
        let off = part.off(statuses.get(&account.id)?)?;
        Some(part.line(account, off, t))
    });
    off.collect()
}

/// What of a part is off, and what to do.
#[component]
pub fn PartNotice(part: Part) -> impl IntoView {
    let events = use_events();
    let told = Memo::new(move |_| {
        let lines = |accounts: &[AccountView]| {
            let told = |statuses: &_| told(accounts, statuses, part, t());
            events.accounts.with(told)
        };
        events.directory.with(|directory| match directory {
            Directory::Ready(accounts) => lines(accounts),
            Directory::Loading | Directory::Failed(_) => Vec::new(),
        })
    });
    move || {
        let lines = told.get();
        (!lines.is_empty()).then(|| {
            let lines = lines.into_iter();
            let lines = lines.map(|line| view! { <p class="notice-fine" dir="auto">{line}</p> });
            view! {
                <Banner tone=Tone::Attention>
                    <div class="notice-text">
                        <strong>{move || part.title(t())}</strong>
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
    use evenkeel_api::{AccountFailure, AccountPhase, FailureCode};

    use super::*;
    use crate::fixture::{at, status};

    fn off(permissions: &[&str]) -> PartOff {
        PartOff {
            permissions: permissions.iter().map(|&it| it.to_owned()).collect(),
            failure: AccountFailure {
                code: FailureCode::Denied,
                detail: "no\u{200b}pe".to_owned(),
                at: at(1),
                provider_code: None,
                request_id: None,
            },
        }
    }

    fn lines(provider: Provider, status: AccountStatus, part: Part, locale: Locale) -> Vec<String> {
        let account = AccountView {
            id: status.account.clone(),
            provider,
            region: "r".to_owned(),
            project_id: None,
            endpoint: "https://cloud.example".to_owned(),
            sandbox: false,
            items_per_call: 1,
        };
        let statuses = [(status.account.clone(), status)].into();
        told(&[account], &statuses, part, Strings(locale))
    }

    #[test]
    fn names_that_are_off_are_told_with_what_to_grant_or_what_went_wrong() {
        let names = |permissions: &[&str]| AccountStatus {
            names_off: Some(off(permissions)),
            ..status("edge", AccountPhase::Ok)
        };
        let told = |status| lines(Provider::Ens, status, Part::Names, Locale::En);
        assert_eq!(
            told(names(&["ens:DescribeInstances", "ens:ListTagResources"])),
            ["edge: grant ens:DescribeInstances, ens:ListTagResources"]
        );
        assert_eq!(told(names(&[])), [r"edge: no\u{200b}pe"]);
        assert_eq!(told(status("edge", AccountPhase::Ok)), [""; 0]);
    }

    #[test]
    fn a_list_that_is_off_is_told_by_what_it_has() {
        let provider = Provider::ALL
            .iter()
            .copied()
            .find(|provider| !optional_lists(*provider).is_empty())
            .unwrap();
        let list = optional_lists(provider)[0];
        let status = AccountStatus {
            lists_off: Some(off(&[list.permission])),
            ..status("hz", AccountPhase::Ok)
        };
        let told = |part, locale| lines(provider, status.clone(), part, locale);
        let (name, permission) = (list.name_en, list.permission);
        assert_eq!(
            told(Part::Lists, Locale::En),
            [format!("hz: {name} are off: grant {permission}")]
        );
        assert_eq!(
            told(Part::Lists, Locale::Zh),
            [format!("hz：{}未读取：请授予 {permission}", list.name_zh)]
        );
        assert_eq!(told(Part::Names, Locale::En), [""; 0]);
        // Of a permission that this console does not know the rest is told.
        let mut later = status.clone();
        later.lists_off = Some(off(&["cloud:DescribeSomething"]));
        assert_eq!(
            lines(provider, later, Part::Lists, Locale::En),
            ["hz: grant cloud:DescribeSomething"]
        );
    }
}
