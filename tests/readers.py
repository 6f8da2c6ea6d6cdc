"""Other programs read what dinamika writes: pandas, DuckDB and Polars its files and Delta tables, LibreOffice its
CSV for Excel and its workbooks.

    python3 tests/readers.py target/debug/dinamika PROJECT

PROJECT has run; it is only read.

LibreOffice is asked for with `soffice`; where it is not installed, its part is left out and said so loudly.
"""
import io
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile
import urllib.parse
import urllib.request
import zipfile

import deltalake
import duckdb
import openpyxl
import pandas
import polars
import pyarrow

VALUES = "/api/v1/indicators/vpr.share2/values"
NOTICE = "не предназначены для оценки деятельности школ и учителей"


def main(program: str, project: pathlib.Path) -> None:
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary)
        with Server(program, project) as server:
            files(server)
            archive(server)
        delta(project / "data" / "lake" / "curated" / "vpr_protocol", "test")
        delta(project / "data" / "lake" / "mart" / "indicator_values", "indicator")
        if shutil.which("soffice"):
            spreadsheets(program, project, folder)
        else:
            print("!! soffice is not installed: no spreadsheet has opened our files", file=sys.stderr)
    print("read by pandas, DuckDB, Polars, deltalake" + (", LibreOffice" if shutil.which("soffice") else ""))


def run(*words) -> str:
    return subprocess.run(list(map(str, words)), check=True, capture_output=True, text=True).stdout


class Server:
    """`serve` on a port of the system's choice."""

    def __init__(self, program: str, project: pathlib.Path):
        words = [program, "-C", str(project), "serve", "--bind", "127.0.0.1:0", "--no-scheduler"]
        self.process = subprocess.Popen(words, stdout=subprocess.PIPE, text=True)
        self.base = "http://" + self.process.stdout.readline().split("http://")[1].split()[0]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()

    def get(self, path: str) -> bytes:
        with urllib.request.urlopen(self.base + path) as answer:
            return answer.read()

    def json(self, path: str):
        return json.loads(self.get(path))


def told(rows: int, num: float, names: set) -> tuple:
    return rows, round(float(num), 6), len(names)


def files(server: Server) -> None:
    """The same rows by every reader of every format."""
    answer = server.json(VALUES + "?limit=all")
    columns, rows = answer["columns"], answer["rows"]
    expected = told(len(rows), sum(row["num"] or 0 for row in rows), {row["entity_name"] for row in rows})
    keys = sorted({row["entity"] for row in rows})
    assert expected[0] > 100, expected

    with tempfile.TemporaryDirectory() as folder:
        at = {}
        for extension in ("csv", "parquet", "arrow", "json"):
            at[extension] = pathlib.Path(folder) / f"values.{extension}"
            at[extension].write_bytes(server.get(f"{VALUES}.{extension}?limit=all"))
        text = {"entity": str, "municipality": str, "task": str}
        frames = {
            "pandas csv": pandas.read_csv(at["csv"], dtype=text),
            "pandas parquet": pandas.read_parquet(at["parquet"]),
            "pandas excel-ru": pandas.read_csv(
                io.BytesIO(server.get(VALUES + ".csv?dialect=excel-ru")), sep=";", decimal=",", dtype=text
            ),
            "pandas windows-1251": pandas.read_csv(
                io.BytesIO(server.get(VALUES + ".csv?encoding=windows-1251")), encoding="cp1251", dtype=text
            ),
            "pandas xlsx": pandas.read_excel(io.BytesIO(server.get(VALUES + ".xlsx")), dtype=text),
            "polars csv": polars.read_csv(at["csv"], schema_overrides={"entity": polars.String}).to_pandas(),
            "polars parquet": polars.read_parquet(at["parquet"]).to_pandas(),
            "polars arrow": polars.read_ipc_stream(at["arrow"]).to_pandas(),
            "pyarrow arrow": pyarrow.ipc.open_stream(at["arrow"].read_bytes()).read_all().to_pandas(),
            "duckdb csv": duckdb.sql(f"select * from read_csv('{at['csv']}', types={{'entity': 'VARCHAR'}})").df(),
            "duckdb parquet": duckdb.sql(f"select * from '{at['parquet']}'").df(),
            "duckdb json": duckdb.sql(
                f"select unnest(rows, recursive := true) from read_json('{at['json']}', maximum_object_size=200000000)"
            ).df(),
        }
    for name, frame in frames.items():
        assert list(frame.columns) == columns, (name, list(frame.columns))
        found = told(len(frame), frame["num"].sum(), set(frame["entity_name"]))
        assert found == expected, (name, found, expected)
        assert sorted(set(frame["entity"].astype(str))) == keys, name


