//! Which rows stand in the page at a scroll position.

use leptos::prelude::window;

/// Rows kept ready beyond each edge.
const OVERSCAN: usize = 3;

/// Px, except the count.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Viewport {
    pub row: f64,
    pub height: f64,
    /// How far the first row is above the top edge.
    pub scrolled: f64,
    pub count: usize,
}

impl Viewport {
    /// How many row elements a window of this height needs.
    pub fn pool(row: f64, height: f64) -> usize {
        Self::page(row, height) + 2 + 2 * OVERSCAN
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
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a negative position is the first row: a saturating cast is what is meant"
    )]
    pub fn first(self) -> usize {
        let at_top = (self.scrolled / self.row) as usize;
        let last = self.count.saturating_sub(Self::pool(self.row, self.height));
        at_top.saturating_sub(OVERSCAN).min(last)
    }

    /// The height of all rows.
    pub fn total(self) -> f64 {
        self.of(self.count)
    }

    /// The height of the rows before the first.
    pub fn before(self) -> f64 {
        self.of(self.first())
    }

    #[expect(
        clippy::cast_precision_loss,
        reason = "a browser's page ends long before 2^52 rows"
    )]
    fn of(self, rows: usize) -> f64 {
        rows as f64 * self.row
    }
}

/// Scrolls the page just so far that a row is between the table's head and the tray.
#[expect(
    clippy::cast_precision_loss,
    reason = "a browser's page ends long before 2^52 rows"
)]
pub fn keep_in_sight(body: &web_sys::HtmlElement, row: f64, index: usize) {
    const ABOVE: f64 = 48.0;
    const BELOW: f64 = 96.0;
    let top = body.get_bounding_client_rect().top() + row * index as f64;
    let height = window()
        .inner_height()
        .ok()
        .and_then(|height| height.as_f64())
        .unwrap_or(800.0);
    let by = if top < ABOVE {
        top - ABOVE
    } else if top + row > height - BELOW {
        top + row - (height - BELOW)
    } else {
        return;
    };
    window().scroll_by_with_x_and_y(0.0, by);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(scrolled: f64, count: usize) -> Viewport {
        Viewport {
            row: 50.0,
            height: 900.0,
            scrolled,
            count,
        }
    }

    #[test]
    fn shows_the_rows_around_the_window() {
        assert_eq!(at(-300.0, 10_000).first(), 0);
        assert_eq!(at(5_000.0, 10_000).first(), 97);
        assert_eq!(
            at(1e9, 10_000).first(),
            10_000 - Viewport::pool(50.0, 900.0)
        );
        assert_eq!(at(1e9, 3).first(), 0);
    }

    #[test]
    fn the_pool_covers_the_window_at_every_position() {
        let pool = Viewport::pool(50.0, 900.0);
        for scrolled in [0.0, 149.0, 150.0, 151.0, 4_999.0, 499_999.0] {
            let view = at(scrolled, 10_000);
            assert!(view.before() <= scrolled);
            let end = view.before() + 50.0 * f64::from(u32::try_from(pool).unwrap());
            assert!(end >= (scrolled + 900.0).min(view.total()));
        }
    }
}
