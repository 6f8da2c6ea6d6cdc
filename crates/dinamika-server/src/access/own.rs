//! What people do with their own account: the password, and tokens for their programs.

use std::collections::BTreeSet;

use chrono::TimeDelta;
use dinamika_lake::state::{AuditRow, State, TokenRow, UserRow};
use dinamika_project::{Principal, Role};

use super::{
    Gate, Means, Who,
    gate::wait,
    secrets::{NewToken, is_password, new_token},
};
use crate::Problem;

/// The longest a token may last.
const MOST_DAYS: u32 = 366;
/// Letters of what a token is for.
const LABEL: usize = 80;

/// A token somebody wants.
#[derive(Debug)]
pub(crate) struct TokenWish {
    /// What it is for.
    pub(crate) label: String,
    /// How long it lasts.
    pub(crate) days: u32,
    /// As whom it sees; as its owner where none is named.
    pub(crate) principal: Option<Principal>,
}

impl Gate {
    /// Changes the password of whoever has logged in and knows it. All sessions of the account end; the cookie of a
    /// new one is given back.
    pub(crate) async fn change_own_password(
        &self,
        who: &Who,
        old: String,
        new: String,
    ) -> Result<(String, Who), Problem> {
        let _turn = self.turn(who.told()).await?;
        let (state, user) = self.logged_in(who)?;
        let now = self.now();
        if let Some(seconds) = wait(&user, now) {
            return Err(Problem::TooManyLogins(seconds));
        }
        let known = user.password.clone();
        let checked = tokio::task::spawn_blocking(move || is_password(&old, known.as_deref()));
        if !checked.await.map_err(Problem::internal)? {
            state.user_failed(&user.name, now).map_err(Problem::internal)?;
            self.note(who, "user", &format!("password {}", user.name), "refused")?;
            return Err(Problem::WrongPassword);
        }
        let kept = self.hashed(new).await?;
        state.user_password(&user.name, &kept).map_err(Problem::internal)?;
        self.note(who, "user", &format!("password {}", user.name), "ok")?;
        self.enter(state, user, "new password")
    }

    /// Tokens of whoever asks; all of them for the administrator.
    pub(crate) fn tokens(&self, who: &Who) -> Result<Vec<TokenRow>, Problem> {
        let (state, user) = self.logged_in(who)?;
        let all = state.tokens().map_err(Problem::internal)?;
        let sees_all = who.own.role() == Role::Administrator;
        Ok(all.into_iter().filter(|token| sees_all || token.user == user.name).collect())
    }

    /// Makes a token that sees no more than its owner. Its text is told once.
    pub(crate) fn make_token(&self, who: &Who, wish: TokenWish) -> Result<(String, TokenRow), Problem> {
        let (state, user) = self.logged_in(who)?;
        let bad = |parameter: &str, value: String, expected: String| Problem::BadValue {
            parameter: parameter.to_owned(),
            value,
            expected,
        };
        if !(1..=MOST_DAYS).contains(&wish.days) {
            return Err(bad("days", wish.days.to_string(), format!("От 1 до {MOST_DAYS} дней.")));
        }
        if wish.label.chars().count() > LABEL {
            return Err(bad("label", "…".to_owned(), format!("Не длиннее {LABEL} знаков.")));
        }
        let principal = wish.principal.unwrap_or_else(|| user.principal.clone());
        if !user.principal.includes(&principal) {
            let expected = format!("Вы видите как {}: токен не может видеть больше.", user.principal);
            return Err(bad("principal", principal.to_string(), expected));
        }
        let NewToken { id, hash, scram, text } = new_token();
        let created_at = self.now();
        let token = TokenRow {
            id,
            hash,
            scram: Some(scram),
            user: user.name,
            principal,
            label: wish.label,
            created_at,
            expires_at: created_at + TimeDelta::days(i64::from(wish.days)),
            last_used: None,
            revoked_at: None,
        };
        state.token_add(&token).map_err(Problem::internal)?;
        self.note(who, "token", &format!("create {} {} {}", token.id, token.user, token.principal), "ok")?;
        Ok((text, token))
    }

    /// Takes a token back: one's own, or any for the administrator.
    pub(crate) fn revoke_token(&self, who: &Who, id: &str) -> Result<(), Problem> {
        let (state, _) = self.logged_in(who)?;
        let known: BTreeSet<String> = self.tokens(who)?.into_iter().map(|token| token.id).collect();
        if !known.contains(id) || !state.token_revoke(id, self.now()).map_err(Problem::internal)? {
            let hint = "Действующие — /api/v1/tokens.".to_owned();
            return Err(Problem::NotFound { what: "действующего токена", id: id.to_owned(), hint });
        }
        self.note(who, "token", &format!("revoke {id}"), "ok")
    }

    /// Lines of the audit log, newest first.
    pub(crate) fn audited(&self, action: Option<&str>, limit: usize) -> Result<Vec<AuditRow>, Problem> {
        let Some(state) = self.state() else { return Ok(Vec::new()) };
        state.audited(action, limit).map_err(Problem::internal)
    }

    /// Whose session it is. A token makes no tokens and changes no password: who found one must not stay for ever.
    fn logged_in(&self, who: &Who) -> Result<(&State, UserRow), Problem> {
        let (Some(state), Some(name), Means::Session { .. }) = (self.state(), &who.name, &who.means) else {
            return Err(Problem::NeedsSession);
        };
        let user = state.user(name).map_err(Problem::internal)?.ok_or(Problem::NeedsSession)?;
        Ok((state, user))
    }
}
