//! Says why somebody may not do something: its button stays, and tells.

use evenkeel_api::Right;

use crate::api;
use crate::i18n::t;

/// Why one may not do for an account what needs a right, if one may not. Reactive.
pub fn missing_right(right: Right, account: &str) -> Option<String> {
    if api::may(right, account) {
        return None;
    }
    let account = account.to_owned();
    Some(match right {
        Right::Stop => t().right_missing_stop(account),
        Right::Approve => t().right_missing_approve(account),
        Right::OwnLogin | Right::Read | Right::Order | Right::Administer => {
            t().right_missing_order(account)
        }
    })
}
