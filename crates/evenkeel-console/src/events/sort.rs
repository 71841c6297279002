//! How the columns of the list are called.

use evenkeel_table::Column;

use crate::i18n::Strings;

/// The head of a column.
pub fn label(column: Column, t: Strings) -> &'static str {
    match column {
        Column::Event => t.column_event(),
        Column::Resource => t.column_resource(),
        Column::Account => t.column_account(),
        Column::State => t.column_state(),
        Column::Window => t.column_window(),
        Column::DecideBy => t.column_decide_by(),
        Column::DataAtRisk => t.column_data_at_risk(),
    }
}
