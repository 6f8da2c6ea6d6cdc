"""Loads the real ВПР exports with the standard project and compares every test with an independent recomputation.

    python3 tests/real_exports.py target/debug/dinamika [FOLDER WITH altai]

The recomputation reads the same workbooks with Polars and shares no code and no SQL with the product.
Without the exports it says so loudly and passes: they may not be copied into the repository.
"""
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile

import polars

SCALES = {  # upper bounds of «2», «3», «4»: the recommended mark scales
    ("MA", 4): (5, 9, 14), ("MA", 5): (6, 10, 14), ("RU", 4): (13, 23, 32), ("RU", 5): (17, 28, 38),
}
WORKBOOKS = {  # path → (period, subject, grade, score column, sheet)
    "2020/4/Математика.xlsx": ("2020/21-осень", "MA", 4, "sum", None),
    "2020/4/Русский язык.xlsx": ("2020/21-осень", "RU", 4, "sum", None),
    "2020/5/Математика.xlsx": ("2020/21-осень", "MA", 5, "sum", None),
    "2020/5/Русский язык.xlsx": ("2020/21-осень", "RU", 5, "sum", None),
    "2021/4/Проведение работы по математике, 4 класс. ВПР 2021.xlsx": ("2020/21", "MA", 4, "всего баллов", None),
    "2021/4/Проведение работы по русскому языку, 4 класс. ВПР 2021.xlsx": ("2020/21", "RU", 4, "всего баллов", None),
    "2021/5/Проведение работы по математике, 5 класс. ВПР 2021.xlsx": ("2020/21", "MA", 5, "всего баллов", None),
    "2021/5/Проведение работы по русскому языку, 5 класс. ВПР 2021.xlsx": ("2020/21", "RU", 5, "всего баллов", None),
    "2022/11/География.xlsx": ("2021/22", "GG", 11, "Итого баллов", "Протокол"),
    "2022/11/Химия.xlsx": ("2021/22", "HI", 11, "Итого баллов", "Протокол"),
}


def recompute(folder: pathlib.Path) -> dict:
    """(period, subject, grade) → rows, absent, n, mean and counts of marks, straight from the workbooks."""
    expected = {}
    for path, (period, subject, grade, column, sheet) in WORKBOOKS.items():
        options = {"sheet_name": sheet} if sheet else {}
        # Two titles may be equal but for blanks: read without a header and find the column by its first row.
        frame = polars.read_excel(folder / path, engine="calamine", has_header=False, infer_schema_length=0, **options)
        header = ["" if cell is None else cell.strip() for cell in frame.row(0)]
        rows = frame.slice(1).filter(~polars.all_horizontal(polars.all().is_null()))
        score = rows.to_series(header.index(column)).str.strip_chars().cast(polars.Float64, strict=False)
        variant = lambda name: rows.to_series(header.index(name)).fill_null("").str.to_lowercase()
        first = next(name for name in ("var-1", "вариант", "Вариант") if name in header)
        away = variant(first).str.contains("отсутств")
        if "var-2" in header:  # a test of two days: whoever wrote the second part was there
            away &= ~variant("var-2").str.contains(r"^\d+$")
        # From 2022 on the form's formula gives absent pupils a total of 0.
        absent = score.is_null() | (away & (score == 0).fill_null(False))
        taken = score.filter(~absent)
        marks = None
        if cuts := SCALES.get((subject, grade)):
            edges = (-1, *cuts, 10_000)
            marks = [int(((taken > low) & (taken <= high)).sum()) for low, high in zip(edges, edges[1:])]
        expected[(period, subject, grade)] = {
            "rows": rows.height, "absent": int(absent.sum()), "n": taken.len(),
            "mean": float(taken.mean()), "marks": marks,
        }
    return expected


def published(binary: str, project: pathlib.Path) -> dict:
    """The same from the product's marts."""
    run = lambda *words: subprocess.run([binary, "-C", project, *words], check=True, text=True, capture_output=True).stdout
    sql = """
        select period, subject, grade,
               sum(n_rows) as n_rows, sum(n_absent) as n_absent, sum(n) as n, sum(score_sum) as score_sum,
               sum(n2) as n2, sum(n3) as n3, sum(n4) as n4, sum(n5) as n5
        from   vpr_marks
        group  by period, subject, grade
    """
    found = {}
    for row in json.loads(run("query", sql, "-f", "json")):
        marks = [row["n2"], row["n3"], row["n4"], row["n5"]]
        found[(row["period"], row["subject"], row["grade"])] = {
            "rows": row["n_rows"], "absent": row["n_absent"], "n": row["n"],
            "mean": row["score_sum"] / row["n"], "marks": None if marks == [None] * 4 else marks,
        }
    batches = json.loads(run("query", "select path, rows_in, rows_kept, rows_rejected from batches", "-f", "json"))
    unbalanced = [b["path"] for b in batches if b["rows_in"] != b["rows_kept"] + b["rows_rejected"]]
    assert not unbalanced, f"rows in ≠ rows kept + rows rejected: {unbalanced}"
    return found


def main() -> int:
    binary = str(pathlib.Path(sys.argv[1]).resolve())
    here = pathlib.Path(__file__).resolve().parent.parent
    folder = pathlib.Path(sys.argv[2]) if len(sys.argv) > 2 else here.parent / "shared" / "real" / "altai"
    if not folder.is_dir():
        print(f"SKIPPED LOUDLY: no real exports at {folder}; nothing was compared\n0 passed, 0 failed, {len(WORKBOOKS)} skipped")
        return 0
    with tempfile.TemporaryDirectory() as scratch:
        project = pathlib.Path(scratch) / "project"
        subprocess.run([binary, "init", project], check=True, capture_output=True)
        shutil.copytree(folder, project / "inbox", dirs_exist_ok=True)
        subprocess.run([binary, "-C", project, "run"], check=True)
        found = published(binary, project)
    failed = 0
    for key, want in recompute(folder).items():
        have = found.get(key)
        same = have is not None and all(have[name] == want[name] for name in ("rows", "absent", "n", "marks")) \
            and abs(have["mean"] - want["mean"]) < 1e-9
        failed += not same
        print("ok  " if same else "FAIL", *key, want, "" if same else f"≠ {have}")
    print(f"{len(WORKBOOKS) - failed} passed, {failed} failed")
    return int(failed > 0)


sys.exit(main())
