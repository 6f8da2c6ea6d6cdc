//! What the administrator may trust: every intended run once, none overlapping, missed ones caught up.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
    time::Duration,
};

use async_trait::async_trait;
use chrono::{DateTime, TimeZone, Utc};
use dinamika_project::{CatchUp, Job, JobId, Place};
use dinamika_runner::{
    Clock,
    schedule::{Ledger, Schedule, TriggerError, Work, due, next},
};

#[test]
fn a_cron_line_keeps_its_local_hour_over_the_clock_change() {
    let job = job("30 6 * * *", "Europe/Berlin", CatchUp::All);
    let times = due(&job, utc("2026-03-27T12:00:00Z"), utc("2026-03-30T12:00:00Z"), chrono::Duration::zero());
    // 29 March 2026: summer time begins. 06:30 stays 06:30, an hour earlier in UTC.
    assert_eq!(times, [utc("2026-03-28T05:30:00Z"), utc("2026-03-29T04:30:00Z"), utc("2026-03-30T04:30:00Z")]);
}

#[test]
fn six_fields_have_seconds() {
    let job = job("15 30 2 * * *", "Europe/Moscow", CatchUp::Last);
    assert_eq!(next(&job, utc("2026-01-01T00:00:00Z")), Some(utc("2026-01-01T23:30:15Z")));
}

#[test]
fn missed_runs_follow_the_jobs_rule() {
    let missed = |catch_up, minutes| {
        let job = job("0 * * * *", "UTC", catch_up);
        due(&job, utc("2026-01-01T00:00:00Z"), utc("2026-01-01T03:20:00Z"), chrono::Duration::minutes(minutes))
    };
    let (one, two, three) = (utc("2026-01-01T01:00:00Z"), utc("2026-01-01T02:00:00Z"), utc("2026-01-01T03:00:00Z"));
    assert_eq!(missed(CatchUp::All, 5), [one, two, three]);
    assert_eq!(missed(CatchUp::Last, 5), [three]);
    assert!(missed(CatchUp::None, 5).is_empty());
    assert_eq!(missed(CatchUp::None, 30), [three], "merely late is not missed");
}

#[tokio::test(start_paused = true)]
async fn each_intended_time_runs_once_however_often_it_is_asked() {
    let house = House::new(job("0 * * * *", "UTC", CatchUp::All), 0);
    house.schedule.tick();
    house.clock.set("2026-01-01T02:10:00Z");
    for _ in 0..3 {
        house.schedule.tick();
        tokio::time::sleep(Duration::from_secs(120)).await;
    }
    assert_eq!(house.ran(), ["2026-01-01T01:00:00Z ok", "2026-01-01T02:00:00Z ok"]);
}

#[tokio::test(start_paused = true)]
async fn a_long_run_is_not_overlapped_and_a_second_start_is_refused() {
    let house = House::new(job("* * * * *", "UTC", CatchUp::Last), 0);
    house.schedule.tick();
    house.clock.set("2026-01-01T00:01:00Z");
    house.schedule.tick();
    tokio::task::yield_now().await;
    house.clock.set("2026-01-01T00:02:00Z");
    house.schedule.tick();
    assert_eq!(house.schedule.trigger(&house.id), Err(TriggerError::Busy(house.id.clone())));
    house.schedule.drain().await;
    assert_eq!(house.work.most_at_once(), 1);
    assert_eq!(house.ran(), ["2026-01-01T00:01:00Z ok"], "drain waits for what runs and starts nothing more");
}

#[tokio::test(start_paused = true)]
async fn a_failed_run_is_tried_again_with_growing_pauses() {
    let house = House::new(job("0 * * * *", "UTC", CatchUp::Last), 2);
    house.schedule.tick();
    house.clock.set("2026-01-01T01:00:00Z");
    let began = tokio::time::Instant::now();
    house.schedule.tick();
    tokio::time::sleep(Duration::from_secs(3_600)).await;
    let at = |n: usize| house.work.starts()[n].duration_since(began).as_secs();
    assert_eq!(house.ran(), ["2026-01-01T01:00:00Z failed", "2026-01-01T01:00:00Z failed", "2026-01-01T01:00:00Z ok"]);
    assert_eq!(
        (at(1) - at(0), at(2) - at(1)),
        (60 + 60, 60 + 120),
        "a minute's work, then one and two minutes of pause"
    );
}

