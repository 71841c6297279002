//! What a batch waits for that a second person has to approve, and where they say so.

use evenkeel::Password;
use evenkeel_api::{
    Approval, ApprovalState, Approve, BatchSummary, BreakGlass, Reject, Right, paths,
};
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::store::use_batches;
use super::{approval_words, labels};
use crate::actor_label::actor;
use crate::api::{self, ShownFailure};
use crate::failure_banner::FailureBanner;
use crate::i18n::{Strings, phrase, phrase_signal, t};
use crate::labels::many;
use crate::missing_right::missing_right;
use crate::prefs::use_prefs;
use crate::stream::connection::use_connection;
use crate::ui::badge::Tone;
use crate::ui::banner::Banner;
use crate::ui::button::{Button, ButtonKind};
use crate::ui::field::{Field, note_id};

const PASSWORD: &str = "approval-password";
const REASON: &str = "approval-reason";

/// What somebody says about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Decision {
    Yes,
    No,
    WithoutOne,
}

#[component]
pub fn ApprovalNotice(#[prop(into)] summary: Signal<BatchSummary>) -> impl IntoView {
    let state = Memo::new(move |_| summary.with(|it| it.approval.as_ref().map(|it| it.state)));
    let decided = move || {
        summary.with(|it| {
            let approval = it.approval.as_ref()?;
            approval_words::decided(approval, t())
        })
    };
    let is_broken = Memo::new(move |_| state.get() == Some(ApprovalState::BrokenGlass));
    let tone = Signal::derive(move || {
        if is_broken.get() {
            Tone::Bad
        } else {
            Tone::Info
        }
    });
    view! {
        <Show when=move || state.get() == Some(ApprovalState::Waiting)>
            <Waiting summary=summary />
        </Show>
        <Show when=move || state.get().is_some() && decided().is_some()>
            <Banner tone=tone>
                <span>{decided}</span>
            </Banner>
        </Show>
    }
}

