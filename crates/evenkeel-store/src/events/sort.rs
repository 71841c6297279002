//! What a page of events is sorted by, and the values that it is sorted and asked by.

use super::NEVER;

/// What a page is sorted by.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum SortKey {
    /// When a decision is due.
    #[default]
    DecideBy,
    /// When the cloud announced it.
    PublishedAt,
    /// When its window begins.
    NotBefore,
    /// How far it is.
    State,
    /// What is going to happen.
    Type,
    /// The account.
    Account,
    /// The event's id.
    Id,
    /// The resource's id.
    ResourceId,
    /// The resource's name, whatever its case.
    Name,
}

impl SortKey {
    /// Every key.
    pub const ALL: [Self; 9] = [
        Self::DecideBy,
        Self::PublishedAt,
        Self::NotBefore,
        Self::State,
        Self::Type,
        Self::Account,
        Self::Id,
        Self::ResourceId,
        Self::Name,
    ];

    /// The name.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::DecideBy => "decide_by",
            Self::PublishedAt => "published_at",
            Self::NotBefore => "not_before",
            Self::State => "state",
            Self::Type => "type",
            Self::Account => "account",
            Self::Id => "id",
            Self::ResourceId => "resource_id",
            Self::Name => "name",
        }
    }

    pub(super) fn column(self) -> &'static str {
        match self {
            Self::Type => "kind",
            Self::Id => "event_id",
            other => other.as_str(),
        }
    }

    pub(super) fn is_text(self) -> bool {
        matches!(
            self,
            Self::Account | Self::Id | Self::ResourceId | Self::Name
        )
    }

    /// Whether an event may lack it; those that do come last in both directions.
    pub(super) fn may_lack(self) -> bool {
        self.lacking().is_some()
    }

    /// What the column has where an event lacks it. A number sorts last, a text first.
    pub(super) fn lacking(self) -> Option<Value> {
        match self {
            Self::DecideBy | Self::PublishedAt | Self::NotBefore => Some(Value::Number(NEVER)),
            Self::Name => Some(Value::Text(String::new())),
            Self::State | Self::Type | Self::Account | Self::Id | Self::ResourceId => None,
        }
    }
}

/// A key and a direction; equals go by when a decision is due.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Sort {
    /// The key.
    pub key: SortKey,
    /// Whether the largest comes first.
    pub descending: bool,
}

impl Sort {
    /// `state`, or `-state` for the other way round.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (name, descending) = text
            .strip_prefix('-')
            .map_or((text, false), |name| (name, true));
        let key = SortKey::ALL.into_iter().find(|key| key.as_str() == name)?;
        Some(Self { key, descending })
    }
}

impl std::fmt::Display for Sort {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let sign = if self.descending { "-" } else { "" };
        write!(f, "{sign}{}", self.key.as_str())
    }
}

/// A parameter.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Value {
    Number(i64),
    Text(String),
}
