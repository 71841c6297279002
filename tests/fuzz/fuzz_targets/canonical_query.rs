//! See `tests/src/check/canonical_query.rs`.
#![no_main]

use evenkeel_tests::check::Target;

libfuzzer_sys::fuzz_target!(|data: &[u8]| Target::CanonicalQuery.run(data));
