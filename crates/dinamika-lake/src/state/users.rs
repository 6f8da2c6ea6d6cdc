//! Accounts: who may log in, as whom, and how often they failed to.

use chrono::{DateTime, Utc};
use dinamika_project::Principal;
use rusqlite::{OptionalExtension, Row, params};

use super::{State, StateError, word, words};

words! {
    /// Whether an account may be used.
    UserStatus {
        /// It may.
        Active = "active",
        /// It may not; nothing of it is lost.
        Disabled = "disabled",
    }
}

/// A password as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PasswordRow {
    /// Hash in PHC form: for those who send the password itself.
    pub hash: String,
    /// Verifier of SCRAM-SHA-256 as PostgreSQL writes it: for those who prove that they know it.
    pub scram: String,
}

/// An account.
#[derive(Debug, Clone, PartialEq)]
pub struct UserRow {
    /// Login name.
    pub name: String,
    /// As whom it sees.
    pub principal: Principal,
    /// Hash of the password in PHC form; none when it logs in with tokens only.
    pub password: Option<String>,
    /// Verifier of SCRAM-SHA-256; none when the password was set before there were such.
    pub scram: Option<String>,
    /// Whether it may be used.
    pub status: UserStatus,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it last logged in with its password.
    pub last_login: Option<DateTime<Utc>>,
    /// Wrong passwords since the last right one.
    pub failures: u32,
    /// The latest of them.
    pub failed_at: Option<DateTime<Utc>>,
}

impl State {
    /// Whether there is any account at all, usable or not.
    pub fn has_users(&self) -> Result<bool, StateError> {
        Ok(self.db().prepare_cached("select exists(select 1 from users)")?.query_row([], |row| row.get(0))?)
    }

    /// All accounts by name.
    pub fn users(&self) -> Result<Vec<UserRow>, StateError> {
        let db = self.db();
        let mut query = db.prepare_cached("select * from users order by name")?;
        Ok(query.query_map([], user)?.collect::<Result<_, _>>()?)
    }

    /// One account.
    pub fn user(&self, name: &str) -> Result<Option<UserRow>, StateError> {
        Ok(self.db().prepare_cached("select * from users where name = ?1")?.query_row([name], user).optional()?)
    }

    /// Makes an account; false when the name is taken.
    pub fn user_add(
        &self,
        name: &str,
        principal: &Principal,
        password: Option<&PasswordRow>,
        now: DateTime<Utc>,
    ) -> Result<bool, StateError> {
        let added = self.db().execute(
            "insert or ignore into users (name, principal, password, scram, status, created_at)
             values (?1, ?2, ?3, ?4, 'active', ?5)",
            params![
                name,
                principal.to_string(),
                password.map(|kept| &kept.hash),
                password.map(|kept| &kept.scram),
                now
            ],
        )?;
        Ok(added > 0)
    }

    /// Changes as whom an account sees. Its sessions end and its tokens are revoked: they were given to somebody else.
    pub fn user_principal(&self, name: &str, principal: &Principal, now: DateTime<Utc>) -> Result<bool, StateError> {
        let done = self
            .db()
            .execute("update users set principal = ?2 where name = ?1", params![name, principal.to_string()])?;
        self.user_out(name, now)?;
        Ok(done > 0)
    }

    /// Changes an account's password and ends its sessions.
    pub fn user_password(&self, name: &str, password: &PasswordRow) -> Result<bool, StateError> {
        let db = self.db();
        db.execute("delete from sessions where user = ?1", [name])?;
        let sql = "update users set password = ?2, scram = ?3, failures = 0, failed_at = null where name = ?1";
        Ok(db.execute(sql, params![name, password.hash, password.scram])? > 0)
    }

    /// Keeps the SCRAM verifier of the password an account has.
    pub fn user_scram(&self, name: &str, scram: &str) -> Result<(), StateError> {
        self.db().execute("update users set scram = ?2 where name = ?1", params![name, scram])?;
        Ok(())
    }

    /// Lets an account be used or not; one that may not loses its sessions and tokens.
    pub fn user_status(&self, name: &str, status: UserStatus, now: DateTime<Utc>) -> Result<bool, StateError> {
        let done = self.db().execute("update users set status = ?2 where name = ?1", params![name, status.as_str()])?;
        if status == UserStatus::Disabled {
            self.user_out(name, now)?;
        }
        Ok(done > 0)
    }

    /// Notes a wrong password.
    pub fn user_failed(&self, name: &str, now: DateTime<Utc>) -> Result<(), StateError> {
        let sql = "update users set failures = failures + 1, failed_at = ?2 where name = ?1";
        self.db().execute(sql, params![name, now])?;
        Ok(())
    }

    /// Notes a right password.
    pub fn user_entered(&self, name: &str, now: DateTime<Utc>) -> Result<(), StateError> {
        let sql = "update users set failures = 0, failed_at = null, last_login = ?2 where name = ?1";
        self.db().execute(sql, params![name, now])?;
        Ok(())
    }

    fn user_out(&self, name: &str, now: DateTime<Utc>) -> Result<(), StateError> {
        let db = self.db();
        db.execute("delete from sessions where user = ?1", [name])?;
        db.execute("update tokens set revoked_at = ?2 where user = ?1 and revoked_at is null", params![name, now])?;
        Ok(())
    }
}

fn user(row: &Row<'_>) -> rusqlite::Result<UserRow> {
    Ok(UserRow {
        name: row.get("name")?,
        principal: word(&row.get::<_, String>("principal")?)?,
        password: row.get("password")?,
        scram: row.get("scram")?,
        status: word(&row.get::<_, String>("status")?)?,
        created_at: row.get("created_at")?,
        last_login: row.get("last_login")?,
        failures: row.get("failures")?,
        failed_at: row.get("failed_at")?,
    })
}