#[component]
fn Waiting(summary: Signal<BatchSummary>) -> impl IntoView {
    let batches = use_batches();
    let zone = use_prefs().zone;
    let (password, reason) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let saying = RwSignal::new(false);
    let failure = RwSignal::new(None::<ShownFailure>);
    let connection = use_connection();
    connection.forgive(failure);
    let approval = Memo::new(move |_| summary.with(|it| it.approval.clone()));
    let asks_password =
        Memo::new(move |_| approval.with(|it| it.as_ref().is_some_and(|it| it.asks_password)));
    let has_glass = RwSignal::new(false);
    spawn_local(async move {
        if let Ok(policy) = api::policy().await {
            has_glass.try_set(policy.break_glass);
        }
    });
    let say = move |decision: Decision| {
        let Some(plan) = approval.with_untracked(|it| it.as_ref().map(|it| it.plan.clone())) else {
            return;
        };
        saying.set(true);
        let id = summary.with_untracked(|it| it.id.clone());
        let reason = reason.with_untracked(|text| text.trim().to_owned());
        let given =
            password.with_untracked(|text| (!text.is_empty()).then(|| Password::new(text.clone())));
        password.set(String::new());
        spawn_local(async move {
            let said = match decision {
                Decision::Yes => {
                    let body = Approve {
                        plan,
                        password: given,
                    };
                    api::decide(&paths::approve(&id), &body).await
                }
                Decision::No => api::decide(&paths::reject(&id), &Reject { reason }).await,
                Decision::WithoutOne => {
                    let body = BreakGlass {
                        plan,
                        reason,
                        password: given,
                    };
                    api::decide(&paths::break_glass(&id), &body).await
                }
            };
            match said {
                Ok(batch) => {
                    failure.set(None);
                    batches.hear(vec![batch]);
                }
                Err(problem) => failure.set(Some(problem.into())),
            }
            saying.set(false);
        });
    };
    let busy = move || {
        if connection.is_offline() {
            return Some(t().connection_blocked().to_owned());
        }
        saying.get().then(|| t().batch_acting().to_owned())
    };
    let lacks = move |right| summary.with(|it| missing_right(right, &it.account));
    let lacks_password = move || {
        let lacks = asks_password.get() && password.with(String::is_empty);
        lacks.then(|| t().approval_password_missing().to_owned())
    };
    let lacks_reason = move || {
        let lacks = reason.with(|text| text.trim().is_empty());
        lacks.then(|| t().approval_reason_missing().to_owned())
    };
    let why_not_them = move || {
        let may_not = || approval.with(|it| approval_words::may_not(it.as_ref()?, t()));
        lacks(Right::Approve).or_else(may_not)
    };
    let may_not_approve =
        Signal::derive(move || why_not_them().or_else(busy).or_else(lacks_password));
    let may_not_refuse =
        Signal::derive(move || lacks(Right::Approve).or_else(busy).or_else(lacks_reason));
    let may_not_break = Signal::derive(move || {
        lacks(Right::Order)
            .or_else(busy)
            .or_else(lacks_reason)
            .or_else(lacks_password)
    });
    let text = move || {
        summary.with(|it| {
            let by = it.by.as_ref().map(|by| actor(by, t()));
            let by = by.unwrap_or_else(|| t().approval_by_nobody().to_owned());
            let until = it
                .approval
                .as_ref()
                .map_or(0, |it| it.expires_at.as_millis());
            t().approval_text(by, labels::short_time(until, zone.get(), t()))
        })
    };
    let yes = move || match summary.with(|it| it.total) {
        1 => t().approval_yes_one().to_owned(),
        count => t().approval_yes(many(count)),
    };
    view! {
        <section class="approval" aria-labelledby="approval-title">
            <h2 id="approval-title">{phrase(Strings::approval_title)}</h2>
            <p>{text}</p>
            <Rules approval=approval />
            <Show when=move || asks_password.get()>
                <Field
                    id=PASSWORD
                    label=phrase_signal(Strings::approval_password)
                    hint=Signal::derive(|| Some(t().approval_password_hint().to_owned()))
                >
                    <input
                        id=PASSWORD
                        class="input"
                        type="password"
                        autocomplete="new-password"
                        maxlength="200"
                        aria-describedby=note_id(PASSWORD)
                        prop:value=password
                        on:input=move |event| password.set(event_target_value(&event))
                    />
                </Field>
            </Show>
            <Field
                id=REASON
                label=phrase_signal(Strings::approval_reason)
                hint=Signal::derive(|| Some(t().approval_reason_hint().to_owned()))
            >
                <input
                    id=REASON
                    class="input"
                    maxlength="1000"
                    autocomplete="off"
                    aria-describedby=note_id(REASON)
                    prop:value=reason
                    on:input=move |event| reason.set(event_target_value(&event))
                />
            </Field>
            <p>{why_not_them}</p>
            <p class="approval-buttons">
                <Button kind=ButtonKind::Primary blocked=may_not_approve on_press=move || say(Decision::Yes)>
                    {yes}
                </Button>
                <Button blocked=may_not_refuse on_press=move || say(Decision::No)>
                    {phrase(Strings::approval_no)}
                </Button>
                <Show when=move || has_glass.get()>
                    <Button
                        kind=ButtonKind::Danger
                        blocked=may_not_break
                        on_press=move || say(Decision::WithoutOne)
                    >
                        {phrase(Strings::approval_glass)}
                    </Button>
                </Show>
            </p>
            <FailureBanner failure=failure />
        </section>
    }
}

/// Why it needs an approval, and of what it is one.
#[component]
fn Rules(approval: Memo<Option<Approval>>) -> impl IntoView {
    let rules = move || {
        let rules = approval.with(|it| it.as_ref().map(|it| it.rules.clone()));
        rules
            .unwrap_or_default()
            .iter()
            .map(|rule| view! { <li>{approval_words::rule(rule, t())}</li> })
            .collect_view()
    };
    let plan = move || approval.with(|it| it.as_ref().map(|it| it.plan.clone()));
    view! {
        <p class="approval-why">{phrase(Strings::approval_why)}</p>
        <ul>{rules}</ul>
        <p>{phrase(Strings::approval_what)}</p>
        <p class="mono approval-plan">{plan}</p>
    }
}
