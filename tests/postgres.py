"""Tools that speak PostgreSQL, really run against the program: psql, psycopg, asyncpg, SQLAlchemy, JDBC, ODBC.

    python tests/postgres.py PROGRAM REGION

A copy of REGION, a project of `demo`, gets accounts; every tool logs in, looks for tables as it does in a real database, asks with
parameters, and sees what its role sees. What is not installed (psql, java with Debian's libpostgresql-jdbc-java, Debian's
odbc-postgresql) is said loudly and left out.
"""
import asyncio
import datetime
import pathlib
import shutil
import subprocess
import sys
import tempfile
import threading
import time

import asyncpg
import psycopg
import pyodbc
import sqlalchemy

PASSWORD = "верная лошадь"
JDBC = pathlib.Path("/usr/share/java/postgresql.jar")


# What stands beside values hides what they hide: rows shown, and rows shown whose value is hidden.
BESIDE = [
    f"""
        select count(*), count(*) filter (where v.status = 'suppressed')
        from   {table} t
        left join indicator_values v on v.indicator = '{indicator}' and v.level = t.level and v.entity = t.entity
                                    and v.period = t.period {test}
        where  t.{number} is not null"""
    for table, indicator, number, test in (
        ("vpr_hist_level", "vpr.n", "n", "and v.subject = t.subject and v.grade = t.grade"),
        ("coverage", "vpr.n", "pupils_received", "and v.subject = t.subject and v.grade = t.grade"),
        ("vpr_task_profile", "vpr.n", "pct", "and v.subject = t.subject and v.grade = t.grade"),
        ("vpr_task_profile", "vpr.task_pct", "pct", "and v.subject = t.subject and v.grade = t.grade and v.task = t.task"),
        ("vpr_code_profile", "vpr.n", "pct", "and v.subject = t.subject and v.grade = t.grade"),
        ("vpr_code_dynamics", "vpr.n", "change_gap", "and v.subject = t.subject and v.grade = t.grade"),
    )
]


# Tables whose hidden rows say so.
HIDING = ("vpr_marks", "vpr_hist_level", "coverage", "vpr_task_profile", "vpr_code_profile", "vpr_code_dynamics",
          "diag_chain", "shnor_procedures", "support_board")


class Region:
    def __init__(self, program: str, made: str, folder: pathlib.Path):
        self.program, self.folder = program, folder
        shutil.copytree(made, folder)
        self.server = None

    def run(self, *words: str, sent: str = "") -> str:
        ran = subprocess.run([self.program, "-C", self.folder, *words], input=sent, capture_output=True, text=True)
        assert ran.returncode == 0, f"{words}: {ran.stdout}{ran.stderr}"
        return ran.stdout

    def serve(self, *words: str):
        self.stop()
        command = [self.program, "-C", self.folder, "serve", "--bind", "127.0.0.1:0", "--pg", "127.0.0.1:0", "--no-scheduler"]
        self.server = subprocess.Popen([*command, *words], stdout=subprocess.PIPE, text=True)
        lines = [self.server.stdout.readline() for _ in range(2)]
        self.http = lines[0].split("http://")[1].split()[0]
        self.host, port = lines[1].split("postgresql://")[1].split("/")[0].split(":")
        self.port = int(port)

    def stop(self):
        if self.server:
            self.server.terminate()
            self.server.wait()

    def connect(self, user: str, password: str = PASSWORD, **more):
        return psycopg.connect(host=self.host, port=self.port, dbname="dinamika", user=user, password=password, **more)


def fails(kind, work):
    try:
        work()
    except kind as error:
        return str(error)
    raise AssertionError(f"no {kind.__name__}")


def without_accounts(region: Region):
    """The demo: this computer is administrator; another address is refused."""
    region.serve()
    with region.connect("anybody", "") as connection:
        assert connection.execute("select current_user").fetchone() == ("administrator",)
        assert connection.execute("select current_user, session_user").fetchone() == ("administrator",) * 2
    refused = subprocess.run([region.program, "-C", region.folder, "serve", "--pg", "0.0.0.0:0"], capture_output=True, text=True)
    assert refused.returncode == 2 and "учётных записей ещё нет" in refused.stderr, refused.stderr


