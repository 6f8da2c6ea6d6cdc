-- Statements that look for a way around the policy: refused wherever a reader may write SQL. One a line; after the
-- second heading those that PostgreSQL's protocol answers harmlessly and HTTP does not.
-- refused everywhere
select * from information_schema.tables
select * from information_schema.columns
show tables
show all
describe indicator_values
explain select * from indicator_values
explain analyze select * from indicator_values
explain verbose select * from suppression
copy indicator_values to '/tmp/x.csv'
copy (select * from indicator_values) to '/tmp/x.parquet'
copy indicator_values from '/etc/passwd'
create table x as select 1
create external table x stored as parquet location '/etc/passwd'
create view x as select 1
create function f() returns int language sql as 'select 1'
drop table indicator_values
truncate table indicator_values
alter table indicator_values add column x int
grant select on indicator_values to public
insert into indicator_values select * from indicator_values
update indicator_values set n = 1
delete from indicator_values
select * into x from indicator_values
set datafusion.catalog.information_schema = true
set datafusion.execution.batch_size = 1
set role administrator
set session authorization administrator
reset all
select * from '/etc/passwd'
select * from "/etc/passwd"
select * from read_csv('/etc/passwd')
select * from read_parquet('/etc/passwd')
select * from parquet_metadata('/etc/passwd')
select pg_read_file('/etc/passwd')
select lo_import('/etc/passwd')
select pg_sleep(10)
select pg_ls_dir('/')
select current_setting('data_directory')
select set_config('row_security', 'off', false)
select dblink('host=127.0.0.1', 'select 1')
select * from generate_series(1, 1000000000)
select * from range(1, 10)
select * from indicator_values, generate_series(1, 10)
select random()
select uuid()
select arrow_typeof(x) from (select 1 as x)
with recursive r as (select 1 as x union all select x + 1 from r) select * from r
with x as (insert into indicator_values select * from indicator_values) select * from x
prepare p as select 1
execute p
declare c cursor for select * from suppression
listen x
notify x
lock table indicator_values
do $$ begin end $$
call f()
vacuum
select @@version
select * from suppression
select * from public.suppression
select * from dinamika.public.suppression
select * from vpr_protocol
select * from vpr_task_agg
select * from indicator_vpr_n
select * from other.public.indicator_values
select (select count(*) from suppression) as x
select * from indicator_values where n in (select n from suppression)
select 1 where exists (select * from suppression)
select * from indicator_values union all select * from suppression
select * from no_such_table
select lpad('a', 2000000000, 'b')
select lpad(entity_name, 2147483647, 'b') from indicator_values
select replace(lpad('a', 100000, 'a'), 'a', lpad('b', 100000, 'b'))
select regexp_replace(lpad('a', 10000000, 'a'), 'a', 'bbbbbbbbbbbbbbbbbbbb', 'g')
select string_agg(entity_name, ',') over () from indicator_values
select array_transform(make_array(1, 2), x -> x + 1)
select array_agg(n) from indicator_values
select regexp_replace(entity_name, '((a{100}){100}){100}', 'b') from indicator_values
select entity_name from indicator_values where entity_name ~ '((a{100}){100}){100}'
select 1 from schools group by cube(school_key, school_name, municipality_key, municipality_name, kind, number, login, inn, ogrn)
select sum(1) over (rows between 18446744073709551615 following and 18446744073709551615 following) from schools
-- refused over HTTP only
select version()
select current_database()
select pg_table_is_visible(1)
select * from pg_catalog.pg_class
select * from pg_class
select * from pg_catalog.pg_attribute
select 1; select 2
begin
set statement_timeout = 0
show server_version
