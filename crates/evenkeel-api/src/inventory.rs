//! The operator's own inventory file, as the proxy has read it.

use evenkeel::Timestamp;
use serde::{Deserialize, Serialize};

/// What is wrong in a file, and where.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct InventoryProblem {
    /// The line, from 1, where it is of one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<u64>,
    /// The column, from 1: of a CSV the cell, of JSON the character.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<u64>,
    /// What it is, and what to do, for a person. It may quote the file, so it is foreign text.
    pub message: String,
}

/// How the inventory is, in `GET accounts`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct InventoryStatus {
    /// The file, as the configuration names it.
    pub file: String,
    /// When what is in force was read; absent while nothing could be since the proxy began.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub read_at: Option<Timestamp>,
    /// How many resources it names.
    pub resources: u64,
    /// How many problems its rows have; rows with one are not used.
    pub problem_count: u64,
    /// The first of them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub problems: Vec<InventoryProblem>,
    /// Why the file as it is now could not be taken; what was read before is in force.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<InventoryProblem>,
}
