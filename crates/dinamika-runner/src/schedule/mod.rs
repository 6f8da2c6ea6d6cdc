//! The schedule: what tokio-cron-scheduler lacks (time zones kept over clock changes, no overlap, catch-up,
//! retries, drain) around its tick.

mod due;

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use dinamika_project::{Job, JobId};
use tokio::sync::Semaphore;
use tokio_cron_scheduler::{Job as Tick, JobScheduler, JobSchedulerError};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::Clock;

pub use due::{due, next};

/// A run found this long after its time was missed, not merely late.
const GRACE: chrono::Duration = chrono::Duration::minutes(5);

/// Remembers which intended runs there were; a run's key is job + intended time.
pub trait Ledger: Send + Sync {
    /// The latest intended time of the job that was claimed, or when the job was first seen.
    /// The first call for a job notes `now` as that.
    fn last(&self, job: &JobId, now: DateTime<Utc>) -> Result<DateTime<Utc>, String>;
    /// Takes a run; false when it was taken before.
    fn claim(&self, job: &JobId, intended: DateTime<Utc>, now: DateTime<Utc>) -> Result<bool, String>;
    /// Notes how an attempt ended.
    fn ended(
        &self,
        job: &JobId,
        intended: DateTime<Utc>,
        attempt: u32,
        outcome: &Result<(), String>,
        now: DateTime<Utc>,
    ) -> Result<(), String>;
}

/// What a job does.
#[async_trait]
pub trait Work: Send + Sync {
    /// One attempt; the error is for the run history.
    async fn run(&self, job: &Job, intended: DateTime<Utc>) -> Result<(), String>;
}

/// Runs jobs when they are due.
#[derive(Clone)]
pub struct Schedule {
    shared: Arc<Shared>,
}

struct Shared {
    jobs: Vec<Job>,
    busy: BTreeMap<JobId, Arc<Semaphore>>,
    ledger: Arc<dyn Ledger>,
    work: Arc<dyn Work>,
    clock: Arc<dyn Clock>,
    stop: CancellationToken,
    running: TaskTracker,
}

/// Why a manual start was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TriggerError {
    /// No job of that id.
    #[error("задания `{0}` нет в dinamika.toml")]
    Unknown(JobId),
    /// It runs already.
    #[error("задание `{0}` уже выполняется")]
    Busy(JobId),
    /// The ledger failed.
    #[error("журнал заданий: {0}")]
    Ledger(String),
}

impl Schedule {
    /// A schedule over `jobs`; nothing runs until it is ticked.
    pub fn new(jobs: Vec<Job>, ledger: Arc<dyn Ledger>, work: Arc<dyn Work>, clock: Arc<dyn Clock>) -> Self {
        let busy = jobs.iter().map(|job| (job.id.clone(), Arc::new(Semaphore::new(1)))).collect();
        let shared =
            Shared { jobs, busy, ledger, work, clock, stop: CancellationToken::new(), running: TaskTracker::new() };
        Self { shared: Arc::new(shared) }
    }

    /// Asks of every job whether it is due and starts what is: at start this catches up what was missed.
    pub fn tick(&self) {
        for job in &self.shared.jobs {
            if let Err(error) = self.start_due(job) {
                tracing::error!(job = %job.id, error, "the job ledger could not be read; asked again at the next tick");
            }
        }
    }

    /// Starts a job now, whatever its cron line says.
    pub fn trigger(&self, id: &JobId) -> Result<DateTime<Utc>, TriggerError> {
        let job = self.shared.jobs.iter().find(|job| job.id == *id).ok_or_else(|| TriggerError::Unknown(id.clone()))?;
        let permit = self.shared.busy[id].clone().try_acquire_owned().map_err(|_| TriggerError::Busy(id.clone()))?;
        let now = self.shared.clock.now();
        if !self.shared.ledger.claim(id, now, now).map_err(TriggerError::Ledger)? {
            return Err(TriggerError::Busy(id.clone()));
        }
        let (shared, job) = (self.shared.clone(), job.clone());
        self.shared.running.spawn(async move {
            attempt(&shared, &job, now).await;
            drop(permit);
        });
        Ok(now)
    }

    /// When each job runs next.
    pub fn upcoming(&self) -> Vec<(JobId, Option<DateTime<Utc>>)> {
        let now = self.shared.clock.now();
        self.shared.jobs.iter().map(|job| (job.id.clone(), next(job, now))).collect()
    }

    /// Ticks once a second until [`Schedule::drain`].
    pub async fn start(&self) -> Result<(), JobSchedulerError> {
        let mut ticker = JobScheduler::new().await?;
        let schedule = self.clone();
        ticker
            .add(Tick::new_repeated(Duration::from_secs(1), move |_, _| {
                if !schedule.shared.stop.is_cancelled() {
                    schedule.tick();
                }
            })?)
            .await?;
        ticker.start().await?;
        self.shared.stop.cancelled().await;
        ticker.shutdown().await
    }

    /// Starts nothing more and waits for what runs.
    pub async fn drain(&self) {
        self.shared.stop.cancel();
        self.shared.running.close();
        self.shared.running.wait().await;
    }

    fn start_due(&self, job: &Job) -> Result<(), String> {
        let Ok(permit) = self.shared.busy[&job.id].clone().try_acquire_owned() else { return Ok(()) };
        let now = self.shared.clock.now();
        let times = due(job, self.shared.ledger.last(&job.id, now)?, now, GRACE);
        if times.is_empty() {
            return Ok(());
        }
        let (shared, job) = (self.shared.clone(), job.clone());
        self.shared.running.spawn(async move {
            for intended in times {
                if shared.stop.is_cancelled() {
                    break;
                }
                match shared.ledger.claim(&job.id, intended, shared.clock.now()) {
                    Ok(true) => attempt(&shared, &job, intended).await,
                    Ok(false) => {}
                    Err(error) => tracing::error!(job = %job.id, error, "a run could not be claimed"),
                }
            }
            drop(permit);
        });
        Ok(())
    }
}

/// Runs a job until an attempt succeeds or its retries are used up; the pause doubles.
async fn attempt(shared: &Shared, job: &Job, intended: DateTime<Utc>) {
    let mut pause = job.backoff;
    for number in 1..=job.retries + 1 {
        let outcome = shared.work.run(job, intended).await;
        if let Err(error) = shared.ledger.ended(&job.id, intended, number, &outcome, shared.clock.now()) {
            tracing::error!(job = %job.id, error, "the end of a run could not be noted");
        }
        match outcome {
            Ok(()) => return,
            Err(error) => tracing::warn!(job = %job.id, attempt = number, error, "a scheduled run failed"),
        }
        if number <= job.retries {
            tokio::select! {
                () = tokio::time::sleep(pause) => pause *= 2,
                () = shared.stop.cancelled() => return,
            }
        }
    }
}
