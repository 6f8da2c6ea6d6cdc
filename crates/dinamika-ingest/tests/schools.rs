//! Names of schools and municipalities in every spelling of the documents, and what they resolve to.

use std::collections::BTreeSet;

use arrow::array::{Array, StringArray};
use dinamika_ingest::schools::{
    Decision, Decisions, MentionColumns, Mentions, Registry, Resolution, School, SchoolKind, SchoolMention,
    fold_municipality, fold_name, parse_name, parse_numbers,
};

const UI: &str = "г. Усть-Илимск";
const GK: &str = "МО город Горячий Ключ";
const MOSTOVSKY: &str = "Мостовский район";

fn school(key: &str, municipality: (&str, &str), name: &str) -> School {
    School {
        key: key.parse().unwrap(),
        municipality_key: municipality.0.to_owned(),
        municipality_name: municipality.1.to_owned(),
        name: name.to_owned(),
        full_name: None,
        kind: None,
        number: None,
        login: None,
        inn: None,
        ogrn: None,
        oge: None,
        ege: None,
    }
}

fn registry() -> Registry {
    let (ui, gk, mo) =
        (("25738000", UI), ("03709000", "Горячий Ключ"), ("reg23_m020", "Мостовский муниципальный район"));
    let mut schools = vec![
        school("ui1", ui, "МБОУ «СОШ № 1»"),
        school("ui2", ui, "МБОУ «СОШ № 2»"),
        school("ui5", ui, "МАОУ «СОШ № 5»"),
        school("ui7", ui, "МАОУ «СОШ № 7 имени Пичуева Л.П.»"),
        school("ui12", ui, "МАОУ «СОШ № 12» имени Семенова В.Н."),
        school("ui13", ui, "МАОУ «СОШ № 13 им. М.К.Янгеля»"),
        school("ui15", ui, "МБОУ «СОШ № 15»"),
        school("ui17", ui, "МБОУ «СОШ № 17»"),
        school("uig1", ui, "МАОУ «Городская гимназия №1»"),
        school("uinok", ui, "МАОУ «Экспериментальный лицей «Научно-образовательный комплекс»"),
    ];
    for number in [1, 2, 3, 4, 6, 8, 10, 17] {
        schools.push(school(&format!("gk{number}"), gk, &format!("МБОУ СОШ № {number}")));
    }
    for number in [5, 7, 9, 11, 12, 14, 15] {
        schools.push(school(&format!("gk{number}"), gk, &format!("МБОУ ООШ № {number}")));
    }
    schools.extend([
        school("mo4", mo, "МБОУ гимназия № 4 имени И.Н. Нестерова поселка Псебай"),
        school("mo10", mo, "МБОУ СОШ №10 имени В.Г. Кирьяновой станицы Губской"),
        school("mo12", mo, "МБОУ СОШ №12 станицы Костромской"),
        school("mo17", mo, "МБОУ ООШ №17 имени А.И.Котова хутора Славянского"),
        school("mo20", mo, "МАОУ СОШ №20 имени А.П. Турчинского поселка Псебай"),
        school("mo29", mo, "МБОУ СОШ №29 имени К.Ф. Зайцева поселка Мостовского"),
        school("ar1", ("03705000", "Армавир"), "МБОУООШИ № 1 «КАЗАЧЬЯ»"),
        school("ar25", ("03705000", "Армавир"), "МАОУ СОШ № 25"),
    ]);
    Registry::new(schools)
}

fn mention(municipality: Option<&str>, name: &str) -> SchoolMention {
    let municipality = municipality.map(|text| StringArray::from(vec![text]));
    let name = StringArray::from(vec![name]);
    let mut mentions = Mentions::new();
    mentions.refs(
        &MentionColumns { name: Some(&name), municipality: municipality.as_ref(), ..MentionColumns::default() },
        1,
    );
    mentions.into_distinct().remove(0)
}

fn found(resolution: &Resolution) -> Option<(&str, &str)> {
    match resolution {
        Resolution::Matched { key, method, .. } => Some((key.as_str(), method)),
        _ => None,
    }
}

