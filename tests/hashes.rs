//! Where the seed of the hashes comes from, and when; alone in its process, which has one.

use std::sync::atomic::{AtomicU32, Ordering};

use evenkeel::{Operation, OperationName, Rules, Timestamp};

static ASKED: AtomicU32 = AtomicU32::new(0);

fn source() -> u64 {
    ASKED.fetch_add(1, Ordering::Relaxed);
    0x5eed
}

/// How often the source has been asked once a batch of so many is checked.
fn asked_after(items: usize) -> u32 {
    let items: Vec<String> = (0..items)
        .map(|n| format!(r#"{{"EventId":"e-{n}","ResourceId":"i-1","OpsType":"immediate"}}"#))
        .collect();
    let json = format!(r#"{{"EventInfos":[{}]}}"#, items.join(","));
    let rules = Rules::at(Timestamp::from_millis(0));
    let issues = Operation::check_json(
        OperationName::BatchEventRebootInstance,
        json.as_bytes(),
        &rules,
    );
    assert!(issues.is_empty(), "{issues:?}");
    ASKED.load(Ordering::Relaxed)
}

#[test]
fn the_source_is_asked_once_when_there_is_something_to_hash() {
    evenkeel::seed_hashes_from(source);
    assert_eq!([1, 8, 9, 1000].map(asked_after), [0, 0, 1, 1]);
}
