//! What happens to an instance's data.

use super::DataLoss;

/// What happens to the data of a migrated instance. The cloud's default is [`Self::Abandon`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DataPolicy {
    /// The data is left behind: lost.
    Abandon,
    /// The data is moved if that works; it may be left behind.
    TryTransfer,
    /// The data is moved, or the migration stops.
    ForceTransfer,
}

crate::names! {
    DataPolicy {
        Abandon => "abandon", TryTransfer => "try_transfer", ForceTransfer => "force_transfer",
    }
}

impl DataPolicy {
    /// Whether it loses data.
    #[must_use]
    pub fn data_loss(self) -> DataLoss {
        match self {
            Self::Abandon => DataLoss::Certain,
            Self::TryTransfer | Self::ForceTransfer => DataLoss::Possible,
        }
    }
}