#[test]
fn every_spelling_finds_its_school() {
    let cases = [
        (
            UI,
            "Муниципальное автономное общеобразовательное учреждение «Средняя общеобразовательная школа № 7 имени Пичуева Леонида Павловича»",
            "ui7",
        ),
        (UI, "MAOУ «COIII № 7 имени Пичуева Л.П.»", "ui7"),
        (UI, "МАОУ «СОШ № 7 имени Пичуева Л.П.»", "ui7"),
        (UI, "МАОУ \"СОШ № 7 имени Пичуева Л.П.\"", "ui7"),
        (UI, "МАОУ «СОШ №7 имени Пичуева Л.П.»", "ui7"),
        (UI, "МАОУ «СОШ № 7»", "ui7"),
        (UI, "школой № 7", "ui7"),
        (UI, "МБОУ «СОШ № 7 имени Пичуева Л.П.»", "ui7"),
        (UI, "**MAOУ** «**COIII № 7 имени Пичуева Л.П.**»", "ui7"),
        (UI, "МАОУ «СОШ №5»", "ui5"),
        (UI, "МАОУ «СОШ№5»", "ui5"),
        (UI, "СОШ № 5", "ui5"),
        (UI, "шк 5", "ui5"),
        (UI, "шк 15", "ui15"),
        (UI, "МАОУ «СОШ № 15»", "ui15"),
        (UI, "**МБОУ** «**СОШ №** 17»", "ui17"),
        (UI, "MAOY «COШ № 12»", "ui12"),
        (UI, "МАОУ «СОШ № 12» имени Семенова В.Н.", "ui12"),
        (UI, "МАОУ «СОШ № 12» им. Семенова B.H.", "ui12"),
        (UI, "МАОУ «СОШ № 13 им. М.К.Янгеля»", "ui13"),
        (UI, "МАОУ «Городская гимназия №1»", "uig1"),
        (UI, "МАОУ «Городской гимназии №1»", "uig1"),
        (UI, "МАОУ «Городская гимазия№1", "uig1"),
        (UI, "МБОУ СОШ No 1", "ui1"),
        (
            UI,
            "Муниципальное автономное общеобразовательное учреждение «Экспериментальный лицей «Научно-образовательный комплекс»",
            "uinok",
        ),
        (UI, "МАОУ «Экспериментальный лицей «Научнообразовательный комплекс»", "uinok"),
        (UI, "МАОУ \"Экспериментальный лицей \"НОК\"", "uinok"),
        ("Усть-Илимск г.", "СОШ № 2", "ui2"),
        ("города Усть-Илимска", "СОШ № 2", "ui2"),
        (GK, "ОО № 3", "gk3"),
        (GK, "ОУ № 3", "gk3"),
        ("МО ГК", "МБОУ МО ГК «СОШ № 3»", "gk3"),
        ("город Горячий Ключ", "МБОУ МО ГК «СОШ №3 им. Дамаскина И.Ф.»", "gk3"),
        (GK, "МБОУ СОШ №2 им. В.В.Горбатко", "gk2"),
        (GK, "МБОУ СОШ №2 им. .В.Горбатко", "gk2"),
        (GK, "школа № 17", "gk17"),
        (MOSTOVSKY, "школа № 17", "mo17"),
        (MOSTOVSKY, "МБОУ гимназия № 4 имени И.Н. Нестерова поселка Псебай", "mo4"),
        (MOSTOVSKY, "МАОУ СОШ №20 имени А.П. Турчинского поселка Псебай", "mo20"),
        (MOSTOVSKY, "СОШ № 10 станицы Губской", "mo10"),
        (MOSTOVSKY, "МБОУ СОШ №29 имени К.Ф. Зайцева поселка Мостовского", "mo29"),
        ("reg23_m020 | Мостовский муниципальный район", "СОШ № 12", "mo12"),
        ("Мостовский муниципальный район(reg23_m020)", "СОШ № 12", "mo12"),
        ("reg23_m020", "СОШ № 12", "mo12"),
        ("Армавир", "МБОУООШИ № 1 «КАЗАЧЬЯ»", "ar1"),
        ("Армавир", "МАОУ – СОШ № 25", "ar25"),
        ("Армавир", "МАОУ-СОШ № 25", "ar25"),
    ];
    let registry = registry();
    for (municipality, name, key) in cases {
        let resolution = registry.resolve(&mention(Some(municipality), name), &Decisions::new());
        assert_eq!(found(&resolution).map(|(key, _)| key), Some(key), "{municipality}: {name}: {resolution:?}");
        let Resolution::Matched { score, .. } = resolution else { unreachable!() };
        assert!((0.7..=1.0).contains(&score), "{name}: {score}");
    }
}

