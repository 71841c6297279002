//! How the operator's own inventory is: answers tell it, and the stream whenever it changes.

use evenkeel_api::InventoryStatus;
use leptos::prelude::*;

use crate::api;

/// The status that was told last.
#[derive(Clone, Copy)]
pub struct Inventory {
    pub status: RwSignal<Option<InventoryStatus>>,
    /// Counts what the stream told: an answer that was asked for before that is older.
    told: StoredValue<u32>,
}

impl Inventory {
    pub fn new() -> Self {
        Self {
            status: RwSignal::new(None),
            told: StoredValue::new(0),
        }
    }

    /// How much the stream has told: for whoever asks now.
    pub fn told(self) -> u32 {
        self.told.get_value()
    }

    /// Takes in an answer that was asked for when the stream had told so much.
    pub fn take(self, status: Option<InventoryStatus>, told: u32) {
        if self.told.try_get_value() == Some(told) {
            self.status.set(status);
        }
    }

    /// Takes in what the stream tells.
    pub fn hear(self, status: InventoryStatus) {
        self.told.update_value(|told| *told += 1);
        self.status.set(Some(status));
    }

    /// Asks once more, where there is one: it may have changed after it was asked for, and before the place that the stream
    /// is taken up at.
    pub async fn ask_again(self) {
        if self.status.with_untracked(Option::is_none) {
            return;
        }
        let told = self.told();
        if let Ok(listed) = api::accounts().await {
            self.take(listed.inventory, told);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::at;

    #[test]
    fn an_answer_that_was_asked_for_before_the_stream_told_is_passed_over() {
        let status = |resources| InventoryStatus {
            file: "labels.csv".to_owned(),
            read_at: Some(at(1)),
            resources,
            problem_count: 0,
            problems: Vec::new(),
            error: None,
        };
        let inventory = Inventory::new();
        let before = inventory.told();
        inventory.hear(status(2));
        inventory.take(Some(status(1)), before);
        assert_eq!(inventory.status.get_untracked(), Some(status(2)));
        inventory.take(Some(status(3)), inventory.told());
        assert_eq!(inventory.status.get_untracked(), Some(status(3)));
    }
}
