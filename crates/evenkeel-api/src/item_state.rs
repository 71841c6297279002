//! Where an item is, and where to from there.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Where an item is. Each state says who moves it on, and what a crash leaves of it;
/// [`ItemState::may_become`] says where to. `docs/adr/0001-item-life.md` has the rules behind it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ItemState {
    /// Another person has to approve its batch first: nothing that sends ever looks at it.
    ///
    /// An approval moves it on, and so does a reason that stands in for one; a refusal, a person who calls it off, or
    /// the time that is over ends it.
    ///
    /// A crash changes nothing. In a store that was restored from a copy it is `unknown`: since the copy was made it
    /// may have been approved, and have left.
    Unapproved,
    /// It waits for its turn.
    ///
    /// The sender of its account moves it on: to `sending` once the intent is written, to `not_sent` where
    /// it must not leave any more, and to `queued` again where it has to wait for longer. A person may call
    /// it off. Where it waits to be sent again, the late answer of its earlier call may end it.
    ///
    /// After a crash it still waits, and whichever proxy takes the account's lease goes on with it; but one
    /// whose password was in the dead proxy's memory is `not_sent`. In a store that was restored from a
    /// copy it is `unknown`: since the copy was made it may have left.
    Queued,
    /// Its intent is written: its call is about to leave, under way, or back.
    ///
    /// The call's ending moves it on. It goes back to `queued` where the call did nothing and may be made
    /// again.
    ///
    /// After a crash nobody knows whether the call left: it is `unknown` as soon as another proxy takes
    /// the account's lease, or finds that the sender is gone.
    Sending,
    /// The cloud took it.
    ///
    /// A read moves it on, once it shows that the event moved. Where only a person said that it was
    /// taken, the call's own late answer may still say that it was not.
    ///
    /// A crash changes nothing: any proxy reads.
    Accepted,
    /// The cloud said no; nothing happened.
    ///
    /// This is an end: a retry is another item. A crash changes nothing.
    Rejected,
    /// No call of it can have acted.
    ///
    /// This is an end, and a retry is another item; but where a call of it had left, that one's own late
    /// answer goes before what was concluded from its silence. A crash changes nothing.
    NotSent,
    /// A call left, and nobody knows what it did.
    ///
    /// A read moves it on, which shows that the event moved or, once the call's signature is dead, that it
    /// did not; so does a person's word, or the call's own late answer.
    ///
    /// A crash changes nothing: it rests until one of these tells.
    Unknown,
    /// Its event was seen to have left the state it was in. This is an end.
    Confirmed,
    /// Its event moved to another time than the one asked for. This is an end.
    Superseded,
}

impl ItemState {
    /// Every state, in the order of a life.
    pub const ALL: [Self; 9] = [
        Self::Unapproved,
        Self::Queued,
        Self::Sending,
        Self::Accepted,
        Self::Rejected,
        Self::NotSent,
        Self::Unknown,
        Self::Confirmed,
        Self::Superseded,
    ];

    /// The name.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Unapproved => "unapproved",
            Self::Queued => "queued",
            Self::Sending => "sending",
            Self::Accepted => "accepted",
            Self::Rejected => "rejected",
            Self::NotSent => "not_sent",
            Self::Unknown => "unknown",
            Self::Confirmed => "confirmed",
            Self::Superseded => "superseded",
        }
    }

    /// The state of that name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == name)
    }

    /// Whether an item in this state may come into the next one. The store writes nothing else, and the
    /// picture in `docs/adr/0001-item-life.md` is drawn from this.
    #[must_use]
    #[expect(
        clippy::match_same_arms,
        reason = "two lines a state, so that a new one does not compile before each pair is decided"
    )]
    pub const fn may_become(self, next: Self) -> bool {
        use ItemState::{
            Accepted, Confirmed, NotSent, Queued, Rejected, Sending, Superseded, Unapproved,
            Unknown,
        };
        match (self, next) {
            (Unapproved, Queued | NotSent | Unknown) => true,
            (Unapproved, Unapproved | Sending | Accepted | Rejected | Confirmed | Superseded) => {
                false
            }
            // Nothing that was approved once is asked for again: it is another batch then.
            (_, Unapproved) => false,
            (Queued, Queued | Sending | Accepted | Rejected | NotSent | Unknown) => true,
            (Queued, Confirmed | Superseded) => false,
            (Sending, Queued | Accepted | Rejected | NotSent | Unknown) => true,
            (Sending, Sending | Confirmed | Superseded) => false,
            (Accepted, Rejected | Confirmed | Superseded) => true,
            (Accepted, Queued | Sending | Accepted | NotSent | Unknown) => false,
            (NotSent, Accepted | Rejected) => true,
            (NotSent, Queued | Sending | NotSent | Unknown | Confirmed | Superseded) => false,
            // A second loss of one call, and a restored store, say so again.
            (Unknown, Queued | Accepted | Rejected | NotSent | Unknown) => true,
            (Unknown, Confirmed | Superseded) => true,
            (Unknown, Sending) => false,
            (
                Rejected | Confirmed | Superseded,
                Queued | Sending | Accepted | Rejected | NotSent | Unknown | Confirmed | Superseded,
            ) => false,
        }
    }
}

impl ItemState {
    /// Whether the item may still act on its event, or has and nobody has seen it: until then another
    /// order for the event is one too many.
    #[must_use]
    pub fn is_open(self) -> bool {
        matches!(
            self,
            Self::Unapproved | Self::Queued | Self::Sending | Self::Accepted | Self::Unknown
        )
    }
}

impl fmt::Display for ItemState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
