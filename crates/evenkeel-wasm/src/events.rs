//! Events as numbers and one text: ten thousand of them cross to JavaScript in one step, and become
//! objects there.
//!
//! A field is where its text begins and how long it is, in UTF-16 code units; an absent one is
//! [`ABSENT`] and 0. An event has the fields of [`event`] in that order, then its description (a
//! count; locale and text of each) and its actions (a count; three fields each).

use evenkeel::{Event, Timestamp};
use js_sys::{Array, Uint32Array};
use wasm_bindgen::JsValue;

const ABSENT: u32 = u32::MAX;

/// About how many words an event takes.
const TYPICAL_WORDS: usize = 48;

/// `[words, text]` of a page's events.
pub(crate) fn pack(events: &[Event]) -> JsValue {
    let mut packed = Packed {
        words: Vec::with_capacity(events.len() * TYPICAL_WORDS),
        text: String::with_capacity(events.iter().map(|event| event.raw.len() * 2).sum()),
        units: 0,
        repeated: Vec::new(),
    };
    packed.count(events.len());
    for event in events {
        packed.event(event);
    }
    let words = Uint32Array::from(packed.words.as_slice());
    Array::of2(&words, &JsValue::from_str(&packed.text)).into()
}

struct Packed {
    words: Vec<u32>,
    text: String,
    /// How long the text is, in UTF-16 code units.
    units: u32,
    /// What most events have in common, with its place.
    repeated: Vec<(String, u32, u32)>,
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "a 32-bit machine has no more of anything"
)]
fn narrow(number: usize) -> u32 {
    number as u32
}

impl Packed {
    fn event(&mut self, event: &Event) {
        self.again(&event.account);
        self.again(event.provider.as_str());
        self.text(&event.id);
        self.text(&event.resource_id);
        self.again(&event.event_type.raw);
        self.again(event.event_type.kind.as_str());
        self.again(&event.state.raw);
        self.again(event.state.kind.as_str());
        self.maybe(event.level.as_deref());
        self.time(event.published_at);
        self.time(event.not_before);
        self.time(event.not_after);
        self.time(event.deadline);
        self.time(event.started_at);
        self.time(event.finished_at);
        self.maybe(event.source.as_deref());
        self.text(&event.raw);
        self.count(event.description.len());
        for (locale, text) in &event.description {
            self.again(locale);
            self.text(text);
        }
        let actions = event.actions();
        self.count(actions.len());
        for offer in actions {
            self.again(offer.action.as_str());
            self.again(offer.applies.as_str());
            self.again(offer.data_loss.as_str());
        }
    }

    fn count(&mut self, number: usize) {
        self.words.push(narrow(number));
    }

    fn text(&mut self, text: &str) {
        let units = if text.is_ascii() {
            text.len()
        } else {
            text.encode_utf16().count()
        };
        let units = narrow(units);
        self.words.extend([self.units, units]);
        self.text.push_str(text);
        self.units += units;
    }

    fn maybe(&mut self, text: Option<&str>) {
        match text {
            Some(text) => self.again(text),
            None => self.words.extend([ABSENT, 0]),
        }
    }

    fn time(&mut self, at: Option<Timestamp>) {
        match at {
            Some(at) => self.text(&at.to_string()),
            None => self.words.extend([ABSENT, 0]),
        }
    }

    /// A text that stands in many events.
    fn again(&mut self, text: &str) {
        const KEPT: usize = 64;
        if let Some((_, from, units)) = self.repeated.iter().find(|(known, ..)| known == text) {
            self.words.extend([*from, *units]);
            return;
        }
        let from = self.units;
        self.text(text);
        if self.repeated.len() < KEPT {
            self.repeated
                .push((text.to_owned(), from, self.units - from));
        }
    }
}
