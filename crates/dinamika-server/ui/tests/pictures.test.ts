import { describe, expect, test } from "vitest";
import { outside, rib } from "../src/charts/funnel";
import { saidIn } from "../src/charts/heat";
import { firstBars } from "../src/pages/panel-pictures";
import { LATEST, firstTest, narrowed } from "../src/pages/panel-rows";
import { firstOf, matrixOf, partsOf, profileOf } from "../src/pages/panel-shapes";
import { toldOf } from "../src/words/told";
import { binned } from "../src/pages/spread-panel";
import { scaleOf, verdictReason } from "../src/parts/verdict";
import { flat } from "../src/words/outlines";
import type { Change } from "../src/api/rows";

describe("funnel", () => {
  test("ribs are p ± z·√(p(1−p)/n) in percent, within 0 and 100", () => {
    // 20 % among 100: one standard error is 4 points.
    const [low, high] = rib(20, 100, 1.96);
    expect(low).toBeCloseTo(12.16, 10);
    expect(high).toBeCloseTo(27.84, 10);
    expect(rib(2, 5, 3.09)[0]).toBe(0);
  });

  test("a small place may lie far from the region by chance, a large one may not", () => {
    expect(outside({ n: 8, value: 40 }, 20)).toBe("inside");
    expect(outside({ n: 100, value: 28 }, 20)).toBe("beyond95");
    expect(outside({ n: 400, value: 40 }, 20)).toBe("beyond998");
  });
});

describe("distribution", () => {
  test("bins are round, lose nobody and hold the ends", () => {
    const values = [0, 0, 3.2, 9.9, 10, 49.9, 50];
    const bins = binned(values);
    expect(bins.reduce((sum, bin) => sum + bin.n, 0)).toBe(values.length);
    expect(bins[0]?.from).toBe(0);
    expect(bins.at(-1)?.to).toBeGreaterThanOrEqual(50);
    expect(binned([5, 5, 5])[0]?.n).toBe(3);
  });
});

describe("whiskers", () => {
  test("one wild interval does not squeeze the rest", () => {
    const rows = Array.from(
      { length: 100 },
      (_, at) => ({ change: 1, change_ci_low: -2, change_ci_high: at === 0 ? 90 : 4 }) as Change,
    );
    expect(scaleOf(rows).high).toBeLessThan(10);
    expect(scaleOf(rows).low).toBe(-scaleOf(rows).high);
  });
});

describe("the map", () => {
  const square = (x: number, y: number, size: number) =>
    [
      [x, y],
      [x + size, y],
      [x + size, y + size],
      [x, y + size],
      [x, y],
    ] as const;
  const outlines = (...rings: ReturnType<typeof square>[]) => ({
    features: rings.map((ring, at) => ({ properties: { entity: `m${at}` }, geometry: { coordinates: [[ring]] } })),
  });

  test("north is up, and a degree of longitude shrinks with the latitude", () => {
    const { height, areas } = flat(outlines(square(40, 59, 2)), 100);
    // At 60° a square of degrees is twice as high as wide.
    expect(height).toBeCloseTo(200, 0);
    expect(areas[0]?.middle[0]).toBeCloseTo(50, 0);
    expect(areas[0]?.path.startsWith("M0 200L100 200")).toBe(true);
  });

  test("land on both sides of the date line lies together", () => {
    const { areas } = flat(outlines(square(178, 0, 1), square(-180, 0, 1)), 300);
    expect(areas.map((area) => Math.round(area.middle[0]))).toEqual([50, 250]);
  });
});

describe("a verdict that differs from the interval beside it", () => {
  const row = {
    verdict: "within_noise",
    change: 5.7,
    change_ci_low: 2.4,
    change_ci_high: 9,
    verdict_of: "gap_change",
    gap_change: 3.4,
    gap_ci_low: -8.3,
    gap_ci_high: 15.1,
  } as Change;

  test("is about the gap to the region, and says so", () => {
    expect(verdictReason(row, "%")).toBe("отрыв от региона: +3,4\u00a0п.\u00a0п. (от\u00a0\u22128,3 до\u00a0+15,1)");
    expect(verdictReason({ ...row, verdict_of: "change" }, "%")).toBe("с поправкой на число сравнений");
    // The gap's own interval has no zero in it either: then it is the many comparisons.
    expect(verdictReason({ ...row, gap_ci_low: 0.3 }, "%")).toMatch(
      /^отрыв от региона: .*, с поправкой на число сравнений$/,
    );
  });

  test("is not explained where both agree", () => {
    expect(verdictReason({ ...row, change_ci_low: -1 }, "%")).toBeNull();
    expect(verdictReason({ ...row, verdict: "growth" }, "%")).toBeNull();
  });
});

