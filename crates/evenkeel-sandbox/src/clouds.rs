//! Lists the simulated clouds. Each is a folder here with the same files, and nobody else names it.
//!
//! A cloud is made of these, `NAME` being the one its documentation has:
//!
//! | file | what it is for |
//! |---|---|
//! | `clouds/NAME.rs` | implements [`Cloud`] by asking the files below; the cloud's names, operations, keys and route |
//! | `clouds/NAME/request.rs` | reads a call's parameters, and describes them to the log |
//! | `clouds/NAME/verify.rs` | checks the signature, with the scheme in `evenkeel-sign` |
//! | `clouds/NAME/list.rs` | the operation that lists events: its filters and its pages |
//! | `clouds/NAME/act.rs` | the operations that act: their parameters, what they do to an event, how they answer |
//! | `clouds/NAME/refusal.rs` | how the cloud refuses: its error codes and the shape of its error answers |
//! | `clouds/NAME/event.rs` | the cloud's words for types and states, and what an event in a state document must have |
//! | `clouds/NAME/fleet.rs` | generates events from a seed, and makes up the machines that they are about |
//! | one for its look-ups (`instances.rs`, `servers.rs`) | names and tags of machines |
//!
//! What several services of one vendor share stands in a module of the vendor's name, which is no cloud itself.
//!
//! To add one:
//!
//! 1. Write the folder; another cloud's is the pattern. Name it twice below, as `mod` and in `ALL`: then it has routes,
//!    events, keys in the greeting, and a place in fault plans, counts, the log and state documents.
//! 2. Describe it in `docs/sandbox.md`, with an event in the example of a state document.
//! 3. Test its calls in `tests/sandbox/`, and what it generates in `clouds/tests.rs`.
//! 4. Add the words that name it to the table in `tests/architecture.rs` of the workspace.
//!
//! What some clouds alone tell of an event is in `Details` (`event.rs`), and of a machine in `MachineDetails`
//! (`resource.rs`); a cloud that tells what no other does adds it there and to the record beside it. `evenkeel serve` makes an account for each cloud here that the core knows by the same name.

mod alibaba;
mod alibaba_ecs;
mod alibaba_ens;
mod huawei_ecs;

use crate::{
    Config, Keys,
    cloud::Cloud,
    fleet::{EventList, Fleet},
    provider::Provider,
};

/// All of them. What is said of several keeps this order; what is shared out goes to the first first.
static ALL: &[&dyn Cloud] = &[
    &alibaba_ens::AlibabaEns,
    &huawei_ecs::HuaweiEcs,
    &alibaba_ecs::AlibabaEcs,
];

pub(crate) fn all() -> &'static [&'static dyn Cloud] {
    ALL
}

/// Their names and operations.
pub(crate) fn providers() -> Vec<&'static Provider> {
    ALL.iter().map(|cloud| cloud.provider()).collect()
}

/// The keys of all clouds.
pub fn keys() -> impl Iterator<Item = &'static Keys> {
    ALL.iter().map(|cloud| cloud.keys())
}

/// The keys of the cloud of this name, which is the one in the sandbox's JSON.
pub fn keys_of(provider: &str) -> Option<&'static Keys> {
    keys().find(|keys| keys.provider == provider)
}

/// The fleet of a seed, its times relative to `now`: the clouds have the like number of events, the first ones one more
/// where they cannot be shared out evenly.
pub(crate) fn generate(config: Config, now: i64) -> Fleet {
    let step = config.step_ms();
    let names = config.clouds;
    let sharing: Vec<_> = ALL
        .iter()
        .filter(|cloud| names.is_none_or(|names| names.contains(&cloud.provider().name)))
        .collect();
    let shares = sharing.len().max(1);
    let (each, left) = (config.events / shares, config.events % shares);
    sharing
        .into_iter()
        .enumerate()
        .map(|(index, cloud)| {
            let count = each + usize::from(index < left);
            let events = cloud.generate(config.seed, count, now, step);
            (cloud.provider().name, EventList::new(events))
        })
        .collect()
}

#[cfg(test)]
mod tests;
