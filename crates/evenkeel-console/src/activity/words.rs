//! Says in words what a record is of. What is in one is foreign text.

use evenkeel::visible::visible;
use evenkeel_api::RecordedAct;
use serde_json::Value;

use crate::i18n::Strings;
use crate::labels::many;

/// What somebody did; a kind that this page does not know stands as it is.
pub fn what(kind: &str, t: Strings) -> String {
    known(kind, t).map_or_else(|| visible(kind).into_owned(), str::to_owned)
}

fn known(kind: &str, t: Strings) -> Option<&'static str> {
    Some(match kind {
        "chain.begun" => t.activity_chain_begun(),
        "store.restored" => t.activity_store_restored(),
        "proxy.started" => t.activity_proxy_started(),
        "proxy.stopped" => t.activity_proxy_stopped(),
        "policy.changed" => t.activity_policy_changed(),
        "login.code_made" => t.activity_login_code_made(),
        "login.begun" => t.activity_login_begun(),
        "login.refused" => t.activity_login_refused(),
        "login.rights_changed" => t.activity_login_rights_changed(),
        "login.ended" => t.activity_login_ended(),
        "user.added" => t.activity_user_added(),
        "user.granted" => t.activity_user_granted(),
        "user.disabled" => t.activity_user_disabled(),
        "user.enabled" => t.activity_user_enabled(),
        "user.password_set" => t.activity_user_password_set(),
        "token.added" => t.activity_token_added(),
        "token.granted" => t.activity_token_granted(),
        "token.revoked" => t.activity_token_revoked(),
        "batch.ordered" => t.activity_batch_ordered(),
        "batch.paused" => t.activity_batch_paused(),
        "batch.resumed" => t.activity_batch_resumed(),
        "batch.cancelled" => t.activity_batch_cancelled(),
        "batch.retried" => t.activity_batch_retried(),
        "batch.held" => t.activity_batch_held(),
        "batch.released" => t.activity_batch_released(),
        "batch.approval_asked" => t.activity_batch_approval_asked(),
        "batch.approved" => t.activity_batch_approved(),
        "batch.approval_refused" => t.activity_batch_approval_refused(),
        "batch.approval_expired" => t.activity_batch_approval_expired(),
        "batch.break_glass" => t.activity_batch_break_glass(),
        "items.sending" => t.activity_items_sending(),
        "items.queued" => t.activity_items_queued(),
        "items.accepted" => t.activity_items_accepted(),
        "items.rejected" => t.activity_items_rejected(),
        "items.not_sent" => t.activity_items_not_sent(),
        "items.unknown" => t.activity_items_unknown(),
        "items.confirmed" => t.activity_items_confirmed(),
        "items.superseded" => t.activity_items_superseded(),
        _ => return None,
    })
}

/// About what: the names and numbers of a record that tell it from others of its kind.
pub fn about(act: &RecordedAct, t: Strings) -> String {
    let text = |name: &str| {
        let value = act.data.get(name)?.as_str()?;
        (!value.is_empty()).then(|| visible(value).into_owned())
    };
    let count = |name: &str| act.data.get(name).and_then(Value::as_u64);
    let items = act.data.get("items").and_then(|items| match items {
        Value::Array(items) => u64::try_from(items.len()).ok(),
        items => items.as_u64(),
    });
    // A token is known by its name, and else by its id.
    let token = text("name").or_else(|| text("token"));
    let parts = [
        text("user").or(token),
        text("account"),
        count("total")
            .or(items)
            .map(|count| t.activity_items(many(count))),
        text("code"),
        text("reason").or_else(|| text("detail")),
        text("note"),
    ];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    parts.join(" · ")
}

#[cfg(test)]
mod tests {
    use evenkeel::Locale;

    use super::*;

    /// The table of the documentation.
    const AUDIT: &str = include_str!("../../../../docs/audit.md");

    #[test]
    fn every_kind_of_the_documentation_has_words_in_both_languages() {
        let kinds: Vec<&str> = AUDIT
            .lines()
            .filter_map(|line| line.strip_prefix("| `"))
            .filter_map(|line| line.split_once(" |"))
            .flat_map(|(kinds, _)| kinds.split('`'))
            .filter(|kind| kind.contains('.') && !kind.contains(' '))
            .collect();
        assert!(kinds.len() > 30, "{kinds:?}");
        for locale in [Locale::En, Locale::Zh] {
            for kind in &kinds {
                assert!(known(kind, Strings(locale)).is_some(), "{kind}");
            }
        }
        assert_eq!(
            what("item\u{202e}.of", Strings(Locale::En)),
            "item\\u{202e}.of"
        );
    }

    #[test]
    fn a_record_says_about_what_it_is() {
        let said = |data: &str| {
            let json = format!(
                r#"{{"seq":1,"at":"2027-01-15T08:00:00Z","kind":"k","by":{{"who":"local","login":"none"}},"data":{data}}}"#
            );
            about(&serde_json::from_str(&json).unwrap(), Strings(Locale::En))
        };
        assert_eq!(
            said(r#"{"batch":"b","account":"edge","total":2}"#),
            "edge · 2 items"
        );
        assert_eq!(said(r#"{"token":"t-1","name":"ci"}"#), "ci");
        assert_eq!(
            said(r#"{"user":"lin","reason":"wrong_password"}"#),
            "lin · wrong_password"
        );
        assert_eq!(
            said(r#"{"account":"edge","items":[{},{}],"note":"a\u202eb"}"#),
            "edge · 2 items · a\\u{202e}b"
        );
    }
}
