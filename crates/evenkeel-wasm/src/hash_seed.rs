//! Where the hashes have their seed from.

use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = crypto, js_name = getRandomValues, catch)]
    fn fill_random(numbers: &mut [u32]) -> Result<(), JsValue>;

    #[wasm_bindgen(js_namespace = Math)]
    fn random() -> f64;
}

/// To be called before anything else. Nothing is loaded yet: Node takes longer to start its cryptography
/// than everything here does, and small batches are not hashed.
#[wasm_bindgen(js_name = seedHashes, skip_typescript)]
pub fn seed_hashes() {
    evenkeel::seed_hashes_from(secret);
}

/// What nobody else knows; less good where the engine gives nothing better now.
fn secret() -> u64 {
    let mut halves = [0; 2];
    if fill_random(&mut halves).is_err() {
        return random().to_bits().rotate_left(32) ^ random().to_bits();
    }
    let [high, low] = halves;
    u64::from(high) << 32 | u64::from(low)
}
