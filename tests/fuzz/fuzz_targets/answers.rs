//! See `tests/src/check/answers.rs`.
#![no_main]

use evenkeel_tests::check::Target;

libfuzzer_sys::fuzz_target!(|data: &[u8]| Target::Answers.run(data));
