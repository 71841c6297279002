//! Who asks, as a route gets it.

use std::convert::Infallible;

use axum::{extract::FromRequestParts, http::request::Parts};
use evenkeel_api::{Actor, Caller};

use crate::{peer::Peer, request_context::RequestContext};

/// Who asks for what a route does. Whoever finds out who that is (a session, a token) puts an [`Actor`] into the
/// request's extensions; without one it is whoever is at the machine.
pub(crate) struct By(pub(crate) Caller);

impl<S: Sync> FromRequestParts<S> for By {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let known = &parts.extensions;
        Ok(Self(Caller {
            actor: known.get::<Actor>().cloned().unwrap_or(Actor::LOCAL),
            address: known.get::<Peer>().map(|Peer(address)| *address),
            request_id: known
                .get::<RequestContext>()
                .map(|context| context.request_id.to_string()),
        }))
    }
}

#[cfg(test)]
mod tests {
    use axum::http::Request;
    use evenkeel_api::{Login, Principal};

    use super::*;

    async fn caller(request: Request<()>) -> Caller {
        let (mut parts, ()) = request.into_parts();
        let Ok(By(caller)) = By::from_request_parts(&mut parts, &()).await;
        caller
    }

    #[tokio::test]
    async fn a_request_is_its_actors_from_its_address_under_its_id() {
        assert_eq!(caller(Request::new(())).await, Caller::local());

        let actor = Actor {
            who: Principal::User {
                name: "lin".to_owned(),
            },
            login: Login::Password,
        };
        let context = RequestContext::new();
        let address = std::net::IpAddr::from([192, 0, 2, 1]);
        let mut request = Request::new(());
        request.extensions_mut().insert(actor.clone());
        request.extensions_mut().insert(Peer(address));
        request.extensions_mut().insert(context.clone());
        let caller = caller(request).await;
        assert_eq!((caller.actor, caller.address), (actor, Some(address)));
        assert_eq!(caller.request_id.as_deref(), Some(&*context.request_id));
    }
}
