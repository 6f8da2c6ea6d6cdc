"""Compares the statistical functions of SQL with statsmodels and SciPy over grids of thousands of rows.

    python tests/statistical_functions.py target/debug/dinamika

Each comparison is one query of the product; what it must come to is computed here by programs that
share nothing with it. Coverage of Wilson's interval is exact: over all counts, not simulated.
"""
import io
import pathlib
import subprocess
import sys
import tempfile

import numpy
import polars
from scipy import optimize, stats
from statsmodels.regression.linear_model import WLS
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint
from statsmodels.stats.weightstats import DescrStatsW

TOLERANCE = 1e-9
SIZES = [*range(1, 41), 55, 80, 100, 255, 1000, 25_000]
PAIRED = [1, 2, 3, 5, 10, 24, 80]


class Product:
    def __init__(self, binary: str, project: pathlib.Path):
        self.run = lambda *words: subprocess.run(
            [binary, "-C", project, *words], check=True, text=True, capture_output=True).stdout
        subprocess.run([binary, "init", project], check=True, capture_output=True)
        self.run("run")

    def rows(self, sql: str) -> polars.DataFrame:
        text = self.run("query", sql, "-f", "csv")
        return polars.read_csv(io.StringIO(text), infer_schema_length=None)


def values(rows) -> str:
    """Rows as a VALUES clause; every number a double."""
    return "values " + ",".join("(" + ",".join(repr(float(value)) for value in row) + ")" for row in rows)


