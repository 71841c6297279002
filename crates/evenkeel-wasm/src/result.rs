//! What a check or a request comes to, as JavaScript gets it.

use evenkeel::{Checked, Issue, Operation, Report, Request};
use js_sys::Uint32Array;
use serde::Serialize;
use wasm_bindgen::JsValue;

use crate::packed::issues::pack;
use crate::plain::{object, to_js};

/// What the lists of issues in a result become.
#[derive(Clone, Copy)]
pub(crate) struct Lists {
    pub(crate) issues: fn(&[Issue]) -> JsValue,
}

impl Lists {
    /// Plain objects at once.
    pub(crate) const OBJECTS: Self = Self {
        issues: |issues| to_js(&issues),
    };
    /// Numbers, of which the package makes objects.
    pub(crate) const NUMBERS: Self = Self {
        issues: |issues| Uint32Array::from(pack(issues).as_slice()).into(),
    };

    pub(crate) fn refused(self, report: &Report) -> JsValue {
        object(&[
            ("ok", &JsValue::FALSE),
            ("issues", &(self.issues)(&report.issues)),
        ])
    }

    fn accepted(self, value: &JsValue, issues: &[Issue]) -> JsValue {
        object(&[
            ("ok", &JsValue::TRUE),
            ("value", value),
            ("issues", &(self.issues)(issues)),
        ])
    }

    pub(crate) fn checked(self, result: Result<Checked<Operation>, Report>) -> JsValue {
        match result {
            Ok(checked) => {
                // INVARIANT: the core writes valid JSON.
                let params = js_sys::JSON::parse(&checked.value.params_json()).unwrap_or_default();
                self.accepted(&params, &checked.issues)
            }
            Err(report) => self.refused(&report),
        }
    }

    pub(crate) fn request(self, result: Result<Checked<Request>, Report>) -> JsValue {
        match result {
            Ok(Checked { value, issues }) => self.accepted(&request(&value), &issues),
            Err(report) => self.refused(&report),
        }
    }
}

fn request(request: &Request) -> JsValue {
    #[derive(Serialize)]
    struct Shape<'a> {
        method: &'a str,
        path: &'a str,
        query: &'a [(String, String)],
        headers: &'a [(String, String)],
        #[serde(skip_serializing_if = "Option::is_none")]
        body: Option<&'a str>,
    }
    to_js(&Shape {
        method: request.method.as_str(),
        path: &request.path,
        query: &request.query,
        headers: &request.headers,
        body: request.body.as_deref(),
    })
}
