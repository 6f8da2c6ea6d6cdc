//! The machine queries run on: threads of their own, memory, spill, deadline.

use std::{future::Future, num::NonZeroUsize, path::PathBuf, sync::Arc, time::Duration};

use datafusion::{
    execution::{
        SessionState, SessionStateBuilder,
        disk_manager::{DiskManagerBuilder, DiskManagerMode},
        memory_pool::{FairSpillPool, TrackConsumersPool},
        runtime_env::{RuntimeEnv, RuntimeEnvBuilder},
    },
    physical_plan::SendableRecordBatchStream,
    prelude::{SessionConfig, SessionContext},
};
use futures::{Stream, StreamExt};
use tokio::{
    runtime::{Builder, Runtime},
    sync::mpsc,
    task::JoinHandle,
    time::Instant,
};

use crate::{EngineError, Rows, functions};

/// Bytes a long answer's operators may hold before they spill.
const FRUGAL: usize = 64 << 20;
/// Rows of a batch of a long answer: what is being read, sorted, encoded and sent at once.
const FRUGAL_BATCH: usize = 4_096;

/// Stack of a thread of queries: a statement of a thousand operators is planned a call a level. Only what is used is
/// taken of the memory.
pub const STACK: usize = 64 << 20;

/// What queries may take.
#[derive(Debug, Clone)]
pub struct EngineOptions {
    /// Bytes operators may hold before they spill; at least 150 MB a thread sorts well.
    pub memory_bytes: usize,
    /// Threads of the queries' own runtime, and partitions of a plan.
    pub threads: usize,
    /// Folder in which spilled data get a folder of their own, removed at the end; made when absent.
    pub spill: PathBuf,
    /// A query that takes longer is stopped.
    pub deadline: Option<Duration>,
    /// A larger result is stopped.
    pub max_bytes: Option<u64>,
}

impl Default for EngineOptions {
    fn default() -> Self {
        Self {
            memory_bytes: 1 << 30,
            threads: std::thread::available_parallelism().map_or(2, NonZeroUsize::get),
            spill: std::env::temp_dir(),
            deadline: None,
            max_bytes: None,
        }
    }
}

/// Threads, memory and caches shared by sessions; cheap to clone.
#[derive(Clone)]
pub struct Engine {
    shared: Arc<Shared>,
}

struct Shared {
    threads: Threads,
    environment: Arc<RuntimeEnv>,
    options: EngineOptions,
}

impl Engine {
    /// Starts the threads.
    pub fn new(options: EngineOptions) -> Result<Self, EngineError> {
        let failed = |error: std::io::Error| EngineError::Engine(error.to_string());
        std::fs::create_dir_all(&options.spill).map_err(failed)?;
        let runtime = Builder::new_multi_thread()
            .worker_threads(options.threads.max(1))
            .thread_name("query")
            .thread_stack_size(STACK)
            .enable_all()
            .build()
            .map_err(failed)?;
        let pool = FairSpillPool::new(options.memory_bytes);
        let spill = DiskManagerBuilder::default().with_mode(DiskManagerMode::Directories(vec![options.spill.clone()]));
        let environment = RuntimeEnvBuilder::new()
            .with_memory_pool(Arc::new(TrackConsumersPool::new(pool, NonZeroUsize::MIN.saturating_add(4))))
            .with_disk_manager_builder(spill)
            .build_arc()?;
        let threads = Threads(Some(runtime));
        Ok(Self { shared: Arc::new(Shared { threads, environment, options }) })
    }

    pub(crate) fn environment(&self) -> &Arc<RuntimeEnv> {
        &self.shared.environment
    }

    /// A context with our functions and no table.
    pub(crate) fn context(&self) -> SessionContext {
        self.context_in(Arc::clone(&self.shared.environment))
    }

    /// The same with a part of the memory of its own.
    pub(crate) fn context_within(&self, memory_bytes: u64) -> Result<SessionContext, EngineError> {
        let own = usize::try_from(memory_bytes).unwrap_or(usize::MAX).min(self.shared.options.memory_bytes);
        let environment = RuntimeEnvBuilder::from_runtime_env(&self.shared.environment)
            .with_memory_pool(Arc::new(FairSpillPool::new(own)))
            .build_arc()?;
        Ok(self.context_in(environment))
    }

    fn context_in(&self, environment: Arc<RuntimeEnv>) -> SessionContext {
        let config = config(self.shared.options.threads.max(1));
        let state = SessionStateBuilder::new()
            .with_config(config)
            .with_runtime_env(environment)
            .with_default_features()
            .build();
        let context = SessionContext::new_with_state(state);
        functions::register(&context);
        context
    }