def accounts(region: Region) -> dict:
    school, municipality = region.run(
        "query", "select school_key, municipality_key from schools order by 1 limit 1", "-f", "csv").splitlines()[1].split(",")
    people = {
        "admin": ["--role", "administrator"],
        "region": ["--role", "regional"],
        "town": ["--role", "municipal", "--municipalities", municipality],
        "director": ["--role", "school", "--schools", school],
    }
    for name, words in people.items():
        region.run("user", "add", name, *words, sent=PASSWORD + "\n")
    return {"school": school, "municipality": municipality}


def proves(region: Region):
    """SCRAM: a right password, a wrong one, none, a stranger; tokens; closed accounts; too many tries."""
    region.serve()
    # A wrong name is not told from a wrong password.
    wrong, stranger = (fails(psycopg.OperationalError, lambda: region.connect(name, "не тот пароль")) for name in ("town", "nobody"))
    assert "Имя или пароль неверны" in wrong and "Имя или пароль неверны" in stranger, (wrong, stranger)
    fails(psycopg.OperationalError, lambda: region.connect("town", ""))
    assert "называется «dinamika»" in fails(psycopg.OperationalError, lambda: psycopg.connect(
        host=region.host, port=region.port, dbname="postgres", user="town", password=PASSWORD))
    token = region.run("token", "create", "town").strip()
    with region.connect(token.rsplit("_", 1)[0], token) as connection:
        assert connection.execute("select current_user").fetchone()[0].startswith("municipal:")
    with region.connect("town", autocommit=True) as connection:
        assert connection.execute("select 1").fetchone() == (1,)
        region.run("user", "disable", "town")
        assert "неверны" in fails(psycopg.Error, lambda: connection.execute("select 1"))
    fails(psycopg.OperationalError, lambda: region.connect("town"))
    fails(psycopg.OperationalError, lambda: region.connect(token.rsplit("_", 1)[0], token))
    region.run("user", "enable", "town")
    for _ in range(7):
        told = fails(psycopg.OperationalError, lambda: region.connect("director", "не тот пароль"))
    assert "Повторите через" in told, told
    audit = region.run("audit", "--limit", "50")
    assert "throttled" in audit and "refused" in audit, audit


def sees_its_part(region: Region, who: dict):
    """The policy: rows by role, hidden cells empty, tables out of sight not in the catalogue."""
    rows, whole = {}, {}
    for name in ("admin", "region", "town", "director"):
        if name == "director":
            time.sleep(3)
        with region.connect(name) as connection:
            rows[name] = dict(connection.execute(
                "select entity, max(n) from indicator_values where indicator = %s and level = %s group by 1", ("vpr.n", "school")).fetchall())
            tables = {row[0] for row in connection.execute(
                "select relname from pg_catalog.pg_class where relkind in ('r', 'v') and relnamespace <> 11")}
            assert "indicator_values" in tables
            if name in ("admin", "region"):
                whole[name] = connection.execute("select count(*) from indicator_values").fetchone()[0]
            assert ("suppression" in tables) == (name in ("admin", "region")), (name, tables)
            assert ("shnor_list" in tables) == (name != "director"), name
    assert len(rows["admin"]) == len(rows["region"]) > len(rows["town"]) > 1 == len(rows["director"]), {k: len(v) for k, v in rows.items()}
    hidden_rows = 0
    for name in ("region", "town", "director"):
        with region.connect(name) as connection:
            for table in HIDING[:6] if name == "director" else HIDING:
                told = dict(connection.execute(f"select status, count(*) from {table} group by 1").fetchall())
                assert told and set(told) <= {"ok", "suppressed"}, (name, table, told)
                hidden_rows += told.get("suppressed", 0)
            for beside in BESIDE:
                found, hidden = connection.execute(beside).fetchone()
                assert found > 0 == hidden, (name, beside, found, hidden)
    assert hidden_rows > 0
    assert whole["admin"] == whole["region"] > 50_000, whole
    assert set(rows["director"]) == {who["school"]}


