//! Makes the texts about batches and items.

use evenkeel::When;
use evenkeel::visible::visible;
use evenkeel_api::{
    BatchCounts, BatchHold, BatchSummary, HoldReason, Item, ItemReason, ItemState, ReportedReason,
    SettledBy,
};

pub use crate::labels::{batch_title, item_look, item_state, many, policy, short_time, verb};

use super::risk::Risk;
use crate::i18n::{Strings, thousands};
use crate::prefs::Zone;

/// `Redeploy · 3 events`.
pub fn name(batch: &BatchSummary, t: Strings) -> String {
    let count = usize::try_from(batch.total).unwrap_or(usize::MAX);
    batch_title(batch.action, count, t)
}

/// What a person types to confirm, and what it stands for.
pub fn confirm(risk: Risk, t: Strings) -> String {
    let count = thousands(risk.count);
    match (risk.data, risk.down) {
        (true, true) => t.act_confirm_both(count),
        (false, true) => t.act_confirm_down(count),
        (_, false) => t.act_confirm(count),
    }
}

/// In the order in which a person wants to know them.
pub const ORDER: [ItemState; 9] = [
    ItemState::Confirmed,
    ItemState::Accepted,
    ItemState::Superseded,
    ItemState::Rejected,
    ItemState::NotSent,
    ItemState::Unknown,
    ItemState::Sending,
    ItemState::Queued,
    ItemState::Unapproved,
];

/// What the state means, for whoever meets it the first time.
pub fn meaning(state: ItemState, t: Strings) -> &'static str {
    match state {
        ItemState::Unapproved => t.item_unapproved_means(),
        ItemState::Queued => t.item_queued_means(),
        ItemState::Sending => t.item_sending_means(),
        ItemState::Accepted => t.item_accepted_means(),
        ItemState::Rejected => t.item_rejected_means(),
        ItemState::NotSent => t.item_not_sent_means(),
        ItemState::Unknown => t.item_unknown_means(),
        ItemState::Confirmed => t.item_confirmed_means(),
        ItemState::Superseded => t.item_superseded_means(),
    }
}

/// `3 taken · 1 refused`.
pub fn tally(counts: &BatchCounts, t: Strings) -> String {
    ORDER
        .into_iter()
        .filter_map(|it| match counts.get(it) {
            0 => None,
            count => Some(t.act_tally(many(count), item_state(it, t))),
        })
        .collect::<Vec<_>>()
        .join(" · ")
}

/// Why an item is where it is. The clouds' words are foreign text and stay as they are.
pub fn why(item: &Item, t: Strings) -> String {
    let said = match (&item.code, &item.message) {
        (Some(code), Some(message)) if !message.is_empty() => Some(format!("{code}: {message}")),
        (Some(text), _) | (None, Some(text)) => Some(text.clone()),
        (None, None) => None,
    };
    let said = said.map(|said| visible(&said).into_owned());
    let by = match item.settled_by {
        Some(SettledBy::Person) => Some(t.settled_by_person().to_owned()),
        Some(SettledBy::Reader) => Some(t.settled_by_reader().to_owned()),
        None => None,
    };
    let reason = item.reason.as_ref().map(|it| reason(it, item.state, t));
    [reason, said, by]
        .into_iter()
        .flatten()
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join(" · ")
}

/// A reason as a text; one that this page does not know stays as it is.
fn reason(reported: &ReportedReason, state: ItemState, t: Strings) -> String {
    match reported {
        ReportedReason::Known(reason) => known(*reason, state, t).to_owned(),
        ReportedReason::Other(word) => word.clone(),
    }
}