#[test]
fn spellings_of_one_school_are_one_reference() {
    let same: BTreeSet<String> = [
        "MAOУ «COIII № 7 имени Пичуева Л.П.»",
        "МБОУ \"СОШ №7\"",
        "Средняя общеобразовательная школа № 7 имени Пичуева Леонида Павловича",
        "МАОУ-СОШ№7",
    ]
    .into_iter()
    .map(|name| mention(Some("Усть-Илимск г."), name).school_ref)
    .collect();
    assert_eq!(same.into_iter().collect::<Vec<_>>(), ["name:устьилимск|сош 7"]);
}

#[test]
fn what_is_not_told_is_reviewed() {
    let registry = registry();
    let none = Decisions::new();
    let cases = [
        (None, "СОШ № 17"),         // two municipalities have one
        (None, "школа № 25"),       // no kind, no municipality
        (Some("Сочи"), "СОШ № 25"), // a municipality nobody knows
        (Some(UI), "ООШ № 5"),      // another kind
        (Some(UI), "СОШ № 99"),
        (Some(GK), "СОШ № 13"),
        (Some(GK), "Центр развития образования"),
        (Some(UI), "МАОУ «Лицей будущего»"),
    ];
    for (municipality, name) in cases {
        let resolution = registry.resolve(&mention(municipality, name), &none);
        let Resolution::Review { candidates } = &resolution else { panic!("{name}: {resolution:?}") };
        assert!(candidates.len() <= 5, "{name}");
        assert!(candidates.windows(2).all(|pair| pair[0].score >= pair[1].score), "{name}");
        assert!(candidates.iter().all(|one| one.score < 1.0 && !one.why.is_empty()), "{name}: {candidates:?}");
    }
    let Resolution::Review { candidates } = registry.resolve(&mention(Some(UI), "ООШ № 5"), &none) else {
        panic!()
    };
    assert_eq!(candidates[0].key.as_str(), "ui5");
    assert_eq!(candidates[0].why, "тот же муниципалитет, тот же номер, другой вид школы");
}

#[test]
fn another_place_is_another_school() {
    let district = ("m1", "Благовещенский район");
    let registry = Registry::new(vec![
        school("a", district, "МБОУ Леньковская СОШ №1"),
        school("b", district, "МБОУ Лосихинская СОШ"),
        school("c", district, "МБОУ Кабановская СОШ"),
        school("d", district, "МБОУ Павловская СОШ"),
        school("e", ("m2", "г. Барнаул"), "КГБОУ Алтайская общеобразовательная школа №1"),
    ]);
    let resolve =
        |municipality: Option<&str>, name: &str| registry.resolve(&mention(municipality, name), &Decisions::new());
    let here = Some("Благовещенский муниципальный район");
    for name in ["МБОУ Благовещенская СОШ №1", "МБОУ Косихинская СОШ", "МБОУ Кабаковская СОШ"]
    {
        assert!(matches!(resolve(here, name), Resolution::Review { .. }), "{name}");
    }
    assert!(matches!(resolve(Some("г. Барнаул"), "МБОУ СОШ №1"), Resolution::Review { .. }));
    assert!(
        matches!(resolve(None, "МБОУ Павловская СОШ"), Resolution::Review { .. }),
        "there is one in many districts"
    );
    assert_eq!(found(&resolve(here, "МБОУ Паваловская СОШ")), Some(("d", "name")), "a slip");
    assert_eq!(found(&resolve(here, "МБОУ «ЛосихинскаяСОШ»")), Some(("b", "name")));
    assert_eq!(found(&resolve(here, "МКОУ «Лосихинская СОШ» Благовещенского р-на Алт. кр.")), Some(("b", "name")));
}

#[test]
fn without_a_municipality_a_number_is_for_people_to_decide() {
    let registry = registry();
    let resolve = |name: &str| registry.resolve(&mention(None, name), &Decisions::new());
    // The only № 25 of the registry, but a school of the region that the registry lacks may have that number too.
    let Resolution::Review { candidates } = resolve("МАОУ СОШ № 25") else { panic!("decided") };
    let [first, others @ ..] = &candidates[..] else { panic!("no candidates") };
    assert_eq!(first.key.as_str(), "ar25");
    assert!(others.iter().all(|other| other.score < first.score), "{candidates:?}");
    assert!(first.why.contains("муниципалитет не указан") && first.why.contains("тот же номер"), "{}", first.why);
    assert_eq!(found(&resolve("МБОУ МО ГК «СОШ № 8»")), Some(("gk8", "number")), "the name tells the municipality");
    assert_eq!(found(&resolve("СОШ № 2 г. Усть-Илимска")), Some(("ui2", "number")));
    assert_eq!(found(&resolve("Экспериментальный лицей Научно-образовательный комплекс")), Some(("uinok", "name")));
    assert_eq!(
        found(&resolve("Экспериментальный лицей НОК")),
        None,
        "an abbreviation is not enough without a municipality"
    );
}

