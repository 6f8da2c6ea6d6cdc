-- The state as the first version of the program kept it, with some rows.
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
insert into files values
    ('sha1', 'inbox', '4/ks.csv', 10, '2026-03-01T10:00:00+00:00', '2026-03-01T12:00:00+00:00', 'loaded', null, 'print'),
    ('sha2', 'inbox', '7/ks.csv', 10, '2026-03-01T11:00:00+00:00', '2026-03-01T12:00:00+00:00', 'loaded', null, 'print');
insert into sightings values
    ('inbox', '4/ks.csv', 'sha1', 10, '2026-03-01T10:00:00+00:00', null, '2026-03-01T12:00:00+00:00'),
    ('inbox', '5/ks.csv', 'sha1', 10, '2026-03-01T10:30:00+00:00', null, '2026-03-01T12:00:00+00:00'),
    ('inbox', '7/ks.csv', 'sha2', 10, '2026-03-01T11:00:00+00:00', null, '2026-03-01T12:00:00+00:00');
insert into batches values
    ('aaaaaaaaaaaaaaaa', 'sha1', 'codes', 'codes', '2021', null, 'Лист1', 3, 3, 0, 0, '{}', 'current', '2026-03-01T12:00:00+00:00');
insert into rejects (batch, sha256, rule, created_at) values ('bbbbbbbbbbbbbbbb', 'sha2', 'число', '2026-03-01T12:00:00+00:00');
pragma user_version = 1;
