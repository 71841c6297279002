//! What a listing is asked to catch up from.

/// A position that somebody catches up from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Since {
    pub(super) position: i64,
    /// What it was of, where that has to be the same still.
    scope: Option<String>,
}

impl Since {
    /// Reads a position, or a mark.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (position, scope) = match text.split_once('.') {
            Some((position, scope)) => (position, Some(scope.to_owned())),
            None => (text, None),
        };
        let position = position.parse().ok().filter(|number| *number >= 0)?;
        Some(Self { position, scope })
    }

    /// Whether a listing of a scope can be caught up from it.
    pub(super) fn is_of(&self, scope: &str) -> bool {
        self.scope.as_deref().is_none_or(|of| of == scope)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_counts_for_its_scope_alone() {
        let since = Since::parse("17.5f0c").unwrap();
        assert_eq!(since.position, 17);
        assert!(since.is_of("5f0c") && !since.is_of("77aa") && !since.is_of(""));
        let bare = Since::parse("17").unwrap();
        assert!(bare.is_of("5f0c"));
        for text in ["", ".", "-1", "x", "-1.5f0c", "1e3", ".5f0c"] {
            assert_eq!(Since::parse(text), None, "{text}");
        }
    }
}