def archive(server: Server) -> None:
    """«Мой набор» unpacks with Russian names."""
    key = server.json("/api/v1/entities?level=municipality&limit=1")["rows"][0]["entity"]
    bundle = zipfile.ZipFile(io.BytesIO(server.get(f"/api/v1/entities/{urllib.parse.quote(key)}/extract.zip")))
    assert bundle.testzip() is None
    about = bundle.read("О файле.txt").decode("utf-8-sig")
    assert NOTICE in about and key in about, about
    for name in ("Значения", "Динамика"):
        csv = pandas.read_csv(io.BytesIO(bundle.read(f"{name}.csv")), sep=";", decimal=",", dtype={"task": str})
        xlsx = pandas.read_excel(io.BytesIO(bundle.read(f"{name}.xlsx")), dtype={"task": str})
        assert len(csv) == len(xlsx) > 0 and set(csv["municipality"]) == {key}, name


def delta(table: pathlib.Path, partition: str) -> None:
    """Every reader of Delta sees the partition column, whatever stands in its values."""
    known = deltalake.DeltaTable(str(table))
    whole = known.to_pyarrow_table()
    expected = sorted(set(whole[partition].to_pylist()))
    assert expected and None not in expected and whole.num_rows > 0, expected
    native = polars.read_delta(str(table))
    assert (native.height, sorted(native[partition].unique())) == (whole.num_rows, expected), "polars.read_delta"
    one = polars.scan_delta(str(table)).filter(polars.col(partition) == expected[0]).collect()
    assert one.height == sum(value == expected[0] for value in whole[partition].to_pylist()), "polars.scan_delta"
    dataset = known.to_pyarrow_dataset()  # DuckDB finds it by its name
    found = duckdb.sql(f"select count(*), list(distinct {partition}) from dataset").fetchall()[0]
    assert (found[0], sorted(found[1])) == (whole.num_rows, expected), "DuckDB over Delta"
    # A reader that knows folders and not the log, as Spark and DuckDB do with `col=value/`.
    names = ", ".join("'" + urllib.parse.unquote(uri.removeprefix("file://")).replace("'", "''") + "'"
                      if not pathlib.Path(uri).exists() else f"'{uri}'" for uri in known.file_uris())
    folders = f"select list(distinct {partition}) from read_parquet([{names}], hive_partitioning = true, hive_types_autocast = false)"
    assert sorted(duckdb.sql(folders).fetchall()[0][0]) == expected, "DuckDB over folders"


def spreadsheets(program: str, project: pathlib.Path, folder: pathlib.Path) -> None:
    """LibreOffice opens both kinds: Cyrillic, numbers as numbers, days as days, keys whole, no formula run."""
    sql = ("select '03701000' as ключ, '3.1' as задание, 'МБОУ «СОШ № 1»; корпус 2' as школа, 12.5 as доля, "
           "120 as участники, date '2021-03-05' as день, '=1+1' as формула, '-5' as минус")
    for encoding in ("utf-8", "windows-1251"):
        path = folder / f"{encoding}.csv"
        run(program, "-C", project, "query", sql, "-f", "csv", "--dialect", "excel-ru", "--encoding", encoding, "-o", path)
        codepage = "76" if encoding == "utf-8" else "34"
        cells = opened(folder, path, f"CSV:59,34,{codepage},1,,1049,false,true")
        header, row = cells
        assert header == ("ключ", "задание", "школа", "доля", "участники", "день", "формула", "минус"), header
        assert row[:5] == ("03701000", "3.1", "МБОУ «СОШ № 1»; корпус 2", 12.5, 120), (encoding, row)
        assert row[5].date().isoformat() == "2021-03-05" and row[6] == "'=1+1" and row[7] == -5, (encoding, row)
    path = folder / "book.xlsx"
    run(program, "-C", project, "query", sql, "-f", "xlsx", "-o", path)
    book = openpyxl.load_workbook(path)
    sheet = book["Данные"]
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("A2", "A1:H2")
    about = {name.value: value.value for name, value in book["О файле"].iter_rows(max_col=2)}
    assert NOTICE in about["Важно"] and about["Выпуск"] and about["Отбор"], about
    header, row = opened(folder, path, None)
    assert row[:5] == ("03701000", "3.1", "МБОУ «СОШ № 1»; корпус 2", 12.5, 120), row
    assert row[5].date().isoformat() == "2021-03-05" and row[6:] == ("=1+1", "-5"), row


def opened(folder: pathlib.Path, path: pathlib.Path, infilter: str | None) -> list:
    """The cells of a file after LibreOffice has opened it and saved it as a workbook of its own."""
    out = folder / f"opened-{path.stem}-{path.suffix[1:]}"
    words = ["soffice", f"-env:UserInstallation=file://{folder}/office", "--headless", "--convert-to", "xlsx:Calc MS Excel 2007 XML"]
    words += ["--outdir", str(out)] + ([f"--infilter={infilter}"] if infilter else []) + [str(path)]
    subprocess.run(words, check=True, capture_output=True, timeout=180)
    sheet = openpyxl.load_workbook(out / f"{path.stem}.xlsx", data_only=True).worksheets[0]
    return [tuple(cell.value for cell in row) for row in sheet.iter_rows()]


if __name__ == "__main__":
    main(sys.argv[1], pathlib.Path(sys.argv[2]))
