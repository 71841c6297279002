//! See `tests/src/check/drafts.rs`.
#![no_main]

use evenkeel_tests::check::Target;

libfuzzer_sys::fuzz_target!(|data: &[u8]| Target::Drafts.run(data));
