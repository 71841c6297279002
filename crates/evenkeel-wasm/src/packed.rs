#![doc = include_str!("packed/README.md")]

#[cfg(feature = "full")]
pub(crate) mod events;
pub(crate) mod issues;
#[cfg(all(test, feature = "full", not(target_family = "wasm")))]
mod layout;

/// The numbers of a layout by their names.
#[cfg(all(test, feature = "full", not(target_family = "wasm")))]
macro_rules! by_name {
    ($($number:ident),* $(,)?) => {
        &[$((stringify!($number), $number as usize)),*]
    };
}
#[cfg(all(test, feature = "full", not(target_family = "wasm")))]
use by_name;
