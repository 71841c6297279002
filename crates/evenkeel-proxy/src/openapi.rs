//! `GET /api/v1/openapi.json` and the page of it: the whole surface, described for those who make clients of it. The
//! shapes are those of `evenkeel-api` themselves; a test holds the routes to the router.

mod operations;
mod page;
mod route;

use std::sync::LazyLock;

use axum::http::HeaderValue;
use evenkeel_api::{PROBLEM_TYPE, Problem};
use utoipa::openapi::{
    Components, InfoBuilder, OpenApi, OpenApiBuilder, Paths, ResponseBuilder,
    security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme},
};

use crate::console::policy;

const ABOUT: &str = "Maintenance events of several clouds: what there is, and acting on it. Errors are RFC 9457 with a \
stable `code`. Members and words may be added: clients pass over those that they do not know.";

/// The document, as JSON.
pub(crate) static DOCUMENT: LazyLock<String> = LazyLock::new(|| {
    // Texts by name: they can be written.
    document().to_json().unwrap_or_default()
});

/// The same as a page, and the policy that it is read under: nothing but its own style.
pub(crate) static PAGE: LazyLock<(String, HeaderValue)> = LazyLock::new(|| {
    let value = serde_json::from_str(&DOCUMENT).unwrap_or_default();
    let page = page::page(&value);
    let policy = policy::of_styled_text(&page);
    (page, policy)
});

fn document() -> OpenApi {
    let mut components = Components::new();
    let mut paths = Paths::new();
    for route in operations::all() {
        let (path, method, operation, schemas) = route.into_parts();
        components.schemas.extend(schemas);
        paths.add_path_operation(path, vec![method], operation);
    }
    let mut schemas = Vec::new();
    let problem = route::content::<Problem>(&mut schemas);
    components.schemas.extend(schemas);
    let refused = ResponseBuilder::new()
        .description("What the proxy has to say instead")
        .content(PROBLEM_TYPE, problem)
        .build();
    components
        .responses
        .insert(route::REFUSED.to_owned(), refused.into());
    components.add_security_scheme(
        route::TOKEN,
        SecurityScheme::Http(HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build()),
    );
    components.add_security_scheme(
        route::SESSION,
        SecurityScheme::ApiKey(ApiKey::Cookie(ApiKeyValue::with_description(
            "evenkeel-STORE",
            "What a login begins; its name ends with the store's id, and begins with `__Host-` by HTTPS. What changes \
             something comes with an `origin` besides.",
        ))),
    );
    let info = InfoBuilder::new()
        .title("Evenkeel")
        .description(Some(ABOUT))
        .version(env!("CARGO_PKG_VERSION"))
        .build();
    OpenApiBuilder::new()
        .info(info)
        .paths(paths)
        .components(Some(components))
        .build()
}
