//! The query string as sent.

use std::collections::BTreeMap;

use axum::{
    extract::{FromRequestParts, Query},
    http::{Uri, request::Parts},
};

use crate::Problem;

const SEE_AS: &str = "as";

/// Parameters as sent, by name; a repeated one is its values with commas between.
#[derive(Debug, Clone, Default)]
pub(crate) struct Asked(BTreeMap<String, String>);

impl Asked {
    pub(crate) fn of(uri: &Uri) -> Result<Self, Problem> {
        let Query(pairs) = Query::<Vec<(String, String)>>::try_from_uri(uri).map_err(|_| Problem::BadQueryString)?;
        let mut asked = BTreeMap::<String, String>::new();
        for (name, value) in pairs.into_iter().filter(|(name, _)| name != SEE_AS) {
            asked.entry(name).and_modify(|all| *all = format!("{all},{value}")).or_insert(value);
        }
        Ok(Self(asked))
    }

    /// As whom an administrator wants to see: read at the gate, unknown to every address.
    pub(crate) fn see_as(uri: &Uri) -> Option<String> {
        let Query(pairs) = Query::<Vec<(String, String)>>::try_from_uri(uri).ok()?;
        pairs.into_iter().find(|(name, _)| name == SEE_AS).map(|(_, value)| value)
    }

    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// Refuses a parameter that is not among the known ones.
    pub(crate) fn only(&self, known: &[&str]) -> Result<(), Problem> {
        match self.0.keys().find(|name| !known.contains(&name.as_str())) {
            None => Ok(()),
            Some(name) => Err(Problem::UnknownParameter {
                name: name.clone(),
                known: known.iter().map(|&name| name.to_owned()).collect(),
            }),
        }
    }

    /// A whole number from `least` to `most`.
    pub(crate) fn whole(&self, name: &str, least: u64, most: u64) -> Result<Option<u64>, Problem> {
        let Some(text) = self.get(name) else { return Ok(None) };
        match text.parse() {
            Ok(number) if (least..=most).contains(&number) => Ok(Some(number)),
            _ => Err(bad(name, text, format!("Ожидается целое число от {least} до {most}."))),
        }
    }

    /// One of a few words.
    pub(crate) fn choice(&self, name: &str, known: &[&str]) -> Result<Option<&str>, Problem> {
        match self.get(name) {
            Some(text) if !known.contains(&text) => Err(bad(name, text, format!("Известны: {}.", known.join(", ")))),
            other => Ok(other),
        }
    }
}

impl<S: Sync> FromRequestParts<S> for Asked {
    type Rejection = Problem;
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        Self::of(&parts.uri)
    }
}

pub(super) fn bad(parameter: &str, value: &str, expected: String) -> Problem {
    Problem::BadValue { parameter: parameter.to_owned(), value: value.to_owned(), expected }
}
