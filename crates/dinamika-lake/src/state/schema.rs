//! The tables of the state and their migrations.

use rusqlite::Connection;

use super::StateError;

/// One script a version; a database of version n gets the scripts after the n-th.
const VERSIONS: &[&str] = &[
    "
    create table files (
        sha256      text primary key,
        source      text not null,
        path        text not null,
        size        integer not null,
        modified_at text,
        first_seen  text not null,
        status      text not null,            -- new, loaded, refused, withdrawn
        message     text,
        fingerprint text                      -- of the pipelines it was read with
    );
    create table sightings (
        source      text not null,
        path        text not null,
        sha256      text not null,
        size        integer not null,
        modified_at text,
        etag        text,
        seen_at     text not null,
        primary key (source, path)
    );
    create table batches (
        batch         text primary key,
        sha256        text not null,
        pipeline      text not null,
        table_name    text not null,
        layout        text not null,
        entry         text,
        sheet         text not null,
        rows_in       integer not null,
        rows_kept     integer not null,
        rows_rejected integer not null,
        rows_replaced integer not null default 0,
        skipped       text not null,
        status        text not null,          -- current, superseded, withdrawn
        loaded_at     text not null
    );
    create index batches_of_file on batches (sha256);
    create table rejects (
        id         integer primary key,
        batch      text,
        sha256     text not null,
        pipeline   text,
        sheet      text,
        row        integer,
        column_name text,
        value      text,
        rule       text not null,
        suggestion text,
        created_at text not null
    );
    create index rejects_of_file on rejects (sha256);
    create table mentions (
        school_ref   text primary key,
        login        text, inn text, ogrn text, oge text, ege text,
        name         text, municipality text,
        batch        text not null,
        first_seen   text not null
    );
    create table resolutions (
        school_ref text primary key,
        school_key text,
        method     text,
        score      real,
        status     text not null,             -- matched, review, rejected
        candidates text not null
    );
    create table decisions (
        id         integer primary key,
        school_ref text not null,
        action     text not null,             -- accept, reject, undo
        school_key text,
        who        text not null,
        decided_at text not null,
        note       text
    );
    create index decisions_of_ref on decisions (school_ref, id);
    create table builds (
        model      text primary key,
        built      text not null,             -- what it was built from, JSON
        version    integer not null,
        rows       integer not null,
        seconds    real not null,
        built_at   text not null
    );
    create table runs (
        id          integer primary key,
        started_at  text not null,
        finished_at text,
        trigger     text not null,
        selection   text not null,
        status      text not null,            -- running, done, failed, cancelled
        error       text,
        release_id  integer
    );
    create table steps (
        run_id   integer not null references runs,
        n        integer not null,
        kind     text not null,
        name     text not null,
        status   text not null,
        reason   text,
        rows_in  integer not null,
        rows_out integer not null,
        rejects  integer not null,
        bytes    integer not null,
        seconds  real not null,
        primary key (run_id, n)
    );
    create table jobs (
        job        text primary key,
        last       text not null
    );
    create table job_runs (
        job         text not null,
        intended_at text not null,
        claimed_at  text not null,
        attempt     integer not null default 0,
        status      text not null,            -- claimed, done, failed
        message     text,
        ended_at    text,
        primary key (job, intended_at)
    );
",
    "
    -- A file is its bytes at a path: the path may tell what the bytes do not (period, class, subject).
    create table files_at (
        id          integer primary key,
        source      text not null,
        path        text not null,
        sha256      text not null,
        size        integer not null,
        modified_at text,
        first_seen  text not null,
        status      text not null,            -- new, loaded, refused, withdrawn, copy
        message     text,
        fingerprint text,                     -- of the pipelines it was read with
        copy_of     integer,                  -- the file whose rows these would be again
        unique (source, path, sha256)
    );
    insert into files_at
    select rowid, source, path, sha256, size, modified_at, first_seen, status, message, fingerprint, null from files;
    alter table batches add column file integer;
    update batches set file = (select id from files_at f where f.sha256 = batches.sha256);
    drop index batches_of_file;
    alter table batches drop column sha256;
    create index batches_of_file on batches (file);
    alter table rejects add column file integer;
    update rejects set file = (select id from files_at f where f.sha256 = rejects.sha256);
    drop index rejects_of_file;
    alter table rejects drop column sha256;
    create index rejects_of_file on rejects (file);
    -- Paths whose bytes had come under another path were not read at all.
    insert or ignore into files_at (source, path, sha256, size, modified_at, first_seen, status)
    select source, path, sha256, size, modified_at, seen_at, 'new' from sightings;
    drop table files;
    alter table files_at rename to files;
",
    "
    create table users (
        name        text primary key,
        principal   text not null,            -- role with its keys
        password    text,                     -- argon2id; none: tokens only
        status      text not null,            -- active, disabled
        created_at  text not null,
        last_login  text,
        failures    integer not null default 0,
        failed_at   text
    );
    create table sessions (
        hash        text primary key,         -- sha256 of the cookie
        user        text not null references users,
        csrf        text not null,
        created_at  text not null,
        expires_at  text not null
    );
    create table tokens (
        id          text primary key,
        hash        text not null,            -- sha256 of the secret
        user        text not null references users,
        principal   text not null,            -- never more than the user's
        label       text not null,
        created_at  text not null,
        expires_at  text not null,
        last_used   text,
        revoked_at  text
    );
    create table audit (
        id          integer primary key,
        at          text not null,
        who         text not null,
        principal   text not null,
        action      text not null,
        what        text not null,
        outcome     text not null
    );
",
    "
    alter table users  add column scram text;  -- verifier of SCRAM-SHA-256; none: set before, or tokens only
    alter table tokens add column scram text;
",
    "
    create table queries (
        name        text primary key,
        sql         text not null,
        who         text not null,            -- login name
        saved_at    text not null
    );
",
    "
    create table policies (
        id          integer primary key,
        since       text not null,            -- first seen in force
        text        text not null
    );
",
];

pub(super) fn prepare(connection: &Connection) -> Result<(), StateError> {
    connection.busy_timeout(std::time::Duration::from_secs(10))?;
    connection.pragma_update(None, "journal_mode", "wal")?;
    connection.pragma_update(None, "synchronous", "normal")?;
    if version(connection)? < VERSIONS.len() {
        // Two processes may open a new state at once: the second finds the work done.
        connection.execute_batch("begin immediate")?;
        let done = migrate(connection).and_then(|()| Ok(connection.execute_batch("commit")?));
        if done.is_err() {
            connection.execute_batch("rollback")?;
        }
        done?;
    }
    match version(connection)? {
        newer if newer > VERSIONS.len() => Err(StateError::Corrupt(format!("версия базы {newer} новее программы"))),
        _ => Ok(()),
    }
}

fn migrate(connection: &Connection) -> Result<(), StateError> {
    for (at, script) in VERSIONS.iter().enumerate().skip(version(connection)?) {
        connection.execute_batch(&format!("{script} pragma user_version = {};", at + 1))?;
    }
    Ok(())
}

fn version(connection: &Connection) -> Result<usize, StateError> {
    Ok(connection.pragma_query_value(None, "user_version", |row| row.get::<_, i64>(0))?.try_into().unwrap_or(0))
}
