//! An institution's own login: a provider on a socket, signed tokens, and what is refused.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicBool, Ordering},
};

use axum::{
    Form, Json, Router,
    extract::State as Of,
    http::{HeaderMap, StatusCode},
    response::IntoResponse,
    routing::{get, post},
};
use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use chrono::{DateTime, Utc};
use dinamika_lake::state::{State, UserStatus};
use dinamika_project::{Claim, OpenId};
use dinamika_server::{Gate, Oidc};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use ring::{
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair},
};
use serde_json::{Value, json};
use url::Url;

use crate::region::{Answer, Region};

/// An RSA key for these tests only.
const RSA: &[u8] = include_bytes!("provider.der");
const RSA_MODULUS: &str = "xyJEeSZQ-aKBcDTC4fgLTStetexM9_jhHSpoTzwJXvwUm6_HRQa8VXnxEnH0chYRZOg-eqTX-aUgaAgJfVkYw6Qod5EiISHp8tnmPhv5bpaCYp_-fWmN_I3_WAUDc679ht35NArXlqJ9s0ciQ8Zozyx69veD8Vsdo0PUuFU35iRhqi9JZyqJ76pLtm2qtENOfJ8QFdcjB6FIHFNh3cWZQWzsNsS25Y3STMRxIxmq013YK2OjRVEJfDE7EEeLYRXh5HU1CeSp85JWk0AZ486nZclQFgnKN3RfRIHM-hOmf36oWvasmTxWTNpn2pSV64EVvfsjx5XDP_GAcEjUS6g9Aw";

/// The headers and the form a code was sent with.
type Exchange = (HeaderMap, Vec<(String, String)>);

/// The provider: whoever comes is logged in; what stands in the token is the test's.
struct Provider {
    address: String,
    ec: EncodingKey,
    ec_public: (String, String),
    /// Whether the RSA key is among the published ones.
    has_rsa: AtomicBool,
    /// The answer to the next code: a token.
    token: Mutex<String>,
    /// What the last code was sent with.
    asked: Mutex<Option<Exchange>>,
}

impl Provider {
    async fn start() -> Arc<Self> {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let random = SystemRandom::new();
        let pkcs8 = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random).unwrap();
        let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, pkcs8.as_ref(), &random).unwrap();
        let point = pair.public_key().as_ref();
        let part = |bytes: &[u8]| BASE64_URL_SAFE_NO_PAD.encode(bytes);
        let provider = Arc::new(Self {
            address: format!("http://{}", listener.local_addr().unwrap()),
            ec: EncodingKey::from_ec_der(pkcs8.as_ref()),
            ec_public: (part(&point[1..33]), part(&point[33..])),
            has_rsa: AtomicBool::new(false),
            token: Mutex::default(),
            asked: Mutex::default(),
        });
        let routes = Router::new()
            .route("/.well-known/openid-configuration", get(discovery))
            .route("/keys", get(keys))
            .route("/token", post(token))
            .with_state(Arc::clone(&provider));
        tokio::spawn(async move { axum::serve(listener, routes).await });
        provider
    }

    /// A token as it ought to be.
    fn claims(&self, nonce: &str) -> Value {
        json!({
            "iss": self.address, "aud": "dinamika", "sub": "42", "exp": Utc::now().timestamp() + 300, "nonce": nonce,
            "email": "Ada@region.example", "email_verified": true,
        })
    }

    fn answers(&self, claims: &Value) {
        let header = Header { kid: Some("ec".to_owned()), ..Header::new(Algorithm::ES256) };
        *self.token.lock().unwrap() = encode(&header, claims, &self.ec).unwrap();
    }
}

async fn discovery(Of(provider): Of<Arc<Provider>>) -> Json<Value> {
    let at = &provider.address;
    Json(json!({
        "issuer": at, "authorization_endpoint": format!("{at}/authorize"), "token_endpoint": format!("{at}/token"),
        "jwks_uri": format!("{at}/keys"),
    }))
}

async fn keys(Of(provider): Of<Arc<Provider>>) -> Json<Value> {
    let (x, y) = &provider.ec_public;
    let mut keys = vec![json!({"kty": "EC", "crv": "P-256", "kid": "ec", "alg": "ES256", "x": x, "y": y})];
    if provider.has_rsa.load(Ordering::SeqCst) {
        keys.push(json!({"kty": "RSA", "kid": "rsa", "alg": "RS256", "n": RSA_MODULUS, "e": "AQAB"}));
    }
    Json(json!({ "keys": keys }))
}

async fn token(
    Of(provider): Of<Arc<Provider>>,
    headers: HeaderMap,
    Form(form): Form<Vec<(String, String)>>,
) -> impl IntoResponse {
    *provider.asked.lock().unwrap() = Some((headers, form));
    Json(json!({"access_token": "unused", "token_type": "Bearer", "id_token": *provider.token.lock().unwrap()}))
}

/// A region whose people log in over there.
struct Institution {
    provider: Arc<Provider>,
    region: Region,
    state: State,
    seconds: Arc<std::sync::atomic::AtomicI64>,
    _folder: tempfile::TempDir,
}

