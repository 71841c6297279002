//! What changed: a name of each thing, in the order in which the changes became visible.

/// What a change is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Topic {
    /// An event; the subject names it.
    Event,
    /// An account's state; the subject is its id.
    Account,
    /// A batch; the subject is its id.
    Batch,
    /// Items of a batch; the subject is the batch's id, the detail says which.
    Items,
    /// How a proxy's inventory is; the subject is empty.
    Inventory,
}

impl Topic {
    const ALL: [Self; 5] = [
        Self::Event,
        Self::Account,
        Self::Batch,
        Self::Items,
        Self::Inventory,
    ];

    /// As it is stored.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Event => "event",
            Self::Account => "account",
            Self::Batch => "batch",
            Self::Items => "items",
            Self::Inventory => "inventory",
        }
    }

    pub(crate) fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|topic| topic.as_str() == text)
    }
}

/// A change: what it is about, not what it is now; that is read when it is told.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Change {
    /// The kind of thing.
    pub topic: Topic,
    /// Which one.
    pub subject: String,
    /// What of it, where that matters.
    pub detail: Option<String>,
}

impl Change {
    /// A change of a whole thing.
    pub fn new(topic: Topic, subject: impl Into<String>) -> Self {
        Self {
            topic,
            subject: subject.into(),
            detail: None,
        }
    }

    /// Says what of it changed.
    #[must_use]
    pub fn with_detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = Some(detail.into());
        self
    }
}

/// What changed after a position in the order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Changes {
    /// What is new.
    Rows {
        /// In order, with their numbers.
        changes: Vec<(i64, Change)>,
        /// The last number that was looked at, from which to go on: beyond the last of `changes`
        /// where others follow that this version has no word for.
        reached: i64,
    },
    /// The position is no longer (or not yet) in the order: load everything anew, then go on at the
    /// head.
    Reset {
        /// The last number given.
        head: i64,
    },
}
