//! The files in the binary. Release builds hold what `trunk build` has left in `dist/`; debug builds
//! read that folder when they start; without it there is nothing.

use axum::body::Bytes;
use rust_embed::RustEmbed;

#[derive(RustEmbed)]
#[folder = "../../dist"]
#[allow_missing = true]
struct Dist;

pub(super) fn files() -> Vec<(String, Bytes)> {
    Dist::iter()
        .filter_map(|name| {
            let file = Dist::get(&name)?;
            Some((name.into_owned(), Bytes::from(file.data.into_owned())))
        })
        .collect()
}
