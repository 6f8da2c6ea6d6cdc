//! An institution's own login: OpenID Connect, the authorization code with PKCE (RFC 6749, RFC 7636, OpenID Connect
//! Core 1.0 §3.1). The provider says who somebody is; what they see is said by the account of that name here.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use chrono::{DateTime, TimeDelta, Utc};
use dinamika_project::{Claim, OpenId};
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header, jwk::JwkSet};
use serde::{
    Deserialize,
    de::{DeserializeOwned, IgnoredAny},
};
use sha2::{Digest, Sha256};
use url::Url;

use super::secrets::{hash_secret, same, secret};
use crate::{Failure, Problem};

/// How long somebody may take over there.
const PATIENCE: TimeDelta = TimeDelta::minutes(10);
/// Logins begun at once; older ones have to begin again.
const PENDING: usize = 1_000;
/// How long what the provider tells of itself is believed.
const FRESH: TimeDelta = TimeDelta::hours(1);
/// How long an answer of the provider may take.
const DEADLINE: Duration = Duration::from_secs(10);
/// Bytes of an answer.
const LARGEST: usize = 1 << 20;
/// Signatures that prove something: those with a key only the provider has.
const SIGNATURES: [Algorithm; 9] = [
    Algorithm::RS256,
    Algorithm::RS384,
    Algorithm::RS512,
    Algorithm::PS256,
    Algorithm::PS384,
    Algorithm::PS512,
    Algorithm::ES256,
    Algorithm::ES384,
    Algorithm::EdDSA,
];

/// The provider, as we know it.
pub struct Oidc {
    of: OpenId,
    secret: Option<String>,
    http: reqwest::Client,
    known: tokio::sync::Mutex<Option<(DateTime<Utc>, Arc<Known>)>>,
    pending: Mutex<HashMap<String, Pending>>,
}

/// What the provider tells of itself.
struct Known {
    authorization_endpoint: Url,
    token_endpoint: Url,
    keys: JwkSet,
}

/// A login that was begun.
struct Pending {
    nonce: String,
    verifier: String,
    /// Hash of the cookie: who ends it must be the browser that began it.
    browser: String,
    next: String,
    until: DateTime<Utc>,
}

/// Where a browser is sent to.
pub(crate) struct Begun {
    pub(crate) to: Url,
    pub(crate) cookie: String,
}

/// What comes back with the browser.
#[derive(Deserialize)]
pub(crate) struct Returned {
    state: Option<String>,
    code: Option<String>,
    error: Option<String>,
}

#[derive(Deserialize)]
struct Discovered {
    issuer: String,
    authorization_endpoint: Url,
    token_endpoint: Url,
    jwks_uri: Url,
}

#[derive(Deserialize)]
struct Tokens {
    id_token: String,
}

#[derive(Deserialize)]
struct Claims {
    sub: String,
    nonce: Option<String>,
    email: Option<String>,
    #[serde(default)]
    email_verified: bool,
    preferred_username: Option<String>,
    azp: Option<String>,
    aud: Audience,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Audience {
    Several(Vec<IgnoredAny>),
    One(IgnoredAny),
}

impl Oidc {
    /// `secret` is what the program proves with who it is; public clients have none.
    ///
    /// # Errors
    /// Without a usable TLS library.
    pub fn new(of: OpenId, secret: Option<String>) -> Result<Self, Failure> {
        // A redirect could lead the secret elsewhere.
        let http = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).timeout(DEADLINE).build()?;
        Ok(Self { of, secret, http, known: tokio::sync::Mutex::default(), pending: Mutex::default() })
    }

    /// What stands on the button.
    pub(crate) fn title(&self) -> &str {
        &self.of.title
    }

    /// Whether browsers reach us encrypted.
    pub(crate) fn is_encrypted(&self) -> bool {
        self.of.address.scheme() == "https"
    }

