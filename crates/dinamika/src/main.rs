//! dinamika: monitoring exports of a regional education system → tables → indicators → releases.

mod cli;
mod commands;
mod environment;
mod failure;
mod generate;
mod paint;
mod standard;
mod workshop;

use std::process::ExitCode;

use clap::Parser;

use crate::{cli::Cli, environment::Environment, failure::Failure};

/// Queries allocate from many threads at once; the system's allocator is slower at that.
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

fn main() -> ExitCode {
    match work() {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            let message = failure.to_string();
            if !message.is_empty() {
                eprintln!("dinamika: {message}");
            }
            ExitCode::from(failure.code)
        }
    }
}

fn work() -> Result<(), Failure> {
    let cli = Cli::parse();
    let environment = Environment::read()?;
    tracing_subscriber::fmt()
        .with_env_filter(tracing_subscriber::EnvFilter::new(&environment.log))
        .with_writer(std::io::stderr)
        .init();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(environment.threads)
        .thread_stack_size(dinamika_engine::STACK)
        .enable_all()
        .build()?;
    let done = runtime.block_on(commands::dispatch(cli, environment));
    // Readers of the blocking pool may wait for a closed channel: nobody waits for them.
    runtime.shutdown_background();
    done
}
