//! Whether a call to Huawei is signed, and by whom.

use evenkeel_sign::{VerifyError, huawei};

use super::refusal::Refusal;
use crate::{
    call::Call,
    cloud::{Cloud, Operation},
    world::{MAX_SKEW_MS, World},
};

/// Checks the signature and the date, and that a call that acts has its body signed.
pub(super) fn verify(world: &World, call: &Call, operation: Operation) -> Result<(), Refusal> {
    let now = world.clock().signature_now();
    let find = |id: &str| world.credentials(Cloud::HuaweiEcs, id);
    let verified =
        huawei::verify(&call.received(), now, MAX_SKEW_MS, &find).map_err(|e| refuse(&e))?;
    if operation.acts() && !verified.payload_signed {
        return Err(Refusal::unauthorized(
            "the body of a call that acts must be signed",
        ));
    }
    Ok(())
}

fn refuse(error: &VerifyError) -> Refusal {
    match error {
        VerifyError::UnknownKey { .. } => {
            Refusal::unauthorized("Get secretKey failed,ak:******,err:ak not exist")
        }
        VerifyError::SecurityTokenMismatch => Refusal::unauthorized("decrypt token fail"),
        VerifyError::Skewed { .. } => {
            Refusal::unauthorized("x-sdk-date is too far from the current time")
        }
        VerifyError::SignatureMismatch { .. } | VerifyError::BodyHashMismatch => {
            Refusal::unauthorized("verify aksk signature fail")
        }
        error => Refusal::unauthorized(&error.to_string()),
    }
}
