//! Holds what Alibaba Cloud's services of RPC style have in common: one address, one key for all of them, signatures,
//! parameters, and the shape of a refusal. Which service a call is for, its version says.

pub(super) mod params;
pub(super) mod refusal;
pub(super) mod signature;

use axum::routing::MethodFilter;
use uuid::Uuid;

use crate::{
    Keys, TemporaryKey,
    call::Call,
    cloud::Route,
    keys::Variables,
    nonce::Nonces,
    provider::{Operation, Provider},
    refusal::Refusal,
};

/// Where all of them are called.
pub(super) fn route() -> Route {
    Route::Path("/", MethodFilter::GET.or(MethodFilter::POST))
}

/// A new id for a request.
pub(super) fn request_id() -> String {
    Uuid::new_v4().to_string().to_uppercase()
}

/// The header of an answer that has it.
pub(super) const REQUEST_ID_HEADER: &str = "x-acs-request-id";

/// The key of the simulated customer, which is good for every service.
pub(super) const fn keys(
    provider: &'static str,
    title: &'static str,
    account: &'static str,
) -> Keys {
    Keys {
        provider,
        title,
        account,
        access_key_id: "LTAIevenkeelSandbox",
        secret: "evenkeel-sandbox-not-a-secret",
        project_id: None,
        temporary: TemporaryKey {
            access_key_id: "STS.evenkeelSandbox",
            secret: "evenkeel-sandbox-temporary-not-a-secret",
            security_token: "evenkeel-sandbox-token-not-a-secret",
        },
        variables: Variables {
            access_key_id: "ALIBABA_CLOUD_ACCESS_KEY_ID",
            secret: "ALIBABA_CLOUD_ACCESS_KEY_SECRET",
            security_token: "ALIBABA_CLOUD_SECURITY_TOKEN",
            project_id: None,
        },
    }
}

/// Checks the signature of a call to the service of this version, and finds the operation.
pub(super) fn verify(
    call: &Call,
    provider: &'static Provider,
    version: &str,
    keys: &Keys,
    now: i64,
    nonces: &Nonces,
) -> Result<&'static Operation, Refusal> {
    let signed = signature::verify(call, &params::Params::read(call), keys, now, nonces)?;
    if signed.version != version {
        return Err(refusal::no_such_version());
    }
    let operation = provider
        .operation(&signed.action)
        .ok_or_else(refusal::no_such_action)?;
    if operation.acts() && !signed.covers_body {
        return Err(refusal::incomplete(
            "The body of a call that acts must be signed.",
        ));
    }
    Ok(operation)
}
