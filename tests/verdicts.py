"""Judges the product's verdicts on a generated region whose truth is known.

    python3 tests/verdicts.py target/debug/dinamika [SCHOOLS]

In a calm region a school in which nothing is planted is as able this year as the last; so every
`growth` or `decline` it is told of is false. Two promises are held: of all verdicts `growth` and
`decline` of schools at most 5 % are false, and of planted changes of 18 points in schools with at
least 50 pupils in both years at least 90 % are found with the right sign.
"""
import collections
import csv
import io
import json
import pathlib
import subprocess
import sys
import tempfile

CHANGING = {"leaps": "growth", "drops": "decline", "share2_grows": "decline", "share2_declines": "growth"}
FOUND_BY = "vpr.pct_max"  # the mean share of the maximum: what was planted
QUERY = """
select d.indicator, d.kind, d.entity, d.period, d.subject, d.grade, d.n, b.n as base_n, d.verdict
from   indicator_dynamics d
left join indicator_values b
       on b.indicator = d.indicator and b.level = d.level and b.entity = d.entity and b.period = d.base_period
      and b.subject = d.subject and b.grade = case d.kind when 'cohort' then d.grade - 1 else d.grade end
where  d.level = 'school' and d.indicator like 'vpr.%' and d.task is null
"""


def run(program: str, *arguments: str) -> str:
    done = subprocess.run([program, *arguments], capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{' '.join(arguments)}: {done.stdout[-2000:]}{done.stderr[-2000:]}")
    return done.stdout


def main() -> None:
    program = str(pathlib.Path(sys.argv[1]).resolve())
    schools = sys.argv[2] if len(sys.argv) > 2 else "2000"
    with tempfile.TemporaryDirectory() as folder:
        project, exports = f"{folder}/project", f"{folder}/exports"
        run(program, "generate", "--schools", schools, "--years", "2", "--calm", "--seed", "7", "-o", exports)
        run(program, "init", project)
        pathlib.Path(f"{project}/inbox").rmdir()
        pathlib.Path(f"{exports}/inbox").rename(f"{project}/inbox")
        run(program, "-C", project, "run")
        rows = list(csv.DictReader(io.StringIO(run(program, "-C", project, "query", QUERY, "-f", "csv"))))
        truth = json.loads(pathlib.Path(f"{exports}/truth.json").read_text())

    planted = {school["school_ref"].removeprefix("login:"): school["effect"] for school in truth["planted"]}
    told, false = collections.Counter(), collections.Counter()
    sought, found = collections.Counter(), collections.Counter()
    for row in rows:
        effect = CHANGING.get(planted.get(row["entity"]))
        said = row["verdict"] if row["verdict"] in ("growth", "decline") else None
        if said:
            told[row["kind"], row["indicator"]] += 1
            false[row["kind"], row["indicator"]] += effect is None
        large = row["n"] and row["base_n"] and min(float(row["n"]), float(row["base_n"])) >= 50
        if large and row["indicator"] == FOUND_BY and planted.get(row["entity"]) in ("leaps", "drops"):
            sought[row["kind"]] += 1
            found[row["kind"]] += said == effect

    print(f"{schools} schools, {len(rows)} changes")
    for key in sorted(told):
        print(f"  {key[0]:7} {key[1]:16} told {told[key]:5}  false {false[key]:4}  {false[key] / told[key]:6.1%}")
    share = false.total() / max(told.total(), 1)
    print(f"false among growth and decline: {false.total()} of {told.total()}, {share:.1%}")
    for kind in sorted(sought):
        print(f"planted and found, {kind}: {found[kind]} of {sought[kind]}, {found[kind] / sought[kind]:.1%}")
    power = found.total() / max(sought.total(), 1)
    # A few hundred schools have a dozen planted changes: one missed by chance is no broken promise.
    least = 0.9 if int(schools) >= 1000 else 0.8
    if not told or not sought or share > 0.05 or power < least:
        sys.exit(f"FAILED: at most 5 % false and at least {least:.0%} found were promised")


main()
