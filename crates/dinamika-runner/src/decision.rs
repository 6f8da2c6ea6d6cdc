//! Whether a model has to be built, and why: pure comparison of what it was built from with what is there now.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use dinamika_project::TableName;
use serde::{Deserialize, Serialize};

/// What a model was built from the last time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Built {
    /// Hash of its text, of the views it reads and of the parameters.
    pub fingerprint: String,
    /// Version of each stored table it read.
    pub inputs: BTreeMap<TableName, u64>,
}

/// What to do with a model.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    /// Its inputs and its text are as they were.
    Skip,
    /// It has to be built.
    Build(Why),
}

/// Why a model is built.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Why {
    /// There is no table yet.
    NeverBuilt,
    /// `--full` was asked for.
    Forced,
    /// Its SQL, a view it reads or a parameter changed.
    TextChanged,
    /// These tables have other versions than it was built from.
    InputsChanged(BTreeSet<TableName>),
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NeverBuilt => f.write_str("ещё не строилась"),
            Self::Forced => f.write_str("запрошена полная сборка"),
            Self::TextChanged => f.write_str("изменился текст модели или параметры"),
            Self::InputsChanged(tables) => {
                f.write_str("изменились входы:")?;
                tables.iter().try_for_each(|table| write!(f, " {table}"))
            }
        }
    }
}

/// Compares what is there now with the last build.
pub fn decide(last: Option<&Built>, now: &Built, forced: bool) -> Decision {
    let Some(last) = last else { return Decision::Build(Why::NeverBuilt) };
    if forced {
        return Decision::Build(Why::Forced);
    }
    if last.fingerprint != now.fingerprint {
        return Decision::Build(Why::TextChanged);
    }
    let names: BTreeSet<&TableName> = last.inputs.keys().chain(now.inputs.keys()).collect();
    let changed: BTreeSet<TableName> =
        names.into_iter().filter(|name| last.inputs.get(*name) != now.inputs.get(*name)).cloned().collect();
    if changed.is_empty() { Decision::Skip } else { Decision::Build(Why::InputsChanged(changed)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn built(fingerprint: &str, inputs: &[(&str, u64)]) -> Built {
        Built {
            fingerprint: fingerprint.to_owned(),
            inputs: inputs.iter().map(|(name, version)| (name.parse().unwrap(), *version)).collect(),
        }
    }

    #[test]
    fn the_reason_is_named() {
        let last = built("a", &[("x", 1), ("y", 4)]);
        let why = |now: &Built| match decide(Some(&last), now, false) {
            Decision::Skip => "skip".to_owned(),
            Decision::Build(why) => why.to_string(),
        };
        assert_eq!(why(&last), "skip");
        assert_eq!(why(&built("b", &[("x", 1), ("y", 4)])), "изменился текст модели или параметры");
        assert_eq!(why(&built("a", &[("x", 2), ("y", 4)])), "изменились входы: x");
        assert_eq!(why(&built("a", &[("x", 1)])), "изменились входы: y");
        assert_eq!(decide(None, &last, false), Decision::Build(Why::NeverBuilt));
        assert_eq!(decide(Some(&last), &last, true), Decision::Build(Why::Forced));
    }
}
