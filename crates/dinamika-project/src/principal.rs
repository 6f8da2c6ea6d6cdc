//! Who asks: roles of DOMAIN §4 and the part of the region each is responsible for.

use std::{collections::BTreeSet, fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::WordError;

/// What somebody is to the region; a later one sees at least as much as an earlier one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Whoever did not say who they are.
    Public,
    /// A school's own staff.
    School,
    /// A municipal authority or methodical service.
    Municipal,
    /// The region's institute, assessment centre, ministry.
    Regional,
    /// Whoever runs the installation.
    Administrator,
}

impl Role {
    /// From the least to the most.
    pub const ALL: [Self; 5] = [Self::Public, Self::School, Self::Municipal, Self::Regional, Self::Administrator];

    /// The word in files, tables and over HTTP.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::School => "school",
            Self::Municipal => "municipal",
            Self::Regional => "regional",
            Self::Administrator => "administrator",
        }
    }

    /// The word for people.
    pub fn title(self) -> &'static str {
        match self {
            Self::Public => "гость",
            Self::School => "школа",
            Self::Municipal => "муниципалитет",
            Self::Regional => "регион",
            Self::Administrator => "администратор",
        }
    }

    /// Whether the role is of certain schools or municipalities only.
    pub fn has_scope(self) -> bool {
        matches!(self, Self::School | Self::Municipal)
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Role {
    type Err = WordError;
    fn from_str(text: &str) -> Result<Self, WordError> {
        let found = Self::ALL.into_iter().find(|role| role.as_str() == text);
        found.ok_or_else(|| WordError {
            found: text.to_owned(),
            expected: "a role: public, school, municipal, regional or administrator",
        })
    }
}

/// A role with its schools or municipalities: all that decides what is seen.
///
/// Written `public`, `school:223080,223081`, `municipal:03701000`, `regional`, `administrator`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Principal {
    role: Role,
    scope: BTreeSet<String>,
}

impl Principal {
    /// A role with its keys. A role of a part of the region needs at least one, the others have none.
    pub fn new(role: Role, keys: impl IntoIterator<Item = String>) -> Result<Self, WordError> {
        let scope: BTreeSet<String> = keys.into_iter().collect();
        let wrong = |expected| Err(WordError { found: format!("{role}:{}", join(&scope)), expected });
        let fits = |key: &String| {
            !key.is_empty()
                && key.chars().count() <= 64
                && key.chars().all(|c| c.is_alphanumeric() || "-_.".contains(c))
        };
        match (role.has_scope(), scope.is_empty()) {
            (true, true) => wrong("a role with its keys: `school:223080` or `municipal:03701000`"),
            (false, false) => wrong("a role without keys: it sees the whole region"),
            (true, false) if !scope.iter().all(fits) => wrong("keys of letters, digits, `-`, `_` and `.`"),
            _ => Ok(Self { role, scope }),
        }
    }

    /// Whoever did not say who they are.
    pub fn public() -> Self {
        Self { role: Role::Public, scope: BTreeSet::new() }
    }

    /// Whoever runs the installation.
    pub fn administrator() -> Self {
        Self { role: Role::Administrator, scope: BTreeSet::new() }
    }

    /// What they are.
    pub fn role(&self) -> Role {
        self.role
    }

    /// Keys of schools or of municipalities, as the role says.
    pub fn scope(&self) -> &BTreeSet<String> {
        &self.scope
    }

    /// Whether everything `other` may see this one may see too.
    pub fn includes(&self, other: &Self) -> bool {
        match (self.role, other.role) {
            (Role::Administrator, _) | (_, Role::Public) => true,
            (Role::Regional, role) => role <= Role::Regional,
            (mine, theirs) => mine == theirs && self.scope.is_superset(&other.scope),
        }
    }
}

impl fmt::Display for Principal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.role.as_str())?;
        if self.scope.is_empty() { Ok(()) } else { write!(f, ":{}", join(&self.scope)) }
    }
}

impl FromStr for Principal {
    type Err = WordError;
    fn from_str(text: &str) -> Result<Self, WordError> {
        let (role, keys) = text.split_once(':').unwrap_or((text, ""));
        let keys = keys.split(',').map(str::trim).filter(|key| !key.is_empty()).map(str::to_owned);
        Self::new(role.trim().parse()?, keys)
    }
}

fn join(keys: &BTreeSet<String>) -> String {
    keys.iter().map(String::as_str).collect::<Vec<_>>().join(",")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_principal_reads_back() {
        for text in ["public", "school:223080,223081", "municipal:03701000", "regional", "administrator"] {
            assert_eq!(text.parse::<Principal>().unwrap().to_string(), text);
        }
        for wrong in ["", "school", "regional:1", "teacher", "school:a b", "municipal:' or 1=1"] {
            assert!(wrong.parse::<Principal>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn nobody_is_included_by_less_than_they_are() {
        let of = |text: &str| text.parse::<Principal>().unwrap();
        assert!(of("administrator").includes(&of("regional")));
        assert!(of("regional").includes(&of("municipal:1")));
        assert!(of("municipal:1,2").includes(&of("municipal:2")));
        assert!(of("school:1").includes(&of("public")));
        assert!(!of("municipal:1").includes(&of("municipal:2")));
        assert!(!of("municipal:1").includes(&of("school:1")));
        assert!(!of("regional").includes(&of("administrator")));
    }
}
