//! A long list in parts that can be read side by side.

use evenkeel::{Operation, Timestamp};

/// A list is long from so many events on: 20 pages, one after the other.
const LONG: usize = 2_000;
/// How many events a part has.
const PART: usize = 1_000;

/// Huawei says no more than a second, and not whether a bound itself is included.
const OVERLAP_MS: i64 = 1_000;

/// The parts of lists by time of publication, as good as those known (oldest first, ms since the
/// Unix epoch) foretell it; none where they are short, or the cloud has no such filter for each of them.
pub(crate) fn parts(lists: &[Operation], published: &[i64]) -> Vec<Operation> {
    if published.len() < LONG {
        return Vec::new();
    }
    let mut bounds: Vec<i64> = published
        .iter()
        .step_by(PART)
        .skip(1)
        .map(|ms| ms.div_euclid(1000) * 1000)
        .collect();
    bounds.dedup();
    let since = std::iter::once(None).chain(
        bounds
            .iter()
            .map(|ms| Some(Timestamp::from_millis(ms - OVERLAP_MS))),
    );
    let until = bounds
        .iter()
        .map(|ms| Some(Timestamp::from_millis(*ms)))
        .chain(std::iter::once(None));
    let times: Vec<_> = since.zip(until).collect();
    let parts = |list: &Operation| {
        let part = |(since, until): &_| list.published(*since, *until);
        times.iter().map(part).collect::<Option<Vec<_>>>()
    };
    let parts: Option<Vec<_>> = lists.iter().map(parts).collect();
    parts.into_iter().flatten().flatten().collect()
}

#[cfg(test)]
mod tests {
    use evenkeel::{Provider, first_pages};

    use super::*;

    fn published(count: i64) -> Vec<i64> {
        (0..count).map(|n| 1_760_000_000_000 + n * 7_300).collect()
    }

    #[test]
    fn a_short_list_and_one_without_the_filter_stay_whole() {
        let list = first_pages(Provider::HuaweiEcs, 100);
        assert!(parts(&list, &published(1_999)).is_empty());
        let list = first_pages(Provider::Ens, 100);
        assert!(parts(&list, &published(9_000)).is_empty());
    }

    #[test]
    fn every_time_of_publication_is_in_a_part() {
        let list = first_pages(Provider::HuaweiEcs, 100);
        let parts: Vec<serde_json::Value> = parts(&list, &published(10_000))
            .iter()
            .map(|part| serde_json::from_str(&part.params_json()).unwrap())
            .collect();
        assert_eq!(parts.len(), 10);
        assert_eq!(parts[0].get("publish_since"), None);
        assert_eq!(parts[9].get("publish_until"), None);
        for pair in parts.windows(2) {
            let until = pair[0]["publish_until"].as_str().unwrap();
            let since = pair[1]["publish_since"].as_str().unwrap();
            assert!(since < until, "{since} {until}");
        }
    }

    #[test]
    fn events_published_in_one_second_are_one_part() {
        let list = first_pages(Provider::HuaweiEcs, 100);
        assert_eq!(parts(&list, &vec![1_760_000_000_000; 5_000]).len(), 2);
    }
}
