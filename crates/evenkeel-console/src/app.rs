//! The whole page: contexts, shell and routes.

use leptos::ev;
use leptos::html;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::components::{Outlet, ParentRoute, Redirect, Route, Router, Routes};
use leptos_router::path;

use crate::api::{self, FailureClass};
use crate::batches::{BatchPage, Batches, BatchesPage, ItemPage, PendingSubmitBanners};
use crate::clock::Clock;
use crate::events::{EventPage, Events, EventsPage, List, Load, Selection, SortedSelection};
use crate::i18n::t;
use crate::prefs::Prefs;
use crate::review::{KeptReview, ReviewController, ReviewDialog, use_review_controller};
use crate::routes;
use crate::shell::connection_strip::ConnectionStrip;
use crate::shell::login_page::LoginPage;
use crate::shell::missing::MissingPage;
use crate::shell::sandbox_banner::SandboxBanner;
use crate::shell::sidebar::Sidebar;
use crate::stream::connection::{Connection, use_connection};
use crate::stream::{Stream, StreamMessage};

#[component]
pub fn App() -> impl IntoView {
    Prefs::provide();
    let clock = Clock::provide();
    Selection::provide();
    let events = Events::provide(clock);
    let batches = Batches::provide();
    let stream = Stream::provide(move |messages, until| {
        hear(events, batches, messages);
        if let Some(until) = until {
            events.hear_until(until);
        }
    });
    let unreachable = Memo::new(move |_| {
        events.load.with(|load| {
            matches!(load, Load::Failed(failure) if failure.class == FailureClass::ProxyUnreachable)
        })
    });
    let connection = Connection::provide(unreachable, stream, clock);
    Effect::new(move |_| {
        if !connection.is_lost() {
            // What a person asked of a server that was away is over.
            events.refusal.set(None);
        }
    });
    Effect::new(move |before: Option<u32>| {
        let back = connection.back.get();
        if before.is_some_and(|before| before != back) {
            batches.recover();
        }
        back
    });
    let login_needed = Memo::new(|_| api::is_login_needed());
    Effect::new(move |before: Option<bool>| {
        let needed = login_needed.get();
        if before == Some(true) && !needed {
            // What could not be read for lack of a login is read.
            events.load();
            batches.recover();
        }
        needed
    });
    // What is read after this position, the stream will keep up to date.
    Effect::new(move |_| {
        if let Some(position) = events.position.get() {
            stream.start(position);
            batches.load();
        }
    });
    // Events that cannot be read hide no batch; where the server is away both wait for it.
    Effect::new(move |_| {
        let failed = events.load.with(|load| matches!(load, Load::Failed(_)));
        if failed && !unreachable.get() && events.position.get_untracked().is_none() {
            batches.load_first();
        }
    });
    view! {
        <Router>
            <Shell events=events />
        </Router>
    }
}

fn hear(events: Events, batches: Batches, messages: Vec<StreamMessage>) {
    for message in messages {
        match message {
            StreamMessage::Events(changed) => events.hear(changed),
            StreamMessage::Accounts(changed) => events.hear_accounts(changed),
            StreamMessage::Batches(changed) => batches.hear(changed),
            StreamMessage::Items(changed) => {
                events.hear_items(&changed);
                batches.hear_items(changed);
            }
            StreamMessage::Inventory(status) => events.inventory.hear(status),
            StreamMessage::Reset => events.load(),
        }
    }
}

#[component]
fn Shell(events: Events) -> impl IntoView {
    List::provide(events);
    ReviewController::provide();
    let home = || {
        let options = NavigateOptions {
            replace: true,
            ..NavigateOptions::default()
        };
        view! { <Redirect path=routes::HOME options=options /> }
    };
    let main = NodeRef::<html::Main>::new();
    // The router would take the link for one of its own and move nothing.
    let skip = move |event: ev::MouseEvent| {
        event.prevent_default();
        if let Some(main) = main.get_untracked() {
            drop(main.focus());
        }
    };
    let connection = use_connection();
    view! {
        <a class="skip" href="#main" on:click=skip>{move || t().skip()}</a>
        <div class="app" data-offline=move || connection.is_offline().then_some("")>
            <Sidebar />
            <div class="content">
                <SandboxBanner />
                <ConnectionStrip />
                <div class="under">
                    <PendingSubmitBanners />
                    <div class="strips"><KeptReview /></div>
                </div>
                <main id="main" tabindex="-1" node_ref=main>
                    <Routes fallback=|| view! { <MissingPage /> }>
                        <Route path=path!("/") view=home />
                        <ParentRoute path=path!("/events") view=EventsOutlet>
                            <Route path=path!("") view=|| () />
                            <Route path=path!("/:account/:id/:resource") view=EventRoute />
                        </ParentRoute>
                        <Route path=path!("/batches") view=BatchesPage />
                        <ParentRoute path=path!("/batches/:batch") view=BatchOutlet>
                            <Route path=path!("") view=|| () />
                            <Route path=path!("/items/:index") view=ItemPage />
                        </ParentRoute>
                    </Routes>
                </main>
            </div>
        </div>
        <ReviewDialog />
        <LoginPage />
    }
}

/// The list stays as it is while details open and close beside it.
#[component]
fn EventsOutlet() -> impl IntoView {
    view! {
        <EventsPage on_review=on_review() />
        <Outlet />
    }
}

/// The batch stays as it is while its items open and close beside it.
#[component]
fn BatchOutlet() -> impl IntoView {
    view! {
        <BatchPage on_review=on_review() />
        <Outlet />
    }
}

#[component]
fn EventRoute() -> impl IntoView {
    view! { <EventPage on_review=on_review() /> }
}

/// How a page, which knows no review, begins one.
fn on_review() -> Callback<SortedSelection> {
    let controller = use_review_controller();
    Callback::new(move |sorted| controller.begin(sorted))
}
