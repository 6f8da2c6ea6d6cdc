//! `plan` and `run`.

use std::{
    collections::BTreeMap,
    io::IsTerminal as _,
    sync::{Arc, Mutex, PoisonError},
};

use dinamika_lake::state::RejectsAsked;
use dinamika_runner::{Event, Outcome, Progress, RunOutcome, RunRequest, Runner, Selection};
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::json;

use crate::{failure::Failure, paint, workshop::Workshop};

pub(super) async fn plan(workshop: &Workshop, select: &str, json: bool) -> Result<(), Failure> {
    let planned = workshop.runner().await?.plan(&selection(select)).await.map_err(failure)?;
    if json {
        return Ok(paint::json(&planned)?);
    }
    if planned.is_empty() {
        println!("Делать нечего: ничего не изменилось.");
        return Ok(());
    }
    let word = |kind: &str| if kind == "read" { "прочитать" } else { "построить" }.to_owned();
    let rows: Vec<_> = planned.into_iter().map(|step| vec![word(step.kind), step.name, step.why]).collect();
    Ok(paint::table(&["что", "имя", "почему"], &rows)?)
}

pub(super) async fn run(workshop: &Workshop, select: &str, full: bool, json: bool) -> Result<(), Failure> {
    let runner = workshop.runner().await?;
    sound(&runner).await?;
    let progress: Arc<dyn Progress> = if json { Arc::new(Patient) } else { painter() };
    let request = RunRequest { select: selection(select), full, trigger: "command".to_owned() };
    let outcome = runner.run(&request, progress).await.map_err(failure)?;
    if json {
        paint::json(&as_json(&outcome))?;
    } else {
        tell(&runner, &outcome);
    }
    if outcome.is_good() {
        Ok(())
    } else {
        Err(Failure::said("выпуск не опубликован, читатели видят прежний"))
    }
}

/// Plans every query of the project before anything runs: a mistake in SQL stops here, with its place.
pub(super) async fn sound(runner: &Runner) -> Result<(), Failure> {
    let report = runner.check().await.map_err(Failure::work)?;
    if !report.has_errors() {
        return Ok(());
    }
    report.iter().for_each(|diagnostic| eprintln!("{diagnostic}"));
    Err(Failure::usage("в SQL проекта есть ошибки; ничего не сделано"))
}

fn selection(text: &str) -> Selection {
    text.parse().unwrap_or_default()
}

/// A selection that names nothing is the command line's fault.
fn failure(error: dinamika_runner::RunError) -> Failure {
    match error {
        dinamika_runner::RunError::Selection(_) => Failure::usage(error),
        other => Failure::work(other),
    }
}

/// What was loaded, refused, left for review and published.
pub(super) fn tell(runner: &Runner, outcome: &RunOutcome) {
    let loaded = &outcome.loaded;
    println!(
        "Файлы: новых {}, прочитано {}, не принято {}, повторов уже известных {}, без изменений {}.",
        outcome.pulled.new,
        loaded.files,
        loaded.refused.len(),
        outcome.pulled.known,
        outcome.pulled.unchanged
    );
    println!(
        "Строки: загружено {}, отклонено {}, отклонений в ячейках и строках {}, заменено новыми файлами {}.",
        paint::number(loaded.rows),
        paint::number(loaded.rejected_rows),
        paint::number(loaded.rejects),
        paint::number(loaded.replaced_rows)
    );
    for (path, reason) in &loaded.refused {
        println!("  не принят {path}: {reason}");
    }
    for reason in &outcome.pulled.failed {
        println!("  не получен: {reason}");
    }
    if loaded.rejects > 0 {
        println!(
            "Отклонения ({}): `dinamika rejects list`, для отправителя — `dinamika rejects export`.",
            paint::number(loaded.rejects)
        );
        samples(
            runner
                .state()
                .rejects(&RejectsAsked { limit: 10_000, ..RejectsAsked::default() })
                .unwrap_or_default()
                .into_iter()
                .map(|r| format!("{}: {}, {}", r.path, r.column.unwrap_or_default(), r.rule)),
        );
    }
    if outcome.review > 0 {
        println!("Школы, ждущие решения ({}): `dinamika schools review`.", outcome.review);
        let waiting = runner.state().resolutions().unwrap_or_default().into_iter().filter(|row| row.status == "review");
        samples(waiting.map(|row| row.school_ref));
    }
    for model in &outcome.broken {
        println!("  не построено: {model}");
    }
    for broken in &outcome.verdict.broken {
        let word = if broken.blocking { "не пройдена" } else { "предупреждение" };
        println!(
            "  проверка {word}: {} ({})",
            broken.test,
            broken.error.clone().unwrap_or_else(|| format!("строк: {}", broken.rows))
        );
    }
    let tests = outcome.verdict.tests;
    println!("Проверки: пройдено {}, предупреждений {}, не пройдено {}.", tests.passed, tests.warnings, tests.failed);
    match &outcome.release {
        Some(release) => println!("Опубликован выпуск {} (запуск {}).", release.id, outcome.run),
        None if outcome.is_good() => println!("Ничего не изменилось: действует прежний выпуск."),
        None => println!("Подробно: `dinamika -C {} runs show {}`.", runner_root(runner), outcome.run),
    }
}

