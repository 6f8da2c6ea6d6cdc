//! Questionnaires of schools: pupils by grade, teachers, their courses.

use chrono::Days;

use super::{
    GenerateError, Scene,
    campaign::day,
    dice::Dice,
    region::{REGION_CODE, REGION_NAME, School},
    scores,
    sheet::{Book, Cell, dotted, row},
    work::{Done, Job},
};

/// A questionnaire of one sheet every year; that of 2022 has a second form with the codes of
/// schools.
pub(super) fn jobs(scene: Scene<'_>) -> Vec<Job<'_>> {
    let one = |starts: u16| {
        Job::new(format!("Контекстная анкета {}", starts + 1), move |outbox| {
            let year = starts + 1;
            let path = format!("Анкеты/Сбор контекстных данных об ОО и участниках ВПР {year}.xlsx");
            outbox.put(&path, day(year, 3, 20), &single(scene, starts)?)?;
            let mut done = Done::rows("school_context", scene.region.schools.len());
            if year == 2022 {
                let path = format!("Анкеты/Сбор контекстных данных об ОО ({year}).xlsx");
                outbox.put(&path, day(year, 3, 1), &double(scene, starts)?)?;
                done.add(Done::rows("school_context", 2 * scene.region.schools.len()));
            }
            Ok(done)
        })
    };
    scene.options.years.iter().map(|starts| one(*starts)).collect()
}

/// Numbers of one school in one year.
struct Numbers {
    grades: [u32; 11],
    teachers: usize,
    high: usize,
    category: usize,
    young: usize,
    pension: usize,
    courses: [usize; 3],
}

fn numbers(scene: Scene<'_>, school: &School, starts: u16) -> Numbers {
    let mut dice = Dice::of(scene.options.seed, "context", &[school.index, usize::from(starts)]);
    let grades = std::array::from_fn(|place| {
        let cohort = usize::from(starts) - place;
        let (size, _) = scores::cohort(scene.options.seed, school, cohort);
        // Half of the ninth form leave; a basic school has no tenth.
        match place {
            9 | 10 if school.body.contains("ООШ") => 0,
            9 | 10 => size / 2,
            _ => size,
        }
    });
    let teachers = school.teachers as u32;
    let share = |dice: &mut Dice, share| dice.binomial(teachers, share) as usize;
    let high = share(&mut dice, 0.3);
    Numbers {
        grades,
        teachers: school.teachers,
        high,
        category: (high + share(&mut dice, 0.25)).min(school.teachers),
        young: share(&mut dice, 0.15),
        pension: share(&mut dice, 0.2),
        courses: [share(&mut dice, 0.3), share(&mut dice, 0.15), share(&mut dice, 0.05)],
    }
}

fn place(scene: Scene<'_>, school: &School) -> (&'static str, &'static str) {
    if scene.region.municipality(school).town {
        ("2. Город", "5. 50–100 тыс. человек")
    } else {
        ("4. Населенный пункт сельского типа (село, хутор, деревня и пр.)", "2. 1–3 тыс. человек")
    }
}

fn single(scene: Scene<'_>, starts: u16) -> Result<Vec<u8>, GenerateError> {
    let mut header: Vec<String> = [
        "логин",
        "Код региона",
        "Название ОО",
        "Полное наименование ОО согласно Уставу",
        "Адрес ОО  (с указанием индекса)",
        "ФИО директора (полностью)",
        "Телефон ОО (с указанием кода города)",
        "e-mail ОО",
        "Организационно-правовая форма ОО",
        "Где расположена Ваша образовательная организация?",
        "Каков размер населенного пункта, в котором расположена ОО? ",
    ]
    .map(str::to_owned)
    .into();
    header.push(format!(
        "Укажите количество обучающихся в ОО в {starts}/{} учебном году (в сумме по всем классам)",
        starts + 1
    ));
    header.extend(
        (1..=11).flat_map(|grade| [format!("{grade} класс Классов/групп"), format!("{grade} класс Обучающихся")]),
    );
    header.extend(
        [
            "Сколько всего в школе учителей (работающих не менее чем на 0,5 ставки)?",
            "Сколько в школе  учителей высшей категории (работающих не менее чем на 0,5 ставки)?",
            "Сколько в школе учителей (работающих не менее чем на 0,5 ставки) не старше 30 лет?",
            "Сколько в школе учителей (работающих не менее чем на 0,5 ставки), достигших пенсионного возраста (имеющих право на пенсию по возрасту, а не по педагогическому стажу)?",
            "Длительностью не более 36 часов",
            "Длительностью более 36 часов и не более 72 часов",
            "Длительностью более 72 часов",
        ]
        .map(str::to_owned),
    );
    let mut book = Book::new()?;
    let mut sheet = book.sheet("Сбор контекстных данных об ОО и участниках ВПР")?;
    sheet.texts(header.iter().map(String::as_str))?;
    for school in &scene.region.schools {
        let numbers = numbers(scene, school, starts);
        let (kind, size) = place(scene, school);
        // Nobody's name, telephone or address stands here.
        let mut cells = row![
            format!("sch{}", school.login()),
            REGION_CODE,
            school.quoted(),
            school.full(),
            "",
            "",
            "",
            "",
            "2. Муниципальная",
            kind,
            size
        ];
        cells.extend(row![numbers.grades.iter().sum::<u32>()]);
        cells.extend(numbers.grades.iter().flat_map(|size| row![size.div_ceil(25), *size]));
        cells.extend(row![numbers.teachers, numbers.high, numbers.young, numbers.pension]);
        cells.extend(numbers.courses.map(Cell::from));
        sheet.row(cells)?;
    }
    Ok(book.bytes()?)
}

fn double(scene: Scene<'_>, starts: u16) -> Result<Vec<u8>, GenerateError> {
    let who = ["Пользователь", "Код региона", "Регион", "Муниципалитет", "Школа", "Дата загрузки", "№"];
    let mut book = Book::new()?;
    let mut sheet = book.sheet("Общая информация об ОО")?;
    sheet.texts(who.into_iter().chain([
        "1. ПОЛНОЕ наименование ОО (по уставу)",
        "2.\tСОКРАЩЕННОЕ наименование ОО (при наличии) (по уставу)",
        "3.\tФИО директора (полностью)",
        "4.\tТелефон ОО (с указанием кода города)",
        "5.\tЭлектронная почта (email) ОО",
        "6.\tИНН",
        "7.\tКод ОГЭ",
        "8.\tКод ЕГЭ",
        "14. Где расположена образовательная организация?",
        "15. Каков размер населенного пункта, в котором расположена ОО?",
    ]))?;
    for school in &scene.region.schools {
        let (kind, size) = place(scene, school);
        let mut cells = first_columns(scene, school, starts);
        cells.extend(row![
            school.full(),
            school.quoted(),
            "",
            "",
            "",
            school.inn(),
            school.oge().to_string(),
            school.ege().to_string(),
            kind,
            size
        ]);
        sheet.row(cells)?;
    }
    let mut sheet = book.sheet("ОБРАЗОВАТЕЛЬНАЯ ДЕЯТЕЛЬНОСТЬ ОО")?;
    let pupils = format!(
        "20. Укажите количество обучающихся в ОО в {starts}/{} учебном году (в сумме по всем классам/курсам)",
        starts + 1
    );
    sheet.texts(who.into_iter().chain([
        pupils.as_str(),
        "25. Сколько всего в ОО учителей/преподавателей?",
        "26. Сколько в ОО учителей, преподающих в 5–9 классах?",
        "27. Сколько всего в ОО учителей/преподавателей первой и высшей категорий?",
    ]))?;
    for school in &scene.region.schools {
        let numbers = numbers(scene, school, starts);
        let mut cells = first_columns(scene, school, starts);
        cells.extend(row![
            numbers.grades.iter().sum::<u32>(),
            numbers.teachers,
            numbers.teachers * 2 / 3,
            numbers.category
        ]);
        sheet.row(cells)?;
    }
    Ok(book.bytes()?)
}

fn first_columns(scene: Scene<'_>, school: &School, starts: u16) -> Vec<Cell> {
    let municipality = scene.region.municipality(school);
    let login = format!("edu{}", school.login());
    let loaded = day(starts + 1, 2, 1) + Days::new(school.index as u64 % 25);
    row![
        login.as_str(),
        REGION_CODE,
        format!("reg{REGION_CODE}0000 | {REGION_NAME}"),
        format!("{} | {}", municipality.code(), municipality.name),
        format!("{login} | {}", school.quoted()),
        format!("{} 10:{:02}:51", dotted(loaded), school.index % 60),
        1_u32,
    ]
}
