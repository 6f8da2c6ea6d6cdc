import { describe, expect, test } from "vitest";
import type { IndicatorInfo } from "../src/api/rows";
import { digitsOfColumns, testsTold } from "../src/parts/rows-table";

describe("columns only the answer knows", () => {
  test("have one number of decimals, by the unit of the heading; bounds by the column before them", () => {
    const rows = [
      { "Выполнение, %": 90, "Отрыв, п.\u00a0п.": 3.25, n: 4, От: 1.5, До: 7, Надёжность: 0.24 },
      { "Выполнение, %": 4.25, "Отрыв, п.\u00a0п.": -1, n: 40, От: null, До: null, Надёжность: 1 },
    ];
    expect([...digitsOfColumns(Object.keys(rows[0] ?? {}), rows).values()]).toEqual([1, 1, 0, 1, 1, 2]);
  });

  test("values have those of their indicator's unit", () => {
    const rows = [{ indicator: "vpr.mark_mean", value: 14, n: 3 }];
    const of = (unit: string) => new Map([["vpr.mark_mean", { unit } as IndicatorInfo]]);
    expect(digitsOfColumns(["value", "n"], rows, of("балл")).get("value")).toBe(2);
    expect(digitsOfColumns(["value", "n"], rows, of("шт.")).get("value")).toBe(0);
    expect(digitsOfColumns(["value", "n"], [{ ...rows[0], value: 1.5 }], of("шт.")).get("value")).toBe(1);
  });
});

test("codes of tests are read as words", () => {
  expect(testsTold("2020/21-осень.MA.4")).toBe("Математика, 4\u00a0класс, 2020/21, осень");
  expect(testsTold("2020/21-осень")).toBe("2020/21, осень");
  expect(testsTold("Завышение MA 4, Пик RU 5")).toBe(
    "Завышение (Математика, 4\u00a0класс), Пик (Русский язык, 5\u00a0класс)",
  );
  expect(testsTold("AF «Итого баллов»")).toBe("AF «Итого баллов»");
});
