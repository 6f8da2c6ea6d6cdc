//! SCRAM-SHA-256 (RFC 5802, RFC 7677): a password is proved without being sent, and what is kept cannot prove it.
//!
//! pgwire's own keeps the salted password, with which anybody who has the state could log in; here, as in PostgreSQL,
//! two keys are kept of which neither is the one a client proves.

use std::{fmt, str::FromStr};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use pgwire::api::auth::sasl::scram::gen_salted_password;
use sha2::{Digest, Sha256};

/// Rounds for a password somebody thought up. PostgreSQL's own 4096 are few by now; a client counts these in 0.1 s.
const ROUNDS: usize = 100_000;
/// Rounds for a secret of 256 random bits: nobody guesses it; RFC 7677 asks for no fewer.
const FEW_ROUNDS: usize = 4_096;

/// What is kept of a password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Verifier {
    rounds: usize,
    salt: Vec<u8>,
    stored_key: Vec<u8>,
    server_key: Vec<u8>,
}

impl Verifier {
    /// Of a password. Takes tens of milliseconds.
    pub(crate) fn of_password(password: &str) -> Self {
        Self::new(password, ROUNDS, &rand::random::<[u8; 16]>())
    }

    /// Of a text that nobody thought up.
    pub(crate) fn of_random(secret: &str) -> Self {
        Self::new(secret, FEW_ROUNDS, &rand::random::<[u8; 16]>())
    }

    /// Of no password, for an account that is not there: each name always gets the same salt, so that it looks like
    /// one that is.
    pub(crate) fn of_nobody(name: &str, made_up: &[u8; 32]) -> Self {
        let salt = keyed(made_up, name.as_bytes());
        let keys = keyed(made_up, &salt);
        Self { rounds: ROUNDS, salt: salt[..16].to_vec(), stored_key: keys.clone(), server_key: keys }
    }

    fn new(password: &str, rounds: usize, salt: &[u8]) -> Self {
        let salted = gen_salted_password(password, salt, rounds);
        let client_key = keyed(&salted, b"Client Key");
        Self {
            rounds,
            salt: salt.to_vec(),
            stored_key: Sha256::digest(client_key).to_vec(),
            server_key: keyed(&salted, b"Server Key"),
        }
    }
}

/// As PostgreSQL writes it.
impl fmt::Display for Verifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [salt, stored, server] = [&self.salt, &self.stored_key, &self.server_key].map(|key| STANDARD.encode(key));
        write!(f, "SCRAM-SHA-256${}:{salt}${stored}:{server}", self.rounds)
    }
}

impl FromStr for Verifier {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let parts = text.strip_prefix("SCRAM-SHA-256$").and_then(|rest| rest.split_once('$')).ok_or(())?;
        let ((rounds, salt), (stored, server)) = parts.0.split_once(':').zip(parts.1.split_once(':')).ok_or(())?;
        let bytes = |text: &str| STANDARD.decode(text).map_err(|_| ());
        Ok(Self {
            rounds: rounds.parse().map_err(|_| ())?,
            salt: bytes(salt)?,
            stored_key: bytes(stored)?,
            server_key: bytes(server)?,
        })
    }
}

/// The first half of an exchange: what was said so far.
#[derive(Debug)]
pub(crate) struct First {
    verifier: Verifier,
    header: String,
    client_first: String,
    server_first: String,
    nonce: String,
}

impl First {
    /// Takes a client's first message; none when it is not one. `nonce` is ours, 18 random bytes.
    pub(crate) fn take(message: &[u8], verifier: Verifier, nonce: [u8; 18]) -> Option<Self> {
        let message = std::str::from_utf8(message).ok()?;
        // `n,,` or `y,,`: without binding to the channel, of which we offer none.
        let (binding, rest) = message.split_once(',')?;
        let (authorization, client_first) = rest.split_once(',')?;
        if !["n", "y"].contains(&binding) || !authorization.is_empty() {
            return None;
        }
        let theirs = client_first.split(',').find_map(|part| part.strip_prefix("r="))?;
        let nonce = format!("{theirs}{}", STANDARD.encode(nonce));
        let server_first = format!("r={nonce},s={},i={}", STANDARD.encode(&verifier.salt), verifier.rounds);
        Some(Self {
            verifier,
            header: format!("{binding},{authorization},"),
            client_first: client_first.to_owned(),
            server_first,
            nonce,
        })
    }

