//! Says how ECS refuses. The codes are documented; where a page has no status for one, or no code for a mistake, it is
//! said here that it is assumed.

use crate::{fault::FaultKind, refusal::Refusal};

/// What is said where a permission is missing: assumed, with the status.
pub(super) const DENIED: (&str, &str) = (
    "Forbidden.RAM",
    "User not authorized to operate on the specified resource, or this API doesn't support RAM.",
);

/// A required parameter is not there. The list of events says so with 404.
pub(super) fn missing(status: u16, field: &str) -> Refusal {
    Refusal::service(
        status,
        "MissingParameter",
        format!(
            "The input parameter {field} that is mandatory for processing this request is not supplied."
        ),
    )
}

/// A parameter has a value it cannot have.
pub(super) fn invalid(status: u16, field: &str) -> Refusal {
    Refusal::service(
        status,
        "InvalidParameter",
        format!("The specified parameter {field} is invalid."),
    )
}

/// Assumed for these operations: ECS has the code for others.
pub(super) fn no_such_region() -> Refusal {
    Refusal::service(
        404,
        "InvalidRegionId.NotFound",
        "The specified RegionId does not exist.",
    )
}

pub(super) fn end_before_start() -> Refusal {
    Refusal::service(
        403,
        "InvalidParameter.TimeEndBeforeStart",
        "The specified end time is earlier than the start time.",
    )
}

/// More ids of events than a call takes; the list of events says so with 403.
pub(super) fn too_many_events(status: u16) -> Refusal {
    Refusal::service(
        status,
        "EventIdLimitExceeded",
        "The maximum number of event IDs is exceeded.",
    )
}

pub(super) fn too_many_instances() -> Refusal {
    Refusal::service(
        403,
        "InstanceIdLimitExceeded",
        "The maximum number of instance IDs is exceeded.",
    )
}

/// A filter for invited customers.
pub(super) fn not_invited() -> Refusal {
    Refusal::service(
        403,
        "OperationDenied.NotInWhiteList",
        "The operation is not in the white list.",
    )
}

pub(super) fn nothing_inquired() -> Refusal {
    Refusal::service(
        404,
        "InvalidEventId.NoInquiringEventFound",
        "There is no inquiring event found by the specified EventId.",
    )
}

pub(super) fn accept_not_supported() -> Refusal {
    Refusal::service(
        403,
        "OperationDenied.AcceptNotSupported",
        "The specified event cannot be accepted.",
    )
}

pub(super) fn incorrect_instance_status() -> Refusal {
    Refusal::service(
        403,
        "IncorrectInstanceStatus",
        "The current status of the resource does not support this operation.",
    )
}

pub(super) fn no_such_instance() -> Refusal {
    Refusal::service(
        404,
        "InvalidInstanceId.NotFound",
        "The specified InstanceId does not exist.",
    )
}

/// Documented as a rule; the code is assumed for these operations.
pub(super) fn locked() -> Refusal {
    Refusal::service(
        403,
        "InstanceLockedForSecurity",
        "The specified operation is denied as your instance is locked for security reasons.",
    )
}

/// Documented as a rule; the code is assumed.
pub(super) fn denied(message: &str) -> Refusal {
    Refusal::service(403, "OperationDenied", message)
}

/// No page with the codes of `ModifySystemEventAttribute` could be read: assumed, with the status.
pub(super) fn incorrect_event_status() -> Refusal {
    Refusal::service(
        403,
        "IncorrectEventStatus",
        "The current status of the event does not support this operation.",
    )
}

/// The cancelling call has the code; assumed for the rescheduling one.
pub(super) fn no_such_event(status: u16) -> Refusal {
    Refusal::service(
        status,
        "InvalidEventId.NotFound",
        "The specified EventId does not exist.",
    )
}

/// How a dry run of one instance succeeds; the status is assumed.
pub(super) fn dry_run_succeeded() -> Refusal {
    Refusal::service(
        400,
        "DryRunOperation",
        "Request validation has been passed with DryRun flag set.",
    )
}

pub(super) fn time_has_passed() -> Refusal {
    Refusal::service(
        403,
        "InvalidNotBefore.Passed",
        "The specified NotBefore has passed.",
    )
}

/// How many may be open is not documented.
pub(super) fn too_many_simulated() -> Refusal {
    Refusal::service(
        403,
        "SimulatedEventLimitExceeded",
        "The maximum number of simulated events is exceeded.",
    )
}

pub(super) fn not_simulated() -> Refusal {
    Refusal::service(
        403,
        "CannotCancelSystemEvent.NotSimulated",
        "The specified event is not a simulated event.",
    )
}

/// Makes the refusal that a fault asks for of one item; what the fault leaves open is assumed.
pub(super) fn of_item(kind: &FaultKind) -> Refusal {
    let (status, code, message) = kind.of_item();
    Refusal::service(
        status.unwrap_or(403),
        code.unwrap_or("OperationDenied"),
        message.unwrap_or("The operation is denied: a fault asked for it."),
    )
}
