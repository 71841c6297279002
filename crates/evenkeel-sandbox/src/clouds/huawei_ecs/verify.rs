//! Checks whether a call to Huawei is signed, and by whom.

use evenkeel_sign::{VerifyError, huawei};

use super::refusal;
use crate::{
    Keys, call::Call, call_log::CallEntry, cloud::MAX_SKEW_MS, provider::Operation,
    refusal::Refusal,
};

/// Tells the log who claims to have signed.
pub(super) fn describe(call: &Call, entry: &mut CallEntry) {
    entry.authorization("SDK-HMAC-SHA256", call.header("authorization"), "Access");
}

/// Checks the signature and the date, and that a call that acts has its body signed.
pub(super) fn verify(
    call: &Call,
    operation: &Operation,
    keys: &Keys,
    now: i64,
) -> Result<(), Refusal> {
    let find = |id: &str| keys.credentials(id);
    let verified =
        huawei::verify(&call.received(), now, MAX_SKEW_MS, &find).map_err(|e| refuse(&e))?;
    if operation.acts() && !verified.payload_signed {
        return Err(refusal::unauthorized(
            "the body of a call that acts must be signed",
        ));
    }
    Ok(())
}

fn refuse(error: &VerifyError) -> Refusal {
    match error {
        VerifyError::UnknownKey { .. } => {
            refusal::unauthorized("Get secretKey failed,ak:******,err:ak not exist")
        }
        VerifyError::SecurityTokenMismatch => refusal::unauthorized("decrypt token fail"),
        VerifyError::Skewed { .. } => {
            refusal::unauthorized("x-sdk-date is too far from the current time")
        }
        VerifyError::SignatureMismatch { .. } | VerifyError::BodyHashMismatch => {
            refusal::unauthorized("verify aksk signature fail")
        }
        error => refusal::unauthorized(&error.to_string()),
    }
}
