//! Inputs too long for a file, as a pattern.

use serde::Deserialize;

/// A text that repeats: `before`, then `item` `count` times with `between` in between, then
/// `after`. `{n}` in the item is its number, from 0.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pattern {
    before: String,
    item: String,
    #[serde(default)]
    between: String,
    after: String,
    count: usize,
}

impl Pattern {
    /// The text.
    #[must_use]
    pub fn expand(&self) -> String {
        let mut text = self.before.clone();
        for number in 0..self.count {
            if number > 0 {
                text.push_str(&self.between);
            }
            text.push_str(&self.item.replace("{n}", &number.to_string()));
        }
        text.push_str(&self.after);
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_the_items_and_joins_them() {
        let pattern = Pattern {
            before: "[".into(),
            item: "\"e-{n}\"".into(),
            between: ",".into(),
            after: "]".into(),
            count: 3,
        };
        assert_eq!(pattern.expand(), r#"["e-0","e-1","e-2"]"#);
    }
}
