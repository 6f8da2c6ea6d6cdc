//! Who asks: sessions, tokens, and the computer itself while there are no accounts.

use std::{
    hash::{DefaultHasher, Hash, Hasher},
    sync::Arc,
    time::Duration,
};

use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use chrono::{DateTime, TimeDelta, Utc};
use dinamika_lake::state::{Audit, SessionRow, State, UserRow, UserStatus};
use dinamika_project::{Principal, Role};
use tokio::sync::{Semaphore, SemaphorePermit};

use super::{
    oidc::Oidc,
    scram::Verifier,
    secrets::{hash_secret, is_password, same, secret, split_token},
};
use crate::Problem;

/// Tells the time.
pub type Now = Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>;

/// A session lasts a working day.
const SESSION: Duration = Duration::from_secs(12 * 3_600);
/// Wrong passwords that cost nothing.
const FREE_FAILURES: u32 = 5;
/// The longest wait after many more: an account cannot be shut out by somebody else's guesses.
const LONGEST_WAIT: i64 = 60;
/// Passwords checked at once, those of one name one after the other: each takes 19 MB and tens of milliseconds.
const CHECKS: usize = 2;

/// The administrator's wish to see as somebody else.
pub(crate) const SEE_AS: HeaderName = HeaderName::from_static("x-dinamika-as");

/// Decides who asks.
pub struct Gate {
    state: Option<State>,
    now: Now,
    checks: [Semaphore; CHECKS],
    oidc: Option<Oidc>,
    /// Makes up salts of accounts that are not there.
    pub(super) made_up: [u8; 32],
}

/// By which right somebody asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Means {
    /// Nobody has to say who they are: this computer, no accounts.
    Open,
    /// They did not say who they are.
    Guest,
    /// The cookie of a session.
    Session {
        /// What our own page sends with whatever changes something.
        csrf: String,
    },
    /// A token.
    Token,
    /// A connection over PostgreSQL's protocol, of which the password was proved.
    Wire,
}

/// Who asks, and as whom they see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Who {
    /// The account.
    pub(crate) name: Option<String>,
    /// What the account is.
    pub(crate) own: Principal,
    /// As whom they see now.
    pub(crate) principal: Principal,
    pub(crate) means: Means,
}

impl Who {
    fn guest() -> Self {
        Self { name: None, own: Principal::public(), principal: Principal::public(), means: Means::Guest }
    }

    pub(super) fn account(name: String, principal: Principal, means: Means) -> Self {
        Self { name: Some(name), own: principal.clone(), principal, means }
    }

    /// For the audit log.
    pub(crate) fn told(&self) -> &str {
        self.name.as_deref().unwrap_or(if self.means == Means::Open { "этот компьютер" } else { "—" })
    }
}

impl Gate {
    /// No accounts at all: everyone is administrator. For tests and for programs that answer on loopback only.
    pub fn open() -> Self {
        Self::made(None, Arc::new(DateTime::default))
    }

    /// The accounts of a state; until the first is made, whoever reaches this computer is administrator.
    pub fn of(state: State, now: Now) -> Self {
        Self::made(Some(state), now)
    }

    fn made(state: Option<State>, now: Now) -> Self {
        Self { state, now, checks: std::array::from_fn(|_| Semaphore::new(1)), oidc: None, made_up: rand::random() }
    }

    /// The same, where people may also log in with an institution's own provider.
    #[must_use]
    pub fn with_oidc(self, oidc: Option<Oidc>) -> Self {
        Self { oidc, ..self }
    }

    /// The institution's own login.
    pub(crate) fn oidc(&self) -> Option<&Oidc> {
        self.oidc.as_ref()
    }

    /// The time now.
    pub(crate) fn now(&self) -> DateTime<Utc> {
        (self.now)()
    }

    /// The accounts' state; none where there cannot be accounts.
    pub(super) fn state(&self) -> Option<&State> {
        self.state.as_ref()
    }

