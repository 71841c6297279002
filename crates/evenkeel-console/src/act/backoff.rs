//! How long to wait when the cloud asks for it and does not say how long.

const FIRST_MS: u64 = 1_000;
const LONGEST_MS: u64 = 60_000;
/// A hint beyond this is not believed.
const LONGEST_HINT_MS: u64 = 60 * 60_000;

/// After so many tries the cloud is not asked any more.
pub const MOST_TRIES: u32 = 10;

/// Ms to wait after the `tries`-th refusal, from 1. `chance` is within 0..1: half of the wait is spread by it, so that
/// several waiters do not come back together.
pub fn wait_ms(tries: u32, hint: Option<u64>, chance: f64) -> u64 {
    if let Some(hint) = hint {
        return hint.clamp(1, LONGEST_HINT_MS);
    }
    let whole = FIRST_MS
        .checked_shl(tries)
        .unwrap_or(LONGEST_MS)
        .min(LONGEST_MS * 2);
    let half = (whole / 2).clamp(FIRST_MS, LONGEST_MS);
    (half + spread(half, chance)).min(LONGEST_MS)
}

#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "at most a minute in ms, and the chance is clamped"
)]
fn spread(ms: u64, chance: f64) -> u64 {
    (ms as f64 * chance.clamp(0.0, 1.0)) as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_the_clouds_word() {
        assert_eq!(wait_ms(1, Some(4_000), 0.9), 4_000);
        assert_eq!(wait_ms(9, Some(0), 0.9), 1);
        assert_eq!(wait_ms(1, Some(u64::MAX), 0.0), LONGEST_HINT_MS);
    }

    #[test]
    fn doubles_up_to_a_minute_and_spreads() {
        let without: Vec<u64> = (1..=8).map(|tries| wait_ms(tries, None, 0.0)).collect();
        assert_eq!(
            without,
            [1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000]
        );
        assert_eq!(wait_ms(1, None, 1.0), 2_000);
        assert_eq!(wait_ms(40, None, 1.0), 60_000);
    }
}