    /// A state like this one for a long answer: one partition, and memory of its own that no other query takes away
    /// and that takes none of theirs.
    pub(crate) fn frugal(&self, state: SessionState) -> Result<SessionState, EngineError> {
        let pool = Arc::new(FairSpillPool::new(FRUGAL.min(self.shared.options.memory_bytes)));
        let environment =
            RuntimeEnvBuilder::from_runtime_env(&self.shared.environment).with_memory_pool(pool).build_arc()?;
        let config = state
            .config()
            .clone()
            .with_target_partitions(1)
            .with_batch_size(FRUGAL_BATCH)
            // The catalogue is shared with the session: a new empty one would take its place.
            .with_create_default_catalog_and_schema(false);
        Ok(SessionStateBuilder::new_from_existing(state).with_config(config).with_runtime_env(environment).build())
    }

    /// Runs something on the queries' threads; dropping the future stops it.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        work: impl Future<Output = Result<T, EngineError>> + Send + 'static,
    ) -> Result<T, EngineError> {
        self.run_within(None, work).await
    }

    /// The same, where it may have to end sooner.
    pub(crate) async fn run_within<T: Send + 'static>(
        &self,
        sooner: Option<Duration>,
        work: impl Future<Output = Result<T, EngineError>> + Send + 'static,
    ) -> Result<T, EngineError> {
        let mut task = Task(self.shared.threads.spawn(work)?);
        let done = match sooner.into_iter().chain(self.shared.options.deadline).min() {
            Some(deadline) => {
                tokio::time::timeout(deadline, &mut task.0).await.map_err(|_| EngineError::Deadline(deadline))?
            }
            None => (&mut task.0).await,
        };
        done.map_err(|error| EngineError::Engine(error.to_string()))?
    }

    /// Polls the stream on the queries' threads, two batches ahead of the reader. Deadline and
    /// size are watched on the reader's side: its timer fires also when all query threads are busy.
    pub(crate) fn pump(
        &self,
        mut stream: SendableRecordBatchStream,
        sooner: Option<Duration>,
    ) -> Result<Rows, EngineError> {
        let schema = stream.schema();
        let (sender, receiver) = mpsc::channel(2);
        let task = Task(self.shared.threads.spawn(async move {
            while let Some(batch) = stream.next().await {
                if sender.send(batch.map_err(EngineError::from)).await.is_err() {
                    break;
                }
            }
            Ok(())
        })?);
        let options = &self.shared.options;
        let rows = Rows::new(&schema, received(receiver, task, sooner.into_iter().chain(options.deadline).min()));
        Ok(match options.max_bytes {
            Some(bytes) => rows.at_most(bytes),
            None => rows,
        })
    }
}

/// Settings of every session: errors carry places, users see no catalogue of settings.
pub(crate) fn config(partitions: usize) -> SessionConfig {
    SessionConfig::new()
        .with_target_partitions(partitions)
        .with_information_schema(false)
        .with_default_catalog_and_schema(crate::postgres::DATABASE, "public")
        .set_bool("datafusion.sql_parser.collect_spans", true)
}

type Batch = Result<arrow::record_batch::RecordBatch, EngineError>;

/// Only time spent waiting for rows counts: a slow reader of a ready result is not stopped.
fn received(
    receiver: mpsc::Receiver<Batch>,
    task: Task<Result<(), EngineError>>,
    deadline: Option<Duration>,
) -> impl Stream<Item = Batch> + Send {
    futures::stream::try_unfold((receiver, task, Duration::ZERO), move |(mut receiver, mut task, waited)| async move {
        let began = Instant::now();
        let next = match deadline {
            Some(deadline) => tokio::time::timeout(deadline.saturating_sub(waited), receiver.recv())
                .await
                .map_err(|_| EngineError::Deadline(deadline))?,
            None => receiver.recv().await,
        };
        let Some(batch) = next.transpose()? else {
            // The channel also closes when the task breaks: that is no end of the rows.
            (&mut task.0).await.map_err(|error| EngineError::Engine(error.to_string()))??;
            return Ok(None);
        };
        Ok(Some((batch, (receiver, task, waited + began.elapsed()))))
    })
}

/// A task that ends with whoever waits for it.
struct Task<T>(JoinHandle<T>);

impl<T> Drop for Task<T> {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// A runtime may not be dropped inside another one; this lets it end by itself.
struct Threads(Option<Runtime>);

impl Threads {
    fn spawn<T: Send + 'static>(
        &self,
        work: impl Future<Output = T> + Send + 'static,
    ) -> Result<JoinHandle<T>, EngineError> {
        let runtime = self.0.as_ref().ok_or_else(|| EngineError::Engine("stopped".to_owned()))?;
        Ok(runtime.spawn(work))
    }
}

impl Drop for Threads {
    fn drop(&mut self) {
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}