/// A browser on its way: the address it was sent to, and the cookie it was given.
struct Sent {
    to: Url,
    cookie: String,
}

impl Sent {
    fn parameter(&self, name: &str) -> String {
        self.to.query_pairs().find(|(key, _)| key == name).unwrap_or_else(|| panic!("no {name}")).1.into_owned()
    }
}

impl Institution {
    async fn new() -> Self {
        Self::with(Claim::Email).await
    }

    async fn with(claim: Claim) -> Self {
        let provider = Provider::start().await;
        let folder = tempfile::tempdir().unwrap();
        let state = State::open(folder.path()).unwrap();
        for name in ["ada@region.example", "42"] {
            assert!(state.user_add(name, &"municipal:m1".parse().unwrap(), None, DateTime::default()).unwrap());
        }
        let of = OpenId {
            issuer: provider.address.parse().unwrap(),
            client_id: "dinamika".to_owned(),
            address: "https://dinamika.example/".parse().unwrap(),
            title: "Войти через портал".to_owned(),
            claim,
        };
        let seconds = Arc::new(std::sync::atomic::AtomicI64::new(0));
        let clock = Arc::clone(&seconds);
        let now = move || DateTime::from_timestamp(1_800_000_000 + clock.load(Ordering::SeqCst), 0).unwrap();
        let gate = Gate::of(state.clone(), Arc::new(now));
        let gate = gate.with_oidc(Some(Oidc::new(of, Some("секрет & ключ".to_owned())).unwrap()));
        let region = Region::published_behind(gate).await;
        Self { provider, region, state, seconds, _folder: folder }
    }

    async fn begin(&self, next: &str) -> Sent {
        let begun = self.region.get(&format!("/login/oidc?next={next}")).await;
        assert_eq!(begun.status, StatusCode::SEE_OTHER, "{}", begun.text());
        let cookie = begun.headers["set-cookie"].to_str().unwrap();
        assert!(
            cookie.contains("HttpOnly") && cookie.contains("Secure") && cookie.contains("SameSite=Lax"),
            "{cookie}"
        );
        Sent {
            to: begun.headers["location"].to_str().unwrap().parse().unwrap(),
            cookie: cookie.split(';').next().unwrap().to_owned(),
        }
    }

    async fn end(&self, sent: &Sent) -> Answer {
        self.end_with(&sent.parameter("state"), &sent.cookie).await
    }

    async fn end_with(&self, state: &str, cookie: &str) -> Answer {
        self.region.get_with(&format!("/login/oidc/callback?code=abc&state={state}"), &[("cookie", cookie)]).await
    }

    /// Goes the whole way with a token changed so.
    async fn told(&self, change: impl FnOnce(&mut Value)) -> Answer {
        let sent = self.begin("/").await;
        let mut claims = self.provider.claims(&sent.parameter("nonce"));
        change(&mut claims);
        self.provider.answers(&claims);
        self.end(&sent).await
    }
}

fn refused(answer: &Answer, why: &str) {
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{why}: {}", answer.text());
    assert!(answer.text().contains("Вход через организацию не выполнен"), "{why}: {}", answer.text());
    assert!(!answer.headers.get_all("set-cookie").iter().any(|cookie| cookie.to_str().unwrap().contains("_session=")));
}

#[tokio::test]
async fn who_proves_to_be_somebody_over_there_is_logged_in_here() {
    let institution = Institution::new().await;
    assert!(institution.region.get("/login").await.text().contains("Войти через портал"));
    let sent = institution.begin("/dashboards/vpr").await;
    assert!(sent.to.as_str().starts_with(&format!("{}/authorize?", institution.provider.address)));
    assert_eq!(sent.parameter("redirect_uri"), "https://dinamika.example/login/oidc/callback");
    assert_eq!(sent.parameter("code_challenge_method"), "S256");
    institution.provider.answers(&institution.provider.claims(&sent.parameter("nonce")));
    let ended = institution.end(&sent).await;
    assert_eq!((ended.status, ended.headers["location"].to_str().unwrap()), (StatusCode::SEE_OTHER, "/dashboards/vpr"));
    let session = ended.headers.get_all("set-cookie").iter().next().unwrap().to_str().unwrap();
    let me = institution.region.get_with("/api/v1/me", &[("cookie", session.split(';').next().unwrap())]).await;
    assert_eq!(me.json()["name"], "ada@region.example");
    // The code goes with the verifier of the challenge, and with the program's own secret.
    let (headers, form) = institution.provider.asked.lock().unwrap().take().unwrap();
    let of = |name: &str| form.iter().find(|(key, _)| key == name).unwrap().1.clone();
    let challenge = <sha2::Sha256 as sha2::Digest>::digest(of("code_verifier").as_bytes());
    assert_eq!(BASE64_URL_SAFE_NO_PAD.encode(challenge), sent.parameter("code_challenge"));
    assert!(headers["authorization"].to_str().unwrap().starts_with("Basic "));
    let audit = institution.state.audited(None, 10).unwrap();
    assert!(audit.iter().any(|row| row.action == "login" && row.outcome == "ok" && row.what == "oidc"), "{audit:?}");
    // What was used is used up.
    refused(&institution.end(&sent).await, "the same state again");
}

