//! Logging in at the provider of identities: there, back, and what follows.

use axum::http::HeaderMap;
use evenkeel_api::{Actor, Caller, Grants, Login, LoginFailure, Principal, ProxyPart};
use evenkeel_store::{StoreError, SubjectRights};
use openidconnect::{RedirectUrl, url::Url};

use super::{
    Logins, MINUTE_MS,
    round_trip::{ROUND_TRIP, ReturnPath, RoundTrip},
};
use crate::{
    oidc::{Identity, Oidc, OidcFailure, ProviderAnswer},
    peer::Scheme,
    problem::{Problem, ProblemCode},
};

/// How long the provider's word on what somebody is in is good: then they log in again, which asks them nothing where the
/// provider still knows them.
const PROVIDERS_WORD_MS: i64 = 60 * MINUTE_MS;

/// Where a browser goes, with its cookies.
pub(crate) struct SentOn {
    /// An address, or a path of this server.
    pub(crate) location: String,
    /// The values of the cookies' headers.
    pub(crate) cookies: Vec<String>,
}

/// How a request came, and by whom.
pub(crate) struct Arrival<'r> {
    pub(crate) headers: &'r HeaderMap,
    pub(crate) scheme: Scheme,
    /// The origin that the browser knows this server by.
    pub(crate) own: &'r str,
    pub(crate) by: Caller,
}

/// What the provider sent a browser back with.
#[derive(Debug, Default)]
pub(crate) struct Returned {
    pub(crate) state: String,
    pub(crate) answer: ProviderAnswer,
}

impl Logins {
    /// Where a browser goes to log in, to come back to a path.
    pub(crate) async fn set_out(
        &self,
        arrival: &Arrival<'_>,
        return_to: ReturnPath,
    ) -> Result<SentOn, Problem> {
        let oidc = self.provider()?;
        let cookie = self.cookie().await?;
        let failed = return_to.clone();
        match self.url_of(oidc, arrival, return_to).await {
            Ok((trip, url)) => {
                let seconds = ROUND_TRIP.as_secs();
                Ok(SentOn {
                    location: url.to_string(),
                    cookies: vec![cookie.set_round_trip(trip.cookie(), seconds, arrival.scheme)],
                })
            }
            Err(failure) => {
                tracing::warn!(%failure, "nobody can be sent to the provider of identities");
                Ok(SentOn {
                    location: with_failure(&failed, failure.reason),
                    cookies: Vec::new(),
                })
            }
        }
    }

    /// Begins a session for whoever comes back from the provider, or says at the login page why not.
    ///
    /// INVARIANT: a request that only reads begins a session here, and comes from another site. It is this browser that set
    /// out: the state is made of a cookie that no other browser has, of which nothing else than its hash ever left; it is
    /// good once and for ten minutes. So nobody can be logged in as somebody else by a link.
    pub(crate) async fn come_back(
        &self,
        mut arrival: Arrival<'_>,
        returned: Returned,
    ) -> Result<SentOn, Problem> {
        let oidc = self.provider()?;
        let (cookie, now) = (self.cookie().await?, self.engine.clock.now_ms());
        let mut cookies = vec![cookie.set_round_trip("", 0, arrival.scheme)];
        let trip = cookie
            .round_trip_in(arrival.headers, arrival.scheme)
            .and_then(RoundTrip::of_cookie)
            .filter(|trip| trip.is_answered_by(&returned.state, now));
        let return_to = trip
            .as_ref()
            .map_or_else(|| ReturnPath::of("/"), |trip| trip.return_to.clone());
        let refused = if self.returns.wait_s(arrival.by.address, now).is_some() {
            // Not recorded: it would fill the audit.
            Some(LoginFailure::TooManyAttempts)
        } else {
            match self.identify(oidc, &arrival, trip, returned.answer).await {
                Ok(identity) => match self.begin_by_provider(oidc, &mut arrival, identity).await? {
                    Ok(session) => {
                        cookies.push(session);
                        None
                    }
                    Err(reason) => Some(reason),
                },
                Err(failure) => {
                    tracing::warn!(%failure, "nobody was let in by the provider of identities");
                    self.returns.count(arrival.by.address, now);
                    arrival.by.actor = Actor::NOBODY;
                    let (store, word) = (&self.engine.store, failure.reason.as_str());
                    store.refuse_login(word, None, &arrival.by, now).await?;
                    Some(failure.reason)
                }
            }
        };
        let location = match refused {
            None => return_to.as_str().to_owned(),
            Some(reason) => with_failure(&return_to, reason),
        };
        Ok(SentOn { location, cookies })
    }