/// A few different lines, the same ones counted; the command named above them tells the rest.
fn samples(lines: impl Iterator<Item = String>) {
    const SHOWN: usize = 6;
    let mut counted = BTreeMap::<String, usize>::new();
    lines.for_each(|line| *counted.entry(line).or_default() += 1);
    for (line, count) in counted.iter().take(SHOWN) {
        println!("  {line}{}", if *count > 1 { format!(" × {count}") } else { String::new() });
    }
    if counted.len() > SHOWN {
        println!("  … и ещё {}", counted.len() - SHOWN);
    }
}

fn runner_root(runner: &Runner) -> String {
    runner.root().display().to_string()
}

fn as_json(outcome: &RunOutcome) -> serde_json::Value {
    json!({
        "run": outcome.run,
        "pulled": { "new": outcome.pulled.new, "known": outcome.pulled.known, "unchanged": outcome.pulled.unchanged, "failed": outcome.pulled.failed },
        "loaded": {
            "files": outcome.loaded.files, "rows": outcome.loaded.rows, "rejected_rows": outcome.loaded.rejected_rows,
            "rejects": outcome.loaded.rejects, "replaced_rows": outcome.loaded.replaced_rows,
            "refused": outcome.loaded.refused.iter().map(|(path, reason)| json!({ "path": path, "reason": reason })).collect::<Vec<_>>(),
        },
        "review": outcome.review,
        "broken": outcome.broken,
        "tests": outcome.verdict,
        "release": outcome.release.as_ref().map(|release| release.id),
    })
}

/// The phase whose steps are files.
const READING: &str = "Чтение файлов";

/// Tells of nothing but waiting.
pub(super) struct Patient;

impl Progress for Patient {
    fn event(&self, event: Event) {
        if let Event::Waiting { who } = event {
            eprintln!("Идёт другой запуск ({who}); ждём, пока он закончится …");
        }
    }
}

/// A bar where somebody looks at a terminal, plain lines otherwise.
pub(super) fn painter() -> Arc<dyn Progress> {
    if std::io::stderr().is_terminal() { Arc::new(Bar::default()) } else { Arc::new(Lines::default()) }
}

#[derive(Default)]
struct Bar(Mutex<Option<ProgressBar>>);

impl Progress for Bar {
    fn event(&self, event: Event) {
        let mut bar = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match event {
            Event::Waiting { .. } => Patient.event(event),
            Event::Phase { title, steps } => {
                if let Some(done) = bar.take() {
                    done.finish_and_clear();
                }
                let style = ProgressStyle::with_template("{prefix:12} {bar:30} {pos}/{len} {msg}")
                    .unwrap_or_else(|_| ProgressStyle::default_bar());
                *bar = Some(ProgressBar::new(steps as u64).with_style(style).with_prefix(title));
            }
            Event::Started { name } => {
                if let Some(bar) = bar.as_ref() {
                    bar.set_message(paint::shortened(&name, 60));
                }
            }
            Event::Finished { name, outcome, .. } => {
                if let Some(bar) = bar.as_ref() {
                    bar.inc(1);
                    if let Outcome::Failed(reason) = outcome {
                        bar.println(format!("✗ {name}: {reason}"));
                    }
                }
            }
        }
    }
}

/// Files are counted, not listed: the summary tells of those that need somebody.
#[derive(Default)]
struct Lines(Mutex<Counted>);

#[derive(Default)]
struct Counted {
    of: Option<usize>,
    done: usize,
}

impl Progress for Lines {
    fn event(&self, event: Event) {
        const EVERY: usize = 100;
        let mut counted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match event {
            Event::Waiting { .. } => Patient.event(event),
            Event::Phase { title, steps } => {
                eprintln!("{title}: {steps}");
                *counted = Counted { of: (title == READING).then_some(steps), done: 0 };
            }
            Event::Finished { outcome, .. } if counted.of.is_some() => {
                counted.done += usize::from(!matches!(outcome, Outcome::Skipped));
                if let Some(of) = counted.of.filter(|_| counted.done.is_multiple_of(EVERY)) {
                    eprintln!("  {} из {of}", counted.done);
                }
            }
            Event::Finished { name, outcome: Outcome::Done { rows, rejected }, took } => {
                let found = match (rows, rejected) {
                    (rows, 0) => format!("строк {}", paint::number(rows)),
                    (0, rejected) => format!("найдено строк {}", paint::number(rejected)),
                    (rows, rejected) => {
                        format!("строк {}, из них ждут внимания {}", paint::number(rows), paint::number(rejected))
                    }
                };
                eprintln!("  {name}: {found}, {}", paint::seconds(took));
            }
            Event::Finished { name, outcome: Outcome::Failed(reason), .. } => eprintln!("  ✗ {name}: {reason}"),
            Event::Started { .. } | Event::Finished { outcome: Outcome::Skipped, .. } => {}
        }
    }
}