#[tokio::test]
async fn a_token_that_does_not_prove_it_is_refused() {
    let institution = Institution::new().await;
    let an_hour_ago = Utc::now().timestamp() - 3_600;
    refused(&institution.told(|claims| claims["nonce"] = "other".into()).await, "another login's nonce");
    refused(&institution.told(|claims| drop(claims.as_object_mut().unwrap().remove("nonce"))).await, "no nonce");
    refused(&institution.told(|claims| claims["aud"] = "other".into()).await, "another program's");
    refused(
        &institution.told(|claims| claims["aud"] = json!(["dinamika", "other"])).await,
        "for two without saying whom",
    );
    refused(&institution.told(|claims| claims["azp"] = "other".into()).await, "asked for by another");
    refused(&institution.told(|claims| claims["iss"] = "https://evil.example".into()).await, "another issuer");
    refused(&institution.told(|claims| claims["exp"] = an_hour_ago.into()).await, "expired");
    refused(&institution.told(|claims| claims["email_verified"] = false.into()).await, "nobody verified the e-mail");

    let sent = institution.begin("/").await;
    institution.provider.answers(&institution.provider.claims(&sent.parameter("nonce")));
    let forged = {
        let mut token = institution.provider.token.lock().unwrap();
        let payload = json!({"sub": "root"}).to_string();
        let parts: Vec<String> = token.split('.').map(str::to_owned).collect();
        *token = format!("{}.{}.{}", parts[0], BASE64_URL_SAFE_NO_PAD.encode(payload), parts[2]);
        token.clone()
    };
    refused(&institution.end(&sent).await, &forged);
    // A signature that whoever knows the public key can make.
    let sent = institution.begin("/").await;
    let claims = institution.provider.claims(&sent.parameter("nonce"));
    let header = Header { kid: Some("ec".to_owned()), ..Header::new(Algorithm::HS256) };
    let key = EncodingKey::from_secret(institution.provider.ec_public.0.as_bytes());
    *institution.provider.token.lock().unwrap() = encode(&header, &claims, &key).unwrap();
    refused(&institution.end(&sent).await, "a symmetric signature");
}

#[tokio::test]
async fn a_login_is_ended_by_the_browser_that_began_it_and_soon() {
    let institution = Institution::new().await;
    let sent = institution.begin("/").await;
    institution.provider.answers(&institution.provider.claims(&sent.parameter("nonce")));
    refused(&institution.end_with(&sent.parameter("state"), "dinamika_login=other").await, "another browser");
    refused(&institution.end_with("made-up", &sent.cookie).await, "a state nobody gave");
    let sent = institution.begin("/").await;
    institution.provider.answers(&institution.provider.claims(&sent.parameter("nonce")));
    institution.seconds.fetch_add(601, Ordering::SeqCst);
    refused(&institution.end(&sent).await, "ten minutes later");
}

#[tokio::test]
async fn nobody_is_sent_to_another_site() {
    let institution = Institution::new().await;
    for elsewhere in ["https://evil.example", "//evil.example", "%2F%5Cevil.example"] {
        let sent = institution.begin(elsewhere).await;
        institution.provider.answers(&institution.provider.claims(&sent.parameter("nonce")));
        assert_eq!(institution.end(&sent).await.headers["location"], "/", "{elsewhere}");
    }
}

#[tokio::test]
async fn whom_the_administrator_does_not_know_is_told_so() {
    let institution = Institution::new().await;
    let stranger = institution.told(|claims| claims["email"] = "bob@region.example".into()).await;
    assert_eq!(stranger.status, StatusCode::FORBIDDEN);
    assert!(stranger.text().contains("«bob@region.example» здесь нет"), "{}", stranger.text());
    institution.state.user_status("ada@region.example", UserStatus::Disabled, Utc::now()).unwrap();
    assert_eq!(institution.told(|_| {}).await.status, StatusCode::FORBIDDEN);
    let audit = institution.state.audited(None, 10).unwrap();
    assert_eq!(audit.iter().filter(|row| row.what == "oidc" && row.outcome == "refused").count(), 2);
}

#[tokio::test]
async fn new_keys_are_learned_and_any_claim_can_name_the_person() {
    let institution = Institution::with(Claim::Subject).await;
    assert_eq!(institution.told(|_| {}).await.status, StatusCode::SEE_OTHER);
    institution.provider.has_rsa.store(true, Ordering::SeqCst);
    institution.seconds.fetch_add(61, Ordering::SeqCst);
    let sent = institution.begin("/").await;
    let header = Header { kid: Some("rsa".to_owned()), ..Header::new(Algorithm::RS256) };
    let claims = institution.provider.claims(&sent.parameter("nonce"));
    *institution.provider.token.lock().unwrap() = encode(&header, &claims, &EncodingKey::from_rsa_der(RSA)).unwrap();
    assert_eq!(institution.end(&sent).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn without_a_provider_there_is_no_such_page() {
    assert_eq!(Region::published().await.get("/login/oidc").await.status, StatusCode::NOT_FOUND);
}
