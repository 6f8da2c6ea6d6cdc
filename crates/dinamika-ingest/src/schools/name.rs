//! What a school's name says.

use std::collections::BTreeSet;

use super::{
    municipality::{DISTRICT, without_code},
    words::{Piece, SchoolKind, after_legal_form, is_generic, is_legal_word, kind_word, pieces, stem},
};

/// A school's name taken apart. Legal forms are left out: the documents confuse them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ParsedName {
    /// What sort of school, when the name says more than "школа".
    pub kind: Option<SchoolKind>,
    /// Its number.
    pub number: Option<u32>,
    /// Stems of words that tell it from others.
    pub distinctive: BTreeSet<String>,
    /// Stem of the settlement or municipality it names.
    pub settlement: Option<String>,
    /// Stems of whom it is named after; no part of the key when there is anything else.
    pub honorific: BTreeSet<String>,
    /// Abbreviations among the distinctive words: `нок`.
    pub acronyms: BTreeSet<String>,
    /// First letters of the distinctive words in order, to meet an abbreviation.
    pub initials: String,
}

impl ParsedName {
    /// The name in one spelling: kind, number, words.
    pub fn canonical(&self) -> String {
        let mut parts = vec![self.kind.map_or("школа", SchoolKind::as_str).to_lowercase()];
        parts.extend(self.number.map(|number| number.to_string()));
        parts.extend(self.distinctive.iter().cloned());
        if self.number.is_none() && self.distinctive.is_empty() {
            parts.extend(self.honorific.iter().cloned());
        }
        // The district is the municipality again: some print it, some do not.
        parts.extend(self.settlement.clone().filter(|place| !place.ends_with(DISTRICT)));
        parts.join(" ")
    }

    /// Whether the name tells nothing.
    pub fn is_empty(&self) -> bool {
        self.number.is_none() && self.distinctive.is_empty() && self.honorific.is_empty() && self.settlement.is_none()
    }
}

/// One spelling of a school's name: equal for all spellings of one name.
pub fn fold_name(name: &str) -> String {
    let parsed = parse_name(name);
    if !parsed.is_empty() {
        return parsed.canonical();
    }
    let words: Vec<String> = pieces(name)
        .into_iter()
        .filter_map(|piece| match piece {
            Piece::Word { text, .. } => Some(text),
            Piece::Number(number) => Some(number.to_string()),
            _ => None,
        })
        .collect();
    words.join(" ")
}

/// Takes a name apart.
pub fn parse_name(name: &str) -> ParsedName {
    let pieces = pieces(without_code(name).1);
    let mut walk = Walk { parsed: ParsedName::default(), state: State::Name, numero: false, last: None };
    for (at, piece) in pieces.iter().enumerate() {
        walk.step(piece, &pieces[at + 1..]);
    }
    walk.parsed
}

/// Numbers of schools in a list: `№№ 6,7,8,17`, `№ 1 и 3`, `шк 15, 5`, `СОШ№5, СОШ№14`.
pub fn parse_numbers(text: &str) -> Vec<u32> {
    let mut numbers = Vec::new();
    // Whether a number here belongs to schools: after a `№` or a word for a school, and on
    // through commas and `и`.
    let mut listing = false;
    for piece in pieces(text) {
        match piece {
            Piece::Numero => listing = true,
            Piece::Number(number) if listing => {
                if !numbers.contains(&number) {
                    numbers.push(number);
                }
            }
            Piece::Comma => {}
            Piece::Word { text, .. } if text == "и" => {}
            Piece::Word { text, .. } => listing = is_generic(&text) || kind_word(&text).is_some(),
            Piece::Number(_) | Piece::Break => listing = false,
        }
    }
    numbers
}

#[derive(Clone, Copy, PartialEq)]
enum State {
    /// Words are the school's own.
    Name,
    /// After `имени`.
    Honorific,
    /// After `поселка`, `МО город`: words left of the settlement's name.
    Settlement(u8),
}

struct Walk {
    parsed: ParsedName,
    state: State,
    /// A `№` was just read.
    numero: bool,
    /// The distinctive word read just now and whether it is new: a following `района` makes it no
    /// word of the school's.
    last: Option<(String, bool)>,
}

impl Walk {
    fn step(&mut self, piece: &Piece, ahead: &[Piece]) {
        match piece {
            Piece::Numero => self.numero = true,
            Piece::Number(number) => self.number(*number, ahead),
            Piece::Comma | Piece::Break => {
                self.numero = false;
                // A closing quote ends whom the school is named after; an opening one does not.
                let done = match self.state {
                    State::Name => false,
                    State::Settlement(_) => true,
                    State::Honorific => *piece == Piece::Break && !self.parsed.honorific.is_empty(),
                };
                if done {
                    self.state = State::Name;
                }
            }
            Piece::Word { text, initials, capitals } => {
                self.numero = false;
                self.word(text, initials, *capitals, ahead);
            }
        }
    }

    fn number(&mut self, number: u32, ahead: &[Piece]) {
        // `имени 50-летия`, `60 лет Октября` are no numbers of schools, `№` or not.
        let years = matches!(ahead.first(), Some(Piece::Word { text, .. }) if text.starts_with("лет"));
        let own = self.numero || self.state != State::Honorific;
        if self.parsed.number.is_none() && own && !years {
            self.parsed.number = Some(number);
        }
        self.numero = false;
    }

