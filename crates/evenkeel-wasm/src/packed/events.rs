//! Packs events as numbers: ten thousand of them cross to JavaScript in one step, and become objects there when
//! somebody looks at them. The README of this folder has the layout.

use evenkeel::json::utf16_length;
use evenkeel::{
    EventKind, Listed, ListedEvent, ListedTime, Operation, Response, ResponseError, Restriction,
    Scope, StateKind,
};
use js_sys::{Array, Uint32Array};
use wasm_bindgen::JsValue;

use crate::plain::object;

const RAW: usize = 0;
const ID: usize = 2;
const RESOURCE: usize = 4;
const TYPE: usize = 6;
const STATE: usize = 7;
const LEVEL: usize = 8;
const SOURCE: usize = 9;
const DESCRIPTION: usize = 10;
const PUBLISHED: usize = 12;
const NOT_BEFORE: usize = 14;
const NOT_AFTER: usize = 16;
const DEADLINE: usize = 18;
const STARTED: usize = 20;
const FINISHED: usize = 22;
const RESTRICTION: usize = 24;
/// How many an event has.
const WORDS: usize = 25;

/// For the side that reads it.
#[cfg(all(test, not(target_family = "wasm")))]
pub(super) const LAYOUT: &[(&str, usize)] = super::by_name![
    RAW,
    ID,
    RESOURCE,
    TYPE,
    STATE,
    LEVEL,
    SOURCE,
    DESCRIPTION,
    PUBLISHED,
    NOT_BEFORE,
    NOT_AFTER,
    DEADLINE,
    STARTED,
    FINISHED,
    RESTRICTION,
    WORDS,
];

/// Names beyond so many are not looked for again.
const KEPT: usize = 64;

/// Reads a page, its events as numbers; with the answer's text for a caller who has it not.
pub(crate) fn list(
    operation: &Operation,
    scope: &Scope,
    response: &Response,
    has_text: bool,
) -> Result<(JsValue, Listed), ResponseError> {
    let text = response.text();
    let mut packer = Packer {
        words: Vec::new(),
        units: Units::new(&text),
        types: Names::default(),
        states: Names::default(),
        levels: Names::default(),
        sources: Names::default(),
        restrictions: Names::default(),
        extra: String::new(),
        extra_end: text.len(),
    };
    let end = narrow(text.len());
    let listed = operation.list(response, &text, &mut |event| packer.event(event))?;
    let from = packer.words.len().saturating_sub(listed.count * WORDS);
    let words = packer.words.get(from..).unwrap_or_default();
    let text = (!has_text).then(|| JsValue::from_str(&text));
    let events = object(&[
        ("words", &Uint32Array::from(words)),
        ("account", &JsValue::from_str(&scope.account)),
        (
            "provider",
            &JsValue::from_str(operation.name().provider().as_str()),
        ),
        ("types", &packer.types.array()),
        (
            "kinds",
            &packer.types.kinds(|raw| EventKind::of(raw).as_str()),
        ),
        ("states", &packer.states.array()),
        (
            "stateKinds",
            &packer.states.kinds(|raw| StateKind::of(raw).as_str()),
        ),
        ("levels", &packer.levels.array()),
        ("sources", &packer.sources.array()),
        ("restrictions", &packer.restrictions.array()),
        ("end", &JsValue::from(end)),
        ("extra", &JsValue::from_str(&packer.extra)),
        ("text", &text.unwrap_or_default()),
    ]);
    Ok((events, listed))
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "a 32-bit machine has no more of anything"
)]
fn narrow(number: usize) -> u32 {
    number as u32
}

struct Packer<'a> {
    words: Vec<u32>,
    units: Units<'a>,
    types: Names,
    states: Names,
    levels: Names,
    sources: Names,
    restrictions: Names,
    extra: String,
    /// Where the next text that is added begins.
    extra_end: usize,
}

