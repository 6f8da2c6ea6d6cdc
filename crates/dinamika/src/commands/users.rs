//! `user`, `token` and `audit`: who may come in, and what they did.

use std::io::{BufRead as _, IsTerminal as _, Write as _};

use chrono::TimeDelta;
use dinamika_lake::state::{Audit, State, TokenRow, UserStatus};
use dinamika_project::{Principal, Role};
use dinamika_runner::{Clock as _, SystemClock};
use dinamika_server::{NewToken, hash_password, new_token};
use serde_json::json;

use crate::{
    cli::{As, Token, User},
    failure::Failure,
    paint,
    workshop::Workshop,
};

pub(super) fn users(workshop: &Workshop, command: User, json: bool) -> Result<(), Failure> {
    let state = workshop.state()?;
    let now = SystemClock.now();
    match command {
        User::List => list(&state, json),
        User::Add { name, no_password, of } => {
            let name = fit_name(&name)?;
            let principal = principal(&of)?;
            if state.user(&name).map_err(Failure::work)?.is_some() {
                return Err(Failure::usage(format!("учётная запись «{name}» уже есть")));
            }
            let password =
                if no_password { None } else { Some(hash_password(&new_password()?).map_err(Failure::usage)?) };
            if !state.user_add(&name, &principal, password.as_ref(), now).map_err(Failure::work)? {
                return Err(Failure::usage(format!("учётная запись «{name}» уже есть")));
            }
            note(&state, &format!("add {name} {principal}"))?;
            println!("Создана учётная запись «{name}»: {principal}.");
            Ok(())
        }
        User::Role { name, of } => {
            let principal = principal(&of)?;
            found(state.user_principal(&name, &principal, now).map_err(Failure::work)?, &name)?;
            note(&state, &format!("role {name} {principal}"))?;
            println!("«{name}» теперь {principal}; прежние входы и токены больше не действуют.");
            Ok(())
        }
        User::Password { name } => {
            found(state.user(&name).map_err(Failure::work)?.is_some(), &name)?;
            let password = hash_password(&new_password()?).map_err(Failure::usage)?;
            state.user_password(&name, &password).map_err(Failure::work)?;
            note(&state, &format!("password {name}"))?;
            println!("Пароль «{name}» изменён; прежние входы больше не действуют.");
            Ok(())
        }
        User::Disable { name } => {
            found(state.user_status(&name, UserStatus::Disabled, now).map_err(Failure::work)?, &name)?;
            note(&state, &format!("disable {name}"))?;
            println!("«{name}» больше не войдёт; токены отозваны. Вернуть: `dinamika user enable {name}`.");
            Ok(())
        }
        User::Enable { name } => {
            found(state.user_status(&name, UserStatus::Active, now).map_err(Failure::work)?, &name)?;
            note(&state, &format!("enable {name}"))?;
            println!("«{name}» снова может войти.");
            Ok(())
        }
    }
}

pub(super) fn tokens(workshop: &Workshop, command: Token, json: bool) -> Result<(), Failure> {
    let state = workshop.state()?;
    let now = SystemClock.now();
    match command {
        Token::List => {
            let all = state.tokens().map_err(Failure::work)?;
            if json {
                let rows: Vec<_> = all
                    .iter()
                    .map(|token| {
                        json!({ "id": token.id, "user": token.user, "principal": token.principal.to_string(),
                            "label": token.label, "created_at": token.created_at, "expires_at": token.expires_at,
                            "last_used": token.last_used, "revoked_at": token.revoked_at })
                    })
                    .collect();
                return Ok(paint::json(&rows)?);
            }
            let day = |at: Option<chrono::DateTime<chrono::Utc>>| {
                at.map_or("—".to_owned(), |at| at.format("%Y-%m-%d").to_string())
            };
            let rows: Vec<_> = all
                .into_iter()
                .map(|token| {
                    let stands = match (token.revoked_at, token.expires_at <= now) {
                        (Some(_), _) => "отозван",
                        (None, true) => "истёк",
                        (None, false) => "действует",
                    };
                    let (until, used) = (day(Some(token.expires_at)), day(token.last_used));
                    let words = [token.id, token.user, token.principal.to_string(), token.label, until, used];
                    words.into_iter().chain([stands.to_owned()]).collect()
                })
                .collect();
            Ok(paint::table(&["токен", "чей", "видит как", "для чего", "до", "использован", ""], &rows)?)
        }
        Token::Create { user, label, days, of } => {
            let owner = state.user(&user).map_err(Failure::work)?;
            let owner = owner.ok_or_else(|| Failure::usage(format!("нет учётной записи «{user}»")))?;
            let principal = match of.role {
                Some(_) => self::principal(&of)?,
                None => owner.principal.clone(),
            };
            if !owner.principal.includes(&principal) {
                return Err(Failure::usage(format!(
                    "«{user}» — {}: токен не может видеть больше ({principal})",
                    owner.principal
                )));
            }
            let NewToken { id, hash, scram, text } = new_token();
            let expires_at = now + TimeDelta::days(i64::from(days));
            let (label, created_at) = (label.unwrap_or_default(), now);
            let told = format!("create {id} {user} {principal}");
            let token = TokenRow {
                id,
                hash,
                scram: Some(scram),
                user,
                principal,
                label,
                created_at,
                expires_at,
                last_used: None,
                revoked_at: None,
            };
            state.token_add(&token).map_err(Failure::work)?;
            note_as(&state, "token", &told)?;
            eprintln!("Токен показан один раз. Действует до {}.", expires_at.format("%d.%m.%Y"));
            println!("{text}");
            Ok(())
        }
        Token::Revoke { id } => {
            if !state.token_revoke(&id, now).map_err(Failure::work)? {
                return Err(Failure::usage(format!("нет действующего токена {id}; список: `dinamika token list`")));
            }
            note_as(&state, "token", &format!("revoke {id}"))?;
            println!("Токен {id} отозван.");
            Ok(())
        }
    }
}