    /// Whether there are accounts.
    pub(crate) fn has_accounts(&self) -> Result<bool, Problem> {
        self.state.as_ref().map_or(Ok(false), |state| state.has_users().map_err(Problem::internal))
    }

    /// Who sends these headers.
    pub(crate) fn who(&self, headers: &HeaderMap, see_as: Option<&str>) -> Result<Who, Problem> {
        let who = self.sender(headers)?;
        let Some(text) = see_as else { return Ok(who) };
        if who.own.role() != Role::Administrator {
            return Err(Problem::NotAllowed(Role::Administrator));
        }
        let principal = text.parse::<Principal>().map_err(|error| Problem::BadValue {
            parameter: "as".to_owned(),
            value: error.found,
            expected: "Примеры: public, school:223080, municipal:03701000, regional.".to_owned(),
        })?;
        Ok(Who { principal, ..who })
    }

    fn sender(&self, headers: &HeaderMap) -> Result<Who, Problem> {
        let state = match &self.state {
            Some(state) if state.has_users().map_err(Problem::internal)? => state,
            // A page of another site can make its own name lead here: only this computer's names are believed.
            _ if !is_this_computer(headers) => return Err(Problem::NoAccounts),
            _ => {
                let everything = Principal::administrator();
                return Ok(Who { name: None, own: everything.clone(), principal: everything, means: Means::Open });
            }
        };
        if let Some(told) = headers.get(header::AUTHORIZATION) {
            return self.bearer(state, told)?.ok_or(Problem::BadToken);
        }
        let Some(cookie) = cookie(headers) else { return Ok(Who::guest()) };
        let Some(session) = state.session(&hash_secret(cookie), (self.now)()).map_err(Problem::internal)? else {
            return Ok(Who::guest());
        };
        let user = state.user(&session.user).map_err(Problem::internal)?;
        let user = user.filter(|user| user.status == UserStatus::Active);
        let means = Means::Session { csrf: session.csrf };
        Ok(user.map_or_else(Who::guest, |user| Who::account(user.name, user.principal, means)))
    }

    fn bearer(&self, state: &State, told: &HeaderValue) -> Result<Option<Who>, Problem> {
        let text = told.to_str().ok().and_then(|text| text.split_once(' '));
        let text = text.filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer")).map(|(_, text)| text.trim());
        let Some((id, secret)) = text.and_then(split_token) else { return Ok(None) };
        let now = (self.now)();
        let Some(token) = state.token(id, now).map_err(Problem::internal)? else { return Ok(None) };
        let user = state.user(&token.user).map_err(Problem::internal)?;
        let usable = user.filter(|user| user.status == UserStatus::Active && user.principal.includes(&token.principal));
        let (Some(user), true) = (usable, same(&hash_secret(secret), &token.hash)) else { return Ok(None) };
        // One write an hour is enough to tell whether a token is still needed.
        if token.last_used.is_none_or(|used| now - used > TimeDelta::hours(1)) {
            state.token_used(id, now).map_err(Problem::internal)?;
        }
        Ok(Some(Who::account(user.name, token.principal, Means::Token)))
    }

