//! The slots for streams, in all and for each address.

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use crate::{
    limits::ServerLimits,
    problem::{Problem, ProblemCode},
};

/// How soon a client that found no slot may ask again, in seconds.
const RETRY_S: u64 = 5;

/// All that are taken.
#[derive(Debug, Clone, Default)]
pub(crate) struct Slots(Arc<Mutex<Taken>>);

#[derive(Debug, Default)]
struct Taken {
    all: usize,
    by_address: HashMap<Option<IpAddr>, usize>,
}

/// One slot, free again when it is dropped.
#[derive(Debug)]
pub(crate) struct Slot {
    slots: Slots,
    address: Option<IpAddr>,
}

impl Slots {
    /// A slot for a client there.
    pub(crate) fn take(
        &self,
        address: Option<IpAddr>,
        limits: &ServerLimits,
    ) -> Result<Slot, Problem> {
        // One machine, whether its address is written short or long.
        let address = address.map(|address| address.to_canonical());
        let mut taken = self.taken();
        if taken.all >= limits.streams {
            let detail = format!("there are {} streams already: close one", taken.all);
            return Err(Problem::new(ProblemCode::TooManyStreams, detail).with_retry_after(RETRY_S));
        }
        let own = taken.by_address.entry(address).or_default();
        if *own >= limits.streams_per_address {
            let detail = format!("there are {own} streams of this address already: close one");
            return Err(Problem::new(ProblemCode::TooManyStreams, detail).with_retry_after(RETRY_S));
        }
        *own += 1;
        taken.all += 1;
        Ok(Slot {
            slots: self.clone(),
            address,
        })
    }

    /// How many are taken.
    pub(crate) fn count(&self) -> usize {
        self.taken().all
    }

    fn taken(&self) -> MutexGuard<'_, Taken> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        let mut taken = self.slots.taken();
        taken.all = taken.all.saturating_sub(1);
        if let Some(own) = taken.by_address.get_mut(&self.address) {
            *own = own.saturating_sub(1);
            if *own == 0 {
                taken.by_address.remove(&self.address);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_address_does_not_take_every_place() {
        let limits = ServerLimits {
            streams: 3,
            streams_per_address: 2,
            ..ServerLimits::default()
        };
        let slots = Slots::default();
        let one: Option<IpAddr> = Some([127, 0, 0, 1].into());
        let other: Option<IpAddr> = Some([127, 0, 0, 2].into());
        let first = slots.take(one, &limits).unwrap();
        let _second = slots.take(one, &limits).unwrap();
        assert!(slots.take(one, &limits).is_err(), "its third");
        let _third = slots.take(other, &limits).unwrap();
        assert!(slots.take(other, &limits).is_err(), "all are taken");
        drop(first);
        assert!(slots.take(one, &limits).is_ok(), "one is free again");
        assert_eq!(slots.taken().all, 2);
    }
}
