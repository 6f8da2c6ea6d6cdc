//! `serve`: the latest release over HTTP, and the schedule.

use std::{path::PathBuf, sync::Arc, time::Duration};

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use dinamika_engine::postgres::DATABASE;
use dinamika_lake::state::{State, StateError};
use dinamika_project::{Job, JobId};
use dinamika_runner::{
    Clock as _, RunRequest, Runner, Silent, SystemClock,
    schedule::{Ledger as JobLedger, Schedule, TriggerError, Work},
};
use dinamika_server::{Begin, Gate, Ledger, Oidc, Serving, StartError, Started, Tls};
use tokio::{net::TcpListener, task::JoinHandle};
use tokio_util::sync::CancellationToken;

use crate::{
    cli::Serve,
    commands::{live, run},
    environment::Environment,
    failure::Failure,
    workshop::Workshop,
};

/// How often a release published by another process is looked for.
const LOOK: Duration = Duration::from_secs(5);

pub(super) async fn serve(workshop: Workshop, options: &Serve) -> Result<(), Failure> {
    let accounts = workshop.state()?;
    workshop.note_policy(&accounts)?;
    let has_accounts = accounts.has_users().map_err(Failure::work)?;
    for address in [Some(options.bind), options.pg].into_iter().flatten().filter(|address| !address.ip().is_loopback())
    {
        if !has_accounts {
            return Err(Failure::usage(format!(
                "{address}: учётных записей ещё нет, поэтому слушать можно только этот компьютер (127.0.0.1). Создайте \
                 первую: `dinamika user add ИМЯ --role administrator`, затем повторите. Гости без входа увидят только \
                 открытое"
            )));
        }
    }
    let postgres = Postgres::bind(options).await?;
    let secret = workshop.environment.oidc_secret.clone();
    let oidc = workshop.project.config.oidc.clone().map(|of| Oidc::new(of, secret)).transpose();
    let oidc = oidc.map_err(|error| Failure::said(error.to_string()))?;
    let gate = || Gate::of(accounts.clone(), Arc::new(|| SystemClock.now())).with_oidc(oidc);
    let listener =
        TcpListener::bind(options.bind).await.map_err(|error| Failure::said(format!("{}: {error}", options.bind)))?;
    let stop = CancellationToken::new();
    let shelf = Arc::new(workshop.shelf().await?);
    let mut kept = None;
    let (serving, schedule) = if options.no_scheduler {
        let control = Ledger::new(workshop.state()?, Arc::new(Nobody));
        (Serving::guarded(Arc::clone(&workshop.project), shelf, Some(Arc::new(control)), gate()), None)
    } else {
        let state = workshop.state()?;
        kept = Some(state.keep_schedule().map_err(|error| match error {
            StateError::Busy(who) => Failure::said(format!(
                "расписание этого проекта уже ведёт другой процесс ({who}); второй сервер запускают с --no-scheduler"
            )),
            error => Failure::work(error),
        })?);
        let work = Arc::new(Nightly {
            root: workshop.root.clone(),
            environment: workshop.environment.clone(),
            state: state.clone(),
            serving: std::sync::OnceLock::new(),
        });
        let schedule = Schedule::new(
            workshop.project.config.jobs.clone(),
            Arc::new(Jobs(state.clone())),
            work.clone(),
            Arc::new(SystemClock),
        );
        let by_hand = ByHand { schedule: schedule.clone(), state: state.clone() };
        let control = Ledger::new(state, Arc::new(by_hand));
        let serving = Serving::guarded(Arc::clone(&workshop.project), shelf, Some(Arc::new(control)), gate());
        // Set once, here.
        let _ = work.serving.set(Arc::clone(&serving));
        (serving, Some(schedule))
    };
    serving.refresh().await.map_err(|error| Failure::said(error.to_string()))?;
    println!("Открыто на http://{} — Ctrl+C остановит.", listener.local_addr()?);
    let postgres = match postgres {
        Some(postgres) => Some(postgres.begin(Arc::clone(&serving), stop.clone())?),
        None => None,
    };
    let follow = tokio::spawn(dinamika_server::follow(Arc::clone(&serving), LOOK, stop.clone()));
    let live = tokio::spawn(live::follow_dashboards(workshop.root.clone(), Arc::clone(&serving), stop.clone()));
    let ticking = schedule.clone().map(|schedule| tokio::spawn(async move { schedule.start().await }));
    let watch = stop.clone();
    tokio::spawn(async move {
        interrupted().await;
        watch.cancel();
    });
    let served = dinamika_server::serve(listener, dinamika_server::router(serving), stop.clone()).await;
    stop.cancel();
    if let Some(schedule) = schedule {
        println!("Ожидание начатых заданий …");
        schedule.drain().await;
    }
    if let Some(ticking) = ticking {
        // The ticker ends with the drain; how it ended changes nothing any more.
        let _ = ticking.await;
    }
    if let Some(postgres) = postgres {
        // It ends with the stop.
        let _ = postgres.await;
    }
    follow.abort();
    live.abort();
    drop(kept);
    served.map_err(Failure::from)
}

/// The protocol of PostgreSQL, bound and not yet answering.
struct Postgres {
    listener: TcpListener,
    tls: Option<Tls>,
}

