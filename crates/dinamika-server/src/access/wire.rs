//! Who asks over PostgreSQL's protocol: the same accounts and tokens, proved once a connection, looked up at every
//! statement.

use chrono::TimeDelta;
use dinamika_lake::state::{State, TokenRow, UserRow, UserStatus};
use dinamika_project::{Principal, Role};

use super::{Gate, Means, Verifier, Who, gate::wait, secrets::TOKEN};
use crate::Problem;

/// What somebody who gives a name has to prove.
pub(crate) enum Key {
    /// Nothing: there are no accounts.
    Nothing,
    /// That they know the password of this.
    Password(Verifier),
}

impl Gate {
    /// What somebody who calls themselves so has to prove. A token's name is its id: `dnm_…` to the second `_`.
    pub(crate) fn wire_key(&self, name: &str) -> Result<Key, Problem> {
        let Some(state) = self.accounted()? else { return Ok(Key::Nothing) };
        let kept = match name.strip_prefix(TOKEN) {
            Some(id) => self.usable(state, id)?.and_then(|(_, token)| token.scram),
            None => {
                let user = state.user(name).map_err(Problem::internal)?;
                if let Some(wait) = user.as_ref().and_then(|user| wait(user, self.now())) {
                    self.audit(name, "—", "login", name, "throttled")?;
                    return Err(Problem::TooManyLogins(wait));
                }
                user.filter(|user| user.status == UserStatus::Active).and_then(|user| user.scram)
            }
        };
        let verifier = kept.and_then(|kept| kept.parse().ok());
        Ok(Key::Password(verifier.unwrap_or_else(|| Verifier::of_nobody(name, &self.made_up))))
    }

    /// Notes how the proof ended.
    pub(crate) fn wire_tried(&self, name: &str, is_proved: bool) -> Result<(), Problem> {
        let Some(state) = self.accounted()? else { return Ok(()) };
        let now = self.now();
        // Guesses sent side by side were all let to try: of those that come after the free ones none may succeed.
        let user = state.user(name).map_err(Problem::internal)?;
        if let Some(seconds) = user.and_then(|user| wait(&user, now)).filter(|_| is_proved) {
            self.audit(name, "—", "login", name, "throttled")?;
            return Err(Problem::TooManyLogins(seconds));
        }
        match (name.strip_prefix(TOKEN), is_proved) {
            (Some(id), true) => state.token_used(id, now),
            (Some(_), false) => Ok(()),
            (None, true) => state.user_entered(name, now),
            (None, false) => state.user_failed(name, now),
        }
        .map_err(Problem::internal)?;
        let principal = if is_proved { self.wire_who(name)?.principal.to_string() } else { "—".to_owned() };
        self.audit(name, &principal, "login", name, if is_proved { "ok" } else { "refused" })
    }

    /// Who a connection is of now: an account may have been closed, or have got another role, since it was opened.
    pub(crate) fn wire_who(&self, name: &str) -> Result<Who, Problem> {
        let Some(state) = self.accounted()? else {
            let everything = Principal::administrator();
            return Ok(Who { name: None, own: everything.clone(), principal: everything, means: Means::Open });
        };
        let who = match name.strip_prefix(TOKEN) {
            Some(id) => {
                let (user, token) = self.usable(state, id)?.ok_or(Problem::BadToken)?;
                if token.last_used.is_none_or(|used| self.now() - used > TimeDelta::hours(1)) {
                    state.token_used(id, self.now()).map_err(Problem::internal)?;
                }
                Who::account(user.name, token.principal, Means::Wire)
            }
            None => {
                let user = state.user(name).map_err(Problem::internal)?;
                let user = user.filter(|user| user.status == UserStatus::Active).ok_or(Problem::BadLogin)?;
                Who::account(user.name, user.principal, Means::Wire)
            }
        };
        // As with the same SELECT over HTTP.
        if who.principal.role() < Role::School { Err(Problem::NotAllowed(Role::School)) } else { Ok(who) }
    }

    /// What of an account a connection was opened with: another password ends it.
    pub(crate) fn wire_mark(&self, name: &str) -> Result<Option<String>, Problem> {
        let Some(state) = self.accounted()? else { return Ok(None) };
        Ok(state.user(name).map_err(Problem::internal)?.and_then(|user| user.scram))
    }

    /// The state while there are accounts.
    fn accounted(&self) -> Result<Option<&State>, Problem> {
        Ok(self.has_accounts()?.then(|| self.state()).flatten())
    }

    /// A token that may be used, with whose it is.
    fn usable(&self, state: &State, id: &str) -> Result<Option<(UserRow, TokenRow)>, Problem> {
        let Some(token) = state.token(id, self.now()).map_err(Problem::internal)? else { return Ok(None) };
        let user = state.user(&token.user).map_err(Problem::internal)?;
        let user = user.filter(|user| user.status == UserStatus::Active && user.principal.includes(&token.principal));
        Ok(user.map(|user| (user, token)))
    }
}
