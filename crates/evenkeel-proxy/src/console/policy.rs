//! The page's Content-Security-Policy. Trunk starts the WASM from a small inline module script: its
//! hash is computed here, so that no other inline script runs.

use axum::http::HeaderValue;
use base64::{Engine, prelude::BASE64_STANDARD};
use sha2::{Digest, Sha256};

/// What everything falls back to, should a header not build: nothing at all.
const NOTHING: &str = "default-src 'none'";

pub(super) fn of(index: &str) -> HeaderValue {
    let scripts = hashes(index, "script");
    // The placeholder page has a style of its own; Trunk's page has none.
    let styles = hashes(index, "style");
    let policy = format!(
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'{scripts}; style-src 'self'{styles}; \
         connect-src 'self'; img-src 'self' data:; font-src 'self'; manifest-src 'self'; \
         base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    );
    HeaderValue::from_str(&policy).unwrap_or(HeaderValue::from_static(NOTHING))
}

/// The policy of a page that has nothing but its own style.
pub(crate) fn of_styled_text(page: &str) -> HeaderValue {
    let styles = hashes(page, "style");
    let policy = format!(
        "default-src 'none'; style-src{styles}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    );
    HeaderValue::from_str(&policy).unwrap_or(HeaderValue::from_static(NOTHING))
}

/// The sources that allow exactly the inline contents of these tags, each after a space.
fn hashes(page: &str, tag: &'static str) -> String {
    inline(page, tag).fold(String::new(), |sources, text| {
        let hash = BASE64_STANDARD.encode(Sha256::digest(text));
        sources + " 'sha256-" + &hash + "'"
    })
}

/// The contents of every `<tag>` without a `src`, exactly as they stand between the tags.
fn inline<'p>(page: &'p str, tag: &'static str) -> impl Iterator<Item = &'p str> {
    let open = format!("<{tag}");
    let close = format!("</{tag}>");
    let mut rest = page;
    std::iter::from_fn(move || {
        loop {
            let (_, after) = rest.split_once(&open)?;
            let (attributes, body) = after.split_once('>')?;
            let (content, left) = body.split_once(&close)?;
            rest = left;
            let has_source = attributes
                .split_ascii_whitespace()
                .any(|attribute| attribute == "src" || attribute.starts_with("src="));
            if !has_source {
                return Some(content);
            }
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_inline_scripts_and_leaves_those_with_a_source() {
        let page = r#"<html><head><script src="/a.js"></script>
<script type="module" nonce="x">alert(1)</script></head></html>"#;
        // printf 'alert(1)' | openssl dgst -sha256 -binary | base64
        insta::assert_snapshot!(of(page).to_str().unwrap(), @"default-src 'none'; script-src 'self' 'wasm-unsafe-eval' 'sha256-bhHHL3z2vDgxUt0W3dWQOrprscmda2Y5pLsLg4GF+pI='; style-src 'self'; connect-src 'self'; img-src 'self' data:; font-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'");
    }

    #[test]
    fn needs_no_hash_without_inline_scripts() {
        let policy = of("<p>hello</p>");
        assert!(!policy.to_str().unwrap().contains("sha256"));
        assert!(!policy.to_str().unwrap().contains("unsafe-inline"));
        assert!(!policy.to_str().unwrap().contains("'unsafe-eval'"));
    }
}