    /// Begins a login: `next` is a page of ours.
    pub(crate) async fn begin(&self, next: &str, now: DateTime<Utc>) -> Result<Begun, Problem> {
        let known = self.known(now, false).await?;
        let (state, nonce, verifier, cookie) = (secret(), secret(), secret(), secret());
        let challenge = BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_bytes()));
        let mut to = known.authorization_endpoint.clone();
        to.query_pairs_mut()
            .append_pair("response_type", "code")
            .append_pair("client_id", &self.of.client_id)
            .append_pair("redirect_uri", self.back().as_str())
            .append_pair("scope", "openid email profile")
            .append_pair("state", &state)
            .append_pair("nonce", &nonce)
            .append_pair("code_challenge", &challenge)
            .append_pair("code_challenge_method", "S256");
        let begun =
            Pending { nonce, verifier, browser: hash_secret(&cookie), next: next.to_owned(), until: now + PATIENCE };
        let mut pending = self.pending.lock().unwrap_or_else(PoisonError::into_inner);
        pending.retain(|_, begun| begun.until > now);
        if pending.len() >= PENDING
            && let Some(oldest) = pending.iter().min_by_key(|(_, begun)| begun.until).map(|(state, _)| state.clone())
        {
            pending.remove(&oldest);
        }
        pending.insert(state, begun);
        Ok(Begun { to, cookie })
    }

    /// Ends a login: the person's name, and the page they wanted.
    pub(crate) async fn end(
        &self,
        returned: Returned,
        cookie: Option<&str>,
        now: DateTime<Utc>,
    ) -> Result<(String, String), Problem> {
        let begun = {
            let mut pending = self.pending.lock().unwrap_or_else(PoisonError::into_inner);
            returned.state.and_then(|state| pending.remove(&state))
        };
        let is_theirs = |begun: &Pending| {
            begun.until > now && cookie.is_some_and(|cookie| same(&hash_secret(cookie), &begun.browser))
        };
        let Some(begun) = begun.filter(is_theirs) else {
            return Err(refused("the login was not begun here, or too long ago"));
        };
        let code = match (returned.code, returned.error) {
            (Some(code), None) => code,
            (_, error) => return Err(refused(&format!("the provider answered {error:?}"))),
        };
        let claims = self.claims(&code, &begun.verifier, now).await?;
        if !claims.nonce.as_deref().is_some_and(|nonce| same(nonce, &begun.nonce)) {
            return Err(refused("the token is of another login"));
        }
        let person = match self.of.claim {
            Claim::Email => claims.email.filter(|_| claims.email_verified),
            Claim::PreferredUsername => claims.preferred_username,
            Claim::Subject => Some(claims.sub),
        };
        let person = person.filter(|person| !person.is_empty());
        Ok((person.ok_or_else(|| refused("the token does not name the person"))?, begun.next))
    }

    /// Changes the code for the token, and reads it.
    async fn claims(&self, code: &str, verifier: &str, now: DateTime<Utc>) -> Result<Claims, Problem> {
        let known = self.known(now, false).await?;
        let back = self.back();
        let mut form = vec![
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", back.as_str()),
            ("code_verifier", verifier),
        ];
        let mut request = self.http.post(known.token_endpoint.clone());
        match &self.secret {
            Some(secret) => {
                // RFC 6749 §2.3.1: both are form-encoded first.
                let encoded = |text: &str| url::form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
                request = request.basic_auth(encoded(&self.of.client_id), Some(encoded(secret)));
            }
            None => form.push(("client_id", &self.of.client_id)),
        }
        let tokens: Tokens = read(request.form(&form)).await?;
        let header = decode_header(&tokens.id_token).map_err(|error| refused(&error.to_string()))?;
        if !SIGNATURES.contains(&header.alg) {
            return Err(refused("the token's signature proves nothing"));
        }
        let find = |known: &Known| match &header.kid {
            Some(kid) => known.keys.find(kid).cloned(),
            None if known.keys.keys.len() == 1 => known.keys.keys.first().cloned(),
            None => None,
        };
        let key = match find(&known) {
            Some(key) => Some(key),
            // Its keys may have been changed since.
            None => find(&*self.known(now, true).await?),
        };
        let key = key.ok_or_else(|| refused("the token's key is not the provider's"))?;
        let key = DecodingKey::from_jwk(&key).map_err(|error| refused(&error.to_string()))?;
        let mut validation = Validation::new(header.alg);
        validation.set_audience(&[&self.of.client_id]);
        validation.set_issuer(&[self.issuer(), &format!("{}/", self.issuer())]);
        validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
        let claims = decode::<Claims>(&tokens.id_token, &key, &validation);
        let claims = claims.map_err(|error| refused(&error.to_string()))?.claims;
        let is_ours = match (&claims.aud, &claims.azp) {
            (Audience::One(_), None) => true,
            (Audience::Several(of), None) => of.len() == 1,
            (Audience::One(_) | Audience::Several(_), Some(azp)) => *azp == self.of.client_id,
        };
        if is_ours { Ok(claims) } else { Err(refused("the token was given to another program")) }
    }

    /// What the provider tells of itself; `anew` when a key is missing.
    async fn known(&self, now: DateTime<Utc>, anew: bool) -> Result<Arc<Known>, Problem> {
        let mut kept = self.known.lock().await;
        // Nobody makes us ask more than once a minute.
        let fresh = if anew { TimeDelta::minutes(1) } else { FRESH };
        if let Some((since, known)) = kept.as_ref()
            && now - *since < fresh
        {
            return Ok(Arc::clone(known));
        }
        let at = format!("{}/.well-known/openid-configuration", self.issuer());
        let discovered: Discovered = read(self.http.get(at)).await?;
        if discovered.issuer.trim_end_matches('/') != self.issuer() {
            return Err(down("it is another issuer"));
        }
        let is_safe = |url: &Url| url.scheme() == "https" || self.of.issuer.scheme() == "http";
        if ![&discovered.authorization_endpoint, &discovered.token_endpoint, &discovered.jwks_uri]
            .into_iter()
            .all(is_safe)
        {
            return Err(down("it has addresses without encryption"));
        }
        let keys = read(self.http.get(discovered.jwks_uri)).await?;
        let Discovered { authorization_endpoint, token_endpoint, .. } = discovered;
        let known = Arc::new(Known { authorization_endpoint, token_endpoint, keys });
        *kept = Some((now, Arc::clone(&known)));
        Ok(known)
    }

    fn issuer(&self) -> &str {
        self.of.issuer.as_str().trim_end_matches('/')
    }

    /// Where the provider sends browsers back to.
    fn back(&self) -> String {
        format!("{}/login/oidc/callback", self.of.address.as_str().trim_end_matches('/'))
    }
}

async fn read<T: DeserializeOwned>(request: reqwest::RequestBuilder) -> Result<T, Problem> {
    let mut response = request.send().await.map_err(|error| down(&error.without_url().to_string()))?;
    let status = response.status();
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| down(&error.without_url().to_string()))? {
        body.extend_from_slice(&chunk);
        if body.len() > LARGEST {
            return Err(down("its answer is too long"));
        }
    }
    if status.is_client_error() {
        return Err(refused(&format!("the provider answered {status}")));
    }
    if !status.is_success() {
        return Err(down(&format!("it answered {status}")));
    }
    serde_json::from_slice(&body).map_err(|error| down(&error.to_string()))
}

fn refused(why: &str) -> Problem {
    tracing::warn!(why, "a login by the institution's provider was refused");
    Problem::NotProved
}

fn down(why: &str) -> Problem {
    tracing::warn!(why, "the institution's login cannot be used");
    Problem::ProviderDown
}
