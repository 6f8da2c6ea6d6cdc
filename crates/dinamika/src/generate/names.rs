//! Names of places that do not exist, put together from pieces.

use super::dice::Dice;

const FIRST: [&str; 18] = [
    "Звонко",
    "Ясно",
    "Тихо",
    "Сребро",
    "Янтарно",
    "Росо",
    "Мглисто",
    "Ветро",
    "Перло",
    "Лазурно",
    "Пестро",
    "Дымно",
    "Вьюго",
    "Туманно",
    "Изумрудно",
    "Радужно",
    "Рябино",
    "Утренне",
];
const SECOND: [&str; 10] =
    ["реченск", "лужск", "борск", "дольск", "ярск", "озёрск", "каменск", "холмск", "полянск", "бродск"];
/// Told apart by what stands before them, once the plain ones are used up.
const BEFORE: [&str; 4] = ["", "Ново", "Верхне", "Средне"];

/// Places in a random order, each once: `Звонкореченск`.
pub(super) fn places(seed: u64) -> Vec<String> {
    let mut plain: Vec<String> =
        FIRST.iter().flat_map(|first| SECOND.iter().map(move |second| format!("{first}{second}"))).collect();
    Dice::of(seed, "names", &[]).shuffle(&mut plain);
    BEFORE
        .iter()
        .flat_map(|before| {
            plain.iter().map(
                move |name| if before.is_empty() { name.clone() } else { format!("{before}{}", name.to_lowercase()) },
            )
        })
        .collect()
}

/// `Звонкореченск` → `Звонкореченский`.
pub(super) fn masculine(place: &str) -> String {
    format!("{place}ий")
}

/// `Звонкореченск` → `Звонкореченская`.
pub(super) fn feminine(place: &str) -> String {
    format!("{place}ая")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    #[test]
    fn places_differ() {
        let places = super::places(3);
        assert_eq!(places.len(), 720);
        assert_eq!(places.iter().collect::<BTreeSet<_>>().len(), places.len());
    }
}
