//! Registers: schools with their logins, schools with all their codes, municipalities.

use super::{
    Scene,
    campaign::day,
    region::REGION_CODE,
    sheet::{Book, row},
    work::{Done, Job},
};

/// Three workbooks.
pub(super) fn jobs(scene: Scene<'_>) -> Vec<Job<'_>> {
    let sent = day(2020, 9, 1);
    vec![
        Job::new("Логины школ", move |outbox| {
            let mut book = Book::new()?;
            let mut sheet = book.sheet("Лист1")?;
            sheet.texts(["логин", "имя", "регион"])?;
            for school in &scene.region.schools {
                sheet.row(row![
                    format!("sch{}", school.login()),
                    school.plain(),
                    scene.region.municipality(school).short.as_str()
                ])?;
            }
            outbox.put("Справочники/logins.xlsx", sent, &book.bytes()?)?;
            Ok(Done::rows("school_registry", scene.region.schools.len()))
        }),
        Job::new("Реестр школ с кодами", move |outbox| {
            let mut book = Book::new()?;
            let mut sheet = book.sheet("Реестр ОО")?;
            sheet.texts([
                "Код",
                "Логин",
                "Краткое наименование",
                "Полное наименование",
                "Муниципалитет",
                "ОКТМО",
                "ИНН",
                "ОГРН",
                "Код ОГЭ",
                "Код ЕГЭ",
            ])?;
            for school in &scene.region.schools {
                let municipality = scene.region.municipality(school);
                let login = format!("edu{}", school.login());
                sheet.row(row![
                    login.as_str(),
                    login.as_str(),
                    school.quoted(),
                    school.full(),
                    format!("{} | {}", municipality.code(), municipality.name),
                    municipality.oktmo(),
                    school.inn(),
                    school.ogrn(),
                    school.oge().to_string(),
                    school.ege().to_string(),
                ])?;
            }
            outbox.put("Справочники/Реестр школ.xlsx", sent, &book.bytes()?)?;
            Ok(Done::rows("school_registry", scene.region.schools.len()))
        }),
        Job::new("Муниципалитеты", move |outbox| {
            let mut book = Book::new()?;
            let mut sheet = book.sheet("Муниципалитеты")?;
            sheet.texts(["№", "Муниципалитет", "ОКТМО", "Код ВПР", "Код региона"])?;
            for municipality in &scene.region.municipalities {
                sheet.row(row![
                    municipality.index + 1,
                    municipality.name.as_str(),
                    municipality.oktmo(),
                    municipality.code(),
                    REGION_CODE
                ])?;
            }
            outbox.put("Справочники/Муниципалитеты.xlsx", sent, &book.bytes()?)?;
            Ok(Done::rows("municipality_registry", scene.region.municipalities.len()))
        }),
    ]
}