#[test]
fn codes_and_decisions_come_first() {
    let mut one = school("223080", ("reg22_m001", "Алейский муниципальный район"), "МБОУ «Алейская СОШ»");
    one.login = Some("223080".to_owned());
    one.inn = Some("2230000001".to_owned());
    let mut branch =
        school("br", ("reg22_m001", "Алейский муниципальный район"), "Филиал МБОУ «Алейская СОШ» Осколковская СОШ");
    branch.inn = Some("2230000001".to_owned());
    let mut other = school("x", ("reg22_m002", "г. Алейск"), "МБОУ СОШ № 1");
    other.oge = Some("220001".to_owned());
    let registry = Registry::new(vec![one, branch, other]);
    let none = Decisions::new();
    let by_login = SchoolMention {
        school_ref: "login:223080".to_owned(),
        login: Some("223080".to_owned()),
        ..SchoolMention::default()
    };
    assert_eq!(found(&registry.resolve(&by_login, &none)), Some(("223080", "login")));
    let by_oge = SchoolMention {
        school_ref: "oge:220001".to_owned(),
        oge: Some("220001".to_owned()),
        ..SchoolMention::default()
    };
    assert_eq!(found(&registry.resolve(&by_oge, &none)), Some(("x", "oge")));
    let shared = SchoolMention {
        school_ref: "inn:2230000001".to_owned(),
        inn: Some("2230000001".to_owned()),
        ..SchoolMention::default()
    };
    assert!(matches!(registry.resolve(&shared, &none), Resolution::Review { candidates } if candidates.len() == 2));
    let named = SchoolMention { name: Some("МБОУ \"Алейская СОШ\"".to_owned()), ..shared.clone() };
    assert_eq!(found(&registry.resolve(&named, &none)), Some(("223080", "name")));

    let decisions = Decisions::from([
        (shared.school_ref.clone(), Decision::Accept("br".parse().unwrap())),
        (by_oge.school_ref.clone(), Decision::Reject),
    ]);
    assert_eq!(found(&registry.resolve(&shared, &decisions)), Some(("br", "decision")));
    assert_eq!(registry.resolve(&by_oge, &decisions), Resolution::Rejected);
    let gone = Decisions::from([(by_login.school_ref.clone(), Decision::Accept("gone".parse().unwrap()))]);
    assert_eq!(found(&registry.resolve(&by_login, &gone)), Some(("223080", "login")));
}

#[test]
fn references_of_rows() {
    let login = StringArray::from(vec![Some("edu223080 | МБОУ"), Some("sch223080"), None, None, None]);
    let inn = StringArray::from(vec![None, None, Some("2230000001.0"), None, None]);
    let name = StringArray::from(vec![Some("а"), Some("б"), None, Some("СОШ № 5"), Some(" ")]);
    let municipality = StringArray::from(vec![None, None, None, Some("Краснодар"), Some("Краснодар")]);
    let mut mentions = Mentions::new();
    let columns = MentionColumns {
        login: Some(&login),
        inn: Some(&inn),
        name: Some(&name),
        municipality: Some(&municipality),
        ..MentionColumns::default()
    };
    let refs = mentions.refs(&columns, 5);
    let expected =
        [Some("login:223080"), Some("login:223080"), Some("inn:2230000001"), Some("name:краснодар|сош 5"), None];
    assert_eq!(refs.iter().collect::<Vec<_>>(), expected);
    assert_eq!(mentions.refs(&columns, 5).iter().collect::<Vec<_>>(), expected);
    assert_eq!(mentions.into_distinct().len(), 3);
    assert_eq!(refs.null_count(), 1);
}

