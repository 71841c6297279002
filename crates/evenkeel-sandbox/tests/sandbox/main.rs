//! The sandbox as its clients see it: real calls to a real port, signed as the clouds demand.

mod client;
mod control;
mod ens_act;
mod ens_list;
mod ens_signature;
mod fault;
mod huawei_act;
mod huawei_list;
mod huawei_signature;
