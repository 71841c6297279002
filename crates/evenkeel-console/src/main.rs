//! The browser console: the maintenance events of all accounts, and acting on them.
//!
//! By feature: [`events`] knows neither batches nor reviews, [`batches`] builds on events, and [`review`], in which a
//! selection of events becomes batches, on both; what a feature needs from one above it, it gets as a callback.
//! [`shell`] is what every page has around it, [`app`] puts all together.

mod activity;
mod actor_label;
mod api;
mod app;
mod backoff;
mod batches;
mod clock;
mod csv;
mod events;
mod failure_banner;
mod first_view;
#[cfg(test)]
mod fixture;
mod i18n;
mod labels;
mod left_alone;
mod logins;
mod machine_set;
mod missing_right;
mod part;
mod prefs;
mod pretty;
mod random;
mod resource;
mod review;
mod routes;
mod shell;
mod stream;
mod time;
mod ui;

fn main() {
    evenkeel::seed_hashes_from(|| u64::from_le_bytes(random::random_bytes()));
    leptos::mount::mount_to_body(app::App);
    first_view::remove();
}
