//! Who is logged in where, ending that, and one's own password.

mod page;
mod password_form;

use leptos::prelude::*;

use crate::part::{Part, part};
use page::LoginsPage;

/// The views of the part, each a function that makes one.
#[derive(Clone, Copy)]
pub struct LoginViews {
    /// The page.
    pub page: fn() -> AnyView,
}

part!(login_views -> LoginViews {
    LoginViews {
        page: || view! { <LoginsPage /> }.into_any(),
    }
});

/// The part that has them.
pub fn logins_part() -> Part<LoginViews> {
    Part::new(|| Box::pin(login_views()))
}
