//! Who somebody is by the provider's word: its tokens are checked, read, and thrown away.

use evenkeel_api::LoginFailure;
use evenkeel_engine::one_line;
use openidconnect::{
    AccessTokenHash, AdditionalClaims, ClaimsVerificationError, ClientId, EmptyExtraTokenFields,
    IdToken, IdTokenClaims, IdTokenFields, IdTokenVerifier, Nonce, OAuth2TokenResponse as _,
    SignatureVerificationError, StandardTokenResponse, TokenResponse as _,
    core::{
        CoreGenderClaim, CoreJsonWebKey, CoreJweContentEncryptionAlgorithm,
        CoreJwsSigningAlgorithm as Algorithm, CoreTokenType,
    },
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{discovery::Metadata, failure::OidcFailure};

/// How far the clocks may be apart, in ms.
const LEEWAY_MS: i64 = 60_000;
/// How old a token may be that was asked for just now, in ms.
const OLDEST_MS: i64 = 10 * 60_000;
/// More groups than anybody is in.
const MOST_GROUPS: usize = 1_000;
/// The longest name that is kept, in characters.
const NAME: usize = 100;
/// By keys that the provider shows to everybody: whoever has those can sign nothing by them.
const ALGORITHMS: [Algorithm; 9] = [
    Algorithm::RsaSsaPkcs1V15Sha256,
    Algorithm::RsaSsaPkcs1V15Sha384,
    Algorithm::RsaSsaPkcs1V15Sha512,
    Algorithm::RsaSsaPssSha256,
    Algorithm::RsaSsaPssSha384,
    Algorithm::RsaSsaPssSha512,
    Algorithm::EcdsaP256Sha256,
    Algorithm::EcdsaP384Sha384,
    Algorithm::EdDsa,
];

/// What the provider says beside what every provider does.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct OtherClaims(Map<String, Value>);

impl AdditionalClaims for OtherClaims {}

type Token = IdToken<OtherClaims, CoreGenderClaim, CoreJweContentEncryptionAlgorithm, Algorithm>;
type Claims = IdTokenClaims<OtherClaims, CoreGenderClaim>;

/// What the provider gives for a code.
pub(super) type Tokens = StandardTokenResponse<
    IdTokenFields<
        OtherClaims,
        EmptyExtraTokenFields,
        CoreGenderClaim,
        CoreJweContentEncryptionAlgorithm,
        Algorithm,
    >,
    CoreTokenType,
>;

/// Who somebody is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Identity {
    /// What the provider calls them by for ever: with the provider, it is who they are.
    pub(crate) subject: String,
    /// What they are called, to be shown.
    pub(crate) name: Option<String>,
    /// What they are in. None where the provider said nothing of it.
    pub(crate) groups: Option<Vec<String>>,
}

/// Why a token is not believed.
pub(super) enum Disbelief {
    /// There is no such key: the provider may have a new one.
    UnknownKey,
    /// For this.
    Other(OidcFailure),
}

impl From<OidcFailure> for Disbelief {
    fn from(failure: OidcFailure) -> Self {
        Self::Other(failure)
    }
}

/// Reads who it is, if the token is for this proxy and this login.
pub(super) fn identity(
    metadata: &Metadata,
    client_id: &ClientId,
    tokens: &Tokens,
    nonce: &Nonce,
    groups_claim: &str,
    now_ms: i64,
) -> Result<Identity, Disbelief> {
    let token = tokens
        .id_token()
        .ok_or_else(|| OidcFailure::unreadable("it gave no ID token"))?;
    let verifier = verifier(metadata, client_id, now_ms);
    let claims = token
        .claims(&verifier, nonce)
        .map_err(|error| disbelief(&error))?;
    authorized_party(claims, client_id)?;
    access_token_hash(claims, token, tokens, &verifier)?;
    let name = claims
        .name()
        .and_then(|name| name.get(None))
        .map(|name| name.as_str())
        .or_else(|| claims.preferred_username().map(|name| name.as_str()));
    Ok(Identity {
        subject: claims.subject().as_str().to_owned(),
        name: name.map(shown).filter(|name| !name.is_empty()),
        groups: groups(claims.additional_claims(), groups_claim)?,
    })
}

/// The client's secret is not given to it: what is signed by that is no word of the provider.
fn verifier<'v>(
    metadata: &Metadata,
    client_id: &ClientId,
    now_ms: i64,
) -> IdTokenVerifier<'v, CoreJsonWebKey> {
    let (issuer, keys) = (metadata.issuer().clone(), metadata.jwks().clone());
    IdTokenVerifier::new_public_client(client_id.clone(), issuer, keys)
        .set_allowed_algs(ALGORITHMS)
        // Of several audiences one is whoever the token was made for: see `authorized_party`.
        .set_other_audience_verifier_fn(|_| true)
        .set_time_fn(move || {
            chrono::DateTime::from_timestamp_millis(now_ms - LEEWAY_MS).unwrap_or_default()
        })
        .set_issue_time_verifier_fn(move |issued| {
            let age = now_ms - issued.timestamp_millis();
            if (-LEEWAY_MS..OLDEST_MS + LEEWAY_MS).contains(&age) {
                Ok(())
            } else {
                Err("it was not made just now".to_owned())
            }
        })
}

