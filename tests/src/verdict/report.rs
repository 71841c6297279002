//! A verdict as the text that `expected.json` holds: the same from every engine, or it differs.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use anyhow::{Context, Result};
use serde::Deserialize;
use serde_json::value::RawValue;
use sha2::{Digest as _, Sha256};

/// Above this many bytes a part is written as its digest.
const LONG: usize = 32 * 1024;

/// What was said to an input, in the JSON of the engine that said it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// The unsigned request as compact JSON, `{method, path, query, headers, body?}`; absent where
    /// the input is refused.
    pub request: Option<String>,
    /// The issues as compact JSON, an array.
    pub issues: String,
}

#[derive(Deserialize)]
struct RequestParts<'a> {
    #[serde(borrow)]
    method: &'a RawValue,
    path: &'a RawValue,
    query: Vec<&'a RawValue>,
    headers: Vec<&'a RawValue>,
    body: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct Coded {
    code: String,
}

impl Verdict {
    /// The text: what the engine wrote, broken into lines but not otherwise touched.
    ///
    /// # Errors
    ///
    /// When a part is not the JSON that it has to be.
    pub fn render(&self) -> Result<String> {
        let mut out = format!("{{\n  \"ok\": {},\n", self.request.is_some());
        if let Some(request) = &self.request {
            out.push_str("  \"request\": ");
            if request.len() > LONG {
                out.push_str("{\n");
                line(&mut out, "bytes", request.len().to_string(), ",");
                line(&mut out, "sha256", digest(request), "");
                out.push_str("  },\n");
            } else {
                render_request(&mut out, request).context("the request")?;
            }
        }
        out.push_str("  \"issues\": ");
        render_issues(&mut out, &self.issues).context("the issues")?;
        out.push_str("\n}\n");
        Ok(out)
    }
}

fn render_request(out: &mut String, request: &str) -> Result<()> {
    let parts: RequestParts<'_> = serde_json::from_str(request)?;
    out.push_str("{\n");
    line(out, "method", parts.method.get(), ",");
    line(out, "path", parts.path.get(), ",");
    for (name, pairs) in [("query", &parts.query), ("headers", &parts.headers)] {
        let mut text = String::new();
        list(&mut text, pairs, 4);
        let last = name == "headers" && parts.body.is_none();
        line(out, name, text, if last { "" } else { "," });
    }
    if let Some(body) = parts.body {
        line(out, "body", body.get(), "");
    }
    out.push_str("  },\n");
    Ok(())
}

fn render_issues(out: &mut String, json: &str) -> Result<()> {
    let issues: Vec<&RawValue> = serde_json::from_str(json)?;
    if json.len() <= LONG {
        list(out, &issues, 2);
        return Ok(());
    }
    let mut codes: BTreeMap<String, usize> = BTreeMap::new();
    for issue in &issues {
        let Coded { code } = serde_json::from_str(issue.get())?;
        *codes.entry(code).or_default() += 1;
    }
    out.push_str("{\n");
    line(out, "count", issues.len().to_string(), ",");
    line(out, "codes", serde_json::to_string(&codes)?, ",");
    for (name, issue) in [("first", issues.first()), ("last", issues.last())] {
        line(out, name, issue.context("no issue")?.get(), ",");
    }
    line(out, "bytes", json.len().to_string(), ",");
    line(out, "sha256", digest(json), "");
    out.push_str("  }");
    Ok(())
}

fn line(out: &mut String, name: &str, value: impl AsRef<str>, end: &str) {
    // Writing to a String cannot fail.
    let _ = writeln!(out, "    \"{name}\": {}{end}", value.as_ref());
}

fn list(out: &mut String, items: &[&RawValue], indent: usize) {
    if items.is_empty() {
        out.push_str("[]");
        return;
    }
    out.push_str("[\n");
    for (position, item) in items.iter().enumerate() {
        let comma = if position + 1 < items.len() { "," } else { "" };
        let _ = writeln!(out, "{:indent$}  {}{comma}", "", item.get());
    }
    let _ = write!(out, "{:indent$}]", "");
}

fn digest(text: &str) -> String {
    let mut hex = String::from("\"");
    for byte in Sha256::digest(text) {
        let _ = write!(hex, "{byte:02x}");
    }
    hex.push('"');
    hex
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn breaks_into_lines_and_touches_nothing_else() {
        let verdict = Verdict {
            request: Some(
                r#"{"method":"POST","path":"/","query":[["a","1e3"]],"headers":[],"body":"{}"}"#
                    .into(),
            ),
            issues: r#"[{"code":"a","n":-0.0},{"code":"b"}]"#.into(),
        };
        let text = "{\n  \"ok\": true,\n  \"request\": {\n    \"method\": \"POST\",\n    \
                    \"path\": \"/\",\n    \"query\": [\n      [\"a\",\"1e3\"]\n    ],\n    \
                    \"headers\": [],\n    \"body\": \"{}\"\n  },\n  \"issues\": [\n    \
                    {\"code\":\"a\",\"n\":-0.0},\n    {\"code\":\"b\"}\n  ]\n}\n";
        assert_eq!(verdict.render().unwrap(), text);
    }

    #[test]
    fn writes_what_is_long_as_its_digest() {
        let issue = r#"{"code":"a"}"#;
        let verdict = Verdict {
            request: None,
            issues: format!("[{}]", vec![issue; 3000].join(",")),
        };
        let text = verdict.render().unwrap();
        assert!(text.contains("\"count\": 3000,"), "{text}");
        assert!(text.contains(r#""codes": {"a":3000},"#), "{text}");
        assert!(text.contains("\"sha256\": \""), "{text}");
        serde_json::from_str::<serde_json::Value>(&text).unwrap();
    }
}
