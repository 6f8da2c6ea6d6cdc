//! Many files, a few threads.

use std::{
    collections::BTreeMap,
    sync::{
        atomic::{AtomicUsize, Ordering},
        mpsc,
    },
    thread,
};

use super::{GenerateError, outbox::Outbox, tally::Tally};

/// Makes files and puts them into the outbox.
type Write<'a> = dyn Fn(&Outbox) -> Result<Done, GenerateError> + Send + Sync + 'a;

/// One file, or a few that belong together.
pub(super) struct Job<'a> {
    /// What the screen says when it is done.
    pub(super) title: String,
    pub(super) write: Box<Write<'a>>,
}

impl<'a> Job<'a> {
    pub(super) fn new(
        title: impl Into<String>,
        write: impl Fn(&Outbox) -> Result<Done, GenerateError> + Send + Sync + 'a,
    ) -> Self {
        Self { title: title.into(), write: Box::new(write) }
    }
}

/// What a job has written.
#[derive(Default)]
pub(super) struct Done {
    /// By test and school, as the product should count them.
    pub(super) tallies: Vec<(usize, usize, Tally)>,
    /// Data rows by kind of export.
    pub(super) rows: BTreeMap<String, u64>,
}

impl Done {
    pub(super) fn rows(kind: &str, rows: usize) -> Self {
        Self { tallies: Vec::new(), rows: BTreeMap::from([(kind.to_owned(), rows as u64)]) }
    }

    pub(super) fn add(&mut self, other: Self) {
        self.tallies.extend(other.tallies);
        for (kind, rows) in other.rows {
            *self.rows.entry(kind).or_default() += rows;
        }
    }
}

/// Does all the jobs; the first failure ends the work.
pub(super) fn finish(jobs: Vec<Job<'_>>, outbox: &Outbox, progress: &dyn Fn(&str)) -> Result<Done, GenerateError> {
    let next = AtomicUsize::new(0);
    let threads = thread::available_parallelism().map_or(1, usize::from).min(jobs.len().max(1));
    let (send, receive) = mpsc::channel();
    thread::scope(|scope| {
        for _ in 0..threads {
            let (send, next, jobs) = (send.clone(), &next, &jobs);
            scope.spawn(move || {
                while let Some(job) = jobs.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let done = (job.write)(outbox);
                    let failed = done.is_err();
                    if send.send((job.title.as_str(), done)).is_err() || failed {
                        next.store(jobs.len(), Ordering::Relaxed);
                    }
                }
            });
        }
        drop(send);
        let mut total = Done::default();
        for (title, done) in receive {
            total.add(done?);
            progress(title);
        }
        Ok(total)
    })
}