impl Packer<'_> {
    fn event(&mut self, event: &ListedEvent<'_>) {
        self.units.begin(event.raw);
        let mut words = [0; WORDS];
        [words[RAW], words[RAW + 1]] = self.text(event.raw);
        [words[ID], words[ID + 1]] = self.text(&event.id);
        [words[RESOURCE], words[RESOURCE + 1]] = self.text(&event.resource_id);
        words[TYPE] = self.types.place(&event.event_type);
        words[STATE] = self.states.place(&event.state);
        words[LEVEL] = self.levels.optional(event.level.as_deref());
        words[SOURCE] = self.sources.optional(event.source.as_deref());
        [words[DESCRIPTION], words[DESCRIPTION + 1]] = self.text(event.description);
        [words[PUBLISHED], words[PUBLISHED + 1]] = self.time(event.published_at);
        [words[NOT_BEFORE], words[NOT_BEFORE + 1]] = self.time(event.not_before);
        [words[NOT_AFTER], words[NOT_AFTER + 1]] = self.time(event.not_after);
        [words[DEADLINE], words[DEADLINE + 1]] = self.time(event.deadline);
        [words[STARTED], words[STARTED + 1]] = self.time(event.started_at);
        [words[FINISHED], words[FINISHED + 1]] = self.time(event.finished_at);
        let restriction = event.restriction.map(Restriction::as_str);
        words[RESTRICTION] = self.restrictions.optional(restriction);
        self.words.extend_from_slice(&words);
    }

    #[inline]
    fn time(&mut self, time: Option<ListedTime<'_>>) -> [u32; 2] {
        match time {
            None => [0, 0],
            Some(ListedTime {
                text: Some(text), ..
            }) => self.text(text),
            Some(ListedTime { at, text: None }) => self.added(&at.to_string()),
        }
    }

    /// Where a text begins and how long it is; what does not stand in the answer is added.
    #[inline]
    fn text(&mut self, text: &str) -> [u32; 2] {
        if text.is_empty() {
            return [0, 0];
        }
        match self.units.plain(text) {
            Some(place) => place,
            None => self.units.place(text).unwrap_or_else(|| self.added(text)),
        }
    }

    #[inline(never)]
    fn added(&mut self, text: &str) -> [u32; 2] {
        let from = self.extra_end;
        let length = utf16_length(text);
        self.extra_end += length;
        self.extra.push_str(text);
        [narrow(from), narrow(length)]
    }
}

/// Names, each once as far as that is quickly seen.
#[derive(Default)]
struct Names {
    names: Vec<String>,
    /// Where a name was last put or found, by what its first and last bytes and its length say.
    slots: [u32; 32],
}

impl Names {
    fn array(&self) -> JsValue {
        self.kinds(|name| name)
    }

    /// What each name stands for.
    fn kinds(&self, kind: fn(&str) -> &str) -> JsValue {
        let kinds = self.names.iter().map(|name| JsValue::from_str(kind(name)));
        kinds.collect::<Array>().into()
    }

    /// The place of a name, counted from 1; 0 is none.
    #[inline]
    fn optional(&mut self, name: Option<&str>) -> u32 {
        name.map_or(0, |name| 1 + self.place(name))
    }

    /// The place of a name, which is added where it is not there yet.
    #[inline]
    fn place(&mut self, name: &str) -> u32 {
        let bytes = name.as_bytes();
        let mark = match bytes {
            [first, .., last] => usize::from(first ^ last) + bytes.len() * 5,
            _ => bytes.len(),
        };
        let mark = mark % self.slots.len();
        let slot = self.slots.get(mark).copied().unwrap_or_default();
        if self
            .names
            .get(slot as usize)
            .is_some_and(|known| known == name)
        {
            return slot;
        }
        self.found(name, mark)
    }

    #[inline(never)]
    fn found(&mut self, name: &str, mark: usize) -> u32 {
        let known = self.names.iter().take(KEPT).position(|known| known == name);
        let place = narrow(known.unwrap_or_else(|| {
            self.names.push(name.to_owned());
            self.names.len() - 1
        }));
        if let Some(slot) = self.slots.get_mut(mark) {
            *slot = place;
        }
        place
    }
}

/// Where the parts of a text stand in UTF-16: event after event, and within each from its begin.
struct Units<'a> {
    text: &'a str,
    /// An event's first byte and what it is in UTF-16; from there to `plain` all is ASCII.
    byte: usize,
    unit: usize,
    plain: usize,
}

impl<'a> Units<'a> {
    fn new(text: &'a str) -> Self {
        Self {
            text,
            byte: 0,
            unit: 0,
            plain: 0,
        }
    }

    /// Moves on to an event, whose bytes have just been read and are at hand.
    fn begin(&mut self, event: &str) {
        let at = self.distance(event);
        let counted = self.plain - self.byte;
        let between = self.text.get(self.plain..at).unwrap_or_default();
        self.unit += counted + utf16_length(between);
        self.byte = at;
        self.plain = if utf16_length(event) == event.len() {
            at + event.len()
        } else {
            let odd = event.bytes().position(|byte| !byte.is_ascii());
            at + odd.unwrap_or(event.len())
        };
    }

    #[inline]
    fn distance(&self, part: &str) -> usize {
        part.as_ptr().addr().wrapping_sub(self.text.as_ptr().addr())
    }

    /// Where a part begins and how long it is, if all up to its end is ASCII.
    #[inline]
    fn plain(&self, part: &str) -> Option<[u32; 2]> {
        let at = self.distance(part);
        let plain = at >= self.byte && at <= self.plain && part.len() <= self.plain - at;
        plain.then(|| [narrow(self.unit + at - self.byte), narrow(part.len())])
    }

    /// Where a part of the text begins and how long it is; none of what is no part of it.
    #[inline(never)]
    fn place(&self, part: &str) -> Option<[u32; 2]> {
        let at = self.distance(part);
        (at < self.text.len()).then(|| [narrow(self.unit(at)), narrow(utf16_length(part))])
    }

    /// What a byte is in UTF-16, at the part or beyond it.
    fn unit(&self, at: usize) -> usize {
        let before = self.text.get(self.byte..at).unwrap_or_default();
        self.unit + utf16_length(before)
    }
}
