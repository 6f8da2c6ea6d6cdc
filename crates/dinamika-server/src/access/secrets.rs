//! Passwords and random secrets: what is kept is never what was given.

use argon2::{
    Argon2, PasswordHash, PasswordHasher, PasswordVerifier,
    password_hash::{Error, SaltString},
};
use dinamika_lake::state::PasswordRow;
use sha2::{Digest, Sha256};

use super::scram::Verifier;

/// Fewest characters of a password (NIST SP 800-63B asks for 8 where nothing else is asked).
const SHORTEST: usize = 10;

/// Why a password is not taken.
#[derive(Debug, thiserror::Error)]
pub enum PasswordError {
    /// Too easy to guess.
    #[error("пароль короче {SHORTEST} знаков: возьмите фразу из нескольких слов")]
    Short,
    /// The hash function failed.
    #[error("пароль не удалось сохранить: {0}")]
    Hash(Error),
}

/// What is kept of a password: its argon2id hash and its SCRAM verifier, each with a salt of its own. Takes tens of
/// milliseconds.
pub fn hash_password(password: &str) -> Result<PasswordRow, PasswordError> {
    if password.chars().count() < SHORTEST {
        return Err(PasswordError::Short);
    }
    let salt = SaltString::encode_b64(&rand::random::<[u8; 16]>()).map_err(PasswordError::Hash)?;
    let hash = Argon2::default().hash_password(password.as_bytes(), &salt).map_err(PasswordError::Hash)?;
    Ok(PasswordRow { hash: hash.to_string(), scram: Verifier::of_password(password).to_string() })
}

/// Whether this is the password. Without a hash the same time is spent, so that names cannot be found out by it.
pub(super) fn is_password(password: &str, hash: Option<&str>) -> bool {
    // Of no password anybody knows.
    const NOBODY: &str =
        "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    let parsed = PasswordHash::new(hash.unwrap_or(NOBODY));
    let matches = parsed.is_ok_and(|parsed| Argon2::default().verify_password(password.as_bytes(), &parsed).is_ok());
    matches && hash.is_some()
}

/// 256 random bits in hexadecimal digits.
pub(super) fn secret() -> String {
    hex::encode(rand::random::<[u8; 32]>())
}

/// What is kept of a random secret. It has too many bits to be guessed, so a plain hash is enough.
pub(super) fn hash_secret(secret: &str) -> String {
    hex::encode(Sha256::digest(secret.as_bytes()))
}

/// Whether two texts are the same, in a time that does not tell where they differ.
pub(super) fn same(a: &str, b: &str) -> bool {
    hash_secret(a) == hash_secret(b)
}

/// A token just made.
pub struct NewToken {
    /// Its public part.
    pub id: String,
    /// What is kept of its secret.
    pub hash: String,
    /// What is kept of its text, for SCRAM.
    pub scram: String,
    /// The text handed over once.
    pub text: String,
}

/// A new token.
pub fn new_token() -> NewToken {
    let (id, secret) = (hex::encode(rand::random::<[u8; 6]>()), secret());
    let text = format!("{TOKEN}{id}_{secret}");
    NewToken { id, hash: hash_secret(&secret), scram: Verifier::of_random(&text).to_string(), text }
}

/// What every token begins with.
pub(super) const TOKEN: &str = "dnm_";

/// Id and secret of a token's text.
pub(super) fn split_token(text: &str) -> Option<(&str, &str)> {
    text.strip_prefix(TOKEN)?.split_once('_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_kept_as_a_salted_argon2id_hash() {
        let (first, second) = (hash_password("верная лошадь").unwrap(), hash_password("верная лошадь").unwrap());
        assert!(first.hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{first:?}");
        assert!(first.hash != second.hash && first.scram != second.scram);
        assert!(is_password("верная лошадь", Some(&first.hash)));
        assert!(!is_password("верная лошадка", Some(&first.hash)));
        assert!(!is_password("верная лошадь", None));
        assert!(hash_password("короткий").is_err());
    }

    #[test]
    fn a_token_is_known_by_its_id_and_the_hash_of_its_secret() {
        let token = new_token();
        let (told, secret) = split_token(&token.text).unwrap();
        assert_eq!((told, hash_secret(secret)), (token.id.as_str(), token.hash));
    }
}
