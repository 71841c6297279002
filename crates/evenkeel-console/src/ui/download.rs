//! Hands texts to the browser as downloads.

use js_sys::Array;
use leptos::prelude::*;
use wasm_bindgen::{JsCast as _, JsValue};
use web_sys::{Blob, BlobPropertyBag, HtmlAnchorElement, Url};

use crate::clock::now_ms;
use crate::time;

/// What a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileKind {
    Csv,
    Json,
}

/// Hands a text to the browser as a download; the time stands in the file's name.
///
/// # Errors
/// What the browser said.
pub fn save(name: &str, kind: FileKind, text: &str) -> Result<(), JsValue> {
    let (ending, media_type) = match kind {
        FileKind::Csv => ("csv", "text/csv;charset=utf-8"),
        FileKind::Json => ("json", "application/json"),
    };
    // The mark at the start lets spreadsheets read the file as UTF-8; JSON must not have it.
    let mark = if kind == FileKind::Csv {
        "\u{feff}"
    } else {
        ""
    };
    let bag = BlobPropertyBag::new();
    bag.set_type(media_type);
    let parts = Array::of1(&format!("{mark}{text}").into());
    let blob = Blob::new_with_str_sequence_and_options(&parts, &bag)?;
    let url = Url::create_object_url_with_blob(&blob)?;
    let anchor: HtmlAnchorElement = document().create_element("a")?.unchecked_into();
    anchor.set_href(&url);
    let stamp = time::full(now_ms(), 0).replace([' ', ':'], "-");
    anchor.set_download(&format!("{name}-{stamp}.{ending}"));
    anchor.click();
    Url::revoke_object_url(&url)
}