    /// Where a browser goes that logged in at the provider and logs out.
    pub(crate) async fn provider_logout(&self, login: &Login, own: &str) -> Option<Url> {
        let oidc = self.oidc.as_ref().filter(|_| *login == Login::Oidc)?;
        oidc.logout_url(&format!("{own}/")).await
    }

    /// Has everybody whom a provider knows do what the configuration lets them by now: it may be another than before. Whom
    /// another provider knows, or who logged in when there was one, may do nothing. How many may do something else.
    pub(crate) async fn grant_subjects(&self) -> Result<usize, StoreError> {
        let grants = |issuer: &str, groups: &[String]| match &self.oidc {
            Some(oidc) if oidc.issuer() == issuer => oidc.grants(groups),
            _ => Grants::default(),
        };
        let (store, now) = (&self.engine.store, self.engine.clock.now_ms());
        let by = Caller::proxy(ProxyPart::Server);
        store.grant_subjects(grants, &by, now).await
    }

    /// The provider, where people log in at one.
    fn provider(&self) -> Result<&Oidc, Problem> {
        let oidc = self.oidc.as_deref().filter(|_| self.is_asked);
        oidc.ok_or_else(|| {
            let detail = "nobody logs in by a provider of identities here";
            Problem::new(ProblemCode::NotFound, detail)
        })
    }

    async fn url_of(
        &self,
        oidc: &Oidc,
        arrival: &Arrival<'_>,
        return_to: ReturnPath,
    ) -> Result<(RoundTrip, Url), OidcFailure> {
        let now = self.engine.clock.now_ms();
        let trip = RoundTrip::begin(return_to, now).map_err(internal)?;
        let url = oidc.login_url(trip.bond(), &callback(arrival.own)?).await?;
        Ok((trip, url))
    }

    async fn identify(
        &self,
        oidc: &Oidc,
        arrival: &Arrival<'_>,
        trip: Option<RoundTrip>,
        answer: ProviderAnswer,
    ) -> Result<Identity, OidcFailure> {
        let over = |why| OidcFailure::new(LoginFailure::Over, why);
        let trip = trip.ok_or_else(|| over("this browser has not set out, or too long ago"))?;
        let (store, now) = (&self.engine.store, self.engine.clock.now_ms());
        let spent = store
            .spend_round_trip(&trip.hash(), now, trip.ends_at())
            .await;
        if !spent.map_err(internal)? {
            return Err(over("it came back already"));
        }
        oidc.identity(answer, trip.bond(), &callback(arrival.own)?, now)
            .await
    }

    /// The header of the session's cookie, or why somebody who is known is not let in.
    async fn begin_by_provider(
        &self,
        oidc: &Oidc,
        arrival: &mut Arrival<'_>,
        identity: Identity,
    ) -> Result<Result<String, LoginFailure>, Problem> {
        let (store, now) = (&self.engine.store, self.engine.clock.now_ms());
        let groups = identity.groups.unwrap_or_default();
        let rights = SubjectRights {
            issuer: oidc.issuer().to_owned(),
            subject: identity.subject,
            grants: oidc.grants(&groups),
            groups,
        };
        arrival.by.actor = Actor {
            who: Principal::Subject {
                issuer: rights.issuer.clone(),
                subject: rights.subject.clone(),
                name: identity.name,
            },
            login: Login::Oidc,
        };
        if rights.grants.iter().next().is_none() {
            tracing::warn!(
                "whom the provider of identities knows is in no group that may do anything"
            );
            let reason = LoginFailure::NothingGranted;
            let word = reason.as_str();
            store
                .refuse_login(word, Some(&rights), &arrival.by, now)
                .await?;
            self.open.look();
            return Ok(Err(reason));
        }
        let (actor, headers) = (&arrival.by.actor, arrival.headers);
        let mut beginning = self.prepare(actor, headers, arrival.scheme).await?;
        beginning.session.ends_at = now + PROVIDERS_WORD_MS;
        let (session, before) = (&beginning.session, beginning.before.as_ref());
        store
            .begin_subject_session(session, &rights, before, &arrival.by)
            .await?;
        Ok(Ok(self.begun(beginning)))
    }
}

/// Where the provider sends browsers back to, by the name that this one knows.
fn callback(own: &str) -> Result<RedirectUrl, OidcFailure> {
    let path = evenkeel_api::paths::login_provider_callback();
    RedirectUrl::new(format!("{own}{path}")).map_err(internal)
}

fn internal(error: impl std::fmt::Display) -> OidcFailure {
    OidcFailure::new(LoginFailure::Internal, error.to_string())
}

/// A page that says what went wrong: after the `#`, which no server sees.
fn with_failure(path: &ReturnPath, reason: LoginFailure) -> String {
    let fragment = LoginFailure::FRAGMENT;
    format!("{}#{fragment}{}", path.as_str(), reason.as_str())
}
