//! Says who did something.

use evenkeel::visible::visible;
use evenkeel_api::{Actor, Login, Principal};

use crate::i18n::Strings;

/// Who it was, and by which token where it was one: names are foreign text.
pub fn actor(actor: &Actor, t: Strings) -> String {
    let who = match &actor.who {
        Principal::Local => t.actor_local().to_owned(),
        Principal::Proxy { .. } => t.actor_proxy().to_owned(),
        Principal::User { name } => visible(name).into_owned(),
        Principal::Subject { name, subject, .. } => {
            visible(name.as_ref().unwrap_or(subject)).into_owned()
        }
        Principal::Nobody | Principal::Other => t.actor_other().to_owned(),
    };
    match &actor.login {
        Login::Token { token } => t.actor_by_token(who, visible(token).into_owned()),
        Login::None | Login::Code | Login::Password | Login::Oidc | Login::Other => who,
    }
}

#[cfg(test)]
mod tests {
    use evenkeel::Locale;
    use evenkeel_api::ProxyPart;

    use super::*;

    const EN: Strings = Strings(Locale::En);

    #[test]
    fn tells_who_it_was_and_by_which_token() {
        assert_eq!(actor(&Actor::LOCAL, EN), EN.actor_local());
        assert_eq!(
            actor(&Actor::proxy(ProxyPart::Journal), EN),
            EN.actor_proxy()
        );
        let subject = |name: Option<&str>| Actor {
            who: Principal::Subject {
                issuer: "https://id.example".to_owned(),
                subject: "42".to_owned(),
                name: name.map(str::to_owned),
            },
            login: Login::Token {
                token: "ci".to_owned(),
            },
        };
        assert_eq!(
            actor(&subject(Some("Lin\u{202e}")), EN),
            "Lin\\u{202e}, by the token ci"
        );
        assert_eq!(actor(&subject(None), EN), "42, by the token ci");
    }
}
