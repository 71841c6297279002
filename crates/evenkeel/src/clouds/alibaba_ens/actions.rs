//! The three actions of ENS, and what each asks for and costs.

use crate::action::{Action, Applies, DataLoss, Down};
use crate::event::{ActionFit, EventKind, Standing, StateKind};
use crate::provider::{OperationName, Provider};
use crate::rules::{ActionRules, Needs};

/// What a batch operation does. The three have one form; only a migration has choices.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum BatchKind {
    Redeploy,
    Migrate,
    Reboot,
}

impl BatchKind {
    pub(super) fn operation(self) -> OperationName {
        match self {
            Self::Redeploy => OperationName::BatchEventRedeployInstance,
            Self::Migrate => OperationName::BatchEventMigrateInstance,
            Self::Reboot => OperationName::BatchEventRebootInstance,
        }
    }
}

impl ActionRules for BatchKind {
    fn of(action: Action) -> Option<Self> {
        match action {
            Action::Redeploy => Some(Self::Redeploy),
            Action::Migrate => Some(Self::Migrate),
            Action::Reboot => Some(Self::Reboot),
            _ => None,
        }
    }

    fn provider(self) -> Provider {
        Provider::Ens
    }

    fn action(self) -> Action {
        match self {
            Self::Redeploy => Action::Redeploy,
            Self::Migrate => Action::Migrate,
            Self::Reboot => Action::Reboot,
        }
    }

    fn needs(self) -> Needs {
        match self {
            Self::Redeploy | Self::Reboot => Needs::TIME,
            Self::Migrate => Needs {
                missing_data_policy: Some("abandon"),
                takes_password: true,
                ..Needs::TIME
            },
        }
    }

    fn fit(self, on: Standing<'_>) -> ActionFit {
        let made_for = match self {
            Self::Redeploy => EventKind::Redeploy,
            Self::Migrate => EventKind::Migrate,
            Self::Reboot => EventKind::Reboot,
        };
        if on.kind != made_for {
            return ActionFit::TypeMismatch;
        }
        ActionFit::by_state(Applies::Yes, on.state, StateKind::Inquiring)
    }

    /// Before any policy is chosen.
    fn data_loss(self, _event: Option<EventKind>) -> DataLoss {
        match self {
            Self::Redeploy | Self::Migrate => DataLoss::Possible,
            Self::Reboot => DataLoss::No,
        }
    }

    fn down(self, _on: Standing<'_>) -> Down {
        match self {
            Self::Redeploy | Self::Migrate => Down::UntilDone,
            Self::Reboot => Down::Briefly,
        }
    }
}
