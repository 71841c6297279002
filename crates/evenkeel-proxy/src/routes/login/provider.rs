//! `/api/v1/login/oidc…`: to the provider of identities and back.

use std::sync::Arc;

use axum::{
    Extension,
    extract::State,
    http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header},
    response::{IntoResponse as _, Response},
};
use form_urlencoded::parse;
use openidconnect::AuthorizationCode;

use crate::{
    app::App,
    by::By,
    login::{Arrival, ReturnPath, Returned, SentOn},
    middleware::host::OwnOrigin,
    oidc::ProviderAnswer,
    peer::Scheme,
    problem::{Problem, ProblemCode},
    routes::fallback,
};

/// Sends a browser to the provider.
pub(crate) async fn set_out(
    State(app): State<Arc<App>>,
    Extension(scheme): Extension<Scheme>,
    Extension(OwnOrigin(own)): Extension<OwnOrigin>,
    By(by): By,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    require_get(&method).await?;
    let [return_to] = one_each(&uri, ["return_to"])?;
    let return_to = ReturnPath::of(return_to.as_deref().unwrap_or("/"));
    let arrival = Arrival {
        headers: &headers,
        scheme,
        own: &own,
        by,
    };
    sent_on(app.logins.set_out(&arrival, return_to).await?)
}

/// Takes one that the provider sends back.
pub(crate) async fn come_back(
    State(app): State<Arc<App>>,
    Extension(scheme): Extension<Scheme>,
    Extension(OwnOrigin(own)): Extension<OwnOrigin>,
    By(by): By,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    require_get(&method).await?;
    let [state, code, error, issuer] = one_each(&uri, ["state", "code", "error", "iss"])?;
    let returned = Returned {
        state: state.unwrap_or_default(),
        answer: ProviderAnswer {
            code: code.map(AuthorizationCode::new),
            error,
            issuer,
        },
    };
    let arrival = Arrival {
        headers: &headers,
        scheme,
        own: &own,
        by,
    };
    sent_on(app.logins.come_back(arrival, returned).await?)
}

/// A HEAD would use up what comes once.
async fn require_get(method: &Method) -> Result<(), Problem> {
    if *method == Method::GET {
        return Ok(());
    }
    Err(fallback::method_not_allowed().await)
}

/// What a query says by these names; one that says something twice says nothing that can be relied on. Others, which
/// providers add, are passed over.
fn one_each<const N: usize>(uri: &Uri, names: [&str; N]) -> Result<[Option<String>; N], Problem> {
    let mut found = [const { None }; N];
    for (name, value) in parse(uri.query().unwrap_or_default().as_bytes()) {
        let place = names.iter().position(|known| *known == name);
        let Some(slot) = place.and_then(|place| found.get_mut(place)) else {
            continue;
        };
        if slot.replace(value.into_owned()).is_some() {
            let detail = format!("the query has `{name}` more than once");
            return Err(Problem::new(ProblemCode::InvalidParameters, detail));
        }
    }
    Ok(found)
}

fn sent_on(to: SentOn) -> Result<Response, Problem> {
    let header = |text: String| {
        HeaderValue::try_from(text)
            .map_err(|_| Problem::new(ProblemCode::Internal, "an address is no header"))
    };
    let mut response = StatusCode::SEE_OTHER.into_response();
    let headers = response.headers_mut();
    headers.insert(header::LOCATION, header(to.location)?);
    for cookie in to.cookies {
        headers.append(header::SET_COOKIE, header(cookie)?);
    }
    Ok(response)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_that_says_something_twice_is_refused() {
        let read = |query: &str| {
            let uri: Uri = format!("/x?{query}").parse().unwrap();
            one_each(&uri, ["state", "code"]).map_err(|problem| problem.code())
        };
        let some = |text: &str| Some(text.to_owned());
        assert_eq!(read("code=a%20b&x=1&x=2"), Ok([None, some("a b")]));
        assert_eq!(read("state=a&state=a"), Err(ProblemCode::InvalidParameters));
    }
}
