//! The elements of a list's rows, in the order in which they are seen. What leaves the sight on one side comes back on the
//! other, with another row: the rest is left alone, and the document's order stays the one on the screen.

use std::collections::VecDeque;

use leptos::prelude::*;
use web_sys::{Element, Node};

/// The slots of a pool of row elements.
#[derive(Default)]
pub struct Pool {
    /// From top to bottom.
    order: VecDeque<usize>,
    /// Which row each shows, by the number of the slot.
    index: Vec<ArcRwSignal<usize>>,
    first: usize,
}

impl Pool {
    /// Which row a slot shows.
    pub fn index(&mut self, slot: usize) -> ArcRwSignal<usize> {
        while self.index.len() <= slot {
            self.order.push_back(self.index.len());
            let index = self.first + self.order.len() - 1;
            self.index.push(ArcRwSignal::new(index));
        }
        self.index
            .get(slot)
            .cloned()
            .unwrap_or_else(|| ArcRwSignal::new(0))
    }

    /// Shows the rows from `first` on in so many slots. Gives what has to be done to the elements for it.
    fn show(&mut self, first: usize, slots: usize) -> Turn {
        let known = self.order.len();
        self.order.retain(|slot| *slot < slots);
        self.index.truncate(slots);
        let by = first.abs_diff(self.first);
        let turn = match (self.order.len() == known, first > self.first) {
            _ if by == 0 || by >= known => Turn::None,
            // The elements are about to go.
            (false, _) => Turn::None,
            (true, true) => Turn::Down(by),
            (true, false) => Turn::Up(by),
        };
        match turn {
            Turn::Down(by) => self.order.rotate_left(by),
            Turn::Up(by) => self.order.rotate_right(by),
            Turn::None => {}
        }
        self.first = first;
        turn
    }

    /// The signals that are to say something else now.
    fn moved(&self) -> Vec<(ArcRwSignal<usize>, usize)> {
        let shown = self.order.iter().zip(self.first..);
        shown
            .filter_map(|(slot, index)| Some((self.index.get(*slot)?.clone(), index)))
            .filter(|(known, index)| known.get_untracked() != *index)
            .collect()
    }
}

/// How many elements go from one end to the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Turn {
    None,
    /// From the top to the bottom.
    Down(usize),
    Up(usize),
}

/// Shows the rows from `first` on in so many slots, in the elements of `body`.
pub fn show(pool: StoredValue<Pool>, body: Option<&Element>, first: usize, slots: usize) {
    let Some((turn, moved)) = pool.try_update_value(|pool| {
        let turn = pool.show(first, slots);
        (turn, pool.moved())
    }) else {
        return;
    };
    if let Some(body) = body {
        // It fails only on what is not there.
        match turn {
            Turn::Down(by) => (0..by).for_each(|_| drop(to_bottom(body))),
            Turn::Up(by) => (0..by).for_each(|_| drop(to_top(body))),
            Turn::None => {}
        }
    }
    for (signal, index) in moved {
        signal.set(index);
    }
}

fn to_bottom(body: &Element) -> Option<Node> {
    let (first, last) = (body.first_element_child()?, body.last_element_child()?);
    body.insert_before(&first, last.next_sibling().as_ref())
        .ok()
}

fn to_top(body: &Element) -> Option<Node> {
    let (first, last) = (body.first_element_child()?, body.last_element_child()?);
    body.insert_before(&last, Some(&first)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the slots show, from top to bottom.
    fn shown(pool: &Pool) -> Vec<(usize, usize)> {
        let shown = pool.order.iter();
        shown
            .map(|slot| (*slot, pool.index[*slot].get_untracked()))
            .collect()
    }

    fn show(pool: &mut Pool, first: usize, slots: usize) -> (Turn, usize) {
        let turn = pool.show(first, slots);
        let moved = pool.moved();
        for (signal, index) in &moved {
            signal.set(*index);
        }
        (turn, moved.len())
    }

    #[test]
    fn only_what_leaves_the_sight_shows_another_row() {
        let mut pool = Pool::default();
        pool.index(3);
        assert_eq!(shown(&pool), [(0, 0), (1, 1), (2, 2), (3, 3)]);
        assert_eq!(show(&mut pool, 1, 4), (Turn::Down(1), 1));
        assert_eq!(shown(&pool), [(1, 1), (2, 2), (3, 3), (0, 4)]);
        assert_eq!(show(&mut pool, 0, 4), (Turn::Up(1), 1));
        assert_eq!(shown(&pool), [(0, 0), (1, 1), (2, 2), (3, 3)]);
        assert_eq!(show(&mut pool, 3, 4), (Turn::Down(3), 3));
        assert_eq!(show(&mut pool, 3, 4), (Turn::None, 0));
        assert_eq!(show(&mut pool, 90, 4), (Turn::None, 4), "all of them");
        assert_eq!(shown(&pool), [(3, 90), (0, 91), (1, 92), (2, 93)]);
    }

    #[test]
    fn another_size_keeps_the_order_of_the_elements() {
        let mut pool = Pool::default();
        pool.index(3);
        show(&mut pool, 2, 4);
        assert_eq!(shown(&pool), [(2, 2), (3, 3), (0, 4), (1, 5)]);
        assert_eq!(show(&mut pool, 3, 3).0, Turn::None);
        assert_eq!(shown(&pool), [(2, 3), (0, 4), (1, 5)]);
        pool.index(3);
        assert_eq!(shown(&pool), [(2, 3), (0, 4), (1, 5), (3, 6)]);
    }
}
