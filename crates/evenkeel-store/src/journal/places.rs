//! Items of a batch by their places, written short: `0-19,25`.

/// How many items one change names: whoever tells of it reads so many at a time.
pub(crate) const MOST: usize = 200;

/// Writes places in order, runs as `first-last`.
#[must_use]
pub fn write_places(places: &[u32]) -> String {
    let mut sorted = places.to_vec();
    sorted.sort_unstable();
    sorted.dedup();
    let mut runs: Vec<(u32, u32)> = Vec::new();
    for place in sorted {
        match runs.last_mut() {
            Some((_, last)) if last.checked_add(1) == Some(place) => *last = place,
            _ => runs.push((place, place)),
        }
    }
    let texts: Vec<String> = runs
        .into_iter()
        .map(|(first, last)| {
            if first == last {
                first.to_string()
            } else {
                format!("{first}-{last}")
            }
        })
        .collect();
    texts.join(",")
}

/// Reads what [`write_places`] wrote, at most 200 places; anything else in it is left out.
#[must_use]
pub fn parse_places(text: &str) -> Vec<u32> {
    text.split(',')
        .filter_map(|run| {
            let (first, last) = run.split_once('-').unwrap_or((run, run));
            Some(first.parse::<u32>().ok()?..=last.parse::<u32>().ok()?)
        })
        .flatten()
        .take(MOST)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_it_writes() {
        for places in [
            vec![],
            vec![7],
            vec![0, 1, 2, 5, 7, 8],
            vec![u32::MAX - 1, u32::MAX],
        ] {
            assert_eq!(parse_places(&write_places(&places)), places);
        }
        assert_eq!(write_places(&[3, 1, 2, 2, 9]), "1-3,9");
        assert_eq!(parse_places("x,2,4-3,0-4000000000").len(), MOST);
    }
}
