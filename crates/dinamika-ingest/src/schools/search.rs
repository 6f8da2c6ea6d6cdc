//! The way from a mention's name to a school.

use std::collections::BTreeSet;

use dinamika_project::SchoolKey;

use super::{
    Municipality, ParsedName, SchoolKind, SchoolMention, fold_municipality, likeness,
    municipality::DISTRICT,
    parse_name,
    registry::{Candidate, Entry, Registry, Resolution},
};

/// Candidates shown for a decision at most.
const SHOWN: usize = 5;
/// Candidates less alike than this are not worth showing.
const WORTH_SHOWING: f64 = 0.35;
/// Words this alike name the same school when no other comes near.
const SAME_NAME: f64 = 0.85;
/// Words of schools with one number less alike than this contradict.
const SAME_SCHOOL: f64 = 0.5;
/// Words this alike are the same words.
const EXACT: f64 = 0.999;
/// How much less alike the next school must be.
const CLEAR_LEAD: f64 = 0.095;

/// One mention on its way to a school.
pub(super) struct Search<'r> {
    registry: &'r Registry,
    mention: &'r SchoolMention,
    name: ParsedName,
    /// Where the school must be; nothing when the mention does not say.
    within: Option<BTreeSet<&'r str>>,
    place_score: f64,
}

/// How a school compares with the mention.
struct Compared {
    at: usize,
    score: f64,
    here: bool,
    same_number: bool,
    same_kind: bool,
    words: Option<f64>,
    /// What speaks against it, Russian.
    against: Option<&'static str>,
}

impl<'r> Search<'r> {
    pub(super) fn new(registry: &'r Registry, mention: &'r SchoolMention) -> Self {
        let name = mention.name.as_deref().map(parse_name).unwrap_or_default();
        let printed = mention.municipality.as_deref().map(fold_municipality).filter(|place| !place.folded().is_empty());
        let (within, place_score) = match printed {
            Some(place) => {
                let (keys, score) = registry.municipalities(&place);
                (Some(keys), score)
            }
            None => {
                // The name itself may tell: `МБОУ МО ГК «СОШ № 3»`, `СОШ № 2 г. Усть-Илимска`.
                let place = Municipality { code: None, name: name.settlement.clone().unwrap_or_default() };
                let (keys, score) = registry.municipalities(&place);
                (Some(keys).filter(|keys| !keys.is_empty()), score)
            }
        };
        Self { registry, mention, name, within, place_score }
    }

    pub(super) fn resolve(&self, shared: Option<&[usize]>) -> Resolution {
        let everywhere: Vec<usize> = (0..self.registry.schools.len()).collect();
        if let Some(shared) = shared {
            let compared = self.ranked(shared, true);
            return self.decided(&compared).unwrap_or_else(|| self.review(&compared, true));
        }
        // Most are found at home; only what is not is compared with every school.
        let home: Vec<usize> =
            everywhere.iter().copied().filter(|at| self.is_home(&self.registry.schools[*at])).collect();
        if !home.is_empty()
            && let Some(found) = self.decided(&self.ranked(&home, false))
        {
            return found;
        }
        let compared = self.ranked(&everywhere, false);
        let found = if home.is_empty() { self.decided(&compared) } else { None };
        found.unwrap_or_else(|| self.review(&compared, false))
    }

    fn is_home(&self, entry: &Entry) -> bool {
        self.within.as_ref().is_some_and(|keys| keys.contains(entry.school.municipality_key.as_str()))
    }

    /// The schools compared, the likeliest first.
    fn ranked(&self, schools: &[usize], shared: bool) -> Vec<Compared> {
        let mut compared: Vec<Compared> = schools.iter().map(|at| self.compare(*at, shared)).collect();
        compared.sort_by(|a, b| b.score.total_cmp(&a.score).then_with(|| self.key(a).cmp(self.key(b))));
        compared
    }

