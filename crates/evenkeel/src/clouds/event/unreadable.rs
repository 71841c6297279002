//! Times that a cloud wrote and nobody can read: an event without a deadline and one whose deadline is
//! written in an unknown way are not the same to whoever decides.

use crate::event::Event;
use crate::json::{Node, Value, parse_answer};
use crate::time::Timestamp;

impl Event {
    /// The times that stand in the cloud's JSON and cannot be read: our name of each, and its text.
    #[must_use]
    pub fn unreadable_times(&self) -> Vec<(&'static str, String)> {
        let Ok(root) = parse_answer(&self.raw) else {
            return Vec::new();
        };
        let names = self.provider.times();
        let known = |name: &str| match name {
            "published_at" => self.published_at,
            "not_before" => self.not_before,
            "not_after" => self.not_after,
            "deadline" => self.deadline,
            "started_at" => self.started_at,
            _ => self.finished_at,
        };
        // Within another member, behind a dot.
        let within = |key: &str| key.split('.').try_fold(&root, |node, key| node.get(key));
        let text = |key| unreadable(within(key)?);
        names
            .iter()
            .filter(|(name, _)| known(name).is_none())
            .filter_map(|(name, keys)| Some((*name, keys.iter().find_map(|key| text(key))?)))
            .collect()
    }
}

/// The text of a value that is there and is no time; none of what stands for no time.
fn unreadable(node: &Node<'_>) -> Option<String> {
    let text = match &node.value {
        Value::String(text) | Value::Number(text) => text.trim().to_owned(),
        Value::Null => return None,
        _ => node.type_name().to_owned(),
    };
    let is_none = text.is_empty() || text.starts_with('-') || Timestamp::in_answer(&text).is_some();
    (!is_none).then_some(text)
}