describe("rows of a panel", () => {
  const rows = [
    {
      period: "2022/23",
      municipality_key: "m1",
      Муниципалитет: "Озёрский муниципальный район",
      Школа: 'МБОУ "СОШ № 1"',
      Маркер: "Завышение",
      Сигналов: 2,
      n: 31,
    },
    {
      period: "2023/24",
      municipality_key: "m2",
      Муниципалитет: "город Радужный",
      Школа: 'МБОУ "СОШ № 1"',
      Маркер: "Завышение",
      Сигналов: null,
      n: 12,
    },
    {
      period: "2023/24",
      municipality_key: "m2",
      Муниципалитет: "город Радужный",
      Школа: 'МБОУ "СОШ № 1"',
      Маркер: "Пик",
      Сигналов: 0,
      n: 12,
    },
  ];
  const columns = Object.keys(rows[0] ?? {});

  test("schools of one name in two municipalities stay two, keys are no words", () => {
    const matrix = matrixOf(rows, columns)?.picture;
    expect(matrix?.down).toEqual(["МБОУ «СОШ №\u00a01», г.\u00a0Радужный", "МБОУ «СОШ №\u00a01», Озёрский р-н"]);
    expect(matrix?.across).toEqual(["Завышение", "Пик"]);
  });

  test("a hidden cell of a matrix is drawn and is not nought", () => {
    const matrix = matrixOf(rows, columns)?.picture;
    if (matrix === undefined) throw new Error("no matrix");
    expect(matrix.cells.map((cell) => cell.value)).toEqual([2, null, 0]);
    const said = (at: number, step: number) => saidIn(matrix.cells[at] ?? { x: 0, y: 0, value: 9 }, step);
    expect([said(0, 80), said(1, 80), said(2, 80)]).toEqual(["2", "скрыто", "0"]);
    expect([said(0, 20), said(1, 20)]).toEqual(["", "×"]);
  });

  test("where no number is, the third word stands in the cell", () => {
    const risks = [
      { Муниципалитет: "а", Школа: "1", Фактор: "кадры", Состояние: "закрыт" },
      { Муниципалитет: "б", Школа: "2", Фактор: "кадры", Состояние: "выявлен" },
    ];
    const words = matrixOf(risks, Object.keys(risks[0] ?? {}))?.picture.cells.map((cell) => cell.word);
    expect(words).toEqual(["закрыт", "выявлен"]);
  });

  test("a bar without its numbers says that it is hidden", () => {
    const hidden = [
      { Муниципалитет: "а", Школа: "1", Пришло: 4 },
      { Муниципалитет: "б", Школа: "2", Пришло: null },
    ];
    expect(partsOf(hidden, ["Муниципалитет", "Школа", "Пришло"], false)?.picture.gone).toEqual([null, "скрыто"]);
  });

  test("pupils of several tests are added, percents are not: the first test is shown and named", () => {
    const test = (subject: string, share: number) => ({
      period: "2023/24",
      subject,
      grade: 4,
      Муниципалитет: "а",
      Маркер: "пик",
      "Доля, %": share,
      Учеников: share,
    });
    const tests = [test("MA", 40), test("RU", 70), { ...test("MA", 10), Муниципалитет: "б" }];
    const matrix = (measure: string) => matrixOf(tests, ["Муниципалитет", "Маркер", measure]);
    expect(matrix("Доля, %")?.picture.cells.map((cell) => cell.value)).toEqual([40, 10]);
    expect(matrix("Доля, %")?.about).toBe("Математика, 4\u00a0класс, 2023/24");
    expect(matrix("Учеников")?.picture.cells.map((cell) => cell.value)).toEqual([110, 10]);
    expect(matrix("Учеников")?.about).toBe("");
  });

  test("the test common to all bars is said once, and places have no spaces before them", () => {
    const bar = (subject: string, place: string) => ({ subject, grade: 4, Муниципалитет: place, "Доля, %": 5 });
    const parts = (...rows: ReturnType<typeof bar>[]) => partsOf(rows, Object.keys(rows[0] ?? {}), true);
    const one = parts(bar("MA", " Регион"), bar("MA", "город Радужный"));
    expect([one?.about, one?.picture.names]).toEqual(["Математика, 4\u00a0класс", ["Регион", "г.\u00a0Радужный"]]);
    const two = parts(bar("MA", " Регион"), bar("RU", " Регион"));
    expect([two?.about, two?.picture.names[0]]).toEqual(["", "Математика, 4\u00a0класс, Регион"]);
  });

  test("a profile of tasks is of the reader's municipality, else of the region alone", () => {
    const task = (place: string, at: number, share: number) => ({
      period: "2023/24",
      subject: "MA",
      grade: 4,
      Муниципалитет: place,
      Задание: String(at),
      "Выполнение, %": share,
      "Регион, %": 60,
      n: 31,
    });
    const all = ["регион", "Ясный район", "Озёрский муниципальный район"].flatMap((place, at) => [
      task(place, 1, at),
      task(place, 2, at),
    ]);
    const own = profileOf(all, "Озёрский муниципальный район");
    expect(own?.about).toBe("Математика, 4\u00a0класс, 2023/24: Озёрский р-н, n = 31");
    expect(own?.picture.tasks.map((one) => [one.own, one.behind])).toEqual([
      [2, 60],
      [2, 60],
    ]);
    expect(profileOf(all, "")?.picture.tasks.map((one) => [one.own, one.behind])).toEqual([
      [null, 60],
      [null, 60],
    ]);
    expect(profileOf(all, "")?.about).toBe("Математика, 4\u00a0класс, 2023/24: регион, n = 31");
  });

  test("the foot tells how many stand behind and since when", () => {
    expect(toldOf(rows)).toEqual({ n: "n от 12 до 31", periods: "2022/23 — 2023/24" });
    expect(toldOf([{ Файлов: 3 }])).toEqual({ n: null, periods: null });
  });

  test("what is folded keeps bars, bounds and reasons together", () => {
    const data = {
      names: ["а", "б", "в"],
      unit: "%",
      isStacked: false,
      gone: [null, "скрыто", null],
      parts: [{ title: "доля", values: [1, null, 3], low: [0, null, 2], high: [2, null, 4] }],
    };
    const cut = firstBars(data, 2);
    expect([cut.names, cut.gone, cut.parts[0]?.values, cut.parts[0]?.high]).toEqual([
      ["а", "б"],
      [null, "скрыто"],
      [1, null],
      [2, null],
    ]);
    expect(firstBars(data, 3)).toBe(data);
  });

  test("a panel shows its own newest campaign unless one is chosen", () => {
    const asked = { period: LATEST, municipality: "", municipalityName: "", subject: "", grade: "" };
    const all = [
      { period: "2020/21", subject: "MA" },
      { period: "2020/21-осень", subject: "MA" },
      { period: "2021/22", subject: "HI" },
    ];
    expect(narrowed(all, asked)).toEqual([all[2]]);
    expect(narrowed(all, { ...asked, subject: "MA" })).toEqual([all[0]]);
    expect(narrowed(all, { ...asked, period: "" })).toEqual(all);
    expect(narrowed(all, { ...asked, period: "2020/21-осень" })).toEqual([all[1]]);
    expect(narrowed([{ Файлов: 3 }], asked)).toEqual([{ Файлов: 3 }]);
  });

  test("a picture of one test shows one that can be compared in the newest campaign", () => {
    const asked = { period: LATEST, municipality: "", municipalityName: "", subject: "", grade: "" };
    const row = (period: string, subject: string, grade: number, kind: string) =>
      ({ period, subject, grade, kind }) as unknown as Change;
    const cohort = row("2020/21", "RU", 5, "cohort");
    const grade = row("2020/21", "MA", 5, "grade");
    const old = row("2019/20", "RU", 4, "grade");
    expect(firstTest([old, cohort], asked)).toBe(cohort);
    expect(firstTest([old, cohort, grade], asked)).toBe(grade);
    expect(firstTest([old, cohort], { ...asked, period: "2019/20" })).toBe(old);
    expect(firstTest([], asked)).toBeNull();
  });

  test("the first test is the one a teacher names first", () => {
    const tests = [
      { subject: "MA", grade: 4 },
      { subject: "RU", grade: 5 },
      { subject: "RU", grade: 4 },
    ];
    expect(firstOf(tests)).toEqual({ subject: "RU", grade: 4 });
    expect(firstOf([])).toBeNull();
  });
});
