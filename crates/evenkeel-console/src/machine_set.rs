//! Sets of a batch's machines by number: what is counted after every change is counted without comparing a text.

use std::collections::HashMap;

/// Gives each machine of a batch a number, the first 0.
#[derive(Default)]
pub struct MachineNumbers<'a>(HashMap<&'a str, usize>);

impl<'a> MachineNumbers<'a> {
    pub fn of(&mut self, resource_id: &'a str) -> usize {
        let next = self.0.len();
        *self.0.entry(resource_id).or_insert(next)
    }
}

/// Some of a batch's machines.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MachineSet {
    has: Vec<bool>,
    len: usize,
}

impl MachineSet {
    /// Whether it was not there.
    pub fn insert(&mut self, machine: usize) -> bool {
        if self.has.len() <= machine {
            self.has.resize(machine + 1, false);
        }
        let Some(has) = self.has.get_mut(machine).filter(|has| !**has) else {
            return false;
        };
        *has = true;
        self.len += 1;
        true
    }

    pub fn contains(&self, machine: usize) -> bool {
        self.has.get(machine).is_some_and(|has| *has)
    }

    /// In order.
    pub fn iter(&self) -> impl Iterator<Item = usize> {
        let all = self.has.iter().enumerate();
        all.filter_map(|(machine, has)| has.then_some(machine))
    }

    pub fn len(&self) -> usize {
        self.len
    }

    pub fn is_empty(&self) -> bool {
        self.len == 0
    }
}

impl Extend<usize> for MachineSet {
    fn extend<I: IntoIterator<Item = usize>>(&mut self, machines: I) {
        for machine in machines {
            self.insert(machine);
        }
    }
}

impl FromIterator<usize> for MachineSet {
    fn from_iter<I: IntoIterator<Item = usize>>(machines: I) -> Self {
        let mut set = Self::default();
        set.extend(machines);
        set
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_machine_has_one_number_and_counts_once() {
        let mut numbers = MachineNumbers::default();
        let numbers = ["i-1", "i-2", "i-1", "i-3"].map(|id| numbers.of(id));
        assert_eq!(numbers, [0, 1, 0, 2]);
        let set: MachineSet = numbers.into_iter().collect();
        assert_eq!((set.len(), set.is_empty()), (3, false));
        assert!(set.contains(2) && !set.contains(3));
        assert_eq!(set.iter().collect::<Vec<_>>(), [0, 1, 2]);
        assert!(MachineSet::default().is_empty());
    }
}
