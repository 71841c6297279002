//! The paths of the HTTP surface: what the proxy routes by, and what its callers ask for. Both come from one
//! template, so that a path is renamed in one line.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, PercentEncode, utf8_percent_encode};

/// Below it there is the API alone, and no file of the console.
pub const API: &str = "/api";
/// Whether the process answers.
pub const HEALTH: &str = "/healthz";
/// Whether it can do its work.
pub const READY: &str = "/readyz";
/// What Prometheus asks for.
pub const METRICS: &str = "/metrics";

/// The routes below [`API`], as a router takes them: `{…}` is one segment.
pub mod templates {
    macro_rules! templates {
        ($($(#[$doc:meta])* $name:ident = $path:literal;)*) => {
            $($(#[$doc])* pub const $name: &str = $path;)*

            /// Every template.
            pub const ALL: &[&str] = &[$($name),*];
        };
    }

    templates! {
        /// The accounts.
        ACCOUNTS = "/v1/accounts";
        /// One read-only operation for an account.
        OPERATION = "/v1/accounts/{account}/operations/{operation}";
        /// The batches; a new one is sent here.
        BATCHES = "/v1/batches";
        /// A batch.
        BATCH = "/v1/batches/{id}";
        /// Its items.
        ITEMS = "/v1/batches/{id}/items";
        /// An item.
        ITEM = "/v1/batches/{id}/items/{index}";
        /// Says what became of an unknown item.
        SETTLE = "/v1/batches/{id}/items/{index}/settle";
        /// Holds a batch.
        PAUSE = "/v1/batches/{id}/pause";
        /// Lets a batch go on.
        RESUME = "/v1/batches/{id}/resume";
        /// Calls off what has not left.
        CANCEL = "/v1/batches/{id}/cancel";
        /// Sends the failed items of a batch again.
        RETRY_FAILED = "/v1/batches/{id}/retry-failed";
        /// Says that what another one ordered may be sent.
        APPROVE = "/v1/batches/{id}/approve";
        /// Says that it may not.
        REJECT = "/v1/batches/{id}/reject";
        /// Has a batch sent without a second person.
        BREAK_GLASS = "/v1/batches/{id}/break-glass";
        /// Which batches need an approval.
        POLICY = "/v1/policy";
        /// The stored events.
        EVENTS = "/v1/events";
        /// All events of a view, as columns.
        LISTING = "/v1/events/listing";
        /// How many events a view has, by account and state.
        TOTALS = "/v1/events/totals";
        /// Asks for an early reading of accounts.
        REFRESH = "/v1/events/refresh";
        /// An event.
        EVENT = "/v1/events/{account}/{event_id}";
        /// What changes, as it changes.
        STREAM = "/v1/stream";
        /// The description of all this.
        OPENAPI = "/v1/openapi.json";
        /// The same for a person to read.
        OPENAPI_PAGE = "/v1/openapi.html";
        /// What was done, by whom.
        AUDIT = "/v1/audit";
        /// How one logs in, and begins a session; nobody has to be logged in for it.
        LOGIN = "/v1/login";
        /// Sends the browser to the provider of identities.
        LOGIN_PROVIDER = "/v1/login/oidc";
        /// Where the provider sends it back to.
        LOGIN_PROVIDER_CALLBACK = "/v1/login/oidc/callback";
        /// Who asks, and how they logged in.
        SESSION = "/v1/session";
        /// Ends the session that asks.
        LOGOUT = "/v1/session/logout";
        /// Changes one's own password.
        PASSWORD = "/v1/session/password";
        /// One's own sessions; of an admin everybody's.
        SESSIONS = "/v1/sessions";
        /// Ends one of them.
        REVOKE_SESSION = "/v1/sessions/{id}/revoke";
    }
}

/// What one segment of a path holds as it is.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b':');

/// Writes a text as one segment of a path: whatever stands in it, it stays one.
#[must_use]
pub fn segment(text: &str) -> PercentEncode<'_> {
    utf8_percent_encode(text, SEGMENT)
}

/// The path of the description of the API.
#[must_use]
pub fn openapi() -> String {
    fill(templates::OPENAPI, &[])
}

/// The path of the page of it.
#[must_use]
pub fn openapi_page() -> String {
    fill(templates::OPENAPI_PAGE, &[])
}

/// The path of the audit.
#[must_use]
pub fn audit() -> String {
    fill(templates::AUDIT, &[])
}

/// The path of the accounts.
#[must_use]
pub fn accounts() -> String {
    fill(templates::ACCOUNTS, &[])
}

/// The path of a read-only operation for an account.
#[must_use]
pub fn operation(account: &str, operation: &str) -> String {
    fill(templates::OPERATION, &[account, operation])
}

/// The path of the batches, and of a new one.
#[must_use]
pub fn batches() -> String {
    fill(templates::BATCHES, &[])
}

/// The path of a batch.
#[must_use]
pub fn batch(id: &str) -> String {
    fill(templates::BATCH, &[id])
}

/// The path of a batch's items.
#[must_use]
pub fn items(id: &str) -> String {
    fill(templates::ITEMS, &[id])
}

/// The path of an item.
#[must_use]
pub fn item(id: &str, index: u32) -> String {
    fill(templates::ITEM, &[id, &index.to_string()])
}

/// The path that takes a person's word for what became of an item.
#[must_use]
pub fn settle(id: &str, index: u32) -> String {
    fill(templates::SETTLE, &[id, &index.to_string()])
}

/// The path that holds a batch.
#[must_use]
pub fn pause(id: &str) -> String {
    fill(templates::PAUSE, &[id])
}

/// The path that lets a batch go on.
#[must_use]
pub fn resume(id: &str) -> String {
    fill(templates::RESUME, &[id])
}

/// The path that calls off what has not left.
#[must_use]
pub fn cancel(id: &str) -> String {
    fill(templates::CANCEL, &[id])
}

/// The path that sends a batch's failed items again.
#[must_use]
pub fn retry_failed(id: &str) -> String {
    fill(templates::RETRY_FAILED, &[id])
}

/// The path that says that a batch may be sent.
#[must_use]
pub fn approve(id: &str) -> String {
    fill(templates::APPROVE, &[id])
}

/// The path that says that it may not.
#[must_use]
pub fn reject(id: &str) -> String {
    fill(templates::REJECT, &[id])
}

/// The path that has a batch sent without a second person.
#[must_use]
pub fn break_glass(id: &str) -> String {
    fill(templates::BREAK_GLASS, &[id])
}

/// The path of the policy.
#[must_use]
pub fn policy() -> String {
    fill(templates::POLICY, &[])
}

/// The path of the stored events.
#[must_use]
pub fn events() -> String {
    fill(templates::EVENTS, &[])
}

/// The path of a listing.
#[must_use]
pub fn listing() -> String {
    fill(templates::LISTING, &[])
}

/// The path of the totals.
#[must_use]
pub fn totals() -> String {
    fill(templates::TOTALS, &[])
}

/// The path of an event.
#[must_use]
pub fn event(account: &str, event_id: &str) -> String {
    fill(templates::EVENT, &[account, event_id])
}

/// The path that asks for an early reading.
#[must_use]
pub fn refresh() -> String {
    fill(templates::REFRESH, &[])
}

/// The path of the stream.
#[must_use]
pub fn stream() -> String {
    fill(templates::STREAM, &[])
}

/// The path that sends the browser to the provider of identities.
#[must_use]
pub fn login_provider() -> String {
    fill(templates::LOGIN_PROVIDER, &[])
}

/// The same, and later to a path of the console.
#[must_use]
pub fn login_provider_then(return_to: &str) -> String {
    format!("{}?return_to={}", login_provider(), segment(return_to))
}

/// The path that the provider of identities sends the browser back to.
#[must_use]
pub fn login_provider_callback() -> String {
    fill(templates::LOGIN_PROVIDER_CALLBACK, &[])
}

/// The path that says how one logs in, and begins a session.
#[must_use]
pub fn login() -> String {
    fill(templates::LOGIN, &[])
}

/// The path that tells who asks.
#[must_use]
pub fn session() -> String {
    fill(templates::SESSION, &[])
}

/// The path that ends the session that asks.
#[must_use]
pub fn logout() -> String {
    fill(templates::LOGOUT, &[])
}

/// The path that changes one's own password.
#[must_use]
pub fn password() -> String {
    fill(templates::PASSWORD, &[])
}

/// The path of the sessions.
#[must_use]
pub fn sessions() -> String {
    fill(templates::SESSIONS, &[])
}

/// The path that ends one of them.
#[must_use]
pub fn revoke_session(id: &str) -> String {
    fill(templates::REVOKE_SESSION, &[id])
}

/// Puts values in the place of a template's names, one after the other.
fn fill(template: &str, values: &[&str]) -> String {
    let mut values = values.iter();
    let mut path = API.to_owned();
    for part in template.split('/').skip(1) {
        path.push('/');
        if part.starts_with('{') {
            path.extend(values.next().into_iter().flat_map(|value| segment(value)));
        } else {
            path.push_str(part);
        }
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every path there is, of ids that have in them what means something in a URL.
    fn all() -> Vec<String> {
        let id = "a/b?c#d%e";
        vec![
            accounts(),
            operation(id, id),
            batches(),
            batch(id),
            items(id),
            item(id, 7),
            settle(id, 7),
            pause(id),
            resume(id),
            cancel(id),
            retry_failed(id),
            approve(id),
            reject(id),
            break_glass(id),
            policy(),
            events(),
            listing(),
            totals(),
            refresh(),
            event(id, id),
            stream(),
            openapi(),
            openapi_page(),
            audit(),
            login(),
            login_provider(),
            login_provider_callback(),
            session(),
            logout(),
            password(),
            sessions(),
            revoke_session(id),
        ]
    }

    #[test]
    fn a_path_is_its_template_with_the_ids_in_it() {
        let id = "a%2Fb%3Fc%23d%25e";
        let filled: Vec<String> = templates::ALL
            .iter()
            .map(|template| {
                let path = ["{account}", "{operation}", "{id}", "{event_id}"]
                    .iter()
                    .fold((*template).to_owned(), |path, name| path.replace(name, id));
                format!("/api{}", path.replace("{index}", "7"))
            })
            .collect();
        assert_eq!(all(), filled);
    }

    #[test]
    fn an_id_stays_one_segment() {
        for (id, written) in [
            ("01J-ab.c_d~e:f", "01J-ab.c_d~e:f"),
            ("a b+c", "a%20b%2Bc"),
            ("é", "%C3%A9"),
            ("{id}", "%7Bid%7D"),
        ] {
            assert_eq!(batch(id), format!("/api/v1/batches/{written}"));
        }
        assert_eq!(event("{event_id}", "x"), "/api/v1/events/%7Bevent_id%7D/x");
    }
}