def asks(region: Region):
    """Parameters, types, Cyrillic, transactions, streams, cancelling, time."""
    with region.connect("admin") as connection:
        for _ in range(8):  # prepared on the server from the sixth time on
            row = connection.execute(
                "select count(*), max(value) as \"Наибольшее\" from indicator_values where indicator = %s and level = any(%s) and n > %s",
                ("vpr.share2", ["region", "school"], 5)).fetchone()
        assert row[0] > 0 and isinstance(row[1], float)
        cursor = connection.cursor(binary=True)
        binary = cursor.execute("select indicator, n, value from indicator_values where n is not null order by 1, 2, 3 limit 5").fetchall()
        text = connection.execute("select indicator, n, value from indicator_values where n is not null order by 1, 2, 3 limit 5").fetchall()
        assert binary == text and cursor.description[1].name == "n", (binary, text)
        assert connection.execute("select %s::int + 1, %s::text, %s::date, %s", (1, "при'вет", "2024-01-02", None)).fetchone()[1] == "при'вет"
        assert connection.execute("select \"Школа\" from (select entity_name as \"Школа\" from indicator_values where level = 'school' limit 1) t").fetchone()[0]
        fails(psycopg.Error, lambda: connection.execute("select nope"))
        fails(psycopg.errors.InFailedSqlTransaction, lambda: connection.execute("select 1"))
        connection.rollback()
        with connection.transaction():
            assert connection.execute("select 1").fetchone() == (1,)
    heavy = "select count(*) from indicator_values a join indicator_values b on a.level = b.level where a.n * b.n < 0"
    with region.connect("admin", autocommit=True) as connection:
        for sql in ("copy indicator_values to stdout", "insert into schools select * from schools", "set role admin"):
            fails(psycopg.errors.InsufficientPrivilege, lambda: connection.execute(sql))
        began = time.monotonic()
        threading.Timer(0.7, connection.cancel).start()
        assert "отменён" in fails(psycopg.errors.QueryCanceled, lambda: connection.execute(heavy).fetchall())
        assert time.monotonic() - began < 10
        connection.execute("set statement_timeout = '300ms'")
        assert "statement_timeout" in fails(psycopg.errors.QueryCanceled, lambda: connection.execute(heavy).fetchall())
        connection.execute("set statement_timeout = 0")
        both = "set statement_timeout = '300ms'; " + heavy
        assert "statement_timeout" in fails(psycopg.errors.QueryCanceled, lambda: connection.execute(both).fetchall())
        connection.execute("set statement_timeout = 0")
        whole = connection.execute("select count(*) from indicator_values").fetchone()[0]
        assert sum(1 for _ in connection.cursor().stream("select * from indicator_values")) == whole


def other_drivers(region: Region):
    async def over_asyncpg():
        connection = await asyncpg.connect(host=region.host, port=region.port, database="dinamika", user="admin", password=PASSWORD)
        statement = await connection.prepare("select indicator, n from indicator_values where level = $1")
        assert [parameter.name for parameter in statement.get_parameters()] == ["text"]
        assert [column.name for column in statement.get_attributes()] == ["indicator", "n"]
        async with connection.transaction():
            counted = [row async for row in statement.cursor("region", prefetch=50)]
        assert len(counted) == await connection.fetchval("select count(*) from indicator_values where level = $1", "region")
        await connection.close()

    asyncio.run(over_asyncpg())
    address = sqlalchemy.URL.create("postgresql+psycopg", "admin", PASSWORD, region.host, region.port, "dinamika")
    inspector = sqlalchemy.inspect(sqlalchemy.create_engine(address))
    assert inspector.get_schema_names() == ["public"]
    assert "indicator_values" in inspector.get_table_names() and inspector.has_table("schools")
    assert inspector.get_pk_constraint("schools")["constrained_columns"] == [] == inspector.get_indexes("schools")


def over_psql(region: Region):
    if not shutil.which("psql"):
        print("!! psql is not installed: left out", file=sys.stderr)
        return
    address = f"postgresql://admin@{region.host}:{region.port}/dinamika"

    def psql(command: str, *words: str) -> str:
        ran = subprocess.run(["psql", address, "-X", "-v", "ON_ERROR_STOP=1", *words, "-c", command],
                             capture_output=True, text=True, env={"PGPASSWORD": PASSWORD, "PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"})
        assert ran.returncode == 0, f"{command}: {ran.stderr}"
        return ran.stdout

    assert "indicator_values" in psql(r"\dt") and "indicator_vpr_n" in psql(r"\dv")
    described = psql(r"\d indicator_values")
    assert "double precision" in described and "entity_name" in described, described
    for command in (r"\d", r"\dn", r"\l", r"\df", r"\di", r"\dT", r"\conninfo"):
        psql(command)
    assert psql("select level as \"Уровень\" from indicator_values where level = 'region' limit 1", "-At").strip() == "region"
    assert psql("begin; select 1; commit", "-At").split() == ["BEGIN", "1", "COMMIT"]