    /// What we say to it.
    pub(crate) fn answer(&self) -> &str {
        &self.server_first
    }

    /// Takes the client's last message: what we say to it when it proves the password; none when it does not.
    pub(crate) fn proved(&self, message: &[u8]) -> Option<String> {
        let message = std::str::from_utf8(message).ok()?;
        let (without_proof, proof) = message.rsplit_once(",p=")?;
        let part = |name: &str| without_proof.split(',').find_map(|part| part.strip_prefix(name));
        if part("c=")? != STANDARD.encode(&self.header) || part("r=")? != self.nonce {
            return None;
        }
        let said = format!("{},{},{without_proof}", self.client_first, self.server_first);
        let proof = STANDARD.decode(proof).ok()?;
        let signature = keyed(&self.verifier.stored_key, said.as_bytes());
        if proof.len() != signature.len() {
            return None;
        }
        let client_key: Vec<u8> = proof.iter().zip(&signature).map(|(a, b)| a ^ b).collect();
        // A hash is compared: how much of it agrees tells nothing of the password.
        (Sha256::digest(client_key).as_slice() == self.verifier.stored_key)
            .then(|| format!("v={}", STANDARD.encode(keyed(&self.verifier.server_key, said.as_bytes()))))
    }
}

fn keyed(key: &[u8], message: &[u8]) -> Vec<u8> {
    // A key of any length: longer than a block is hashed first (RFC 2104).
    let mut block = [0_u8; 64];
    match key.len() {
        0..=64 => block[..key.len()].copy_from_slice(key),
        _ => block[..32].copy_from_slice(&Sha256::digest(key)),
    }
    let mut mac = Hmac::<Sha256>::new(&block.into());
    mac.update(message);
    mac.finalize().into_bytes().to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The exchange of RFC 7677 §3.
    #[test]
    fn the_exchange_of_the_standard_holds() {
        let salt = STANDARD.decode("W22ZaJ0SNY7soEsUEjb6gQ==").unwrap();
        let verifier = Verifier::new("pencil", 4_096, &salt);
        let mut first = First::take(b"n,,n=user,r=rOprNGfwEbeRWgbNEkqO", verifier, [0; 18]).unwrap();
        // The standard's server has a nonce of its own.
        first.nonce = "rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0".to_owned();
        first.server_first = format!("r={},s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096", first.nonce);
        let last = format!("c=biws,r={},p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=", first.nonce);
        assert_eq!(first.proved(last.as_bytes()).as_deref(), Some("v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4="));
        let wrong = last.replace("dHzb", "dHzc");
        assert_eq!(first.proved(wrong.as_bytes()), None);
        assert_eq!(first.proved(b"c=biws,r=other,p=AAAA"), None);
    }

    #[test]
    fn what_is_kept_is_read_again() {
        let verifier = Verifier::of_random("dnm_1_2");
        assert_eq!(verifier.to_string().parse(), Ok(verifier.clone()));
        assert!(verifier.to_string().starts_with("SCRAM-SHA-256$4096:"));
        assert!("SCRAM-SHA-256$x".parse::<Verifier>().is_err());
    }

    #[test]
    fn nobody_looks_like_somebody_and_proves_nothing() {
        let nobody = |name: &str| Verifier::of_nobody(name, &[7; 32]);
        assert_eq!(nobody("a"), nobody("a"));
        assert_ne!(nobody("a").salt, nobody("b").salt);
        assert_eq!(nobody("a").salt.len(), 16);
    }
}
