//! Checks whether a call is signed, by whom, and for the first time.

use evenkeel_sign::{Verified, VerifyError, acs3, rpc1};

use super::{params::Params, refusal};
use crate::{
    Keys, call::Call, call_log::CallEntry, cloud::MAX_SKEW_MS, nonce::Nonces, provider::Provider,
    refusal::Refusal,
};

/// How a call is signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Scheme {
    /// `ACS3-HMAC-SHA256`, in the `Authorization` header.
    Acs3,
    /// `HMAC-SHA1`, version 1.0, in the parameters.
    Rpc1,
}

impl Scheme {
    /// Finds the scheme that a call claims; without any signature it is taken for the newer one.
    fn of(call: &Call, params: &Params) -> Self {
        let names = ["Signature", "SignatureMethod", "AccessKeyId"];
        if call.header("authorization").is_none() && names.iter().any(|name| params.has(name)) {
            Self::Rpc1
        } else {
            Self::Acs3
        }
    }

    fn max_skew_ms(self) -> i64 {
        match self {
            Self::Acs3 => MAX_SKEW_MS,
            Self::Rpc1 => rpc1::MAX_SKEW_MS,
        }
    }
}

/// The version of the service that a call claims to be for, before any of it is believed.
pub(in crate::clouds) fn version(call: &Call) -> Option<String> {
    let params = Params::read(call);
    match Scheme::of(call, &params) {
        Scheme::Acs3 => call.header("x-acs-version"),
        Scheme::Rpc1 => params.get("Version"),
    }
    .map(str::to_owned)
}

/// Tells the log who claims to have signed what, with which parameters.
pub(in crate::clouds) fn describe(call: &Call, provider: &Provider, entry: &mut CallEntry) {
    let params = &Params::read(call);
    params.describe(entry);
    let action = match Scheme::of(call, params) {
        Scheme::Acs3 => {
            let header = call.header("authorization");
            entry.authorization("ACS3-HMAC-SHA256", header, "Credential");
            call.header("x-acs-action")
        }
        Scheme::Rpc1 => {
            entry.signer("HMAC-SHA1", params.get("AccessKeyId"));
            params.get("Action")
        }
    };
    entry.operation(action.and_then(|action| provider.operation(action)));
}

/// What the signature vouches for.
pub(super) struct Signed {
    pub(super) action: String,
    pub(super) version: String,
    /// Whether the body is covered too.
    pub(super) covers_body: bool,
}

/// Checks the signature, the date and the nonce, in this order.
pub(super) fn verify(
    call: &Call,
    params: &Params,
    keys: &Keys,
    now: i64,
    nonces: &Nonces,
) -> Result<Signed, Refusal> {
    let scheme = Scheme::of(call, params);
    let skew = scheme.max_skew_ms();
    let find = |id: &str| keys.credentials(id);
    let verified = match scheme {
        Scheme::Acs3 => acs3::verify(&call.received(), now, skew, &find),
        Scheme::Rpc1 => rpc1::verify(&call.received(), now, skew, &find),
    };
    let verified = verified.map_err(|error| refuse(&error, has_token(scheme, call, params)))?;
    claim_nonce(nonces, &verified, now, skew)?;
    // RPC v1 leaves headers unsigned: there only the parameter counts, with ACS3 only the header.
    let name = |header, parameter| match scheme {
        Scheme::Acs3 => call.header(header),
        Scheme::Rpc1 => params.get(parameter),
    };
    Ok(Signed {
        action: name("x-acs-action", "Action")
            .unwrap_or_default()
            .to_owned(),
        version: name("x-acs-version", "Version")
            .unwrap_or_default()
            .to_owned(),
        covers_body: verified.payload_signed,
    })
}

/// Uses the nonce up; only a call whose signature holds comes here.
fn claim_nonce(nonces: &Nonces, verified: &Verified, now: i64, skew: i64) -> Result<(), Refusal> {
    let nonce = verified
        .nonce
        .as_deref()
        .filter(|nonce| !nonce.is_empty())
        .ok_or_else(|| refusal::incomplete("The header `x-acs-signature-nonce` must be sent."))?;
    if nonces.claim(nonce, verified.signed_at_ms, now, skew) {
        Ok(())
    } else {
        Err(Refusal::gateway(
            400,
            "SignatureNonceUsed",
            "Specified signature nonce was used already.",
        ))
    }
}

fn has_token(scheme: Scheme, call: &Call, params: &Params) -> bool {
    match scheme {
        Scheme::Acs3 => call.header("x-acs-security-token").is_some(),
        Scheme::Rpc1 => params.get("SecurityToken").is_some(),
    }
}

fn refuse(error: &VerifyError, has_token: bool) -> Refusal {
    match error {
        VerifyError::UnknownKey { .. } => Refusal::gateway(
            400,
            "InvalidAccessKeyId.NotFound",
            "Specified access key is not found.",
        ),
        VerifyError::Skewed { .. } => Refusal::gateway(
            400,
            "InvalidTimeStamp.Expired",
            "Specified time stamp or date value is expired.",
        ),
        VerifyError::MalformedDate => Refusal::gateway(
            400,
            "InvalidTimeStamp.Format",
            "Specified time stamp or date value is not well formatted.",
        ),
        VerifyError::SecurityTokenMismatch if !has_token => Refusal::gateway(
            400,
            "MissingSecurityToken",
            "SecurityToken is mandatory for this action.",
        ),
        VerifyError::SecurityTokenMismatch => Refusal::gateway(
            400,
            "InvalidSecurityToken.MismatchWithAccessKey",
            "Specified SecurityToken mismatch with the AccessKey.",
        ),
        VerifyError::BodyHashMismatch => Refusal::gateway(
            400,
            "SignatureDoesNotMatch",
            "Specified signature is not matched with our calculation: x-acs-content-sha256 is \
             not the hash of the body.",
        ),
        VerifyError::SignatureMismatch { trace } => Refusal::gateway(
            400,
            "SignatureDoesNotMatch",
            format!(
                "Specified signature is not matched with our calculation. server string to sign is:{}",
                trace.string_to_sign
            ),
        ),
        error => refusal::incomplete(format!(
            "The request signature does not conform to Aliyun standards: {error}."
        )),
    }
}
