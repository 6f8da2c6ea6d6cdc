//! `demo` and `generate`.

use std::time::Instant;

use dinamika_runner::RunRequest;

use crate::{
    cli::{Demo, Generate},
    commands::{run, serve},
    environment::Environment,
    failure::Failure,
    generate::{self, GenerateOptions},
    paint, standard,
    workshop::Workshop,
};

/// The last school year of invented data begins in this year.
const LAST_YEAR: u16 = 2023;

/// Makes an invented region, runs it and serves it.
pub(super) async fn demo(options: &Demo, environment: Environment) -> Result<(), Failure> {
    let began = Instant::now();
    let folder = &options.directory;
    if standard::is_project(folder)? {
        println!("{}: пример уже создан, он будет обновлён.", folder.display());
    } else {
        println!("Создаётся вымышленный регион в {} …", folder.display());
        let wishes = GenerateOptions { schools: options.schools, ..GenerateOptions::default() };
        let truth = generate::generate(&wishes, folder, &|step| tracing::info!("{step}")).map_err(Failure::work)?;
        standard::write(folder, Some(&standard::config_of("99", &truth.region)))?;
        println!(
            "Создано за {}: файлов {}, {}, строк учеников {}.",
            paint::seconds(began.elapsed()),
            truth.files,
            paint::bytes(truth.bytes),
            paint::number(truth.pupil_rows)
        );
        println!(
            "В выгрузки нарочно подложено ошибок — {}; что с ними должно стать, говорит truth.json:",
            truth.faults.len()
        );
        for fault in &truth.faults {
            println!("  {}: {}", fault.path, fault.expect);
        }
    }
    let workshop = Workshop::open(folder, environment)?;
    {
        let runner = workshop.runner().await?;
        run::sound(&runner).await?;
        let began = Instant::now();
        let request = RunRequest { trigger: "demo".to_owned(), ..RunRequest::default() };
        let outcome = runner.run(&request, run::painter()).await.map_err(Failure::work)?;
        println!("Рассчитано за {}.", paint::seconds(began.elapsed()));
        run::tell(&runner, &outcome);
        if !outcome.is_good() {
            return Err(Failure::said("пример не рассчитан"));
        }
    }
    if options.no_serve {
        return Ok(());
    }
    serve::serve(workshop, &options.serve).await
}

/// Writes invented exports and their truth.
pub(super) fn generate(options: &Generate) -> Result<(), Failure> {
    let count = u16::try_from(options.years.clamp(1, 10)).unwrap_or(4);
    let wishes = GenerateOptions {
        schools: options.schools,
        years: (LAST_YEAR + 1 - count..=LAST_YEAR).collect(),
        seed: options.seed,
        calm: options.calm,
        ..GenerateOptions::default()
    };
    let truth = generate::generate(&wishes, &options.output, &|step| eprintln!("  {step}")).map_err(Failure::work)?;
    println!(
        "{}: {} файлов, {}, {} строк учеников; истина — truth.json",
        options.output.display(),
        truth.files,
        paint::bytes(truth.bytes),
        paint::number(truth.pupil_rows)
    );
    Ok(())
}