def counts(sizes) -> str:
    """All (k, n) of these sizes; of large n the ends and some between."""
    pairs = [(k, n) for n in sizes for k in (range(n + 1) if n <= 100 else sorted({0, 1, 2, n // 7, n // 2, n - 1, n}))]
    return "values " + ", ".join(f"({k}, {n})" for k, n in pairs)


def apart(have, want) -> float:
    return float(numpy.max(numpy.abs(numpy.asarray(have, dtype=float) - numpy.asarray(want, dtype=float))))


def shares(product):
    for confidence in (0.95, 0.9, 0.998):
        rows = product.rows(f"""
            with grid as (select column1 as k, column2 as n from ({counts(SIZES)}))
            select k, n, prop_ci(k, n, {confidence})['low'] as low, prop_ci(k, n, {confidence})['high'] as high from grid""")
        low, high = proportion_confint(rows["k"], rows["n"], alpha=1 - confidence, method="wilson")
        yield f"prop_ci {confidence}", rows.height, max(apart(rows["low"], low), apart(rows["high"], high))


def coverage(product):
    """Exact coverage at every size from 10 on: the mean over p must be near 95 %; single p dip."""
    rows = product.rows(f"""
        with grid as (select column1 as k, column2 as n from ({counts(range(10, 101))}))
        select k, n, prop_ci(k, n)['low'] as low, prop_ci(k, n)['high'] as high from grid order by n, k""")
    p = numpy.arange(1, 1000) / 1000
    means, inner, lowest = [], [], (1.0, 0, 0.0)
    for (n,), group in rows.group_by("n", maintain_order=True):
        weight = stats.binom.pmf(group["k"].to_numpy()[:, None], n, p)
        inside = (group["low"].to_numpy()[:, None] <= p) & (p <= group["high"].to_numpy()[:, None])
        covered = (weight * inside).sum(axis=0)
        means.append(covered.mean())
        inner.append(covered[(p >= 0.05) & (p <= 0.95)].mean())
        lowest = min(lowest, (float(covered.min()), n, float(p[covered.argmin()])))
    print(f"     Wilson, n 10..100, coverage averaged over p 0.001..0.999: {min(means):.4f} to {max(means):.4f};"
          f" over p 0.05..0.95: {min(inner):.4f} to {max(inner):.4f};"
          f" lowest at one p: {lowest[0]:.3f} (n = {lowest[1]}, p = {lowest[2]})")
    outside = sum(not 0.93 <= mean <= 0.97 for mean in [*means, *inner])
    # A count that cannot be compared with a tolerance: 0 sizes out of bounds pass.
    yield "prop_ci coverage 93-97 %", rows.height, float(outside)


def differences(product):
    grid = f"with one as (select column1 as k, column2 as n from ({counts(PAIRED)}))"
    rows = product.rows(f"""{grid}
        select a.k as k1, a.n as n1, b.k as k0, b.n as n0, diff_p(a.k, a.n, b.k, b.n) as p,
               diff_ci(a.k, a.n, b.k, b.n)['low'] as low, diff_ci(a.k, a.n, b.k, b.n)['high'] as high
        from one a cross join one b""")
    k1, n1, k0, n0 = (rows[name].to_numpy() for name in ("k1", "n1", "k0", "n0"))
    low, high = confint_proportions_2indep(k1, n1, k0, n0, method="newcomb", compare="diff", alpha=0.05)
    yield "diff_ci", rows.height, max(apart(rows["low"], low), apart(rows["high"], high))
    p = rows["p"].to_numpy()
    excluded = (numpy.asarray(low) > 1e-12) | (numpy.asarray(high) < -1e-12)
    yield "diff_p < 0.05 where diff_ci leaves 0 out", rows.height, float((excluded != (p < 0.05)).sum())
    worst = 0.0
    some = range(0, rows.height, 7)
    for row in some:
        bound = lambda z, row=row: confint_proportions_2indep(
            k1[row], n1[row], k0[row], n0[row], method="newcomb", compare="diff", alpha=2 * stats.norm.sf(z))
        above = k1[row] / n1[row] > k0[row] / n0[row]
        if k1[row] * n0[row] == k0[row] * n1[row]:
            want = 1.0
        else:
            side = (lambda z: bound(z)[0]) if above else (lambda z: -bound(z)[1])
            want = 2 * stats.norm.sf(optimize.brentq(side, 1e-9, 37, xtol=1e-14, rtol=1e-14))
        worst = max(worst, abs(want - p[row]))
    yield "diff_p", len(some), worst


def samples(product):
    dice = numpy.random.default_rng(7)
    groups = [dice.integers(0, 40, size=n).astype(float) for n in (2, 3, 5, 9, 10, 23, 24, 60, 150, 501, 1200) for _ in range(6)]
    facts = [(i, g.sum(), (g * g).sum(), len(g)) for i, g in enumerate(groups)]
    one = f"with g as (select column1 as i, column2 as s, column3 as q, column4 as n from ({values(facts)}))"
    for confidence in (0.95, 0.99):
        rows = product.rows(f"{one} select i, mean_ci(s, q, n, {confidence})['low'] as low, mean_ci(s, q, n, {confidence})['high'] as high from g order by i")
        want = [DescrStatsW(g).tconfint_mean(alpha=1 - confidence) for g in groups]
        yield f"mean_ci {confidence}", rows.height, apart(rows.select("low", "high").to_numpy(), want)
    rows = product.rows(f"""{one}
        select a.i as i, b.i as j, mean_diff_p(a.s, a.q, a.n, b.s, b.q, b.n) as p,
               mean_diff_ci(a.s, a.q, a.n, b.s, b.q, b.n)['low'] as low, mean_diff_ci(a.s, a.q, a.n, b.s, b.q, b.n)['high'] as high
        from g a cross join g b order by a.i, b.i""")
    want = []
    for i, j in zip(rows["i"].cast(int), rows["j"].cast(int)):
        test = stats.ttest_ind(groups[i], groups[j], equal_var=False)
        interval = test.confidence_interval(0.95)
        want.append((interval.low, interval.high, test.pvalue))
    yield "mean_diff_ci, mean_diff_p", rows.height, apart(rows.select("low", "high", "p").to_numpy(), want)
    yield "icc", len(groups), icc(product, one, groups)


def icc(product, one, groups) -> float:
    have = product.rows(f"{one} select icc(n, s, q) as icc from g")["icc"][0]
    sizes = numpy.array([len(g) for g in groups], dtype=float)
    f = stats.f_oneway(*groups).statistic
    size = (sizes.sum() - (sizes**2).sum() / sizes.sum()) / (len(groups) - 1)
    return abs(have - (f - 1) / (f - 1 + size))


def families(product):
    dice = numpy.random.default_rng(11)
    p = numpy.round(dice.random(3000) ** 3, 3)  # rounded: with ties
    family = dice.integers(0, 5, size=3000)
    rows = product.rows(f"""
        with t as (select column1 as i, column2 as f, column3 as p from ({values(zip(range(3000), family, p))}))
        select i, bh(p) over (partition by f) as q from t order by i""")
    want = numpy.empty(3000)
    for one in range(5):
        want[family == one] = multipletests(p[family == one], method="fdr_bh")[1]
    yield "bh", rows.height, apart(rows["q"], want)
    x, y = dice.integers(2, 6, size=3000), dice.integers(0, 20, size=3000)
    rows = product.rows(f"""
        with t as (select column1 as f, column2 as x, column3 as y from ({values(zip(family, x, x + y))}))
        select f, spearman(x, y) as rho from t group by f order by f""")
    want = [stats.spearmanr(x[family == one], (x + y)[family == one]).statistic for one in range(5)]
    yield "spearman", 3000, apart(rows["rho"], want)
    series = [(s, 2015 + t, round(dice.normal(50, 9), 4), round(dice.uniform(1, 9), 4)) for s in range(400) for t in range(2 + s % 6)]
    rows = product.rows(f"""
        with t as (select column1 as s, column2 as x, column3 as y, column4 as e from ({values(series)})),
        line as (select s, trend_ci(x, y, e) as line from t group by s)
        select s, line['slope'] as slope, line['low'] as low, line['high'] as high, line['p'] as p from line order by s""")
    want = []
    for s in range(400):
        x, y, e = numpy.array([point[1:] for point in series if point[0] == s]).T
        fit = WLS(y, numpy.column_stack([numpy.ones_like(x), x - x.mean()]), weights=e**-2).fit(cov_type="fixed scale")
        want.append((fit.params[1], *fit.conf_int()[1], fit.pvalues[1]))
    yield "trend_ci", rows.height, apart(rows.select("slope", "low", "high", "p").to_numpy(), want)


def shrinkage(product):
    grid = [(m, n, i) for m in (0.0, 12.5, 24.68, 38.0) for n in (0, 1, 5, 22, 100) for i in (0.001, 0.05, 0.103, 0.5, 1.0)]
    rows = product.rows(f"""
        with t as (select column1 as m, column2 as n, column3 as i from ({values(grid)}))
        select m, n, i, shrink(m, n, 24.68, i) as x from t""")
    want = []
    for m, n, i in rows.select("m", "n", "i").iter_rows():
        # Normal prior of variance icc, n values of variance 1 − icc: precisions add.
        data = n / (1 - i) if i < 1 else float("inf")
        want.append(m if data == float("inf") and n else 24.68 if n == 0 else (data * m + 24.68 / i) / (data + 1 / i))
    yield "shrink", rows.height, apart(rows["x"], want)
    rows = product.rows(f"""
        with t as (select column1 as k, column2 as n from ({counts([0, 1, 5, 24, 100])}))
        select k, n, shrink_share(k, n, 0.15, 9) as x from t""")
    want = stats.beta.mean(rows["k"].to_numpy() + 9 * 0.15, rows["n"].to_numpy() - rows["k"].to_numpy() + 9 * 0.85)
    yield "shrink_share", rows.height, apart(rows["x"], want)
    rows = product.rows(f"""
        with t as (select column1 as m, column2 as n from ({values([(m, n) for m in (0.03, 0.15, 0.5, 1.0) for n in (1, 10, 24, 300)])})),
        f as (select m, n, funnel(m, n) as f, funnel(m, n, 3) as g from t)
        select m, n, f['low95'] as a, f['high95'] as b, f['low998'] as c, f['high998'] as d,
               g['low95'] as e, g['high95'] as g, g['low998'] as h, g['high998'] as i from f""")
    m, n = rows["m"].to_numpy(), rows["n"].to_numpy()
    z = stats.norm.ppf([0.025, 0.975, 0.001, 0.999])
    share = numpy.clip(m[:, None] + z * numpy.sqrt(m * (1 - m) / n)[:, None], 0, 1)
    mean = m[:, None] + z * (3 / numpy.sqrt(n))[:, None]
    yield "funnel", rows.height, apart(rows.drop("m", "n").to_numpy(), numpy.hstack([share, mean]))


def nothing(product):
    """What has no meaning is null, and says nothing else."""
    rows = product.rows("""
        with t(k, n) as (values (cast(0 as double), cast(0 as double)), (1, 0), (-1, 5), (6, 5), (cast('NaN' as double), 5), (null, 5), (1, null),
                                (1, cast('Infinity' as double)))
        select count(prop_ci(k, n)['low']) + count(diff_ci(k, n, 1, 2)['high']) + count(diff_ci(1, 2, k, n)['low'])
             + count(diff_p(k, n, 1, 2)) + count(diff_p(1, 2, k, n)) + count(shrink_share(k, n, 0.1, 3)) filter (where n <> 0)
             + count(verdict(prop_ci(k, n)['low'], prop_ci(k, n)['high']))
             + count(mean_ci(5, 20, cast(1 as double))['low']) + count(mean_ci(50, 20, 10)['low'])
             + count(mean_diff_p(5, 20, 1, 5, 20, 3)) + count(shrink(5, -1, 3, 0.1)) + count(shrink(5, 10, 3, 1.5))
             + count(funnel(1.5, 10)['low95']) + count(funnel(0.5, 0)['low95']) as n from t""")
    yield "nulls", 8 * 14, float(rows["n"][0])


def main() -> int:
    with tempfile.TemporaryDirectory() as scratch:
        product = Product(str(pathlib.Path(sys.argv[1]).resolve()), pathlib.Path(scratch) / "project")
        failed = done = 0
        for part in (shares, coverage, differences, samples, families, shrinkage, nothing):
            for name, rows, off in part(product):
                done, failed = done + 1, failed + (not off <= TOLERANCE)
                print("ok  " if off <= TOLERANCE else "FAIL", f"{name}: {rows} rows, {off:.1e} apart at most")
    print(f"{done - failed} passed, {failed} failed")
    return int(failed > 0)


sys.exit(main())