impl Postgres {
    async fn bind(options: &Serve) -> Result<Option<Self>, Failure> {
        let Some(address) = options.pg else { return Ok(None) };
        let tls = match (&options.pg_cert, &options.pg_key) {
            (Some(certificate), Some(key)) => Some(Tls::read(certificate, key).map_err(Failure::usage)?),
            _ => None,
        };
        if tls.is_none() && !address.ip().is_loopback() {
            eprintln!(
                "Внимание: по протоколу PostgreSQL ответы пойдут без шифрования (пароль и так не передаётся). \
                 Сертификат задают --pg-cert и --pg-key."
            );
        }
        let listener =
            TcpListener::bind(address).await.map_err(|error| Failure::said(format!("{address}: {error}")))?;
        Ok(Some(Self { listener, tls }))
    }

    fn begin(self, serving: Arc<Serving>, stop: CancellationToken) -> Result<JoinHandle<()>, Failure> {
        println!("PostgreSQL: postgresql://{}/{DATABASE}", self.listener.local_addr()?);
        Ok(tokio::spawn(dinamika_server::serve_postgres(self.listener, serving, self.tls, stop)))
    }
}

/// Ctrl+C, or the signal containers are stopped with.
async fn interrupted() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = tokio::signal::ctrl_c() => {}
                _ = terminate.recv() => {}
            }
            return;
        }
    }
    let _ = tokio::signal::ctrl_c().await;
}

/// A job's work is a run of the project as its text is then: a server that has been up for a month must not build
/// with the SQL of a month ago.
struct Nightly {
    root: PathBuf,
    environment: Environment,
    state: State,
    serving: std::sync::OnceLock<Arc<Serving>>,
}

#[async_trait]
impl Work for Nightly {
    async fn run(&self, job: &Job, _: DateTime<Utc>) -> Result<(), String> {
        let select = job.select.parse().unwrap_or_default();
        let request = RunRequest { select, full: false, trigger: job.id.to_string() };
        let runner = self.runner().await.map_err(|failure| failure.to_string())?;
        // A run reads and encodes for seconds at a time: it has a thread of its own, away from those that answer.
        let here = tokio::runtime::Handle::current();
        let run = move || here.block_on(runner.run(&request, Arc::new(Silent)));
        let outcome = tokio::task::spawn_blocking(run).await.map_err(|error| error.to_string())?;
        let outcome = outcome.map_err(|error| error.to_string())?;
        if let Some(serving) = self.serving.get() {
            serving.published();
        }
        if outcome.is_good() {
            Ok(())
        } else {
            Err("выпуск не опубликован: не пройдены проверки".to_owned())
        }
    }
}

impl Nightly {
    async fn runner(&self) -> Result<Runner, Failure> {
        let workshop = Workshop::open(&self.root, self.environment.clone())?;
        let runner = workshop.runner_with(self.state.clone()).await?;
        run::sound(&runner).await?;
        Ok(runner)
    }
}

/// The state database as the schedule's ledger.
struct Jobs(State);

impl JobLedger for Jobs {
    fn last(&self, job: &JobId, now: DateTime<Utc>) -> Result<DateTime<Utc>, String> {
        self.0.job_last(job, now).map_err(|error| error.to_string())
    }
    fn claim(&self, job: &JobId, intended: DateTime<Utc>, now: DateTime<Utc>) -> Result<bool, String> {
        self.0.job_claim(job, intended, now).map_err(|error| error.to_string())
    }
    fn ended(
        &self,
        job: &JobId,
        intended: DateTime<Utc>,
        attempt: u32,
        outcome: &Result<(), String>,
        now: DateTime<Utc>,
    ) -> Result<(), String> {
        self.0
            .job_ended(job, intended, attempt, outcome.as_ref().err().map(String::as_str), now)
            .map_err(|error| error.to_string())
    }
}

/// Starts over HTTP go through the schedule, so that they never overlap with its own.
struct ByHand {
    schedule: Schedule,
    state: State,
}

impl ByHand {
    /// The run that a start has led to: it has a number once it has its turn.
    async fn run_of(&self, job: &JobId, since: DateTime<Utc>) -> Option<String> {
        for _ in 0..50 {
            let newest = self.state.runs(3).ok()?;
            if let Some(run) = newest.iter().find(|run| run.trigger == job.as_str() && run.started_at >= since) {
                return Some(run.id.to_string());
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        None
    }
}

#[async_trait]
impl Begin for ByHand {
    fn now(&self) -> DateTime<Utc> {
        SystemClock.now()
    }

    async fn begin(&self, job: &JobId) -> Result<Started, StartError> {
        match self.schedule.trigger(job) {
            Ok(intended) => Ok(Started { run: self.run_of(job, intended).await }),
            Err(TriggerError::Busy(_)) => Err(StartError::Busy),
            Err(error) => Err(StartError::Failed(error.into())),
        }
    }
}

/// A server without a scheduler starts nothing.
struct Nobody;

#[async_trait]
impl Begin for Nobody {
    fn now(&self) -> DateTime<Utc> {
        SystemClock.now()
    }

    async fn begin(&self, _: &JobId) -> Result<Started, StartError> {
        Err(StartError::Busy)
    }
}
