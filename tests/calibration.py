"""The figures measured on one region's real tests, computed by SQL over the product's tables.

    python3 tests/calibration.py target/debug/dinamika [FOLDER WITH altai]

What each figure must come to was measured elsewhere, on schools with at least five rows; the product
keeps every school. So figures are computed twice, over all schools and over those with five rows:
the second must agree with the measured ones, the first may differ by what the small schools add.
Without the exports it says so loudly and passes.
"""
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile

MEASURED = {  # test → N, schools, mean, sd, marked_high, spearman_neg, ICC, share2 %, schools with share2 ≥ 30 %, of them n < 10
    "RU4": (24967, 628, 24.68, 7.66, 94, 1, 0.103, 7.6, 30, 9),
    "MA4": (24917, 631, 12.01, 3.77, 80, 0, 0.093, 3.3, 5, 3),
    "RU5": (23785, 633, 26.12, 9.66, 114, 1, 0.100, 14.9, 75, 14),
    "MA5": (23704, 634, 9.64, 3.91, 112, 2, 0.088, 14.8, 75, 13),
}
NAMES = ("N", "schools", "mean", "sd", "marked_high", "spearman_neg", "ICC", "share2", "ge30", "ge30_lt10")
# How far the figures over schools with five rows may be from the measured ones: rounding of the
# printed figures, and for counts of schools which few rows at the edge of five are counted.
ALLOWED = (60, 4, 0.011, 0.011, 4, 1, 0.0025, 0.11, 2, 2)
HISTOGRAM = [155, 395, 562, 692, 675, 561, 469, 4010, 2503, 1830, 1392, 2860, 2035, 1570, 1173, 1162, 765, 478, 262, 105, 50]

TABLE = """
with schools as (                                     -- школы весны 2021: число, сумма, квадраты, «2»
    select subject || cast(grade as varchar)                                             as test,
           school_ref, n, score_sum, score_sq, n2, n_marked
    from   vpr_marks
    where  period = '2020/21' and n >= {least}
),
journal as (                                          -- связь балла с отметкой журнала внутри школы
    select t.subject || cast(t.grade as varchar)                                         as test,
           p.school_ref,
           spearman(p.journal_mark, p.score)                                             as rho
    from   vpr_protocol p
    join   vpr_tests t on t.test = p.test
    where  t.period = '2020/21' and p.score is not null
      and  not (coalesce(p.attendance, '') = 'absent' and p.score = 0)
    group  by t.subject, t.grade, p.school_ref
),
region as (
    select test,
           count(*)                                                                      as schools,
           sum(n)                                                                        as n,
           sum(score_sum)                                                                as s,
           sum(score_sq)                                                                 as q,
           100 * sum(n2) / cast(sum(n_marked) as double)                                 as share2,
           icc(n, score_sum, score_sq)                                                   as icc
    from   schools
    group  by test
),
bounds as (                                           -- признак методики: ± 1,96 · s/√n с s выборки
    select s.test, s.school_ref, s.n, s.n2, s.n_marked,
           s.score_sum / s.n - 1.96 * sqrt((s.score_sq - s.score_sum * s.score_sum / s.n) / nullif(s.n - 1, 0) / s.n)  as low,
           r.s / r.n + 1.96 * sqrt((r.q - r.s * r.s / r.n) / (r.n - 1) / r.n)            as region_high
    from   schools s join region r on r.test = s.test
),
marks as (
    select b.test,
           count(*) filter (where b.low > b.region_high)                                 as marked_high,
           count(*) filter (where j.rho < 0)                                             as spearman_neg,
           count(*) filter (where b.n2 >= 0.3 * b.n_marked)                              as ge30,
           count(*) filter (where b.n2 >= 0.3 * b.n_marked and b.n < 10)                 as ge30_lt10
    from   bounds b left join journal j on j.test = b.test and j.school_ref = b.school_ref
    group  by b.test
)
select r.test, r.n as "N", r.schools, r.s / r.n as mean, sqrt((r.q - r.s * r.s / r.n) / (r.n - 1)) as sd,
       m.marked_high, m.spearman_neg, r.icc as "ICC", r.share2, m.ge30, m.ge30_lt10
from   region r join marks m on m.test = r.test
"""

