//! Whether a call to ENS is signed, by whom, and for the first time.

use evenkeel_sign::{Verified, VerifyError, acs3};

use super::{param::Params, refusal::Refusal};
use crate::{
    call::Call,
    cloud::Cloud,
    world::{MAX_SKEW_MS, World},
};

/// Checks the signature, the date and the nonce, in this order.
pub(super) fn verify(
    world: &World,
    call: &Call,
    params: &Params,
    now: i64,
) -> Result<Verified, Refusal> {
    if call.header("authorization").is_none()
        && (params.has("Signature") || params.has("SignatureMethod"))
    {
        return Err(Refusal::new(
            400,
            "UnsupportedSignatureVersion",
            "The sandbox verifies ACS3-HMAC-SHA256 signatures; this request is signed with the \
             older RPC v1 (HMAC-SHA1), which it does not verify.",
        ));
    }
    let find = |id: &str| world.credentials(Cloud::Ens, id);
    let verified =
        acs3::verify(&call.received(), now, MAX_SKEW_MS, &find).map_err(|e| refuse(&e))?;
    let nonce = verified
        .nonce
        .as_deref()
        .filter(|nonce| !nonce.is_empty())
        .ok_or_else(|| Refusal::incomplete("The header `x-acs-signature-nonce` must be sent."))?;
    // Only a call whose signature holds uses its nonce up.
    if !world.lock().nonces.claim(nonce, verified.signed_at_ms, now) {
        return Err(Refusal::new(
            400,
            "SignatureNonceUsed",
            "Specified signature nonce was used already.",
        ));
    }
    Ok(verified)
}

fn refuse(error: &VerifyError) -> Refusal {
    match error {
        VerifyError::UnknownKey { .. } => Refusal::new(
            400,
            "InvalidAccessKeyId.NotFound",
            "Specified access key is not found.",
        ),
        VerifyError::Skewed { .. } => Refusal::new(
            400,
            "InvalidTimeStamp.Expired",
            "Specified time stamp or date value is expired.",
        ),
        VerifyError::MalformedDate => Refusal::new(
            400,
            "InvalidTimeStamp.Format",
            "Specified time stamp or date value is not well formatted.",
        ),
        VerifyError::SecurityTokenMismatch => Refusal::new(
            400,
            "InvalidSecurityToken.MismatchWithAccessKey",
            "Specified SecurityToken mismatch with the AccessKey.",
        ),
        VerifyError::BodyHashMismatch => Refusal::new(
            400,
            "SignatureDoesNotMatch",
            "Specified signature is not matched with our calculation: x-acs-content-sha256 is \
             not the hash of the body.",
        ),
        VerifyError::SignatureMismatch { stages } => Refusal::new(
            400,
            "SignatureDoesNotMatch",
            format!(
                "Specified signature is not matched with our calculation. server string to sign is:{}",
                stages.string_to_sign
            ),
        ),
        error => Refusal::incomplete(format!(
            "The request signature does not conform to Aliyun standards: {error}."
        )),
    }
}
