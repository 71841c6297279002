//! Groups the machines of a batch by what is at stake for their data: what is certainly lost stands first.

use std::collections::BTreeSet;

use evenkeel::{Action, DataLoss, DataPolicy};

use super::choices::Choices;
use super::review_item::ReviewItem;
use crate::machine_set::MachineSet;

/// What becomes of a machine's data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stake {
    /// It is lost.
    Certain,
    /// It may be lost.
    Possible,
    /// It moves, or nothing does.
    Held,
    /// Nothing is lost by the move; what is lost then is lost at the new time.
    Moved,
    /// Nothing is lost.
    Safe,
    /// It depends on what is still to be chosen.
    Open,
}

impl Stake {
    pub const ALL: [Self; 6] = [
        Self::Certain,
        Self::Possible,
        Self::Held,
        Self::Moved,
        Self::Safe,
        Self::Open,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Certain => "certain",
            Self::Possible => "possible",
            Self::Held => "held",
            Self::Moved => "moved",
            Self::Safe => "safe",
            Self::Open => "open",
        }
    }
}

/// A line of the table of machines.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Line {
    /// The head of a group.
    Head(Stake),
    /// A machine, by its index in [`Choices::items`].
    Machine(usize),
    /// The head of those that stay out.
    OutHead,
    /// One that stays out, by its index among them.
    Out(usize),
}

/// Which lines are heads.
pub fn heads(lines: &[Line]) -> Vec<usize> {
    let is_head = |line: &Line| matches!(line, Line::Head(_) | Line::OutHead);
    let each = lines.iter().enumerate();
    each.filter_map(|(index, line)| is_head(line).then_some(index))
        .collect()
}

impl Choices {
    pub fn stake(&self, item: &ReviewItem) -> Stake {
        let Some(action) = self.action else {
            return Stake::Open;
        };
        match self.loss_of(item) {
            DataLoss::Certain => Stake::Certain,
            DataLoss::Possible if self.policy == Some(DataPolicy::ForceTransfer) => Stake::Held,
            DataLoss::Possible => Stake::Possible,
            DataLoss::No if moves_loss(action, item) => Stake::Moved,
            DataLoss::No => Stake::Safe,
        }
    }

    /// The worst of those that take part.
    pub fn worst_stake(&self) -> Option<Stake> {
        self.included().map(|(_, item)| self.stake(item)).min()
    }

    /// How many machines of a group take part, and how many of them go down at the same moment.
    pub fn in_group(&self, stake: Stake) -> (usize, usize) {
        let of_group = self.included().filter(|(_, it)| self.stake(it) == stake);
        let machines: MachineSet = of_group.map(|(_, item)| item.machine).collect();
        let at_once = self.down_at_once();
        let down = machines.iter().filter(|it| at_once.contains(*it)).count();
        (machines.len(), down)
    }

    /// The lines of the table: the machines, or those of them that are asked for, under the heads of their groups, then
    /// so many that stay out. What was taken out by hand keeps its place.
    pub fn lines(&self, only: Option<&BTreeSet<usize>>, staying_out: usize) -> Vec<Line> {
        let mut lines = Vec::with_capacity(self.items.len() + Stake::ALL.len());
        let shown = |index: &usize| only.is_none_or(|only| only.contains(index));
        let mut stakes: Vec<(Stake, usize)> = (0..self.items.len())
            .filter(shown)
            .filter_map(|index| Some((self.stake(self.items.get(index)?), index)))
            .collect();
        stakes.sort_by_key(|(stake, _)| *stake);
        let mut group = None;
        for (stake, index) in stakes {
            if group != Some(stake) {
                group = Some(stake);
                lines.push(Line::Head(stake));
            }
            lines.push(Line::Machine(index));
        }
        if only.is_none() && staying_out > 0 {
            lines.push(Line::OutHead);
            lines.extend((0..staying_out).map(Line::Out));
        }
        lines
    }
}

/// Whether an item is moved to another time at which it loses data.
fn moves_loss(action: Action, item: &ReviewItem) -> bool {
    let loses = |it: evenkeel::ActionOffer| it.data_loss != DataLoss::No;
    action.moves_event() && item.done_by(action).is_some_and(loses)
}

#[cfg(test)]
mod tests {
    use super::super::sample::{choices, ens, huawei};
    use super::*;

    #[test]
    fn what_loses_data_stands_first_and_what_stays_out_last() {
        let kinds = ["instance-reboot", "instance-redeploy", "instance-stop"];
        let events = kinds.iter().enumerate();
        let events = events.map(|(n, kind)| huawei(&n.to_string(), kind, "inquiring"));
        let mut it = choices(Action::Accept, events);
        let lines = [
            Line::Head(Stake::Certain),
            Line::Machine(1),
            Line::Head(Stake::Safe),
            Line::Machine(0),
            Line::Machine(2),
            Line::OutHead,
            Line::Out(0),
        ];
        assert_eq!(it.lines(None, 1), lines);
        assert_eq!(heads(&lines), [0, 2, 5]);
        it.set_out(&[1], true);
        assert_eq!(it.lines(None, 1), lines, "what is left out keeps its place");
        assert_eq!(it.worst_stake(), Some(Stake::Safe));
        assert_eq!(
            it.lines(Some(&[2].into()), 1),
            [Line::Head(Stake::Safe), Line::Machine(2)]
        );
    }

    #[test]
    fn a_move_that_takes_a_loss_along_says_so() {
        let kinds = ["instance-redeploy", "instance-reboot"];
        let events = kinds.iter().enumerate();
        let events = events.map(|(n, kind)| huawei(&n.to_string(), kind, "scheduled"));
        let it = choices(Action::Reschedule, events);
        let stakes: Vec<Stake> = it.included().map(|(_, item)| it.stake(item)).collect();
        assert_eq!(stakes, [Stake::Moved, Stake::Safe]);
    }

    #[test]
    fn each_data_policy_has_a_tone_of_its_own() {
        let mut it = choices(
            Action::Migrate,
            vec![ens("1", "Instance:SystemUpgrade.Migrate")],
        );
        let mut stake = |policy| {
            it.policy = policy;
            it.worst_stake()
        };
        assert_eq!(stake(None), Some(Stake::Possible));
        assert_eq!(stake(Some(DataPolicy::Abandon)), Some(Stake::Certain));
        assert_eq!(stake(Some(DataPolicy::TryTransfer)), Some(Stake::Possible));
        assert_eq!(stake(Some(DataPolicy::ForceTransfer)), Some(Stake::Held));
        assert_eq!(it.risk().count, 1, "its number is typed all the same");
    }
}
