//! Where an event's window stands on the bar of its row.

use evenkeel::Timestamp;
use evenkeel_table::Row;

const HOUR: f64 = 3_600_000.0;
/// Where on the bar the present is, percent.
const NOW_AT: f64 = 14.0;
const PAST: f64 = 7.0 * 24.0 * HOUR;
const FUTURE: f64 = 14.0 * 24.0 * HOUR;

/// A window on the bar, in percent of it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bar {
    pub left: f64,
    pub width: f64,
    pub deadline: Option<f64>,
}

/// The bar of a row; none without a time.
pub fn bar(row: Row<'_>, now: i64) -> Option<Bar> {
    let event = row.times();
    let start = event.not_before.or(event.started_at)?.as_millis();
    let end = event
        .not_after
        .or(event.finished_at)
        .map_or(start, Timestamp::as_millis);
    let left = position(start, now).min(97.0);
    let width = (position(end, now) - left).clamp(3.0, 100.0 - left);
    let open = row.decision().is_some();
    let deadline = event
        .deadline
        .filter(|_| open)
        .map(|time| position(time.as_millis(), now));
    Some(Bar {
        left,
        width,
        deadline,
    })
}

/// One scale for all rows: the present stands at the same position, hours near it are wide and days far from it are
/// narrow, so that what comes first is seen first.
#[expect(
    clippy::cast_precision_loss,
    reason = "a position on a bar is good to a pixel"
)]
fn position(ms: i64, now: i64) -> f64 {
    let distance = ms.saturating_sub(now) as f64;
    let reach = |span: f64| ((distance.abs() / HOUR).ln_1p() / (span / HOUR).ln_1p()).min(1.0);
    if distance < 0.0 {
        NOW_AT - NOW_AT * reach(PAST)
    } else {
        NOW_AT + (100.0 - NOW_AT) * reach(FUTURE)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn later_is_further_right_and_stays_on_the_bar() {
        let hours = [-10_000, -24, 0, 1, 24, 72, 10_000];
        let positions: Vec<f64> = hours
            .iter()
            .map(|hour| position(hour * 3_600_000, 0))
            .collect();
        assert!(positions.is_sorted());
        assert!(
            positions
                .iter()
                .all(|position| (0.0..=100.0).contains(position))
        );
        assert!((position(0, 0) - NOW_AT).abs() < 1e-9);
    }
}
