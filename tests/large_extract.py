"""An extract of millions of rows in every format, and how much memory the server takes for it above its rest.

    python3 tests/large_extract.py PROGRAM [ROWS]

A made-up project has one model of ROWS rows (default 5,000,000) and a page that shows them. The rows are asked for
as they lie and sorted by two columns; the peak is what the kernel notes of the process (VmHWM, set back before each).
"""
import pathlib
import re
import subprocess
import sys
import tempfile
import time
import urllib.request

MODEL = """/*
title = "Много строк"
*/
select
    cast(value as bigint)                                    as number,
    concat('школа № ', cast(value % 997 as varchar))         as school,
    lpad(cast(value % 100000000 as varchar), 8, '0')         as key,
    cast(value % 11 as int)                                  as grade,
    cast((value * 7919) % 100003 as double) / 7              as share,
    case when value % 13 = 0 then null else value % 101 end  as marks
from generate_series(1, ROWS)
"""
PAGE = """title = "Много строк"
description = "Сколько памяти берёт большая выгрузка?"
[[panel]]
id = "all"
title = "Все строки"
kind = "table"
sql = "select * from large"
"""
MOST_MB = 150


def main(program: str, rows: int) -> None:
    with tempfile.TemporaryDirectory() as temporary:
        project = pathlib.Path(temporary) / "project"
        subprocess.run([program, "init", project], check=True, capture_output=True)
        for folder in ("sql", "dashboards", "pipelines"):
            for file in sorted((project / folder).rglob("*"), reverse=True):
                file.unlink() if file.is_file() else file.rmdir()
        (project / "sql" / "marts").mkdir(parents=True)
        (project / "sql" / "marts" / "large.sql").write_text(MODEL.replace("ROWS", str(rows)))
        (project / "dashboards" / "large.toml").write_text(PAGE)
        ran = subprocess.run([program, "-C", project, "run"], capture_output=True, text=True)
        assert ran.returncode == 0, ran.stdout + ran.stderr
        words = [program, "-C", project, "serve", "--bind", "127.0.0.1:0", "--no-scheduler"]
        server = subprocess.Popen(words, stdout=subprocess.PIPE, text=True)
        try:
            base = "http://" + server.stdout.readline().split("http://")[1].split()[0]
            measure(server.pid, base + "/api/v1/dashboards/large/panels/all", rows)
        finally:
            server.terminate()
            server.wait()


def measure(pid: int, address: str, rows: int) -> None:
    get(address + ".csv?limit=1000")  # what every server has done once
    worst = 0
    for asked in ("", "sort=-share,number"):
        for form in ("csv", "csv?dialect=excel-ru", "csv?dialect=excel-ru&encoding=windows-1251", "parquet", "arrow", "json", "xlsx"):
            time.sleep(2)
            rest = memory(pid, "VmRSS")
            pathlib.Path(f"/proc/{pid}/clear_refs").write_text("5")
            began = time.monotonic()
            extension, _, wishes = form.partition("?")
            size, lines = get(f"{address}.{extension}?limit=all&{wishes}&{asked}")
            took, peak = time.monotonic() - began, memory(pid, "VmHWM")
            if extension == "csv":
                assert lines == rows + 1, (form, lines)
            worst = max(worst, peak - rest)
            print(f"{form or extension:45} {asked or 'as it lies':22} {size / 1e6:8.1f} MB {took:6.1f} s  "
                  f"rest {rest:4.0f} MB  peak +{peak - rest:4.0f} MB", flush=True)
    assert worst < MOST_MB, f"the server took {worst:.0f} MB above its rest, {MOST_MB} are allowed"


def memory(pid: int, name: str) -> float:
    status = pathlib.Path(f"/proc/{pid}/status").read_text()
    return int(re.search(rf"{name}:\s+(\d+)", status)[1]) / 1024


def get(address: str) -> tuple[int, int]:
    """Bytes and line ends of an answer."""
    size = lines = 0
    with urllib.request.urlopen(address) as answer:
        while piece := answer.read(1 << 20):
            size += len(piece)
            lines += piece.count(b"\n")
    return size, lines


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 5_000_000)
