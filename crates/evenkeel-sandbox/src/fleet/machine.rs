//! Makes up the machines of events.

use std::collections::BTreeMap;

use super::generate::Dice;
use crate::resource::{MachineDetails, Power, Resource};

const SERVICES: [&str; 8] = [
    "checkout", "search", "media", "billing", "login", "reports", "mail", "支付",
];
const OWNERS: [&str; 4] = ["team-red", "team-green", "team-blue", "平台"];

/// Makes a machine up from its id: a service's, in one of these zones, and in most cases with tags that say so.
pub(crate) fn made_up(id: &str, zones: &[&'static str]) -> Resource {
    let mut dice = Dice::new(seed(id), 0x6e61_6d65);
    let service = dice.pick(&SERVICES);
    let environment = if dice.one_in(4) { "staging" } else { "prod" };
    let number = dice.between(1, 40);
    let tags = [
        ("service", service),
        ("env", environment),
        ("owner", dice.pick(&OWNERS)),
    ];
    Resource {
        id: id.to_owned(),
        name: Some(format!("{service}-{environment}-{number:02}")),
        zone: dice.pick(zones).to_owned(),
        power: if dice.one_in(15) {
            Power::Stopped
        } else {
            Power::Running
        },
        tags: if dice.one_in(10) {
            BTreeMap::new()
        } else {
            tags.into_iter()
                .map(|(key, value)| (key.to_owned(), value.to_owned()))
                .collect()
        },
        details: MachineDetails::default(),
    }
}

/// A number for an id that is the same in every version (FNV-1a).
fn seed(id: &str) -> u64 {
    id.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}
