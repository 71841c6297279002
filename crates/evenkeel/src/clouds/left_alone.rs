//! What becomes of an event about which nobody does anything: the first thing to know before something is done.

use crate::action::{Action, ActionOffer, DataLoss, Down};
use crate::event::{Event, Standing, StateKind};
use crate::facts::Unanswered;
use crate::time::Timestamp;

/// When a cloud acts without being asked to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ActsAlone {
    /// At this time.
    At(Timestamp),
    /// At a time that it does not tell.
    Sometime,
    /// Not before somebody answers.
    Never,
    /// Nobody says.
    Unsaid,
}

/// What a cloud does about an event if nobody else does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LeftAlone {
    /// When.
    pub acts: ActsAlone,
    /// Whether that loses data.
    pub data_loss: DataLoss,
    /// What is down meanwhile.
    pub down: Down,
}

impl Event {
    /// What the event itself does when its time comes: agreed to, moved, or left alone; none of a type of which nobody
    /// says it.
    #[must_use]
    pub fn maintenance(&self) -> Option<ActionOffer> {
        let asked = Standing {
            state: StateKind::Inquiring,
            restriction: None,
            ..self.standing()
        };
        let offers = ActionOffer::of(self.provider, asked);
        // Where there is nothing to agree to, there is one action a type: the event's own.
        let is_agreed_to = self.provider.actions().contains(&Action::Accept);
        let wanted = |it: &ActionOffer| {
            if is_agreed_to {
                it.action == Action::Accept
            } else {
                !it.action.moves_event()
            }
        };
        offers.into_iter().find(wanted)
    }

    /// What becomes of it if nobody does anything; none of what is under way or over, or of a type of which nobody says
    /// what it does.
    #[must_use]
    pub fn left_alone(&self) -> Option<LeftAlone> {
        let at_start = self.not_before.map_or(ActsAlone::Sometime, ActsAlone::At);
        let acts = match (self.state.kind, self.provider.facts().unanswered) {
            (StateKind::Scheduled, _) | (StateKind::Inquiring, Unanswered::ActsAtStart) => at_start,
            (StateKind::Inquiring, Unanswered::Waits) => ActsAlone::Never,
            (StateKind::Inquiring, Unanswered::Unsaid) => ActsAlone::Unsaid,
            _ => return None,
        };
        let ActionOffer {
            data_loss, down, ..
        } = self.maintenance()?;
        Some(LeftAlone {
            acts,
            data_loss,
            down,
        })
    }
}
