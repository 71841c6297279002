//! A provider of identities that says what a test tells it to.

use std::sync::{Arc, Mutex};

use axum::{
    Form, Json, Router,
    extract::State,
    http::{HeaderMap, StatusCode},
    response::{IntoResponse as _, Response},
    routing::{get, post},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use hmac::{Hmac, Mac as _};
use rcgen::{KeyPair, PKCS_ED25519, PublicKeyData as _, SigningKey as _};
use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256};

/// What tokens hold that may be seen nowhere.
pub(super) const CANARY: &str = "canary-access-token-7c1e";
pub(super) const CLIENT_SECRET: &str = "canary-client-secret-3b9f";

/// How an ID token is signed.
#[derive(Debug, Clone, Copy)]
pub(super) enum Signed {
    /// By the key that the provider shows.
    Well,
    /// Not at all.
    NotAtAll,
    /// By the public key as if it were a shared secret.
    ByPublicKey,
    /// By the client's secret.
    ByClientSecret,
    /// By a key of somebody else, who calls it by the same name.
    ByAnother,
}

/// What is given for a code.
#[derive(Debug, Clone)]
pub(super) struct Given {
    pub(super) claims: Map<String, Value>,
    pub(super) signed: Signed,
    pub(super) kid: String,
    /// Of PKCE, as the browser brought it.
    pub(super) challenge: String,
}

/// A running provider.
pub(super) struct Provider {
    pub(super) issuer: String,
    pub(super) said: Arc<Mutex<Said>>,
}

/// What it says, and what it was asked.
pub(super) struct Said {
    key: KeyPair,
    kid: String,
    issuer: String,
    pub(super) given: Option<Given>,
    pub(super) userinfo: Value,
    /// What its description says besides.
    pub(super) extra: Map<String, Value>,
    pub(super) descriptions: u32,
    pub(super) answers_to_codes: u32,
    /// Whether it says for every code that it is not good, with what may not be shown.
    pub(super) refuses: bool,
}

type Shared = State<Arc<Mutex<Said>>>;

impl Provider {
    pub(super) async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let issuer = format!("http://{}", listener.local_addr().unwrap());
        let said = Arc::new(Mutex::new(Said {
            key: KeyPair::generate_for(&PKCS_ED25519).unwrap(),
            kid: "k1".to_owned(),
            issuer: issuer.clone(),
            given: None,
            userinfo: json!({}),
            extra: Map::new(),
            descriptions: 0,
            answers_to_codes: 0,
            refuses: false,
        }));
        let router = Router::new()
            .route("/.well-known/openid-configuration", get(description))
            .route("/jwks", get(keys))
            .route("/token", post(token))
            .route("/userinfo", get(userinfo))
            .with_state(Arc::clone(&said));
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { issuer, said }
    }

    /// Has it sign by a new key from now on.
    pub(super) fn rotate(&self) {
        let mut said = self.said.lock().unwrap();
        said.key = KeyPair::generate_for(&PKCS_ED25519).unwrap();
        "k2".clone_into(&mut said.kid);
    }
}

async fn description(State(said): Shared) -> Json<Value> {
    let mut said = said.lock().unwrap();
    said.descriptions += 1;
    let issuer = &said.issuer;
    let mut description = json!({
        "issuer": issuer,
        "authorization_endpoint": format!("{issuer}/authorize"),
        "token_endpoint": format!("{issuer}/token"),
        "userinfo_endpoint": format!("{issuer}/userinfo"),
        "jwks_uri": format!("{issuer}/jwks"),
        "end_session_endpoint": format!("{issuer}/end"),
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        // As some say who also sign otherwise: what is believed is not the provider's to choose.
        "id_token_signing_alg_values_supported": ["EdDSA", "HS256", "none"],
    });
    description
        .as_object_mut()
        .unwrap()
        .extend(said.extra.clone());
    Json(description)
}

async fn keys(State(said): Shared) -> Json<Value> {
    let said = said.lock().unwrap();
    let x = URL_SAFE_NO_PAD.encode(said.key.der_bytes());
    Json(json!({ "keys": [{
        "kty": "OKP", "crv": "Ed25519", "use": "sig", "alg": "EdDSA", "kid": said.kid, "x": x,
    }] }))
}

async fn token(
    State(said): Shared,
    headers: HeaderMap,
    Form(form): Form<Vec<(String, String)>>,
) -> Response {
    let field = |name: &str| {
        let found = form.iter().find(|(field, _)| field == name);
        found.map(|(_, value)| value.as_str()).unwrap_or_default()
    };
    let mut said = said.lock().unwrap();
    said.answers_to_codes += 1;
    let Some(given) = said.given.take() else {
        return refused();
    };
    let basic = headers["authorization"].to_str().unwrap().to_owned();
    assert!(basic.starts_with("Basic "), "{basic}");
    let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(field("code_verifier")));
    if said.refuses || challenge != given.challenge || field("code") != "canary-code" {
        return refused();
    }
    assert!(field("redirect_uri").ends_with("/api/v1/login/oidc/callback"));
    Json(json!({
        "access_token": CANARY,
        "token_type": "Bearer",
        "expires_in": 3600,
        "refresh_token": format!("refresh-{CANARY}"),
        "id_token": said.signed(&given),
    }))
    .into_response()
}

fn refused() -> Response {
    let body = json!({ "error": "invalid_grant", "error_description": format!("<b>{CANARY}</b>") });
    (StatusCode::BAD_REQUEST, Json(body)).into_response()
}

async fn userinfo(State(said): Shared, headers: HeaderMap) -> Response {
    if headers["authorization"] != format!("Bearer {CANARY}") {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    Json(said.lock().unwrap().userinfo.clone()).into_response()
}

impl Said {
    fn signed(&self, given: &Given) -> String {
        let alg = match given.signed {
            Signed::Well | Signed::ByAnother => "EdDSA",
            Signed::NotAtAll => "none",
            Signed::ByPublicKey | Signed::ByClientSecret => "HS256",
        };
        let header = json!({ "alg": alg, "kid": given.kid, "typ": "JWT" });
        let part = |json: String| URL_SAFE_NO_PAD.encode(json);
        let claims = Value::Object(given.claims.clone());
        let text = format!("{}.{}", part(header.to_string()), part(claims.to_string()));
        let by_secret = |secret: &[u8]| {
            let mut mac = Hmac::<Sha256>::new_from_slice(secret).unwrap();
            mac.update(text.as_bytes());
            mac.finalize().into_bytes().to_vec()
        };
        let signature = match given.signed {
            Signed::Well => self.key.sign(text.as_bytes()).unwrap(),
            Signed::NotAtAll => Vec::new(),
            Signed::ByPublicKey => by_secret(self.key.der_bytes()),
            Signed::ByClientSecret => by_secret(CLIENT_SECRET.as_bytes()),
            Signed::ByAnother => {
                let other = KeyPair::generate_for(&PKCS_ED25519).unwrap();
                other.sign(text.as_bytes()).unwrap()
            }
        };
        format!("{text}.{}", URL_SAFE_NO_PAD.encode(signature))
    }
}
