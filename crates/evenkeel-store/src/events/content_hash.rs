//! The hash of an event's content: whether it changed is known without reading what it was.

use evenkeel::{ActionOffer, Event};

use crate::text::{DIGEST, digest};

/// Three digests in a row: of what its history records, of the rest that is shown, and of the cloud's own JSON.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ContentHash {
    text: String,
}

/// What differs between two hashes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Difference {
    /// Nothing.
    None,
    /// Only the cloud's own JSON: it is kept, and nobody is told.
    Raw,
    /// Something that is shown.
    Shown,
    /// Its state or one of its times.
    Snapshot,
}

impl ContentHash {
    pub(crate) fn of(event: &Event) -> Self {
        Self::with(event, &event.actions())
    }

    fn with(event: &Event, actions: &[ActionOffer]) -> Self {
        let time = |time: Option<evenkeel::Timestamp>| {
            time.map_or_else(String::new, |time| time.as_millis().to_string())
        };
        let snapshot = digest(
            [
                event.state.raw.clone(),
                time(event.not_before),
                time(event.not_after),
                time(event.started_at),
                time(event.finished_at),
            ]
            .iter()
            .map(String::as_str),
        );
        let said = event.resource_name();
        let (published, deadline) = (time(event.published_at), time(event.deadline));
        // They follow from the rest; but what a later version says of the same event is written anew.
        let offers = actions.iter().flat_map(|offer| {
            [
                offer.action.as_str(),
                offer.applies.as_str(),
                offer.data_loss.as_str(),
                offer.down.as_str(),
            ]
        });
        let shown = digest(
            [
                event.provider.as_str(),
                event.event_type.raw.as_str(),
                event.level.as_deref().unwrap_or("-"),
                published.as_str(),
                deadline.as_str(),
                event.source.as_deref().unwrap_or("-"),
            ]
            .into_iter()
            .chain(
                event
                    .description
                    .iter()
                    .flat_map(|(locale, text)| [locale.as_str(), text.as_str()]),
            )
            .chain(event.restriction.map(evenkeel::Restriction::as_str))
            .chain(offers)
            .chain(said.as_deref()),
        );
        // An earlier version had such an event stand among those that somebody can decide.
        let undecidable = event.latest_start().is_some() && event.decide_by().is_none();
        let undecidable = undecidable.then_some("undecidable");
        let raw = digest([event.raw.as_str()].into_iter().chain(undecidable));
        Self {
            text: snapshot + &shown + &raw,
        }
    }

    pub(crate) fn stored(text: String) -> Self {
        Self { text }
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.text
    }

    pub(crate) fn differs(&self, earlier: &Self) -> Difference {
        let part = |hash: &Self, part: usize| {
            let bytes = hash.text.as_bytes();
            let from = part * DIGEST;
            bytes.get(from..from + DIGEST).map(<[u8]>::to_vec)
        };
        let same = |number| part(self, number) == part(earlier, number);
        match (same(0), same(1), same(2)) {
            (false, ..) => Difference::Snapshot,
            (true, false, _) => Difference::Shown,
            (true, true, false) => Difference::Raw,
            (true, true, true) => Difference::None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_that_nobody_can_decide_is_written_anew_once_and_told_to_nobody() {
        let json = r#"{"account":"a","provider":"ens","id":"e-1","resource_id":"i-1",
            "not_before":"2026-11-24T00:00:00Z","type":{"raw":"Disk:Stalled"},
            "state":{"raw":"Inquiring"}}"#;
        let event: Event = serde_json::from_str(json).unwrap();
        let now = ContentHash::of(&event);
        let (rest, _) = now.as_str().split_at(2 * DIGEST);
        let raw = digest([event.raw.as_str()].into_iter());
        let earlier = ContentHash::stored(rest.to_owned() + &raw);
        assert_eq!(now.differs(&earlier), Difference::Raw);
    }

    #[test]
    fn what_a_later_version_says_of_an_events_actions_is_a_change_that_is_shown() {
        let json = r#"{"account":"a","provider":"ens","id":"e-1","resource_id":"i-1",
            "type":{"raw":"Instance:SystemFailure.Reboot"},"state":{"raw":"Inquiring"}}"#;
        let event: Event = serde_json::from_str(json).unwrap();
        let earlier = ContentHash::with(&event, &[]);
        assert_eq!(ContentHash::of(&event).differs(&earlier), Difference::Shown);
        assert_eq!(
            ContentHash::of(&event).differs(&ContentHash::of(&event)),
            Difference::None
        );
    }
}
