//! What every page has around it, and what is shown where there is no page.

pub mod connection_strip;
mod login_form;
pub mod login_page;
pub mod missing;
pub mod provider_login;
pub mod sandbox_banner;
pub mod settings;
pub mod sidebar;
