//! Shows the description to a person: one page without a script.

use maud::{DOCTYPE, Markup, PreEscaped, html};
use serde_json::Value;

/// All the style there is.
const STYLE: &str = "\
:root{color-scheme:light dark;font:16px/1.5 system-ui,sans-serif}\
body{margin:0 auto;padding:1rem;max-width:60rem}\
section{border-top:1px solid #8886;padding:.5rem 0}\
code,pre{font:.9rem/1.4 ui-monospace,monospace;overflow-wrap:anywhere}\
pre{overflow:auto;background:#8882;padding:.5rem}\
h2,h3{font-size:1.1rem}\
table{border-collapse:collapse}\
th,td{text-align:left;vertical-align:top;padding:.15rem .75rem .15rem 0}";

/// The page of a document.
pub(crate) fn page(document: &Value) -> String {
    let info = &document["info"];
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { "The API of " (text(&info["title"])) }
                style { (PreEscaped(STYLE)) }
            }
            body {
                main {
                    h1 { "The API of " (text(&info["title"])) " " (text(&info["version"])) }
                    p { (code(text(&info["description"]))) }
                    p { "For programs: " a href="openapi.json" { "openapi.json" } " (OpenAPI " (text(&document["openapi"])) ")." }
                    ul {
                        @for (path, method, operation) in operations(document) {
                            li { a href={ "#" (text(&operation["operationId"])) } { code { (method) " " (path) } } " – " (code(text(&operation["summary"]))) }
                        }
                    }
                    @for (path, method, operation) in operations(document) { (section(path, &method, operation)) }
                    h2 { "Shapes" }
                    @for (name, schema) in members(document.pointer("/components/schemas")) {
                        section id={ "shape-" (name) } {
                            h3 { (name) }
                            pre tabindex="0" { (serde_json::to_string_pretty(schema).unwrap_or_default()) }
                        }
                    }
                }
            }
        }
    }
    .into_string()
}

fn section(path: &str, method: &str, operation: &Value) -> Markup {
    let is_open = operation["security"].as_array().is_none_or(Vec::is_empty);
    let parameters = operation["parameters"].as_array();
    html! {
        section id=(text(&operation["operationId"])) {
            h2 { code { (method) " " (path) } }
            p {
                (code(text(&operation["summary"]))) "."
                @if is_open { " Needs no login." }
            }
            @if let Some(parameters) = parameters {
                table {
                    thead { tr { th scope="col" { "Parameter" } th scope="col" { "In" } th scope="col" { "What it says" } th scope="col" { "Takes" } } }
                    tbody {
                        @for parameter in parameters {
                            tr {
                                th scope="row" { code { (text(&parameter["name"])) } @if parameter["required"] == true { ", needed" } }
                                td { (text(&parameter["in"])) }
                                td { (code(text(&parameter["description"]))) }
                                td { (shape(&parameter["schema"])) }
                            }
                        }
                    }
                }
            }
            @for (content_type, content) in members(operation.pointer("/requestBody/content")) {
                p { "Takes " (shape(&content["schema"])) " as " code { (content_type) } "." }
            }
            ul {
                @for (status, answer) in members(operation.get("responses")) {
                    @if status != "default" {
                        li {
                            code { (status) } ": " (code(text(&answer["description"])))
                            @for (content_type, content) in members(answer.get("content")) {
                                ", " (shape(&content["schema"])) " as " code { (content_type) }
                            }
                        }
                    }
                }
                li { "otherwise " a href="#shape-Problem" { "Problem" } " as " code { "application/problem+json" } }
            }
        }
    }
}

/// A shape by its name, or in short.
fn shape(schema: &Value) -> Markup {
    if let Some(name) = schema["$ref"].as_str() {
        let name = name.rsplit('/').next().unwrap_or_default();
        return html! { a href={ "#shape-" (name) } { (name) } };
    }
    if let Some(words) = schema["enum"].as_array() {
        return html! { @for (n, word) in words.iter().enumerate() { @if n > 0 { ", " } code { (text(word)) } } };
    }
    if schema["items"].is_object() {
        return html! { (shape(&schema["items"])) "; may be repeated" };
    }
    let of = text(&schema["type"]);
    if let (Value::Number(least), Value::Number(most)) = (&schema["minimum"], &schema["maximum"]) {
        return html! { (of) " from " (least) " to " (most) };
    }
    html! { (of) }
}

fn operations(document: &Value) -> impl Iterator<Item = (&str, String, &Value)> {
    members(document.get("paths")).flat_map(|(path, item)| {
        members(Some(item)).map(move |(method, operation)| (path, method.to_uppercase(), operation))
    })
}

fn members(value: Option<&Value>) -> impl Iterator<Item = (&str, &Value)> {
    let members = value.and_then(Value::as_object).into_iter().flatten();
    members.map(|(name, value)| (name.as_str(), value))
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// A sentence with `code` in it.
fn code(sentence: &str) -> Markup {
    html! { @for (n, part) in sentence.split('`').enumerate() { @if n % 2 == 1 { code { (part) } } @else { (part) } } }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_described_is_text_and_nothing_else() {
        let operation = json!({"operationId": "x", "summary": "a `b` <script>", "responses": {"200": {"description": "<b>"}}});
        let page = page(&json!({"paths": {"/x/{id}": {"get": operation}}}));
        assert!(page.contains("a <code>b</code> &lt;script&gt;"), "{page}");
        assert!(
            page.contains("<code>GET /x/{id}</code>") && page.contains("&lt;b&gt;"),
            "{page}"
        );
        assert!(!page.contains("<script") && !page.contains("<b>"), "{page}");
    }
}
