//! The browser console: the maintenance events of all accounts, and acting on them.

mod api;
mod app;
mod backoff;
mod batch;
mod components;
mod csv;
mod i18n;
mod pages;
mod pretty;
mod random;
mod review;
mod routes;
mod state;
mod time;
mod ui;

fn main() {
    evenkeel::seed_hashes_from(|| u64::from_le_bytes(random::random_bytes()));
    leptos::mount::mount_to_body(app::App);
}
