//! «Описание работ»: what each task checks, with codes of content and requirements.

use super::{
    Scene,
    campaign::{Test, day},
    sheet::{Book, Cell, row},
    tasks::Task,
    work::{Done, Job},
};

/// Areas of a subject: the first part of a task's codes.
const RUSSIAN: [&str; 6] =
    ["Орфография и пунктуация", "Фонетика и орфоэпия", "Морфемика", "Морфология", "Синтаксис", "Работа с текстом"];
const MATHS: [&str; 6] = [
    "Числа и вычисления",
    "Дроби и проценты",
    "Текстовые задачи",
    "Величины и измерения",
    "Геометрические фигуры",
    "Работа с данными",
];
const REQUIREMENTS: [&str; 4] =
    ["Знать и понимать", "Выполнять действия по образцу", "Применять в новой ситуации", "Объяснять и обосновывать"];

/// A folder for each grade and subject.
pub(super) fn jobs(scene: Scene<'_>) -> Vec<Job<'_>> {
    let mut papers: Vec<&Test> = Vec::new();
    for test in scene.tests {
        if !papers.iter().any(|known| (known.subject, known.grade) == (test.subject, test.grade)) {
            papers.push(test);
        }
    }
    papers
        .into_iter()
        .map(|test| {
            Job::new(
                format!("Описание работы: {}, {} класс", test.subject_name(), test.grade),
                move |outbox| {
                    let folder = format!("Описание_работ/{}/{}", test.grade, test.subject_name());
                    let sent = day(2020, 8, 20);
                    let (bytes, tasks) = tasks(test)?;
                    outbox.put(&format!("{folder}/ALL.xlsx"), sent, &bytes)?;
                    let areas = areas(test);
                    let content = codes("Проверяемые элементы содержания", areas.iter())?;
                    outbox.put(&format!("{folder}/KS.xlsx"), sent, &content)?;
                    let required = codes("Проверяемые требования к уровню подготовки", REQUIREMENTS.iter())?;
                    outbox.put(&format!("{folder}/KT.xlsx"), sent, &required)?;
                    let mut done = Done::rows("vpr_task", tasks);
                    done.add(Done::rows("vpr_skill_code", areas.len() + REQUIREMENTS.len()));
                    Ok(done)
                },
            )
        })
        .collect()
}

fn areas(test: &Test) -> [&'static str; 6] {
    if test.subject == "RU" { RUSSIAN } else { MATHS }
}

fn tasks(test: &Test) -> Result<(Vec<u8>, usize), rust_xlsxwriter::XlsxError> {
    let mut book = Book::new()?;
    let mut sheet = book.sheet("Лист1")?;
    sheet.texts([
        "№ по КИМу",
        "№",
        "Умения, виды деятельности (в соответствии с ФГОС)",
        "Блоки ПООП: выпускник научится / получит возможность научиться",
        "Уровень сложности",
        "Код КЭС",
        "Код КТ",
        "Максимальный балл за выполнение задания",
        "Примерное время выполнения задания обучающимся (в минутах)",
    ])?;
    let mut rows = 0;
    for (place, task) in test.paper.tasks.iter().enumerate() {
        // A task with two codes takes two lines; every third has two.
        for second in 0..=usize::from(place % 3 == 2) {
            sheet.row(line(test, place, task, second))?;
            rows += 1;
        }
    }
    Ok((book.bytes()?, rows))
}

fn line(test: &Test, place: usize, task: &Task, second: usize) -> Vec<Cell> {
    let area = (place * 6 / test.paper.tasks.len() + second) % 6;
    let required = (place + second) % REQUIREMENTS.len();
    row![
        task.label,
        (place + 1).to_string(),
        format!("{}: {}", areas(test)[area], REQUIREMENTS[required].to_lowercase()),
        format!("Блок {}. {}", area + 1, areas(test)[area]),
        task.level,
        format!("{}.{}", area + 1, place % 4 + 1),
        (required + 1).to_string(),
        task.max.to_string(),
        (1 + u32::from(task.max)).to_string(),
    ]
}

fn codes<'a>(title: &str, list: impl Iterator<Item = &'a &'static str>) -> Result<Vec<u8>, rust_xlsxwriter::XlsxError> {
    let mut book = Book::new()?;
    let mut sheet = book.sheet("Лист1")?;
    sheet.texts(["Код", title])?;
    for (place, name) in list.enumerate() {
        sheet.row(row![(place + 1).to_string(), *name])?;
    }
    book.bytes()
}