/// The text of a known reason; none where the rest says it.
fn known(reason: ItemReason, state: ItemState, t: Strings) -> &'static str {
    let waits = state == ItemState::Queued;
    match reason {
        ItemReason::Settled => "",
        ItemReason::Throttled if waits => t.reason_throttled_wait(),
        ItemReason::Throttled => t.reason_throttled(),
        ItemReason::Unreachable if waits => t.reason_unreachable_wait(),
        ItemReason::Unreachable => t.reason_unreachable(),
        ItemReason::Unreadable if waits => t.reason_unreadable_wait(),
        ItemReason::Unreadable => t.reason_unreadable(),
        ItemReason::Cancelled => t.reason_cancelled(),
        ItemReason::RightWithdrawn => t.reason_right_withdrawn(),
        ItemReason::ApprovalNeeded => t.reason_approval_needed(),
        ItemReason::ApprovalExpired => t.reason_approval_expired(),
        ItemReason::ApprovalRefused => t.reason_approval_refused(),
        ItemReason::ApprovalVoid => t.reason_approval_void(),
        ItemReason::PasswordLost => t.reason_password_lost(),
        ItemReason::Unsendable => t.reason_unsendable(),
        ItemReason::Invalid => t.reason_invalid(),
        ItemReason::EventInFlight => t.reason_event_in_flight(),
        ItemReason::ResourceInFlight => t.reason_resource_in_flight(),
        ItemReason::AlreadyAccepted => t.reason_already_accepted(),
        ItemReason::EventMoved => t.reason_event_moved(),
        ItemReason::NeverTook => t.reason_never_took(),
        ItemReason::EarlierCall => t.reason_earlier_call(),
        ItemReason::EarlierOrder => t.reason_earlier_order(),
        ItemReason::TimedOut => t.reason_timed_out(),
        ItemReason::ConnectionLost => t.reason_connection_lost(),
        ItemReason::UnclearAnswer => t.reason_unclear_answer(),
        ItemReason::Interrupted => t.reason_interrupted(),
        ItemReason::SenderLost => t.reason_sender_lost(),
        ItemReason::Restored => t.reason_restored(),
    }
}

/// Why the server holds a batch, with the cloud's code.
pub fn held(hold: &BatchHold, t: Strings) -> String {
    let why = held_for(hold.reason, t);
    match &hold.code {
        Some(code) => format!("{why} ({})", visible(code)),
        None => why.to_owned(),
    }
}

/// Why the server holds a batch.
pub fn held_for(reason: HoldReason, t: Strings) -> &'static str {
    match reason {
        HoldReason::KeyRefused => t.held_key_refused(),
        HoldReason::ClockRefused => t.held_clock_refused(),
        HoldReason::Denied => t.held_denied(),
        HoldReason::Stale => t.held_stale(),
        HoldReason::KeyChanged => t.held_key_changed(),
        HoldReason::EventNotShown => t.held_event_not_shown(),
        HoldReason::AccountMoved => t.held_account_moved(),
        HoldReason::AccountMissing => t.held_account_missing(),
        HoldReason::Restored => t.held_restored(),
        HoldReason::Other => t.held_other(),
    }
}

pub fn when(when: When, zone: Zone, t: Strings) -> String {
    match when {
        When::Now => t.act_now().to_owned(),
        When::At(at) => short_time(at.as_millis(), zone, t),
    }
}

#[cfg(test)]
mod tests {
    use evenkeel::Locale;

    use super::*;
    use crate::fixture::{item, summary};

    const EN: Strings = Strings(Locale::En);

    #[test]
    fn sums_up_what_there_is_and_nothing_else() {
        let items = [
            item(0, ItemState::Rejected),
            item(1, ItemState::Accepted),
            item(2, ItemState::Accepted),
        ];
        assert_eq!(
            tally(&summary("b", &items).counts, EN),
            "2 taken · 1 refused"
        );
    }

    #[test]
    fn says_why_in_its_own_words_and_the_clouds() {
        let mut rejected = item(0, ItemState::Rejected);
        rejected.code = Some("403".to_owned());
        rejected.message = Some("no".to_owned());
        assert_eq!(why(&rejected, EN), "403: no");
        rejected.message = Some("on\u{202e}".to_owned());
        assert_eq!(why(&rejected, EN), "403: on\\u{202e}");
        let mut off = item(0, ItemState::NotSent);
        off.reason = Some(ItemReason::Cancelled.into());
        assert_eq!(why(&off, EN), EN.reason_cancelled());
        let mut held = item(0, ItemState::Queued);
        held.reason = Some(ItemReason::Throttled.into());
        assert_eq!(why(&held, EN), EN.reason_throttled_wait());
        off.reason = Some(ReportedReason::from("brand_new".to_owned()));
        off.settled_by = Some(SettledBy::Person);
        assert_eq!(
            why(&off, EN),
            format!("brand_new · {}", EN.settled_by_person())
        );
    }

    #[test]
    fn every_reason_has_words_of_its_own_in_each_language() {
        for t in [EN, Strings(Locale::Zh)] {
            let mut said = std::collections::HashSet::new();
            for reason in ItemReason::ALL {
                for state in reason.states() {
                    let words = known(reason, *state, t);
                    if reason == ItemReason::Settled {
                        // Who settled it stands beside it.
                        assert_eq!(words, "");
                    } else {
                        assert!(words.contains(' ') || t.0 == Locale::Zh, "{reason}");
                        assert!(said.insert(words), "{reason}, {state}: {words}");
                    }
                }
            }
        }
    }
}