    fn word(&mut self, word: &str, initials: &str, capitals: bool, ahead: &[Piece]) {
        if matches!(word, "имени" | "им") {
            self.state = State::Honorific;
            return;
        }
        if let Some(words) = settlement_marker(word, ahead, self.state) {
            self.state = State::Settlement(words);
            return;
        }
        if let Some(kind) = after_legal_form(word).and_then(kind_word) {
            self.kind(kind);
            return;
        }
        if is_region_word(word) {
            // `Мостовского района`: the word before was the place's.
            if let Some((place, new)) = self.last.take() {
                // `Зональная СОШ Зонального района`: the school's own word stays.
                if new {
                    self.parsed.distinctive.remove(&place);
                }
                if word.starts_with('р') || word.starts_with("округ") {
                    self.parsed.settlement.get_or_insert(place + DISTRICT);
                }
            }
            return;
        }
        self.last = None;
        if is_legal_word(word) || word.chars().count() < 2 || is_stop_word(word) {
            return;
        }
        let kind = kind_word(word).filter(|kind| !spares(*kind, word, ahead)).or_else(|| centre(word, ahead));
        match self.state {
            _ if kind.is_some() || is_generic(word) => {
                if let Some(kind) = kind {
                    self.kind(kind);
                }
                self.state = State::Name;
            }
            State::Honorific => {
                self.parsed.honorific.insert(stem(word).to_owned());
            }
            State::Settlement(left) => {
                let stem = stem(word);
                match &mut self.parsed.settlement {
                    Some(settlement) => {
                        settlement.push(' ');
                        settlement.push_str(stem);
                    }
                    none => *none = Some(stem.to_owned()),
                }
                // `Горячий Ключ`: an adjective has its noun after it.
                let goes_on = left > 1
                    && (word.ends_with("ий") || word.ends_with("ый") || word.ends_with("его") || word.ends_with("ого"))
                    && matches!(ahead.first(), Some(Piece::Word { .. }));
                self.state = if goes_on { State::Settlement(left - 1) } else { State::Name };
            }
            State::Name => {
                let stem = stem(word).to_owned();
                if capitals && word.chars().count() <= 5 {
                    self.parsed.acronyms.insert(word.to_owned());
                }
                self.parsed.initials.push_str(initials);
                let new = self.parsed.distinctive.insert(stem.clone());
                self.last = Some((stem, new));
            }
        }
    }

    fn kind(&mut self, kind: SchoolKind) {
        // A more particular word wins: `средняя школа-интернат`, `начальная школа — детский сад`.
        let weight = |kind: SchoolKind| match kind {
            SchoolKind::Secondary | SchoolKind::Basic | SchoolKind::Primary => 0,
            SchoolKind::Gymnasium | SchoolKind::Lyceum | SchoolKind::Centre | SchoolKind::College => 1,
            SchoolKind::Evening => 2,
            SchoolKind::Boarding => 3,
            SchoolKind::Special => 4,
        };
        match self.parsed.kind {
            Some(known) if weight(known) >= weight(kind) => {}
            _ => self.parsed.kind = Some(kind),
        }
    }
}

/// `основная`, `средняя`, `начальная` are a kind only before a word for a school.
fn spares(kind: SchoolKind, word: &str, ahead: &[Piece]) -> bool {
    let adjective =
        matches!(kind, SchoolKind::Secondary | SchoolKind::Basic | SchoolKind::Primary) && word.chars().count() > 4;
    let school_ahead = ahead
        .iter()
        .take(5)
        .any(|piece| matches!(piece, Piece::Word { text, .. } if text.starts_with("школ") || text.starts_with("общ")));
    adjective && !school_ahead && !ahead.is_empty()
}

fn centre(word: &str, ahead: &[Piece]) -> Option<SchoolKind> {
    let of_education = matches!(ahead.first(), Some(Piece::Word { text, .. }) if text == "образования");
    (word.starts_with("центр") && of_education).then_some(SchoolKind::Centre)
}

fn is_region_word(word: &str) -> bool {
    // `р-на` comes without its hyphen.
    matches!(word, "рн" | "рна" | "рон" | "кр" | "обл")
        || ["район", "округ", "области", "область", "края", "край", "республик"]
            .iter()
            .any(|stem| word.starts_with(stem))
}

/// How many words of a settlement's name may follow, when the word is one for a settlement.
fn settlement_marker(word: &str, ahead: &[Piece], state: State) -> Option<u8> {
    // `с углубленным изучением`, `с ограниченными возможностями` are no villages.
    let place = |text: &str| {
        text.chars().count() >= 2
            && !["углублен", "дошкольн", "кадетск", "ограничен"].iter().any(|stem| text.starts_with(stem))
    };
    let followed = matches!(ahead.first(), Some(Piece::Word { text, .. }) if place(text));
    let whole = matches!(
        word,
        "поселка"
            | "поселок"
            | "пос"
            | "станицы"
            | "станица"
            | "ст"
            | "стца"
            | "хутора"
            | "хутор"
            | "села"
            | "село"
            | "деревни"
            | "деревня"
            | "города"
            | "город"
            | "аула"
            | "аул"
            | "рп"
            | "пгт"
            | "мо"
            | "го"
    );
    // One letter is a settlement's only outside initials: `с. Овечкино`, but `имени С. Есенина`.
    let letter = matches!(word, "г" | "с" | "п" | "х" | "д") && state != State::Honorific;
    ((whole || letter) && followed).then_some(2)
}

fn is_stop_word(word: &str) -> bool {
    matches!(
        word,
        "на" | "для"
            | "при"
            | "по"
            | "со"
            | "из"
            | "общего"
            | "образования"
            | "отдельных"
            | "предметов"
            | "изучением"
    ) || ["углубленн", "полн", "обучающ", "воспитанник", "ограничен", "возможност", "здоров"]
        .iter()
        .any(|stem| word.starts_with(stem))
}
