import { describe, expect, test } from "vitest";
import { ends } from "../src/charts/axes";
import { saidIn } from "../src/charts/heat";
import { rowsOf } from "../src/charts/legend";
import { type Palette, inkOn } from "../src/charts/palette";
import { median } from "../src/charts/slope";
import { apart, verdictFirst } from "../src/parts/columns";

describe("an axis of values", () => {
  test("ends at whole steps and is never nearer than asked", () => {
    expect(ends(3, 34, "%")).toEqual({ min: 0, max: 40, interval: 10 });
    const { min, max } = ends(50, 50.5, "%", 10);
    expect(max - min).toBeGreaterThanOrEqual(10);
  });

  test("of shares stays within 0 and 100, growing at the other end", () => {
    expect(ends(0, 1, "%", 10)).toMatchObject({ min: 0, max: 10 });
    expect(ends(99, 100, "%", 10)).toMatchObject({ min: 90, max: 100 });
    expect(ends(10, 20, "%", 300)).toMatchObject({ min: 0, max: 100 });
  });
});

test("names of a legend take as many rows as the width asks for", () => {
  expect(rowsOf([100, 100, 100], 300)).toBe(1);
  expect(rowsOf([100, 100, 100], 250)).toBe(2);
  expect(rowsOf([400, 400], 250)).toBe(2);
});

test("a cell no row tells of is a dash, numbers of a picture have as many digits", () => {
  expect(saidIn({ x: 0, y: 0, value: null, isAbsent: true }, 80)).toBe("—");
  expect(saidIn({ x: 0, y: 0, value: 3 }, 28, 1)).toBe("3,0");
  expect(saidIn({ x: 0, y: 0, value: 3 }, 27, 1)).toBe("");
});

test("ink on a middling fill is neither the page's ink nor its paper where both would be faint", () => {
  const dark = { ink: "rgb(231, 235, 240)", paper: "rgb(24, 30, 38)" } as Palette;
  expect(inkOn("rgba(143, 188, 245, 0.05)", dark)).toBe(dark.ink);
  expect(inkOn("rgba(143, 188, 245, 0.65)", dark)).toBe("rgb(0, 0, 0)");
});

test("the middle of lines", () => {
  expect(median([5, 1, 3])).toBe(3);
  expect(median([4, 1, 3, 2])).toBe(2.5);
});

describe("columns of a table", () => {
  const column = (id: string, more: object = {}) => ({
    id,
    title: id,
    cell: (row: Record<string, string>) => row[id] ?? "",
    key: (row: Record<string, string>) => row[id] ?? null,
    ...more,
  });
  const columns = [column("name", { isHead: true }), column("year"), column("value"), column("verdict")];

  test("the verdict stands after the name on a narrow screen", () => {
    expect(verdictFirst(columns).map(({ id }) => id)).toEqual(["name", "verdict", "year", "value"]);
  });

  test("what is the same in every row is told apart, the name never", () => {
    const rows = [
      { name: "а", year: "2024", value: "1", verdict: "рост" },
      { name: "а", year: "2024", value: "2", verdict: "спад" },
    ];
    const { differing, same } = apart(columns, rows);
    expect(differing.map(({ id }) => id)).toEqual(["name", "value", "verdict"]);
    expect(same.map(({ id }) => id)).toEqual(["year"]);
    expect(apart(columns, rows.slice(0, 1)).same).toEqual([]);
  });
});
