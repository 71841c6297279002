//! A place in the input: the pointer finds it, and the location says it.

use evenkeel::{Path, Segment};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::config;

fn segments(key: &'static str) -> impl Strategy<Value = Vec<Segment>> {
    prop::collection::vec(
        prop_oneof![
            key.prop_map(Segment::Key),
            (0..40_usize).prop_map(Segment::Index)
        ],
        0..6,
    )
}

fn path(segments: &[Segment]) -> Path {
    segments
        .iter()
        .fold(Path::root(), |path, segment| match segment {
            Segment::Key(key) => path.key(key),
            Segment::Index(index) => path.index(*index),
        })
}

/// A value that has `leaf` at the place, and nothing else.
fn around(segments: &[Segment], leaf: &Value) -> Value {
    segments
        .iter()
        .rev()
        .fold(leaf.clone(), |inner, segment| match segment {
            Segment::Key(key) => json!({ key.as_str(): inner }),
            Segment::Index(index) => {
                let mut items = vec![Value::Null; *index];
                items.push(inner);
                Value::Array(items)
            }
        })
}

/// Reads `EventInfos[3].PlanTime` again.
fn read(location: &str) -> Vec<Segment> {
    location
        .split_inclusive(['.', ']'])
        .flat_map(|part| part.trim_end_matches('.').split('['))
        .filter(|part| !part.is_empty())
        .map(|part| match part.strip_suffix(']') {
            Some(index) => Segment::Index(index.parse().unwrap()),
            None => Segment::Key(part.to_owned()),
        })
        .collect()
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn the_pointer_finds_the_place(segments in segments("\\PC{0,8}|[~/0-9]{1,6}")) {
        let path = path(&segments);
        prop_assert_eq!(path.segments(), &segments[..]);
        let leaf = json!("here");
        let value = around(&segments, &leaf);
        prop_assert_eq!(value.pointer(&path.pointer()), Some(&leaf));
    }

    #[test]
    fn the_location_names_the_place_and_no_other(segments in segments("[A-Za-z_][A-Za-z0-9_]{0,12}")) {
        prop_assert_eq!(read(&path(&segments).to_string()), segments);
    }

    #[test]
    fn a_place_as_json_is_its_steps(segments in segments("\\PC{0,8}")) {
        let steps: Vec<Value> = segments.iter().map(|segment| match segment {
            Segment::Key(key) => json!(key),
            Segment::Index(index) => json!(index),
        }).collect();
        prop_assert_eq!(serde_json::to_value(path(&segments)).unwrap(), Value::Array(steps));
    }
}
