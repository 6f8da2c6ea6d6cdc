//! One file a group of commands; each opens what it needs and says what it did.

mod access;
mod check;
mod demo;
mod explain;
mod extract;
mod files;
mod lineage;
mod live;
mod query;
mod rejects;
mod releases;
mod run;
mod runs;
mod schools;
mod serve;
mod sniff;
mod users;

use crate::{
    cli::{Cli, Command},
    environment::Environment,
    failure::Failure,
    standard,
    workshop::Workshop,
};

/// A CSV that a Russian Excel opens by double click: BOM, `;`, CRLF; standard output when no file is named.
fn csv_file(path: Option<&std::path::Path>) -> Result<csv::Writer<Box<dyn std::io::Write>>, Failure> {
    let mut out: Box<dyn std::io::Write> = match path {
        Some(path) => Box::new(std::fs::File::create(path)?),
        None => Box::new(std::io::stdout()),
    };
    out.write_all("\u{feff}".as_bytes())?;
    Ok(csv::WriterBuilder::new().delimiter(b';').terminator(csv::Terminator::CRLF).from_writer(out))
}

/// Does what the command line says.
pub(crate) async fn dispatch(cli: Cli, environment: Environment) -> Result<(), Failure> {
    let Cli { directory, json, command } = cli;
    let open = |environment| Workshop::open(&directory, environment);
    match command {
        Command::Demo(options) => demo::demo(&options, environment).await,
        Command::Generate(options) => demo::generate(&options),
        Command::Init { directory: target } => {
            let folder = target.unwrap_or(directory);
            standard::write(&folder, None)?;
            println!(
                "Создан проект {}. Положите выгрузки в {} и запустите `dinamika -C {} run`.",
                folder.display(),
                folder.join("inbox").display(),
                folder.display()
            );
            Ok(())
        }
        Command::Check => check::check(&directory, json).await,
        Command::Sniff { file } => sniff::sniff(&open(environment), &file),
        Command::Plan { select } => run::plan(&open(environment)?, &select, json).await,
        Command::Run { select, full } => run::run(&open(environment)?, &select, full, json).await,
        Command::Test => check::test(&open(environment)?, json).await,
        Command::Serve(options) => serve::serve(open(environment)?, &options).await,
        Command::Query(options) => query::query(&open(environment)?, options).await,
        Command::Extract(options) => extract::extract(&open(environment)?, options).await,
        Command::Explain(options) => explain::explain(&open(environment)?, &options, json).await,
        Command::Lineage(options) => lineage::lineage(&open(environment)?, &options, json).await,
        Command::Rejects(command) => rejects::rejects(&open(environment)?, command, json).await,
        Command::Schools(command) => schools::schools(&open(environment)?, command, json),
        Command::Files(command) => files::files(&open(environment)?, command, json).await,
        Command::Releases(command) => releases::releases(&open(environment)?, command, json).await,
        Command::User(command) => users::users(&open(environment)?, command, json),
        Command::Token(command) => users::tokens(&open(environment)?, command, json),
        Command::Audit { action, limit } => users::audit(&open(environment)?, action.as_deref(), limit, json),
        Command::Runs(command) => runs::runs(&open(environment)?, &command, json),
    }
}
