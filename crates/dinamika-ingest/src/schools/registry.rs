//! The schools there are, and which of them a mention means.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use dinamika_project::SchoolKey;

use super::{
    Municipality, ParsedName, SchoolKind, SchoolMention, fold_municipality, likeness, municipality::DISTRICT,
    parse_name, search::Search,
};

/// A school of the registry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct School {
    /// Its key.
    pub key: SchoolKey,
    /// Key of its municipality.
    pub municipality_key: String,
    /// Name of its municipality.
    pub municipality_name: String,
    /// Its short name.
    pub name: String,
    /// Its full name.
    pub full_name: Option<String>,
    /// What sort of school; told by the name when none.
    pub kind: Option<SchoolKind>,
    /// Its number; told by the name when none.
    pub number: Option<u32>,
    /// Six login digits.
    pub login: Option<String>,
    /// ИНН; branches share it.
    pub inn: Option<String>,
    /// ОГРН.
    pub ogrn: Option<String>,
    /// Code in ОГЭ.
    pub oge: Option<String>,
    /// Code in ЕГЭ.
    pub ege: Option<String>,
}

/// What people decided about a reference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    /// It is this school.
    Accept(SchoolKey),
    /// It is no school.
    Reject,
}

/// Decisions by reference.
pub type Decisions = HashMap<String, Decision>;

/// A school a mention may mean.
#[derive(Debug, Clone, PartialEq)]
pub struct Candidate {
    /// The school.
    pub key: SchoolKey,
    /// How alike, 0..1.
    pub score: f64,
    /// Why it is or is not it, Russian.
    pub why: String,
}

/// Which school a mention means.
#[derive(Debug, Clone, PartialEq)]
pub enum Resolution {
    /// This one.
    Matched {
        /// The school.
        key: SchoolKey,
        /// How it was found: `login`, `inn`, `ogrn`, `oge`, `ege`, `number`, `name`, `decision`.
        method: &'static str,
        /// How sure, 0..1.
        score: f64,
    },
    /// People have to say.
    Review {
        /// The likeliest, best first; at most five.
        candidates: Vec<Candidate>,
    },
    /// People said it is no school.
    Rejected,
}

/// All schools with what is needed to find them.
#[derive(Debug)]
pub struct Registry {
    pub(super) schools: Vec<Entry>,
    by_key: HashMap<SchoolKey, usize>,
    /// One map a method, in order of trust.
    by_code: [(&'static str, HashMap<String, Vec<usize>>); 5],
    municipalities: BTreeMap<String, Vec<Municipality>>,
}

/// A school with its names taken apart.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) school: School,
    pub(super) municipality: Municipality,
    /// The short and the full name.
    pub(super) names: Vec<ParsedName>,
    pub(super) kind: Option<SchoolKind>,
    pub(super) number: Option<u32>,
}

impl Registry {
    /// A registry of these schools; of schools with one key the first stays.
    pub fn new(schools: Vec<School>) -> Self {
        let mut registry = Self {
            schools: Vec::with_capacity(schools.len()),
            by_key: HashMap::with_capacity(schools.len()),
            by_code: ["login", "inn", "ogrn", "oge", "ege"].map(|method| (method, HashMap::new())),
            municipalities: BTreeMap::new(),
        };
        for school in schools {
            registry.add(school);
        }
        registry
    }

    /// Which school a mention means.
    pub fn resolve(&self, mention: &SchoolMention, decisions: &Decisions) -> Resolution {
        match decisions.get(&mention.school_ref) {
            Some(Decision::Reject) => return Resolution::Rejected,
            Some(Decision::Accept(key)) if self.by_key.contains_key(key) => {
                return Resolution::Matched { key: key.clone(), method: "decision", score: 1.0 };
            }
            // A decision for a school that is no more asks again.
            _ => {}
        }
        let codes = [&mention.login, &mention.inn, &mention.ogrn, &mention.oge, &mention.ege];
        let mut shared: Option<&[usize]> = None;
        for ((method, schools), code) in self.by_code.iter().zip(codes) {
            match code.as_ref().and_then(|code| schools.get(code)).map(Vec::as_slice) {
                Some([only]) => return self.matched(*only, method, 1.0),
                // Branches share an ИНН: the name tells which.
                Some(several) => shared = shared.or(Some(several)),
                None => {}
            }
        }
        Search::new(self, mention).resolve(shared)
    }

    /// The school with this key.
    pub fn school(&self, key: &SchoolKey) -> Option<&School> {
        self.by_key.get(key).map(|at| &self.schools[*at].school)
    }

    fn add(&mut self, school: School) {
        if self.by_key.contains_key(&school.key) {
            return;
        }
        let at = self.schools.len();
        let mut names = vec![parse_name(&school.name)];
        names.extend(school.full_name.as_deref().map(parse_name));
        let codes = [&school.login, &school.inn, &school.ogrn, &school.oge, &school.ege];
        for ((_, schools), code) in self.by_code.iter_mut().zip(codes) {
            if let Some(code) = code {
                schools.entry(code.clone()).or_default().push(at);
            }
        }
        let folded = fold_municipality(&school.municipality_name);
        let spellings = self.municipalities.entry(school.municipality_key.clone()).or_default();
        if !spellings.contains(&folded) {
            spellings.push(folded.clone());
        }
        self.by_key.insert(school.key.clone(), at);
        self.schools.push(Entry {
            kind: school.kind.or_else(|| names.iter().find_map(|name| name.kind)),
            number: school.number.or_else(|| names.iter().find_map(|name| name.number)),
            municipality: folded,
            school,
            names,
        });
    }

    pub(super) fn matched(&self, at: usize, method: &'static str, score: f64) -> Resolution {
        Resolution::Matched { key: self.schools[at].school.key.clone(), method, score }
    }

    /// Keys of the municipalities a folded name or code means, with how sure that is.
    pub(super) fn municipalities(&self, wanted: &Municipality) -> (BTreeSet<&str>, f64) {
        let keys = |fits: &dyn Fn(&str, &Municipality) -> bool| -> BTreeSet<&str> {
            self.municipalities
                .iter()
                .filter(|(key, spellings)| spellings.iter().any(|known| fits(key, known)))
                .map(|(key, _)| key.as_str())
                .collect()
        };
        let by_code = keys(&|key, known| {
            wanted.code.as_ref().is_some_and(|code| code.eq_ignore_ascii_case(key) || known.code.as_ref() == Some(code))
        });
        if !by_code.is_empty() {
            return (by_code, 1.0);
        }
        if wanted.name.is_empty() {
            return (BTreeSet::new(), 0.0);
        }
        let exact = keys(&|_, known| known.name == wanted.name);
        if !exact.is_empty() {
            return (exact, 1.0);
        }
        let short = keys(&|_, known| wanted.abbreviates(known) || known.abbreviates(wanted));
        if !short.is_empty() {
            return (short, 0.95);
        }
        // A mistyped letter, and only when it points to one municipality.
        let mistyped = keys(&|_, known| {
            known.name.ends_with(DISTRICT) == wanted.name.ends_with(DISTRICT)
                && likeness::alike(&known.name, &wanted.name)
        });
        if mistyped.len() == 1 { (mistyped, 0.9) } else { (BTreeSet::new(), 0.0) }
    }
}
