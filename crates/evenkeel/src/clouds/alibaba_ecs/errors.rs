//! What ECS' own error codes mean, beside those that all of Alibaba Cloud's services share.
//! <https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-acceptinquiredsystemevent>

use crate::clouds::alibaba;
use crate::provider_error::{ErrorClass, begins};

/// What a code begins with and means. They come with 403 and 404, which elsewhere mean that the key may not, or that
/// there is no such thing.
const CLASSES: &[(&str, ErrorClass)] = &[
    ("OperationDenied", ErrorClass::Invalid),
    ("OperationConflict", ErrorClass::Other),
    ("OperationFail", ErrorClass::Invalid),
    ("SwitchToOffline", ErrorClass::Invalid),
    ("DiskError", ErrorClass::Invalid),
    ("InstanceExpiredOrInArrears", ErrorClass::Invalid),
    ("InstanceLockedForSecurity", ErrorClass::Invalid),
    ("EventIdLimitExceeded", ErrorClass::Invalid),
    ("InstanceIdLimitExceeded", ErrorClass::Invalid),
    ("SimulatedEventLimitExceeded", ErrorClass::Invalid),
    ("InvalidNotBefore", ErrorClass::Invalid),
    ("CannotCancelSystemEvent", ErrorClass::Invalid),
];

pub(super) fn class(code: &str) -> Option<ErrorClass> {
    let own = CLASSES.iter().find(|(prefix, _)| begins(code, prefix));
    own.map(|(_, class)| *class)
        .or_else(|| alibaba::errors::class(code))
}

/// There is no event that waits for an answer: it is gone, or somebody has answered it.
pub(super) fn leaves_open(code: &str) -> bool {
    begins(code, "InvalidEventId.NoInquiringEventFound")
}
