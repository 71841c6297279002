//! Sentences about batches and items.

use evenkeel::visible::visible;
use evenkeel_api::{BatchCounts, BatchHold, HoldReason, Item, ItemState, SettledBy, WhenView};

use crate::i18n::{Strings, thousands};
use crate::state::clock::now_ms;
use crate::state::prefs::Zone;
use crate::time;
use crate::ui::badge::Tone;

/// In the order in which a person wants to know them.
pub const ORDER: [ItemState; 8] = [
    ItemState::Confirmed,
    ItemState::Accepted,
    ItemState::Superseded,
    ItemState::Rejected,
    ItemState::NotSent,
    ItemState::Unknown,
    ItemState::Sending,
    ItemState::Queued,
];

pub fn state(state: ItemState, t: Strings) -> &'static str {
    match state {
        ItemState::Queued => t.item_queued(),
        ItemState::Sending => t.item_sending(),
        ItemState::Accepted => t.item_accepted(),
        ItemState::Rejected => t.item_rejected(),
        ItemState::NotSent => t.item_not_sent(),
        ItemState::Unknown => t.item_unknown(),
        ItemState::Confirmed => t.item_confirmed(),
        ItemState::Superseded => t.item_superseded(),
    }
}

/// What the state means, for whoever meets it the first time.
pub fn meaning(state: ItemState, t: Strings) -> &'static str {
    match state {
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

/// An order is not the maintenance: none of its states is green.
pub fn look(state: ItemState) -> (Tone, &'static str) {
    match state {
        ItemState::Queued => (Tone::Neutral, "○"),
        ItemState::Sending => (Tone::Accent, "▶"),
        ItemState::Accepted => (Tone::Info, "✓"),
        ItemState::Rejected => (Tone::Bad, "✕"),
        ItemState::NotSent => (Tone::Neutral, "⊘"),
        ItemState::Unknown => (Tone::Attention, "?"),
        ItemState::Confirmed => (Tone::Info, "✔"),
        ItemState::Superseded => (Tone::Attention, "↷"),
    }
}

/// `3 taken · 1 refused`.
pub fn tally(counts: &BatchCounts, t: Strings) -> String {
    ORDER
        .into_iter()
        .filter_map(|it| match counts.get(it) {
            0 => None,
            count => Some(t.act_tally(many(count), state(it, t))),
        })
        .collect::<Vec<_>>()
        .join(" · ")
}

/// A count of the server as people read it.
pub fn many(count: u64) -> String {
    thousands(usize::try_from(count).unwrap_or(usize::MAX))
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
    let reason = item
        .reason
        .as_deref()
        .map(|word| reason(word, item.state, t));
    [reason, said, by]
        .into_iter()
        .flatten()
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join(" · ")
}

/// The journal's words for why; one that this page does not know stays as it is, and one that the rest says is left out.
fn reason(word: &str, state: ItemState, t: Strings) -> String {
    let waits = state == ItemState::Queued;
    match word {
        "settled" => "",
        "throttled" if waits => t.reason_throttled_wait(),
        "throttled" => t.reason_throttled(),
        "unreachable" if waits => t.reason_unreachable_wait(),
        "unreachable" => t.reason_unreachable(),
        "cancelled" => t.reason_cancelled(),
        "password_lost" => t.reason_password_lost(),
        "unsendable" => t.reason_unsendable(),
        "unclear_answer" => t.reason_unclear_answer(),
        "timed_out" => t.reason_timed_out(),
        "connection_lost" => t.reason_connection_lost(),
        "sender_lost" => t.reason_sender_lost(),
        "never_took" => t.reason_never_took(),
        "event_in_flight" => t.reason_event_in_flight(),
        "earlier_call" => t.reason_earlier_call(),
        "earlier_order" => t.reason_earlier_order(),
        "event_moved" => t.reason_event_moved(),
        "already_accepted" => t.reason_already_accepted(),
        "invalid" => t.reason_invalid(),
        other => other,
    }
    .to_owned()
}

/// Why the server holds a batch, with the cloud's code.
pub fn held(hold: &BatchHold, t: Strings) -> String {
    let why = match hold.reason {
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
    };
    match &hold.code {
        Some(code) => format!("{why} ({})", visible(code)),
        None => why.to_owned(),
    }
}

pub fn when(when: WhenView, zone: Zone, t: Strings) -> String {
    match when {
        WhenView::Now => t.act_now().to_owned(),
        WhenView::At(at) => moment(at.as_millis(), zone, t),
    }
}

/// A time in the reader's zone, short.
pub fn moment(ms: i64, zone: Zone, t: Strings) -> String {
    time::short(ms, zone.offset_minutes(ms), now_ms(), t.0)
}

#[cfg(test)]
mod tests {
    use evenkeel::Locale;

    use super::*;
    use crate::state::fixture::{item, summary};

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
        off.reason = Some("cancelled".to_owned());
        assert_eq!(why(&off, EN), EN.reason_cancelled());
        let mut held = item(0, ItemState::Queued);
        held.reason = Some("throttled".to_owned());
        assert_eq!(why(&held, EN), EN.reason_throttled_wait());
        off.reason = Some("brand_new".to_owned());
        off.settled_by = Some(SettledBy::Person);
        assert_eq!(
            why(&off, EN),
            format!("brand_new · {}", EN.settled_by_person())
        );
    }
}
