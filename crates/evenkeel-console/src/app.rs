//! The whole page: contexts, shell and routes.

use std::time::Duration;

use leptos::ev;
use leptos::html;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::NavigateOptions;
use leptos_router::components::{Outlet, ParentRoute, Redirect, Route, Router, Routes};
use leptos_router::path;

use crate::activity::{ActivityViews, activity_part};
use crate::api::{self, FailureClass};
use crate::batches::{BatchViews, Batches, batches_part, pending_names};
use crate::clock::Clock;
use crate::events::{
    DetailViews, Events, EventsPage, List, Load, Selection, SortedSelection, detail_part, use_list,
};
use crate::i18n::{Strings, phrase, phrase_signal};
use crate::logins::{LoginViews, logins_part};
use crate::part::{Part, show_part};
use crate::prefs::Prefs;
use crate::review::{ReviewPart, ReviewRoot, ReviewStrip, use_review};
use crate::routes;
use crate::shell::connection_strip::ConnectionStrip;
use crate::shell::login_page::LoginPage;
use crate::shell::missing::MissingPage;
use crate::shell::sandbox_banner::SandboxBanner;
use crate::shell::sidebar::Sidebar;
use crate::stream::connection::{Connection, use_connection};
use crate::stream::{Stream, StreamMessage};
use crate::ui::badge::Tone;
use crate::ui::banner::Banner;
use crate::ui::button::Button;
use crate::ui::escape::on_escape;
use crate::ui::icon::{Glyph, Icon};

/// How long the list has for itself before the other parts of the program are fetched.
const AFTER_THE_LIST: Duration = Duration::from_millis(300);

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
    let list = List::provide(events);
    Parts::provide(list);
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
        <a class="skip" href="#main" on:click=skip>{phrase(Strings::skip)}</a>
        <div class="app" data-offline=move || connection.is_offline().then_some("")>
            <Sidebar />
            <div class="content">
                <SandboxBanner />
                <ConnectionStrip />
                <div class="under">
                    <PendingSubmits />
                    <div class="strips"><ReviewStrip /></div>
                </div>
                <main id="main" tabindex="-1" node_ref=main>
                    <Routes fallback=|| view! { <MissingPage /> }>
                        <Route path=path!("/") view=home />
                        <ParentRoute path=path!("/events") view=EventsOutlet>
                            <Route path=path!("") view=|| () />
                            <Route path=path!("/:account/:id/:resource") view=EventRoute />
                        </ParentRoute>
                        <Route path=path!("/batches") view=BatchesRoute />
                        <ParentRoute path=path!("/batches/:batch") view=BatchOutlet>
                            <Route path=path!("") view=|| () />
                            <Route path=path!("/items/:index") view=ItemRoute />
                        </ParentRoute>
                        <Route path=path!("/activity") view=ActivityRoute />
                        <Route path=path!("/logins") view=LoginsRoute />
                    </Routes>
                </main>
            </div>
        </div>
        <ReviewRoot />
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
    let page = show_part(use_parts().batches, page_frame, |views| {
        (views.batch)(on_review())
    });
    view! {
        {page}
        <Outlet />
    }
}

#[component]
fn EventRoute() -> impl IntoView {
    let frame = |note| view! { <PanelFrame>{note}</PanelFrame> }.into_any();
    show_part(
        use_parts().detail,
        frame,
        |views| (views.event)(on_review()),
    )
}

/// What was submitted before the page was loaded, and never answered.
#[component]
fn PendingSubmits() -> impl IntoView {
    let names = pending_names();
    (!names.is_empty()).then(|| {
        show_part(use_parts().batches, strip_frame, move |views| {
            (views.pending)(names.clone())
        })
    })
}

#[component]
fn BatchesRoute() -> impl IntoView {
    show_part(use_parts().batches, page_frame, |views| (views.list)())
}

#[component]
fn ItemRoute() -> impl IntoView {
    // The batch beside it is of the same part, and says that it comes.
    let frame = |_| ().into_any();
    show_part(use_parts().batches, frame, |views| (views.item)())
}

#[component]
fn ActivityRoute() -> impl IntoView {
    show_part(use_parts().activity, activity_frame, |views| (views.page)())
}

fn activity_frame(note: AnyView) -> AnyView {
    titled(Strings::activity_title, note)
}

#[component]
fn LoginsRoute() -> impl IntoView {
    show_part(use_parts().logins, logins_frame, |views| (views.page)())
}

fn logins_frame(note: AnyView) -> AnyView {
    titled(Strings::logins_title, note)
}

fn page_frame(note: AnyView) -> AnyView {
    titled(Strings::act_batches, note)
}

/// A page that comes.
fn titled(title: fn(Strings) -> &'static str, note: AnyView) -> AnyView {
    view! {
        <div class="page">
            <header class="page-head"><h1>{phrase(title)}</h1></header>
            {note}
        </div>
    }
    .into_any()
}

/// Stands beside the list, and can be left as what comes can.
#[component]
fn PanelFrame(children: Children) -> impl IntoView {
    let list = use_list();
    on_escape(move || list.close());
    view! {
        <aside class="detail" aria-label=phrase(Strings::detail)>
            <header class="detail-head">
                <span></span>
                <Button label=phrase_signal(Strings::close) on_press=move || list.close()>
                    <Icon glyph=Glyph::Close />
                </Button>
            </header>
            <div class="detail-body">{children()}</div>
        </aside>
    }
}

fn strip_frame(note: AnyView) -> AnyView {
    view! {
        <div class="strips">
            <Banner tone=Signal::stored(Tone::Attention)>{note}</Banner>
        </div>
    }
    .into_any()
}

/// What is fetched apart from the first view; `Copy`, provided as context.
#[derive(Clone, Copy)]
struct Parts {
    activity: Part<ActivityViews>,
    batches: Part<BatchViews>,
    detail: Part<DetailViews>,
    logins: Part<LoginViews>,
    review: ReviewPart,
}

impl Parts {
    /// Needs the router.
    fn provide(list: List) {
        let parts = Self {
            activity: activity_part(),
            batches: batches_part(),
            detail: detail_part(),
            logins: logins_part(),
            review: ReviewPart::provide(),
        };
        provide_context(parts);
        let connection = use_connection();
        // A server that was away and is back is asked anew for what it could not give.
        Effect::new(move |_| {
            if list.is_told.get() && !connection.is_lost() {
                set_timeout(move || parts.load_ahead(), AFTER_THE_LIST);
            }
        });
    }

    /// Fetches all of them while nobody waits, so that nobody has to later: those first that are likely needed first.
    fn load_ahead(self) {
        spawn_local(async move {
            self.detail.load_ahead().await;
            self.review.part().load_ahead().await;
            self.batches.load_ahead().await;
            self.logins.load_ahead().await;
            self.activity.load_ahead().await;
        });
    }
}

fn use_parts() -> Parts {
    expect_context::<Parts>()
}

/// How a page, which knows no review, begins one.
fn on_review() -> Callback<SortedSelection> {
    let review = use_review();
    Callback::new(move |sorted| review.begin(sorted))
}
