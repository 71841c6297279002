//! The cases in a headless browser.

#![cfg(target_arch = "wasm32")]

mod case;
mod verdict;

wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);