#[tokio::test(start_paused = true)]
async fn a_job_can_be_started_by_hand() {
    let house = House::new(job("0 0 1 1 *", "UTC", CatchUp::Last), 0);
    house.schedule.trigger(&house.id).unwrap();
    tokio::time::sleep(Duration::from_secs(120)).await;
    assert_eq!(house.ran().len(), 1);
    let stranger: JobId = "stranger".parse().unwrap();
    assert_eq!(house.schedule.trigger(&stranger), Err(TriggerError::Unknown(stranger)));
}

struct House {
    id: JobId,
    schedule: Schedule,
    clock: Arc<Hands>,
    ledger: Arc<Book>,
    work: Arc<Minute>,
}

impl House {
    fn new(job: Job, failures: usize) -> Self {
        let clock = Arc::new(Hands(Mutex::new(utc("2026-01-01T00:00:00Z"))));
        let ledger = Arc::new(Book::default());
        let work = Arc::new(Minute { failures: Mutex::new(failures), ..Minute::default() });
        let schedule = Schedule::new(vec![job.clone()], ledger.clone(), work.clone(), clock.clone());
        Self { id: job.id, schedule, clock, ledger, work }
    }
    fn ran(&self) -> Vec<String> {
        self.ledger.ended.lock().unwrap().clone()
    }
}

struct Hands(Mutex<DateTime<Utc>>);

impl Hands {
    fn set(&self, time: &str) {
        *self.0.lock().unwrap() = utc(time);
    }
}

impl Clock for Hands {
    fn now(&self) -> DateTime<Utc> {
        *self.0.lock().unwrap()
    }
}

#[derive(Default)]
struct Book {
    last: Mutex<BTreeMap<JobId, DateTime<Utc>>>,
    ended: Mutex<Vec<String>>,
}

impl Ledger for Book {
    fn last(&self, job: &JobId, now: DateTime<Utc>) -> Result<DateTime<Utc>, String> {
        Ok(*self.last.lock().unwrap().entry(job.clone()).or_insert(now))
    }
    fn claim(&self, job: &JobId, intended: DateTime<Utc>, _: DateTime<Utc>) -> Result<bool, String> {
        let mut last = self.last.lock().unwrap();
        let newer = last
            .get(job)
            .is_none_or(|known| intended > *known || known == &intended && self.ended.lock().unwrap().is_empty());
        last.insert(job.clone(), intended);
        Ok(newer)
    }
    fn ended(
        &self,
        _: &JobId,
        intended: DateTime<Utc>,
        _: u32,
        outcome: &Result<(), String>,
        _: DateTime<Utc>,
    ) -> Result<(), String> {
        let word = if outcome.is_ok() { "ok" } else { "failed" };
        let time = intended.to_rfc3339_opts(chrono::SecondsFormat::Secs, true);
        self.ended.lock().unwrap().push(format!("{time} {word}"));
        Ok(())
    }
}

/// Work of one minute that fails the first so many times.
#[derive(Default)]
struct Minute {
    failures: Mutex<usize>,
    running: Mutex<(usize, usize)>,
    starts: Mutex<Vec<tokio::time::Instant>>,
}

impl Minute {
    fn most_at_once(&self) -> usize {
        self.running.lock().unwrap().1
    }
    fn starts(&self) -> Vec<tokio::time::Instant> {
        self.starts.lock().unwrap().clone()
    }
}

#[async_trait]
impl Work for Minute {
    async fn run(&self, _: &Job, _: DateTime<Utc>) -> Result<(), String> {
        self.starts.lock().unwrap().push(tokio::time::Instant::now());
        {
            let mut running = self.running.lock().unwrap();
            running.0 += 1;
            running.1 = running.1.max(running.0);
        }
        tokio::time::sleep(Duration::from_secs(60)).await;
        self.running.lock().unwrap().0 -= 1;
        let mut failures = self.failures.lock().unwrap();
        if *failures == 0 {
            return Ok(());
        }
        *failures -= 1;
        Err("the disk is full".to_owned())
    }
}

fn job(cron: &str, zone: &str, catch_up: CatchUp) -> Job {
    let parser = croner::parser::CronParser::builder().seconds(croner::parser::Seconds::Optional).build();
    Job {
        id: "nightly".parse().unwrap(),
        cron: parser.parse(cron).unwrap(),
        cron_text: cron.to_owned(),
        time_zone: zone.parse().unwrap(),
        select: String::new(),
        catch_up,
        retries: 2,
        backoff: Duration::from_secs(60),
        place: Place { path: Arc::new("dinamika.toml".into()), line: 1, column: 1 },
    }
}

fn utc(text: &str) -> DateTime<Utc> {
    Utc.from_utc_datetime(&DateTime::parse_from_rfc3339(text).unwrap().naive_utc())
}