    /// A place among the checks of passwords, one for each name at a time.
    pub(super) async fn turn(&self, name: &str) -> Result<SemaphorePermit<'_>, Problem> {
        let mut hasher = DefaultHasher::new();
        name.hash(&mut hasher);
        let at = usize::try_from(hasher.finish() % CHECKS as u64).map_err(Problem::internal)?;
        self.checks[at].acquire().await.map_err(Problem::internal)
    }

    /// Checks a password and begins a session: the cookie's value and who it is of.
    pub(crate) async fn login(&self, name: &str, password: String) -> Result<(String, Who), Problem> {
        let Some(state) = &self.state else { return Err(Problem::BadLogin) };
        // One check of a name at a time: guesses sent side by side wait for each other's failure to be counted.
        let _turn = self.turn(name).await?;
        let user = state.user(name).map_err(Problem::internal)?;
        let now = (self.now)();
        if let Some(wait) = user.as_ref().and_then(|user| wait(user, now)) {
            self.audit(name, "—", "login", name, "throttled")?;
            return Err(Problem::TooManyLogins(wait));
        }
        let hash = user.as_ref().and_then(|user| user.password.clone());
        // A password set before there were verifiers gets its own now that it is at hand.
        let lacks = user.as_ref().is_some_and(|user| user.scram.is_none());
        let checked = tokio::task::spawn_blocking(move || {
            let matches = is_password(&password, hash.as_deref());
            (matches, (matches && lacks).then(|| Verifier::of_password(&password)))
        });
        let (matches, verifier) = checked.await.map_err(Problem::internal)?;
        match user.filter(|user| matches && user.status == UserStatus::Active) {
            Some(user) => {
                if let Some(verifier) = verifier {
                    state.user_scram(name, &verifier.to_string()).map_err(Problem::internal)?;
                }
                self.enter(state, user, name)
            }
            None => {
                state.user_failed(name, now).map_err(Problem::internal)?;
                self.audit(name, "—", "login", name, "refused")?;
                Err(Problem::BadLogin)
            }
        }
    }

    /// Begins a session of whom the institution's provider has named: the cookie's value and who it is of.
    pub(crate) fn login_named(&self, person: &str) -> Result<(String, Who), Problem> {
        let Some(state) = &self.state else { return Err(Problem::NotProved) };
        // Providers spell e-mails as somebody once typed them.
        let user = match state.user(person).map_err(Problem::internal)? {
            None => state.user(&person.to_lowercase()).map_err(Problem::internal)?,
            found => found,
        };
        match user.filter(|user| user.status == UserStatus::Active) {
            Some(user) => self.enter(state, user, "oidc"),
            None => {
                self.audit(person, "—", "login", "oidc", "refused")?;
                Err(Problem::NoAccount(short(person, 64).to_owned()))
            }
        }
    }

    pub(super) fn enter(&self, state: &State, user: UserRow, what: &str) -> Result<(String, Who), Problem> {
        let now = (self.now)();
        state.user_entered(&user.name, now).map_err(Problem::internal)?;
        let (cookie, csrf) = (secret(), secret());
        let session = SessionRow { user: user.name.clone(), csrf: csrf.clone(), expires_at: now + SESSION };
        state.session_begin(&hash_secret(&cookie), &session, now).map_err(Problem::internal)?;
        self.audit(&user.name, &user.principal.to_string(), "login", what, "ok")?;
        Ok((cookie, Who::account(user.name, user.principal, Means::Session { csrf })))
    }

    /// Ends the session of these headers.
    pub(crate) fn logout(&self, headers: &HeaderMap, who: &Who) -> Result<(), Problem> {
        if let (Some(state), Some(cookie)) = (&self.state, cookie(headers)) {
            state.session_end(&hash_secret(cookie)).map_err(Problem::internal)?;
            self.note(who, "logout", who.told(), "ok")?;
        }
        Ok(())
    }

    /// Writes what somebody did into the audit log.
    pub(crate) fn note(&self, who: &Who, action: &str, what: &str, outcome: &str) -> Result<(), Problem> {
        self.audit(who.told(), &who.principal.to_string(), action, what, outcome)
    }

    pub(super) fn audit(
        &self,
        who: &str,
        principal: &str,
        action: &str,
        what: &str,
        outcome: &str,
    ) -> Result<(), Problem> {
        let Some(state) = &self.state else { return Ok(()) };
        // What strangers type is kept short.
        let (who, what) = (short(who, 64), short(what, 2_000));
        state.audit(&Audit { who, principal, action, what, outcome }, (self.now)()).map_err(Problem::internal)
    }
}

/// A line of the audit log that is written however it ends: whoever asked may be gone before there is an answer.
pub(crate) struct Noting<'a> {
    gate: &'a Gate,
    who: &'a Who,
    action: &'static str,
    what: &'a str,
    is_written: bool,
}

