//! The browser console: the maintenance events of all accounts, and acting on them.

mod act;
mod api;
mod app;
mod backoff;
mod batch;
mod chance;
mod components;
mod csv;
mod i18n;
mod pages;
mod pretty;
mod routes;
mod state;
mod time;
mod ui;

fn main() {
    evenkeel::seed_hashes_from(|| u64::from_le_bytes(chance::by_chance()));
    leptos::mount::mount_to_body(app::App);
}
