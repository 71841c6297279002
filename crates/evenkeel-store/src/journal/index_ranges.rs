//! Items of a batch by their indexes, written short: `0-19,25`.

/// How many items one change names: whoever tells of it reads so many at a time.
pub(crate) const MAX_ITEMS: usize = 200;

/// Writes indexes in order, runs as `first-last`.
#[must_use]
pub fn write_index_ranges(indexes: &[u32]) -> String {
    let mut sorted = indexes.to_vec();
    sorted.sort_unstable();
    sorted.dedup();
    let mut runs: Vec<(u32, u32)> = Vec::new();
    for index in sorted {
        match runs.last_mut() {
            Some((_, last)) if last.checked_add(1) == Some(index) => *last = index,
            _ => runs.push((index, index)),
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

/// Reads what [`write_index_ranges`] wrote, at most 200 indexes; anything else in it is left out.
#[must_use]
pub fn parse_index_ranges(text: &str) -> Vec<u32> {
    text.split(',')
        .filter_map(|run| {
            let (first, last) = run.split_once('-').unwrap_or((run, run));
            Some(first.parse::<u32>().ok()?..=last.parse::<u32>().ok()?)
        })
        .flatten()
        .take(MAX_ITEMS)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_it_writes() {
        for indexes in [
            vec![],
            vec![7],
            vec![0, 1, 2, 5, 7, 8],
            vec![u32::MAX - 1, u32::MAX],
        ] {
            assert_eq!(parse_index_ranges(&write_index_ranges(&indexes)), indexes);
        }
        assert_eq!(write_index_ranges(&[3, 1, 2, 2, 9]), "1-3,9");
        assert_eq!(parse_index_ranges("x,2,4-3,0-4000000000").len(), MAX_ITEMS);
    }
}
