//! `GET /api/v1/openapi.json` and the page of it: the whole surface, described for those who make clients of it. The shapes are those of
//! `evenkeel-api` themselves; a test holds the routes to the router.

mod operations;
mod page;
mod route;

use std::sync::LazyLock;

use axum::http::HeaderValue;
use base64::prelude::{BASE64_STANDARD, Engine as _};
use evenkeel_api::{PROBLEM_TYPE, Problem};
use sha2::{Digest as _, Sha256};
use utoipa::{
    ToSchema as _,
    openapi::{
        Components, ContentBuilder, InfoBuilder, OpenApi, OpenApiBuilder, Paths, Ref,
        ResponseBuilder,
        security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme},
    },
};

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
    let hash = BASE64_STANDARD.encode(Sha256::digest(page::STYLE));
    let policy = format!(
        "default-src 'none'; style-src 'sha256-{hash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    );
    let policy =
        HeaderValue::from_str(&policy).unwrap_or(HeaderValue::from_static("default-src 'none'"));
    (page::page(&value), policy)
});

fn document() -> OpenApi {
    let mut components = Components::new();
    let mut paths = Paths::new();
    for route in operations::all() {
        let (path, method, operation, schemas) = route.into_parts();
        components.schemas.extend(schemas);
        paths.add_path_operation(path, vec![method], operation);
    }
    let mut schemas = vec![(
        <Problem>::name().into_owned(),
        <Problem as utoipa::PartialSchema>::schema(),
    )];
    <Problem>::schemas(&mut schemas);
    components.schemas.extend(schemas);
    let problem = ContentBuilder::new()
        .schema(Some(Ref::from_schema_name(<Problem>::name())))
        .build();
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
