//! Request signing and verifying for Alibaba Cloud and Huawei Cloud.
//!
//! Pure functions over the parts of a request, credentials and a time: no clock, no I/O, no randomness. [`acs3`] is
//! `ACS3-HMAC-SHA256`, [`rpc1`] its predecessor over parameters, [`huawei`] is `SDK-HMAC-SHA256`; each signs what a
//! client sends and verifies what a server got.

pub mod acs3;
mod authorization;
mod credentials;
mod date;
mod digest;
mod error;
mod header;
pub mod huawei;
mod query;
mod request;
pub mod rpc1;
mod scheme;
mod sign;
mod verify;

pub use credentials::Credentials;
pub use error::{SignError, VerifyError};
pub use query::wire_query;
pub use request::{
    ReceivedRequest, SignableRequest, Signed, SignedParameters, SigningTrace, Verified,
};