# Средние школ двух работ; школа та же, пишет не меньше десяти в каждой.
CORRELATION = """
with means as (select period, subject, grade, school_ref, score_sum / n as mean from vpr_marks where n >= {least})
select corr(a.mean, b.mean) as r, count(*) as schools
from   means a join means b on b.school_ref = a.school_ref
where  a.period = '2020/21-осень' and b.period = '2020/21'
  and  a.subject = '{subject}' and b.subject = '{subject}' and a.grade = {base} and b.grade = {grade}
"""


def main() -> int:
    binary = str(pathlib.Path(sys.argv[1]).resolve())
    here = pathlib.Path(__file__).resolve().parent.parent
    folder = pathlib.Path(sys.argv[2]) if len(sys.argv) > 2 else here.parent / "shared" / "real" / "altai"
    if not folder.is_dir():
        print(f"SKIPPED LOUDLY: no real exports at {folder}; nothing was calibrated\n0 passed, 0 failed, 7 skipped")
        return 0
    with tempfile.TemporaryDirectory() as scratch:
        project = pathlib.Path(scratch) / "project"
        subprocess.run([binary, "init", project], check=True, capture_output=True)
        shutil.copytree(folder, project / "inbox", dirs_exist_ok=True)
        subprocess.run([binary, "-C", project, "run"], check=True, capture_output=True)

        def rows(sql):
            done = subprocess.run([binary, "-C", project, "query", sql, "-f", "json"], check=True, text=True, capture_output=True)
            return json.loads(done.stdout)

        results = [*table(rows), histogram(rows), *correlations(rows)]
    print(f"{sum(results)} passed, {len(results) - sum(results)} failed")
    return int(not all(results))


def table(rows):
    every, kept = ({row["test"]: row for row in rows(TABLE.format(least=least))} for least in (1, 5))
    show = lambda row: ", ".join(f"{name} {row[name]:.4g}" if isinstance(row[name], float) else f"{name} {row[name]}" for name in NAMES)
    for test, measured in MEASURED.items():
        off = [kept[test][name] - want for name, want in zip(NAMES, measured)]
        good = all(abs(difference) <= allowed for difference, allowed in zip(off, ALLOWED))
        print("ok  " if good else "FAIL", test, "measured       ", ", ".join(f"{n} {v}" for n, v in zip(NAMES, measured)))
        print("     ", test, "five rows or more", show(kept[test]))
        print("     ", test, "every school     ", show(every[test]))
        yield good


def histogram(rows) -> bool:
    have = rows("""select score, sum(n) as n from vpr_hist where period = '2020/21' and subject = 'MA' and grade = 5
                   and score <= 20 group by score order by score""")
    have = [row["n"] for row in have]
    # The measured histogram leaves small schools out: it may only be lower, and by little.
    good = len(have) == 21 and all(0 <= h - w <= 3 + 0.02 * w for h, w in zip(have, HISTOGRAM)) and have[7] > 8 * have[6]
    print("ok  " if good else "FAIL", f"MA5 heap at 7: {have[6]} below, {have[7]} at, measured {HISTOGRAM[6]} and {HISTOGRAM[7]}; all scores {have}")
    return good


def correlations(rows):
    for name, subject, base, grade, want in (("same children MA4→MA5", "MA", 4, 5, 0.54), ("same grade RU4 autumn→spring", "RU", 4, 4, 0.22)):
        found = {least: rows(CORRELATION.format(subject=subject, base=base, grade=grade, least=least))[0] for least in (1, 5, 10)}
        good = min(abs(one["r"] - want) for one in found.values()) <= 0.02
        print("ok  " if good else "FAIL", f"{name}: measured {want};",
              "; ".join(f"n ≥ {least}: r = {one['r']:.3f} over {one['schools']} schools" for least, one in found.items()))
        yield good


sys.exit(main())
