//! Keeps a log of the last calls.

mod entry;

use std::collections::VecDeque;

use serde::Serialize;
use serde_json::value::RawValue;

pub(crate) use self::entry::CallEntry;

/// The log keeps so many calls, and not more text than this; older ones go first.
const MOST_CALLS: usize = 1000;
const MOST_BYTES: usize = 8 * 1024 * 1024;

/// The last calls, oldest first.
#[derive(Debug, Default)]
pub(crate) struct CallLog {
    calls: VecDeque<Logged>,
    bytes: usize,
    /// How many calls were ever logged.
    count: u64,
}

#[derive(Debug)]
struct Logged {
    number: u64,
    text: Box<RawValue>,
}

/// The log, as `GET /_sandbox/calls` shows it.
#[derive(Serialize)]
pub(crate) struct LogView<'a> {
    calls: Vec<&'a RawValue>,
    /// Calls that the log no longer holds.
    forgotten: u64,
}

#[derive(Serialize)]
struct Numbered<'a> {
    number: u64,
    #[serde(flatten)]
    entry: &'a CallEntry,
}

impl CallLog {
    /// Logs an answered call.
    pub(crate) fn add(&mut self, entry: &CallEntry) {
        self.count += 1;
        let number = self.count;
        let Ok(text) = serde_json::value::to_raw_value(&Numbered { number, entry }) else {
            return;
        };
        self.bytes += text.get().len();
        self.calls.push_back(Logged { number, text });
        while self.calls.len() > MOST_CALLS || self.bytes > MOST_BYTES {
            match self.calls.pop_front() {
                Some(oldest) => self.bytes -= oldest.text.get().len(),
                None => return,
            }
        }
    }

    /// Shows the calls after the one of this number.
    pub(crate) fn view(&self, after: u64) -> LogView<'_> {
        LogView {
            calls: self
                .calls
                .iter()
                .filter(|call| call.number > after)
                .map(|call| &*call.text)
                .collect(),
            forgotten: self
                .calls
                .front()
                .map_or(self.count, |oldest| oldest.number - 1),
        }
    }
}
