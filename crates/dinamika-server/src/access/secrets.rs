//! Passwords and random secrets: what is kept is never what was given.

use argon2::{
    Argon2, PasswordHash, PasswordHasher, PasswordVerifier,
    password_hash::{Error, SaltString},
};
use sha2::{Digest, Sha256};

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

/// The argon2id hash of a password in PHC form, with a salt of its own. Takes tens of milliseconds.
pub fn hash_password(password: &str) -> Result<String, PasswordError> {
    if password.chars().count() < SHORTEST {
        return Err(PasswordError::Short);
    }
    let salt = SaltString::encode_b64(&rand::random::<[u8; 16]>()).map_err(PasswordError::Hash)?;
    let hash = Argon2::default().hash_password(password.as_bytes(), &salt).map_err(PasswordError::Hash)?;
    Ok(hash.to_string())
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

/// A new token: its id, its secret's hash, and the text handed over once.
pub fn new_token() -> (String, String, String) {
    let (id, secret) = (hex::encode(rand::random::<[u8; 6]>()), secret());
    let text = format!("dnm_{id}_{secret}");
    (id, hash_secret(&secret), text)
}

/// Id and secret of a token's text.
pub(super) fn split_token(text: &str) -> Option<(&str, &str)> {
    text.strip_prefix("dnm_")?.split_once('_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_kept_as_a_salted_argon2id_hash() {
        let (first, second) = (hash_password("верная лошадь").unwrap(), hash_password("верная лошадь").unwrap());
        assert!(first.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{first}");
        assert_ne!(first, second);
        assert!(is_password("верная лошадь", Some(&first)));
        assert!(!is_password("верная лошадка", Some(&first)));
        assert!(!is_password("верная лошадь", None));
        assert!(hash_password("короткий").is_err());
    }

    #[test]
    fn a_token_is_known_by_its_id_and_the_hash_of_its_secret() {
        let (id, hash, text) = new_token();
        let (told, secret) = split_token(&text).unwrap();
        assert_eq!((told, hash_secret(secret)), (id.as_str(), hash));
    }
}