    fn decided(&self, compared: &[Compared]) -> Option<Resolution> {
        let (best, method) = match self.name.number {
            Some(_) => (self.by_number(compared)?, "number"),
            None => (self.by_name(compared)?, "name"),
        };
        Some(self.registry.matched(best.at, method, best.score))
    }

    /// The likeliest, for people to choose from; schools of a shared code are all worth showing.
    fn review(&self, compared: &[Compared], shared: bool) -> Resolution {
        let shown = compared.iter().filter(|one| shared || one.score >= WORTH_SHOWING).take(SHOWN);
        Resolution::Review {
            candidates: shown
                .map(|one| Candidate { key: self.key(one).clone(), score: one.score, why: self.why(one) })
                .collect(),
        }
    }

    fn key(&self, compared: &Compared) -> &SchoolKey {
        &self.registry.schools[compared.at].school.key
    }

    fn compare(&self, at: usize, shared: bool) -> Compared {
        let entry = &self.registry.schools[at];
        let here = shared || self.is_home(entry);
        let same_kind = entry.kind == self.name.kind;
        let same_number = entry.number == self.name.number;
        let words = entry.names.iter().filter_map(|name| likeness::words(&self.name, name)).reduce(f64::max);
        let place = match (&self.within, here) {
            (_, true) if shared => 1.0,
            (_, true) => self.place_score,
            (None, _) => 0.4,
            (Some(_), false) => 0.0,
        };
        let kind = match (self.name.kind, entry.kind) {
            (Some(one), Some(other)) if one == other => 1.0,
            (Some(_), Some(_)) => 0.1,
            _ => 0.8,
        };
        let against = self.against(entry);
        let mut score = if self.name.number.is_some() {
            0.25 * place + 0.45 * f64::from(same_number) + 0.15 * kind + 0.15 * words.unwrap_or(1.0)
        } else {
            let penalty = if entry.number.is_some() { 0.1 } else { 0.0 };
            0.25 * place + 0.15 * kind + 0.6 * words.unwrap_or(0.0) - penalty
        };
        if against.is_some() {
            score *= 0.6;
        }
        Compared {
            at,
            score: (score.clamp(0.0, 1.0) * 100.0).round() / 100.0,
            here,
            same_number,
            same_kind,
            words,
            against,
        }
    }

