//! The whole page: contexts, shell and routes.

use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::components::{Outlet, ParentRoute, Redirect, Route, Router, Routes};
use leptos_router::path;

use crate::act::{Desk, Runs, Sheet};
use crate::components::sandbox_banner::SandboxBanner;
use crate::components::sidebar::Sidebar;
use crate::i18n::t;
use crate::pages::{event::EventPage, events::EventsPage, missing::MissingPage};
use crate::routes;
use crate::state::clock::Clock;
use crate::state::events::Events;
use crate::state::list::List;
use crate::state::prefs::Prefs;
use crate::state::selection::Selection;

#[component]
pub fn App() -> impl IntoView {
    Prefs::provide();
    let clock = Clock::provide();
    Selection::provide();
    let events = Events::provide();
    Desk::provide();
    view! {
        <Router>
            <Shell events=events clock=clock />
        </Router>
    }
}

#[component]
fn Shell(events: Events, clock: Clock) -> impl IntoView {
    List::provide(events, clock);
    let home = || {
        let options = NavigateOptions {
            replace: true,
            ..NavigateOptions::default()
        };
        view! { <Redirect path=routes::EVENTS options=options /> }
    };
    view! {
        <a class="skip" href="#main">{move || t().skip()}</a>
        <div class="app">
            <Sidebar />
            <div class="content">
                <SandboxBanner />
                <Runs />
                <main id="main" tabindex="-1">
                    <Routes fallback=|| view! { <MissingPage /> }>
                        <Route path=path!("/") view=home />
                        <ParentRoute path=path!("/events") view=EventsOutlet>
                            <Route path=path!("") view=|| () />
                            <Route path=path!("/:account/:id/:resource") view=EventPage />
                        </ParentRoute>
                    </Routes>
                </main>
            </div>
        </div>
        <Sheet />
    }
}

/// The list stays as it is while details open and close beside it.
#[component]
fn EventsOutlet() -> impl IntoView {
    view! {
        <EventsPage />
        <Outlet />
    }
}
