//! Says how ENS refuses a parameter.

use crate::refusal::Refusal;

/// A required parameter is not there.
pub(super) fn missing(field: &str) -> Refusal {
    Refusal::service(
        400,
        "MissingParameter",
        format!(
            "The input parameter {field} that is mandatory for processing this request is not supplied."
        ),
    )
}

/// A parameter has a value it cannot have.
pub(super) fn invalid(field: &str) -> Refusal {
    Refusal::service(
        400,
        format!("InvalidParameter.{field}"),
        format!("The specified field {field} invalid. Please check it again."),
    )
}
