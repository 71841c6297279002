//! What was handed in before the page was loaded, and never answered: asked for again, or left to a person.

use evenkeel::Password;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::delivery::{self, Handing, deliver};
use super::handed::said;
use super::outbox::{self, Slip};
use super::words;
use crate::i18n::t;
use crate::routes;
use crate::state::batches::use_batches;
use crate::state::clock::now_ms;
use crate::time;
use crate::ui::badge::Tone;
use crate::ui::banner::Banner;
use crate::ui::button::{Button, ButtonKind};

/// What a person sent so long ago is not sent now without asking, ms.
const FRESH_MS: i64 = 10 * 60_000;

#[component]
pub fn Unanswered() -> impl IntoView {
    let slips = outbox::unanswered();
    view! {
        <div class="strips">
            {slips.into_iter().map(|slip| view! { <Strip slip=slip /> }).collect_view()}
        </div>
    }
}

#[component]
fn Strip(slip: Slip) -> impl IntoView {
    let batches = use_batches();
    let handing = ArcRwSignal::new(Handing::default());
    let state = RwSignal::from(handing.clone());
    let gone = RwSignal::new(false);
    let typed = RwSignal::new(String::new());
    let with_password = slip.with_password;
    let auto = !with_password && now_ms() - slip.at < FRESH_MS;
    let handing = StoredValue::new(handing);
    let slip = StoredValue::new(slip);
    let what = move || {
        slip.with_value(|slip| {
            let title = words::title(slip.action, slip.count, t());
            let ago = time::relative(slip.at, now_ms(), t());
            t().hand_strip(&slip.account, ago, title)
        })
    };
    let ask = move || {
        let password = typed.with_untracked(|typed| {
            (with_password && !typed.is_empty()).then(|| Password::new(typed.clone()))
        });
        typed.set(String::new());
        let (slip, handing) = (slip.get_value(), handing.get_value());
        spawn_local(async move {
            if let Some(batch) = deliver(slip, password, handing).await {
                batches.hear(vec![batch.summary]);
            }
        });
    };
    if auto {
        ask();
    }
    let forget = move || {
        slip.with_value(|slip| {
            handing.with_value(|handing| delivery::leave(&slip.key, handing));
        });
        gone.set(true);
    };
    let said = move || {
        state.with(|state| match state {
            Handing::Open if with_password => t().hand_strip_password().to_owned(),
            Handing::Open => t().hand_strip_late().to_owned(),
            Handing::Asking(None) => t().hand_asking().to_owned(),
            Handing::Asking(Some(failure)) => format!("{} {}", t().hand_again(), said(failure)),
            Handing::Taken(_) => t().hand_taken().to_owned(),
            Handing::Refused(refusal) => {
                format!("{} {}", t().hand_refused(), said(&refusal.failure))
            }
            Handing::Left => t().hand_left().to_owned(),
        })
    };
    let tone = Signal::derive(move || {
        state.with(|state| match state {
            Handing::Taken(_) => Tone::Good,
            Handing::Refused(_) => Tone::Bad,
            Handing::Open | Handing::Asking(_) | Handing::Left => Tone::Attention,
        })
    });
    let open = Memo::new(move |_| {
        state.with(|state| match state {
            Handing::Taken(id) => Some(routes::batch(id)),
            _ => None,
        })
    });
    let waiting = move || state.with(|state| *state == Handing::Open);
    let over = move || {
        state.with(|state| {
            matches!(
                state,
                Handing::Taken(_) | Handing::Refused(_) | Handing::Left
            )
        })
    };
    let blocked = Signal::derive(move || {
        (with_password && typed.with(String::is_empty))
            .then(|| t().hand_strip_password().to_owned())
    });
    view! {
        <Show when=move || !gone.get()>
            <Banner tone=tone>
                <div class="notice-text">
                    <strong>{what}</strong>
                    <p>{said}</p>
                </div>
                <span class="act-buttons">
                    <Show when=move || waiting() && with_password>
                        <input
                            type="password"
                            class="input"
                            autocomplete="off"
                            aria-label=move || t().act_password()
                            prop:value=typed
                            on:input=move |event| typed.set(event_target_value(&event))
                        />
                    </Show>
                    <Show when=waiting>
                        <Button kind=ButtonKind::Primary blocked=blocked on_press=ask>
                            {move || t().hand_ask_again()}
                        </Button>
                    </Show>
                    {move || {
                        open.get()
                            .map(|href| {
                                view! {
                                    <a class="button" href=href on:click=move |_| gone.set(true)>
                                        {move || t().hand_open()}
                                    </a>
                                }
                            })
                    }}
                    <Button on_press=forget>
                        {move || if over() { t().hand_dismiss() } else { t().hand_forget() }}
                    </Button>
                </span>
            </Banner>
        </Show>
    }
}
