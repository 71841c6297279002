//! The sandbox as its clients see it: real calls to a real port, signed as the clouds demand.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "helpers of tests are tests too: a panic is how they fail"
)]

mod calls;
mod client;
mod clock;
mod control;
mod corrupted;
mod ecs_act;
mod ecs_list;
mod ecs_look_ups;
mod ecs_machines;
mod ecs_simulated;
mod ens_act;
mod ens_list;
mod ens_rpc1;
mod ens_signature;
mod fault;
mod fault_results;
mod huawei_act;
mod huawei_list;
mod huawei_signature;
mod names;
mod state;
mod temporary;
mod versions;
