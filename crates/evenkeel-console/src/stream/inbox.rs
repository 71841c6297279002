//! Holds the messages of the stream that are not taken yet, and the position of this page in it. Pure.

use super::messages::RawMessage;

/// Messages in order, without a gap.
#[derive(Debug, Default)]
pub struct Inbox {
    /// What is older was part of what was loaded.
    floor: Option<i64>,
    /// The number of the last change that was heard.
    heard: Option<i64>,
    messages: Vec<RawMessage>,
}

/// What becomes of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Heard {
    /// It is kept, and the first: somebody has to come for it.
    First,
    /// It is kept.
    Kept,
    /// It is older than what was loaded.
    Old,
    /// Something before it was missed.
    Gap,
}

impl Inbox {
    /// Where to go on, once something was loaded.
    pub fn position(&self) -> Option<i64> {
        self.floor.and(self.heard)
    }

    /// Takes what is sent after a position for new from now on.
    pub fn start(&mut self, after: i64) {
        self.floor = Some(after);
        self.heard = Some(self.heard.map_or(after, |heard| heard.max(after)));
        self.messages
            .retain(|message| message.seq.is_none_or(|seq| seq > after));
    }

    /// Takes in a message; `before` is the number after which the server sent it.
    pub fn hear(&mut self, message: RawMessage, before: Option<i64>) -> Heard {
        if self.floor.is_some() && before > self.heard {
            self.heard = before;
            return Heard::Gap;
        }
        self.heard = self.heard.max(message.seq);
        if message.seq.is_some() && message.seq <= self.floor {
            return Heard::Old;
        }
        self.messages.push(message);
        match (self.floor, self.messages.len()) {
            (Some(_), 1) => Heard::First,
            _ => Heard::Kept,
        }
    }

    /// Whether messages wait that no flush is due for.
    pub fn is_waiting(&self) -> bool {
        !self.messages.is_empty()
    }

    pub fn take(&mut self) -> Vec<RawMessage> {
        std::mem::take(&mut self.messages)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(seq: i64) -> RawMessage {
        RawMessage {
            kind: "event".to_owned(),
            data: "{}".to_owned(),
            seq: Some(seq),
        }
    }

    #[test]
    fn what_is_older_than_what_was_loaded_is_passed_over() {
        let mut line = Inbox::default();
        line.start(10);
        assert_eq!(line.hear(message(9), Some(8)), Heard::Old);
        assert_eq!(line.hear(message(11), Some(9)), Heard::First);
        assert_eq!(line.position(), Some(11));
    }

    #[test]
    fn a_tab_that_missed_something_notices() {
        let mut line = Inbox::default();
        line.start(10);
        assert_eq!(line.hear(message(12), Some(10)), Heard::First);
        assert_eq!(line.hear(message(13), Some(12)), Heard::Kept);
        assert_eq!(line.hear(message(20), Some(15)), Heard::Gap);
        assert_eq!(line.position(), Some(15), "from there on it goes on");
    }

    #[test]
    fn what_is_loaded_anew_does_not_throw_away_what_was_heard_after_it() {
        let mut line = Inbox::default();
        line.start(10);
        for seq in [11, 12] {
            line.hear(message(seq), Some(seq - 1));
        }
        line.start(11);
        assert_eq!(line.position(), Some(12));
        assert_eq!(line.take(), [message(12)]);
    }

    #[test]
    fn what_another_tab_tells_while_everything_is_loaded_waits_for_that() {
        let mut line = Inbox::default();
        for seq in [10, 11] {
            assert_eq!(line.hear(message(seq), Some(seq - 1)), Heard::Kept);
        }
        assert_eq!(line.position(), None, "nothing is loaded yet");
        line.start(10);
        assert!(line.is_waiting());
        assert_eq!(line.take(), [message(11)]);
        assert_eq!(line.hear(message(12), Some(11)), Heard::First);
    }
}
