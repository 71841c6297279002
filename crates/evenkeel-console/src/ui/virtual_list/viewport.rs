//! Which rows stand in the page at a scroll position.

/// Rows kept ready beyond each edge.
const OVERSCAN: usize = 3;

/// Rows that are lower than the rest, such as the heads of groups: a handful.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LowRows {
    /// Px.
    pub height: f64,
    /// Their indexes, in order.
    pub at: Vec<usize>,
}

/// Px, except the count.
#[derive(Clone, Debug, PartialEq)]
pub struct Viewport {
    pub row: f64,
    pub low: LowRows,
    pub height: f64,
    /// How far the first row is above the top edge.
    pub scrolled: f64,
    pub count: usize,
}

impl Viewport {
    /// How many row elements a window of this height needs, where so many rows are low.
    pub fn pool(row: f64, height: f64, low: usize) -> usize {
        Self::page(row, height) + low + 2 + 2 * OVERSCAN
    }

    /// How many whole rows a window shows.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "not negative, and small: a saturating cast is what is meant"
    )]
    pub fn page(row: f64, height: f64) -> usize {
        (height / row) as usize
    }

    /// The first row that stands in the page.
    pub fn first(&self) -> usize {
        let at_top = self.at(self.scrolled);
        let pool = Self::pool(self.row, self.height, self.low.at.len());
        let last = self.count.saturating_sub(pool);
        at_top.saturating_sub(OVERSCAN).min(last)
    }

    /// The height of all rows.
    pub fn total(&self) -> f64 {
        self.of(self.count)
    }

    /// The height of the rows before the first.
    pub fn before(&self) -> f64 {
        self.of(self.first())
    }

    /// The height of the first so many rows: where the next one begins.
    #[expect(
        clippy::cast_precision_loss,
        reason = "a browser's page ends long before 2^52 rows"
    )]
    pub fn of(&self, rows: usize) -> f64 {
        let low = self.low.at.iter().take_while(|at| **at < rows).count();
        (rows - low) as f64 * self.row + low as f64 * self.low.height
    }

    /// The row at a height.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a negative position is the first row: a saturating cast is what is meant"
    )]
    fn at(&self, height: f64) -> usize {
        // From the last low row above it on, all are of one height.
        let is_above = |low: &&usize| self.of(**low) <= height;
        let low = self.low.at.iter().take_while(is_above).last().copied();
        let rows = low.map_or(0, |low| low + 1);
        let past = height - self.of(rows);
        match low {
            Some(low) if past < 0.0 => low,
            _ => rows + (past / self.row) as usize,
        }
    }
}

/// The index to which a key moves from another; none where it is no key that moves. `page`: how many rows a window shows.
pub fn step(key: &str, at: Option<usize>, count: usize, page: usize) -> Option<usize> {
    let bottom = count.saturating_sub(1);
    Some(match key {
        "ArrowDown" => at.map_or(0, |at| (at + 1).min(bottom)),
        "ArrowUp" => at.map_or(0, |at| at.saturating_sub(1)),
        "PageDown" => at.map_or(0, |at| (at + page).min(bottom)),
        "PageUp" => at.map_or(0, |at| at.saturating_sub(page)),
        "Home" => 0,
        "End" => bottom,
        _ => return None,
    })
}

/// What of a list can be seen, px.
#[derive(Clone, Copy, Debug)]
pub struct Sight {
    /// Hidden at the top, by the table's head.
    pub above: f64,
    /// Hidden at the bottom.
    pub below: f64,
    /// Of all, what is hidden included.
    pub height: f64,
}

/// By how much to scroll so that a row is in sight; none where it is. `top` is where the row begins, as seen from the top
/// edge of what scrolls, `row` how high it is.
pub fn to_sight(top: f64, row: f64, sight: Sight) -> Option<f64> {
    let bottom = top + row;
    let end = sight.height - sight.below;
    if top < sight.above {
        Some(top - sight.above)
    } else if bottom > end {
        Some(bottom - end)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(scrolled: f64, count: usize) -> Viewport {
        Viewport {
            row: 50.0,
            low: LowRows::default(),
            height: 900.0,
            scrolled,
            count,
        }
    }

    /// Two groups, each with a head.
    fn grouped(scrolled: f64) -> Viewport {
        Viewport {
            low: LowRows {
                height: 20.0,
                at: vec![0, 40],
            },
            ..at(scrolled, 100)
        }
    }

    #[test]
    fn low_rows_take_no_more_room_than_they_need() {
        let tops = [0, 1, 2, 40, 41, 42, 100].map(|index| grouped(0.0).of(index).to_string());
        assert_eq!(tops, ["0", "20", "70", "1970", "1990", "2040", "4940"]);
        for index in 0..100 {
            let top = grouped(0.0).of(index);
            assert_eq!(grouped(0.0).at(top), index, "where it begins");
            assert_eq!(grouped(0.0).at(top + 19.0), index, "and goes on");
        }
        for step in 0..400 {
            let view = grouped(f64::from(step) * 10.0);
            let rows = view.first() + Viewport::pool(50.0, 900.0, 2);
            assert!(view.before() <= view.scrolled);
            assert!(view.of(rows.min(100)) >= (view.scrolled + 900.0).min(view.total()));
        }
    }

    #[test]
    fn keys_move_within_the_list() {
        let moves = |key, at| step(key, at, 10, 4);
        assert_eq!(moves("ArrowDown", Some(9)), Some(9));
        assert_eq!(moves("ArrowUp", Some(0)), Some(0));
        assert_eq!(moves("PageDown", Some(3)), Some(7));
        assert_eq!(moves("PageDown", Some(7)), Some(9));
        assert_eq!(moves("PageUp", Some(3)), Some(0));
        assert_eq!(
            [moves("Home", Some(5)), moves("End", Some(5))],
            [Some(0), Some(9)]
        );
        assert_eq!(moves("ArrowDown", None), Some(0), "from nowhere to the top");
        assert_eq!(moves("x", Some(5)), None);
    }

    #[test]
    fn a_row_is_scrolled_just_into_sight() {
        // The first row begins 1,000 px above the window's edge.
        let sight = Sight {
            above: 48.0,
            below: 96.0,
            height: 900.0,
        };
        let by = |index| to_sight(at(0.0, 100).of(index) - 1_000.0, 50.0, sight);
        assert_eq!(by(20), Some(-48.0), "behind the head");
        assert_eq!(by(21), None);
        assert_eq!(by(35), None);
        assert_eq!(by(36), Some(46.0), "behind the bar");
    }

    #[test]
    fn shows_the_rows_around_the_window() {
        assert_eq!(at(-300.0, 10_000).first(), 0);
        assert_eq!(at(5_000.0, 10_000).first(), 97);
        assert_eq!(
            at(1e9, 10_000).first(),
            10_000 - Viewport::pool(50.0, 900.0, 0)
        );
        assert_eq!(at(1e9, 3).first(), 0);
    }

    #[test]
    fn the_pool_covers_the_window_at_every_position() {
        let pool = Viewport::pool(50.0, 900.0, 0);
        for scrolled in [0.0, 149.0, 150.0, 151.0, 4_999.0, 499_999.0] {
            let view = at(scrolled, 10_000);
            assert!(view.before() <= scrolled);
            let end = view.before() + 50.0 * f64::from(u32::try_from(pool).unwrap());
            assert!(end >= (scrolled + 900.0).min(view.total()));
        }
    }
}
