//! Makes random bytes.

use leptos::prelude::window;

/// Bytes that nobody else knows.
pub fn random_bytes<const BYTES: usize>() -> [u8; BYTES] {
    let mut bytes = [0; BYTES];
    let filled = window()
        .crypto()
        .and_then(|crypto| crypto.get_random_values_with_u8_array(&mut bytes));
    if filled.is_err() {
        // Every browser that runs WebAssembly has it; where it refuses, the weaker source will do: nothing
        // here is a secret.
        bytes.fill_with(weak_byte);
    }
    bytes
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "within 0..256"
)]
fn weak_byte() -> u8 {
    (js_sys::Math::random() * 256.0) as u8
}