impl<'a> Noting<'a> {
    /// Something begins.
    pub(crate) fn begun(gate: &'a Gate, who: &'a Who, action: &'static str, what: &'a str) -> Self {
        Self { gate, who, action, what, is_written: false }
    }

    /// It has ended so.
    pub(crate) fn ended(mut self, outcome: &str) -> Result<(), Problem> {
        self.is_written = true;
        self.gate.note(self.who, self.action, self.what, outcome)
    }
}

impl Drop for Noting<'_> {
    fn drop(&mut self) {
        if !self.is_written
            && let Err(error) = self.gate.note(self.who, self.action, self.what, "failed")
        {
            tracing::error!(%error, "the audit log is not written");
        }
    }
}

/// The cookie's attributes; `Secure` wherever the reader's side of the proxy is encrypted.
pub(crate) fn set_cookie(value: &str, headers: &HeaderMap, ends: bool) -> Option<HeaderValue> {
    let forwarded = headers.get("x-forwarded-proto").and_then(|value| value.to_str().ok());
    let secure = if forwarded.is_some_and(|scheme| scheme.starts_with("https")) { "; Secure" } else { "" };
    let age = if ends { 0 } else { SESSION.as_secs() };
    HeaderValue::try_from(format!("{COOKIE}={value}; Path=/; HttpOnly; SameSite=Lax; Max-Age={age}{secure}")).ok()
}

const COOKIE: &str = "dinamika_session";

fn cookie(headers: &HeaderMap) -> Option<&str> {
    cookie_named(headers, COOKIE)
}

/// The value of a cookie.
pub(crate) fn cookie_named<'h>(headers: &'h HeaderMap, wanted: &str) -> Option<&'h str> {
    let all = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs = all.flat_map(|text| text.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(name, _)| *name == wanted).map(|(_, value)| value)
}

/// Seconds until the next password may be tried: 1, 2, 4 … after the free ones.
pub(super) fn wait(user: &UserRow, now: DateTime<Utc>) -> Option<u64> {
    let over = user.failures.checked_sub(FREE_FAILURES)?;
    let seconds = 1_i64.checked_shl(over).filter(|seconds| *seconds > 0).unwrap_or(LONGEST_WAIT).min(LONGEST_WAIT);
    let left = user.failed_at? + TimeDelta::seconds(seconds) - now;
    (left > TimeDelta::zero()).then(|| u64::try_from(left.num_seconds()).unwrap_or(0) + 1)
}

fn is_this_computer(headers: &HeaderMap) -> bool {
    let Some(host) = headers.get(header::HOST).and_then(|host| host.to_str().ok()) else { return true };
    let name = match host.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or_default(),
        None => host.split(':').next().unwrap_or_default(),
    };
    name.eq_ignore_ascii_case("localhost") || name.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

fn short(text: &str, most: usize) -> &str {
    text.char_indices().nth(most).map_or(text, |(end, _)| &text[..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_and_stay_bearable() {
        let user = |failures| UserRow {
            name: "a".to_owned(),
            principal: Principal::public(),
            password: None,
            scram: None,
            status: UserStatus::Active,
            created_at: DateTime::default(),
            last_login: None,
            failures,
            failed_at: Some(DateTime::default()),
        };
        let waits = [0, 4, 5, 6, 8, 12, 200].map(|failures| wait(&user(failures), DateTime::default()));
        assert_eq!(waits, [None, None, Some(2), Some(3), Some(9), Some(61), Some(61)]);
    }

    #[test]
    fn only_names_of_this_computer_are_believed_without_accounts() {
        let host = |name: &str| is_this_computer(&HeaderMap::from_iter([(header::HOST, name.parse().unwrap())]));
        assert!(host("localhost:8080") && host("127.0.0.1:8080") && host("[::1]:8080"));
        assert!(!host("evil.example") && !host("evil.example:8080") && !host("192.168.0.5:8080"));
    }
}