    /// A contradiction that no likeness outweighs.
    fn against(&self, entry: &Entry) -> Option<&'static str> {
        let differ =
            |ours: &Option<String>, theirs: &Option<String>| ours.is_some() && theirs.is_some() && ours != theirs;
        if differ(&self.mention.login, &entry.school.login) {
            return Some("логин другой");
        }
        if differ(&self.mention.inn, &entry.school.inn) {
            return Some("ИНН другой");
        }
        // `Благовещенская СОШ № 1` and `Леньковская СОШ № 1` of one district.
        let worded = |name: &ParsedName| !name.distinctive.is_empty();
        let of_words = |name: &ParsedName| likeness::words(&self.name, name).unwrap_or(1.0);
        if self.name.number.is_some()
            && worded(&self.name)
            && entry.names.iter().all(worded)
            && entry.names.iter().map(of_words).fold(0.0, f64::max) < SAME_SCHOOL
        {
            return Some("слова названия противоречат");
        }
        let branch = |name: &ParsedName| name.distinctive.iter().any(|word| word.starts_with("филиал"));
        if branch(&self.name) != entry.names.iter().any(branch) {
            return Some("одно из названий — филиал");
        }
        let ours = self.name.settlement.as_ref()?;
        let theirs: Vec<&String> = entry.names.iter().filter_map(|name| name.settlement.as_ref()).collect();
        let municipality = &entry.municipality;
        let place = Municipality { code: None, name: ours.clone() };
        let agrees =
            theirs.iter().any(|settlement| likeness::alike(settlement, ours) || settlement.ends_with(DISTRICT))
                || ours.ends_with(DISTRICT)
                || municipality.name.trim_end_matches(DISTRICT) == ours
                || place.abbreviates(municipality);
        (!theirs.is_empty() && !agrees).then_some("другой населённый пункт")
    }

    /// The only school with this number in the municipality the mention names.
    fn by_number<'c>(&self, compared: &'c [Compared]) -> Option<&'c Compared> {
        let fits = |one: &&Compared| {
            let kind = match (self.name.kind, self.kind_of(one)) {
                (Some(ours), Some(theirs)) => ours == theirs,
                // A school of no known kind has to have nothing else against it.
                (Some(_), None) => one.words.is_none_or(|words| words >= SAME_NAME),
                (None, _) => true,
            };
            one.same_number && one.against.is_none() && kind
        };
        if compared.iter().any(|one| one.here) {
            let mut here = compared.iter().filter(|one| one.here).filter(fits);
            let best = here.next()?;
            return match here.next() {
                None => Some(best),
                // Several schools of one number: only a settlement or a word tells.
                Some(next) => self.tells_apart(best, next).then_some(best),
            };
        }
        // Being the only one of its kind and number in the region proves nothing: the school meant may not be in the
        // registry at all. People decide.
        None
    }

    fn tells_apart(&self, best: &Compared, next: &Compared) -> bool {
        let settled = |one: &Compared| {
            self.name.settlement.as_ref().is_some_and(|ours| {
                let names = &self.registry.schools[one.at].names;
                names.iter().any(|name| name.settlement.as_ref().is_some_and(|theirs| likeness::alike(theirs, ours)))
            })
        };
        (settled(best) && !settled(next)) || best.score - next.score >= CLEAR_LEAD
    }

    fn kind_of(&self, one: &Compared) -> Option<SchoolKind> {
        self.registry.schools[one.at].kind
    }

    /// The school whose words are the mention's, when no other comes near.
    fn by_name<'c>(&self, compared: &'c [Compared]) -> Option<&'c Compared> {
        let fits = |one: &&Compared| {
            let kinds_agree = one.same_kind || self.name.kind.is_none() || self.kind_of(one).is_none();
            // Many districts have a `Михайловская СОШ`: without a municipality one word is not enough.
            let placed = one.here || (self.within.is_none() && self.name.distinctive.len() > 1);
            kinds_agree && placed && one.against.is_none() && self.registry.schools[one.at].number.is_none()
        };
        // Letter for letter: `Лосихинская` and `Косихинская` are two schools of one district.
        let mut exact = compared.iter().filter(fits).filter(|one| one.words.is_some_and(|words| words >= EXACT));
        match (exact.next(), exact.next()) {
            (Some(only), None) => return Some(only),
            (Some(best), Some(next)) => return self.tells_apart(best, next).then_some(best),
            (None, _) => {}
        }
        let best = compared
            .first()
            .filter(|best| best.here && fits(best) && best.words.is_some_and(|words| words >= SAME_NAME))?;
        compared.get(1).is_none_or(|next| best.score - next.score >= CLEAR_LEAD).then_some(best)
    }

    fn why(&self, one: &Compared) -> String {
        let mut reasons: Vec<&str> = Vec::new();
        reasons.push(match (&self.within, one.here) {
            (_, true) => "тот же муниципалитет",
            (None, _) => "муниципалитет не указан",
            (Some(keys), _) if keys.is_empty() => "муниципалитет не узнан",
            (Some(_), false) => "другой муниципалитет",
        });
        if self.name.number.is_some() {
            reasons.push(if one.same_number { "тот же номер" } else { "другой номер" });
        }
        match (self.name.kind, self.kind_of(one)) {
            (Some(ours), Some(theirs)) if ours != theirs => reasons.push("другой вид школы"),
            (Some(_), Some(_)) => reasons.push("тот же вид"),
            _ => {}
        }
        match one.words {
            Some(words) if words >= SAME_NAME => reasons.push("слова названия совпадают"),
            Some(words) if words > 0.0 => reasons.push("слова названия похожи"),
            Some(_) => reasons.push("слова названия различаются"),
            None => {}
        }
        reasons.extend(one.against);
        reasons.join(", ")
    }
}