#[test]
fn municipalities_in_any_form() {
    let same = [
        (
            "краснодар",
            &[
                "Краснодар",
                "МО город Краснодар",
                "МО Краснодар",
                "г. Краснодар",
                "муниципального образования город Краснодар",
                "город Краснодар Краснодарского края",
            ][..],
        ),
        (
            "горяч ключ",
            &[
                "город Горячий Ключ",
                "МО город Горячий Ключ",
                "Горячий Ключ",
                "города Горячего Ключа",
                "городской округ город Горячий Ключ",
            ],
        ),
        ("устьилимск", &["г. Усть-Илимск", "Усть-Илимск г.", "города Усть-Илимска", "Усть-Илимск", "Усть–Илимск"]),
        (
            "мостовск р-н",
            &[
                "Мостовский район",
                "Мостовский муниципальный район",
                "муниципальный район Мостовский",
                "Мостовского района",
                "МО Мостовский район",
            ],
        ),
        (
            "алейск р-н",
            &[
                "reg22_m001 | Алейский муниципальный район",
                "Алейский район",
                "Алейский муниципальный район(reg22_m001)",
            ],
        ),
        ("алейск", &["г. Алейск", "Алейск", "город Алейск"]),
        ("армавир", &["Армавир", "г.Армавир", "МО г. Армавир"]),
        ("урусмартановск р-н", &["Урус-Мартановский муниципальный район(reg20_m012)"]),
    ];
    for (expected, spellings) in same {
        for text in spellings {
            assert_eq!(fold_municipality(text).name, expected, "{text}");
        }
    }
    assert_eq!(fold_municipality("reg20_m012").code.as_deref(), Some("reg20_m012"));
    assert_eq!(fold_municipality("reg20_m012").folded(), "reg20_m012");
}

#[test]
fn names_taken_apart() {
    let parsed = parse_name("МБОУ гимназия № 4 имени И.Н. Нестерова поселка Псебай");
    assert_eq!((parsed.kind, parsed.number), (Some(SchoolKind::Gymnasium), Some(4)));
    assert!(parsed.distinctive.is_empty() && parsed.settlement.is_some(), "{parsed:?}");
    let parsed = parse_name("МБОУ \"СОШ № 3 с углубленным изучением отдельных предметов\" г. Барнаула");
    assert_eq!(
        (parsed.kind, parsed.number, parsed.settlement.as_deref()),
        (Some(SchoolKind::Secondary), Some(3), Some("барнаул"))
    );
    assert!(parsed.distinctive.is_empty(), "{parsed:?}");
    let parsed = parse_name("МКОУ «Урлаповская СОШ» Шипуновского района Алтайского края");
    assert_eq!(parsed.distinctive, BTreeSet::from(["урлаповск".to_owned()]), "{parsed:?}");
    assert_eq!(parse_name("МБОУ «СОШ имени 50-летия Октября № 6»").number, Some(6));
    assert_eq!(parse_name("МБОУООШИ № 1 «КАЗАЧЬЯ»").kind, Some(SchoolKind::Boarding));
    assert_eq!(parse_name("Основная общеобразовательная школа № 9").kind, Some(SchoolKind::Basic));
    assert_eq!(parse_name("школа").kind, None);
    assert_eq!(SchoolKind::from_text("СОШ"), Some(SchoolKind::Secondary));
    assert_eq!(SchoolKind::from_text("лицей"), Some(SchoolKind::Lyceum));
    assert_eq!(fold_name("ЦРО"), "школа цро");
}

#[test]
fn lists_of_numbers() {
    let cases: [(&str, &[u32]); 10] = [
        ("ОО №№ 6,7,8,17", &[6, 7, 8, 17]),
        ("ОО № 1 и 3", &[1, 3]),
        ("ОО №№ 4 и 5", &[4, 5]),
        ("ОО №№ 1,4,5,9", &[1, 4, 5, 9]),
        ("ОО 2,10,11,12,14,15", &[2, 10, 11, 12, 14, 15]),
        ("(шк 15, 5)", &[15, 5]),
        ("№3,4,6,10", &[3, 4, 6, 10]),
        ("24 педагога из МАОУ «СОШ№5», МАОУ «СОШ№14», МБОУ «СОШ№15»", &[5, 14, 15]),
        ("присутствовали 12 человек из МБОУ «СОШ № 1», МАОУ «СОШ № 9»", &[1, 9]),
        ("35 педагогов", &[]),
    ];
    for (text, expected) in cases {
        assert_eq!(parse_numbers(text), expected, "{text}");
    }
}
