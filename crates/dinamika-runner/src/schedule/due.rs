//! Which runs of a job are due: pure arithmetic over cron lines, time zones and what already ran.

use chrono::{DateTime, Utc};
use dinamika_project::{CatchUp, Job};

/// No more missed runs than these are ever caught up: a year of an hourly job.
const MOST_MISSED: usize = 9_000;

/// The intended times at which `job` has to run now, oldest first.
///
/// `last` is the latest intended time that already has a run (or the time the job was first seen).
/// Times after `last` and up to `now` are due; when there are several, all but the newest were
/// missed while nothing ran, and `job.catch_up` decides about them. The newest one counts as missed too when it is
/// older than `grace`: nothing was there to run it in time.
pub fn due(job: &Job, last: DateTime<Utc>, now: DateTime<Utc>, grace: chrono::Duration) -> Vec<DateTime<Utc>> {
    let after = last.with_timezone(&job.time_zone);
    let mut times: Vec<DateTime<Utc>> = job
        .cron
        .iter_after(after)
        .map(|time| time.with_timezone(&Utc))
        .take_while(|time| *time <= now)
        .take(MOST_MISSED)
        .collect();
    match job.catch_up {
        CatchUp::All => times,
        CatchUp::Last => times.split_off(times.len().saturating_sub(1)),
        CatchUp::None => {
            times.retain(|time| now - *time <= grace);
            times.split_off(times.len().saturating_sub(1))
        }
    }
}

/// The next intended time after `now`.
pub fn next(job: &Job, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    job.cron.find_next_occurrence(&now.with_timezone(&job.time_zone), false).ok().map(|time| time.with_timezone(&Utc))
}