def over_jdbc(region: Region):
    """What DBeaver and Metabase ask through the driver they are built on, and what a program prepares."""
    if not (shutil.which("java") and JDBC.exists()):
        print("!! java or libpostgresql-jdbc-java is not installed: left out", file=sys.stderr)
        return
    probe = pathlib.Path(__file__).with_name("Jdbc.java")
    ran = subprocess.run(["java", "-cp", str(JDBC), str(probe), f"{region.host}:{region.port}", "admin", PASSWORD],
                         capture_output=True, text=True)
    assert ran.returncode == 0, ran.stdout + ran.stderr


def over_odbc(region: Region):
    """What a spreadsheet and a BI program ask through the driver: catalogue, parameters, both ways of preparing."""
    if "PostgreSQL Unicode" not in pyodbc.drivers():
        print("!! odbc-postgresql is not installed: left out", file=sys.stderr)
        return
    address = f"Driver={{PostgreSQL Unicode}};Server={region.host};Port={region.port};Database=dinamika;Uid=admin;Pwd={{{PASSWORD}}}"
    for prepared in (0, 1):
        with pyodbc.connect(f"{address};UseServerSidePrepare={prepared}", autocommit=True) as connection:
            cursor = connection.cursor()
            assert "indicator_values" in [table.table_name for table in cursor.tables(tableType="TABLE,VIEW")]
            columns = {column.column_name: column.type_name for column in cursor.columns(table="indicator_values")}
            assert (columns["entity_name"], columns["value"]) == ("text", "float8"), columns
            assert list(cursor.primaryKeys("schools")) == [] == list(cursor.statistics("schools"))
            row = cursor.execute("select entity as \"Школа\", n, value, grade from indicator_values where indicator = ? and level = ? "
                                 "and n > ? limit 1", "vpr.share2", "school", 10).fetchone()
            assert isinstance(row.Школа, str) and isinstance(row.n, int) and isinstance(row.value, float), row
            assert tuple(cursor.execute("select ?, date '2024-01-02', null", "при'вет").fetchone()) == ("при'вет", datetime.date(2024, 1, 2), None)
            counted = cursor.execute("select count(*) from indicator_values").fetchval()
            assert sum(1 for _ in cursor.execute("select * from indicator_values")) == counted
            assert "только запросы на чтение" in fails(pyodbc.Error, lambda: cursor.execute("delete from schools"))
    with pyodbc.connect(address) as connection:
        assert connection.execute("select count(*) from indicator_values").fetchval() == counted
        connection.rollback()


def encrypted(region: Region, folder: pathlib.Path):
    """TLS where a certificate is given."""
    if not shutil.which("openssl"):
        print("!! openssl is not installed: left out", file=sys.stderr)
        return
    key, certificate = folder / "key.pem", folder / "certificate.pem"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", certificate, "-days", "2",
                    "-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1"], check=True, capture_output=True)
    region.serve("--pg-cert", str(certificate), "--pg-key", str(key))
    with region.connect("admin", sslmode="verify-full", sslrootcert=str(certificate)) as connection:
        assert connection.execute("select 1").fetchone() == (1,) and connection.pgconn.ssl_in_use


def main(program: str, made: str) -> None:
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary)
        region = Region(str(pathlib.Path(program).resolve()), made, folder / "region")
        try:
            without_accounts(region)
            who = accounts(region)
            proves(region)
            time.sleep(5)  # the school's account has to wait after its wrong passwords
            sees_its_part(region, who)
            asks(region)
            other_drivers(region)
            over_psql(region)
            over_jdbc(region)
            over_odbc(region)
            encrypted(region, folder)
        finally:
            region.stop()
    print("psql, psycopg, asyncpg, SQLAlchemy, JDBC and ODBC are answered, each as its role")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
