//! Tokens of programs: only hashes of their secrets are kept.

use chrono::{DateTime, Utc};
use dinamika_project::Principal;
use rusqlite::{OptionalExtension, Row, params};

use super::{State, StateError, word};

/// A token.
#[derive(Debug, Clone, PartialEq)]
pub struct TokenRow {
    /// Its public part.
    pub id: String,
    /// sha256 of its secret part, hexadecimal.
    pub hash: String,
    /// Verifier of SCRAM-SHA-256 of its whole text; none when it was made before there were such.
    pub scram: Option<String>,
    /// Whose.
    pub user: String,
    /// As whom it sees.
    pub principal: Principal,
    /// What it is for.
    pub label: String,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it ends.
    pub expires_at: DateTime<Utc>,
    /// When it was last used, to the hour.
    pub last_used: Option<DateTime<Utc>>,
    /// When it was taken back.
    pub revoked_at: Option<DateTime<Utc>>,
}

impl State {
    /// Keeps a new token.
    pub fn token_add(&self, token: &TokenRow) -> Result<(), StateError> {
        self.db().execute(
            "insert into tokens (id, hash, scram, user, principal, label, created_at, expires_at)
             values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            params![
                token.id,
                token.hash,
                token.scram,
                token.user,
                token.principal.to_string(),
                token.label,
                token.created_at,
                token.expires_at
            ],
        )?;
        Ok(())
    }

    /// All tokens, newest first.
    pub fn tokens(&self) -> Result<Vec<TokenRow>, StateError> {
        let db = self.db();
        let mut query = db.prepare_cached("select * from tokens order by created_at desc, id")?;
        Ok(query.query_map([], token)?.collect::<Result<_, _>>()?)
    }

    /// A token that has neither ended nor been taken back.
    pub fn token(&self, id: &str, now: DateTime<Utc>) -> Result<Option<TokenRow>, StateError> {
        let db = self.db();
        let sql = "select * from tokens where id = ?1 and expires_at > ?2 and revoked_at is null";
        Ok(db.prepare_cached(sql)?.query_row(params![id, now], token).optional()?)
    }

    /// Notes that a token is used.
    pub fn token_used(&self, id: &str, now: DateTime<Utc>) -> Result<(), StateError> {
        self.db().execute("update tokens set last_used = ?2 where id = ?1", params![id, now])?;
        Ok(())
    }

    /// Takes a token back; false when there is none that is still good.
    pub fn token_revoke(&self, id: &str, now: DateTime<Utc>) -> Result<bool, StateError> {
        let sql = "update tokens set revoked_at = ?2 where id = ?1 and revoked_at is null";
        Ok(self.db().execute(sql, params![id, now])? > 0)
    }
}

fn token(row: &Row<'_>) -> rusqlite::Result<TokenRow> {
    Ok(TokenRow {
        id: row.get("id")?,
        hash: row.get("hash")?,
        scram: row.get("scram")?,
        user: row.get("user")?,
        principal: word(&row.get::<_, String>("principal")?)?,
        label: row.get("label")?,
        created_at: row.get("created_at")?,
        expires_at: row.get("expires_at")?,
        last_used: row.get("last_used")?,
        revoked_at: row.get("revoked_at")?,
    })
}
