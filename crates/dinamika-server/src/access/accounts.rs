//! Accounts as an administrator keeps them over HTTP; the commands `dinamika user …` do the same.

use dinamika_lake::state::{PasswordRow, State, UserRow, UserStatus};
use dinamika_project::{Principal, Role};

use super::{Gate, Means, Who, secrets::hash_password};
use crate::Problem;

/// What is to become of an account; what is none stays.
#[derive(Debug, Default)]
pub(crate) struct AccountChange {
    pub(crate) principal: Option<Principal>,
    pub(crate) password: Option<String>,
    pub(crate) status: Option<UserStatus>,
}

impl Gate {
    /// All accounts by name.
    pub(crate) fn accounts(&self) -> Result<Vec<UserRow>, Problem> {
        self.state().map_or(Ok(Vec::new()), |state| state.users().map_err(Problem::internal))
    }

    /// Makes an account. The first must be an administrator's: from then on everyone has to say who they are.
    pub(crate) async fn open_account(
        &self,
        who: &Who,
        name: &str,
        principal: &Principal,
        password: String,
    ) -> Result<UserRow, Problem> {
        let state = self.kept()?;
        let fits = (1..=64).contains(&name.chars().count())
            && name.chars().all(|c| c.is_alphanumeric() || "-_.@".contains(c))
            && !Role::ALL.iter().any(|role| role.as_str() == name);
        if !fits {
            return Err(bad("name", name, "Имя — буквы, цифры и . - _ @, до 64 знаков."));
        }
        if principal.role() == Role::Public {
            return Err(bad("principal", "public", "Гость видит открытое и без учётной записи."));
        }
        if who.means == Means::Open && principal.role() != Role::Administrator {
            return Err(bad("principal", &principal.to_string(), "Первая учётная запись — администратора."));
        }
        let hash = self.hashed(password).await?;
        if !state.user_add(name, principal, Some(&hash), self.now()).map_err(Problem::internal)? {
            return Err(bad("name", name, "Такая учётная запись уже есть."));
        }
        self.note(who, "user", &format!("add {name} {principal}"), "ok")?;
        self.account(name)
    }

    /// Changes an account. Nobody takes their own administrator's right away: somebody has to be left who can give it.
    pub(crate) async fn change_account(
        &self,
        who: &Who,
        name: &str,
        change: AccountChange,
    ) -> Result<UserRow, Problem> {
        let state = self.kept()?;
        self.account(name)?;
        let is_own = who.name.as_deref() == Some(name);
        if is_own && (change.principal.is_some() || change.status.is_some()) {
            return Err(bad("name", name, "Свою роль и доступ меняет другой администратор."));
        }
        if let Some(password) = change.password {
            let hash = self.hashed(password).await?;
            state.user_password(name, &hash).map_err(Problem::internal)?;
            self.note(who, "user", &format!("password {name}"), "ok")?;
        }
        if let Some(principal) = change.principal {
            if principal.role() == Role::Public {
                return Err(bad("principal", "public", "Гость видит открытое и без учётной записи."));
            }
            state.user_principal(name, &principal, self.now()).map_err(Problem::internal)?;
            self.note(who, "user", &format!("role {name} {principal}"), "ok")?;
        }
        if let Some(status) = change.status {
            state.user_status(name, status, self.now()).map_err(Problem::internal)?;
            let word = if status == UserStatus::Active { "enable" } else { "disable" };
            self.note(who, "user", &format!("{word} {name}"), "ok")?;
        }
        self.account(name)
    }

    fn account(&self, name: &str) -> Result<UserRow, Problem> {
        let found = self.kept()?.user(name).map_err(Problem::internal)?;
        found.ok_or_else(|| Problem::NotFound {
            what: "учётной записи",
            id: name.to_owned(),
            hint: "Список — /api/v1/accounts.".to_owned(),
        })
    }

    fn kept(&self) -> Result<&State, Problem> {
        self.state().ok_or(Problem::NoControl)
    }

    pub(super) async fn hashed(&self, password: String) -> Result<PasswordRow, Problem> {
        let hash = tokio::task::spawn_blocking(move || hash_password(&password)).await.map_err(Problem::internal)?;
        hash.map_err(|error| bad("password", "…", &format!("{}.", capital(&error.to_string()))))
    }
}

fn bad(parameter: &str, value: &str, expected: &str) -> Problem {
    Problem::BadValue { parameter: parameter.to_owned(), value: value.to_owned(), expected: expected.to_owned() }
}

fn capital(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map_or_else(String::new, |first| first.to_uppercase().chain(characters).collect())
}
