//! Says on every page that what it shows may be of the past.

use leptos::prelude::*;

use crate::i18n::t;
use crate::labels;
use crate::prefs::use_prefs;
use crate::stream::connection::{Reach, use_connection};
use crate::ui::badge::Tone;
use crate::ui::banner::Banner;

#[component]
pub fn ConnectionStrip() -> impl IntoView {
    let connection = use_connection();
    let zone = use_prefs().zone;
    let at = move |ms: i64| labels::short_time(ms, zone.get(), t());
    let text = move || match connection.reach() {
        Reach::Live => String::new(),
        Reach::Silent { since } => t().connection_silent(at(since)),
        Reach::Offline { since: Some(since) } => t().connection_lost_since(at(since)),
        Reach::Offline { since: None } => t().connection_lost().to_owned(),
    };
    let tone = Signal::derive(move || match connection.reach() {
        Reach::Offline { .. } => Tone::Bad,
        Reach::Silent { .. } | Reach::Live => Tone::Attention,
    });
    let away = Memo::new(move |_| connection.reach() != Reach::Live);
    view! {
        <Show when=move || away.get()>
            <div class="strips connection">
                <Banner tone=tone>
                    <span>{text}</span>
                </Banner>
            </div>
        </Show>
    }
}
