//! How long to wait before the server is asked again.

const FIRST_MS: u64 = 1_000;
const LONGEST_MS: u64 = 15_000;

/// Ms to wait after the `tries`-th failure, from 1. `random` is within 0..1: half of the wait is spread by it, so that
/// several pages do not come back together.
pub fn wait_ms(tries: u32, random: f64) -> u64 {
    let whole = FIRST_MS
        .checked_shl(tries)
        .unwrap_or(LONGEST_MS)
        .min(LONGEST_MS * 2);
    let half = (whole / 2).clamp(FIRST_MS, LONGEST_MS);
    (half + spread(half, random)).min(LONGEST_MS)
}

#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a few seconds in ms, and the random number is clamped"
)]
fn spread(ms: u64, random: f64) -> u64 {
    (ms as f64 * random.clamp(0.0, 1.0)) as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn doubles_up_to_a_quarter_of_a_minute_and_spreads() {
        let without: Vec<u64> = (1..=6).map(|tries| wait_ms(tries, 0.0)).collect();
        assert_eq!(without, [1_000, 2_000, 4_000, 8_000, 15_000, 15_000]);
        assert_eq!(wait_ms(1, 1.0), 2_000);
        assert_eq!(wait_ms(40, 1.0), 15_000);
    }
}