pub(super) fn audit(workshop: &Workshop, action: Option<&str>, limit: usize, json: bool) -> Result<(), Failure> {
    let lines = workshop.state()?.audited(action, limit).map_err(Failure::work)?;
    if json {
        return Ok(paint::json(&lines)?);
    }
    let rows: Vec<_> = lines
        .into_iter()
        .map(|line| {
            let at = line.at.format("%Y-%m-%d %H:%M:%S").to_string();
            vec![at, line.who, line.principal, line.action, line.what, line.outcome]
        })
        .collect();
    Ok(paint::table(&["когда, UTC", "кто", "видит как", "действие", "что", "исход"], &rows)?)
}

fn list(state: &State, json: bool) -> Result<(), Failure> {
    let all = state.users().map_err(Failure::work)?;
    if json {
        let rows: Vec<_> = all
            .iter()
            .map(|user| {
                json!({ "name": user.name, "principal": user.principal.to_string(), "status": user.status,
                    "created_at": user.created_at, "last_login": user.last_login })
            })
            .collect();
        return Ok(paint::json(&rows)?);
    }
    let rows: Vec<_> = all
        .into_iter()
        .map(|user| {
            let last = user.last_login.map_or("—".to_owned(), |at| at.format("%Y-%m-%d %H:%M").to_string());
            let status = if user.status == UserStatus::Active { "действует" } else { "отключена" };
            vec![user.name, user.principal.to_string(), status.to_owned(), last]
        })
        .collect();
    Ok(paint::table(&["имя", "видит как", "", "последний вход, UTC"], &rows)?)
}

/// Letters, digits and a few signs: a name stands in logs and addresses.
fn fit_name(name: &str) -> Result<String, Failure> {
    let fits = (1..=64).contains(&name.chars().count())
        && name.chars().all(|c| c.is_alphanumeric() || "-_.@".contains(c))
        && !Role::ALL.iter().any(|role| role.as_str() == name);
    if fits {
        Ok(name.to_owned())
    } else {
        Err(Failure::usage(format!("«{name}»: имя — буквы, цифры и . - _ @")))
    }
}

fn principal(of: &As) -> Result<Principal, Failure> {
    let role = of.role.unwrap_or(Role::Public);
    let keys = match role {
        Role::School => &of.schools,
        Role::Municipal => &of.municipalities,
        Role::Public => return Err(Failure::usage("гость видит открытое и без учётной записи; выберите другую роль")),
        Role::Regional | Role::Administrator => &Vec::new(),
    };
    let given = of.schools.len() + of.municipalities.len();
    if given != keys.len() {
        return Err(Failure::usage("--schools — для роли school, --municipalities — для роли municipal"));
    }
    let hint = "школе нужен --schools КЛЮЧ, муниципалитету --municipalities КЛЮЧ";
    Principal::new(role, keys.iter().cloned()).map_err(|_| Failure::usage(hint))
}

/// Typed twice without echo, or the first line of what is piped in. Never an argument: arguments are seen by all.
fn new_password() -> Result<String, Failure> {
    if !std::io::stdin().is_terminal() {
        let mut line = String::new();
        std::io::stdin().lock().read_line(&mut line)?;
        return Ok(line.trim_end_matches(['\r', '\n']).to_owned());
    }
    std::io::stderr().flush()?;
    let first = rpassword::prompt_password("Пароль: ")?;
    let second = rpassword::prompt_password("Ещё раз: ")?;
    if first == second { Ok(first) } else { Err(Failure::usage("пароли не совпали")) }
}

fn found(is_found: bool, name: &str) -> Result<(), Failure> {
    if is_found {
        Ok(())
    } else {
        Err(Failure::usage(format!("нет учётной записи «{name}»; список: `dinamika user list`")))
    }
}

fn note(state: &State, what: &str) -> Result<(), Failure> {
    note_as(state, "user", what)
}

fn note_as(state: &State, action: &str, what: &str) -> Result<(), Failure> {
    let line = Audit { who: "команда", principal: "administrator", action, what, outcome: "ok" };
    state.audit(&line, SystemClock.now()).map_err(Failure::work)
}