/// What the token says is not quoted.
fn disbelief(error: &ClaimsVerificationError) -> Disbelief {
    use ClaimsVerificationError as E;
    let detail = match error {
        E::SignatureVerification(SignatureVerificationError::NoMatchingKey) => {
            return Disbelief::UnknownKey;
        }
        E::SignatureVerification(SignatureVerificationError::NoSignature) => {
            "its ID token is not signed"
        }
        E::SignatureVerification(SignatureVerificationError::DisallowedAlg(_)) => {
            "its ID token is not signed by a key of the provider (RS, PS, ES or EdDSA)"
        }
        E::SignatureVerification(_) => "the signature of its ID token is not the provider's",
        E::Expired(_) => "its ID token is not of now: is one of the clocks wrong?",
        E::InvalidAudience(_) => "its ID token is for another client",
        E::InvalidIssuer(_) => "its ID token is another provider's",
        E::InvalidNonce(_) => "its ID token is for another login",
        _ => "its ID token",
    };
    OidcFailure::unreadable(detail).into()
}

/// A token for several is believed only if it was made for this proxy.
fn authorized_party(claims: &Claims, client_id: &ClientId) -> Result<(), OidcFailure> {
    let is_for_one = claims.audiences().len() == 1;
    let is_ours = match claims.authorized_party() {
        Some(party) => party == client_id,
        None => is_for_one,
    };
    if is_ours {
        return Ok(());
    }
    Err(OidcFailure::unreadable(
        "its ID token was made for another client (`azp`)",
    ))
}

/// The access token is only used to ask for groups; but one that does not belong to the ID token is a sign of an attack.
fn access_token_hash(
    claims: &Claims,
    token: &Token,
    tokens: &Tokens,
    verifier: &IdTokenVerifier<'_, CoreJsonWebKey>,
) -> Result<(), OidcFailure> {
    let Some(said) = claims.access_token_hash() else {
        return Ok(());
    };
    let made = token
        .signing_alg()
        .and_then(|algorithm| Ok((algorithm, token.signing_key(verifier)?)))
        .ok()
        .and_then(|(algorithm, key)| {
            AccessTokenHash::from_token(tokens.access_token(), algorithm, key).ok()
        });
    if made.as_ref() == Some(said) {
        return Ok(());
    }
    Err(OidcFailure::unreadable(
        "its access token is not the ID token's (`at_hash`)",
    ))
}

/// The groups that a claim names. None where there is no such claim; a provider that says that there are more than it
/// names is not taken for one that names none.
pub(super) fn groups(
    OtherClaims(claims): &OtherClaims,
    name: &str,
) -> Result<Option<Vec<String>>, OidcFailure> {
    let elsewhere = claims.get("_claim_names").and_then(Value::as_object);
    let is_elsewhere = elsewhere.is_some_and(|names| names.contains_key(name));
    let is_more = claims
        .get("hasgroups")
        .is_some_and(|more| *more != Value::Bool(false) && more.as_str() != Some("false"));
    if is_elsewhere || is_more {
        let detail = "the provider leaves the groups out, as there are too many: have it name only those that are \
                      assigned to this application";
        return Err(OidcFailure::new(LoginFailure::TooManyGroups, detail));
    }
    let groups = match claims.get(name) {
        None | Some(Value::Null) => return Ok(None),
        Some(Value::String(one)) => vec![one.clone()],
        Some(Value::Array(several)) => several
            .iter()
            .map(|one| one.as_str().map(ToOwned::to_owned))
            .collect::<Option<_>>()
            .ok_or_else(|| unreadable_groups(name))?,
        Some(_) => return Err(unreadable_groups(name)),
    };
    if groups.len() > MOST_GROUPS {
        let detail = format!("the claim `{name}` has more than {MOST_GROUPS} groups");
        return Err(OidcFailure::new(LoginFailure::TooManyGroups, detail));
    }
    Ok(Some(groups))
}

fn unreadable_groups(name: &str) -> OidcFailure {
    OidcFailure::unreadable(format!("the claim `{name}` is no list of texts"))
}

/// A name on one line, and no longer than it can be shown.
fn shown(name: &str) -> String {
    one_line(name.trim(), NAME)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(claims: &str) -> Result<Option<Vec<String>>, LoginFailure> {
        let claims: OtherClaims = serde_json::from_str(claims).unwrap();
        groups(&claims, "groups").map_err(|failure| failure.reason)
    }

    #[test]
    fn groups_are_a_list_of_texts_or_one_and_otherwise_nothing_is_guessed() {
        let of = |names: &[&str]| Ok(Some(names.iter().map(|name| (*name).to_owned()).collect()));
        assert_eq!(said(r#"{"groups":["ops","staff"]}"#), of(&["ops", "staff"]));
        assert_eq!(said(r#"{"groups":"ops"}"#), of(&["ops"]));
        assert_eq!(said(r#"{"groups":[]}"#), of(&[]));
        assert_eq!(said("{}"), Ok(None));
        for odd in [
            r#"{"groups":{"ops":true}}"#,
            r#"{"groups":["ops",7]}"#,
            r#"{"groups":7}"#,
        ] {
            assert_eq!(said(odd), Err(LoginFailure::ProviderUnreadable), "{odd}");
        }
    }

    #[test]
    fn groups_that_are_too_many_to_be_named_are_not_taken_for_none() {
        for over in [
            r#"{"_claim_names":{"groups":"src1"},"_claim_sources":{"src1":{"endpoint":"https://graph.example"}}}"#,
            r#"{"hasgroups":true}"#,
            r#"{"hasgroups":"true","groups":["ops"]}"#,
        ] {
            assert_eq!(said(over), Err(LoginFailure::TooManyGroups), "{over}");
        }
        assert_eq!(
            said(r#"{"hasgroups":false,"_claim_names":{"photo":"s"}}"#),
            Ok(None)
        );
        let many = serde_json::json!({ "groups": vec!["g"; MOST_GROUPS + 1] });
        assert_eq!(said(&many.to_string()), Err(LoginFailure::TooManyGroups));
    }
}
