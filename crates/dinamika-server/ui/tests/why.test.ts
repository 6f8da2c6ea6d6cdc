import { describe, expect, test } from "vitest";
import { whyAmong } from "../src/route/why";

describe("«Почему такое число?» of a panel", () => {
  const row = { indicator: "vpr.share2", entity: "m1", level: "municipality", period: "2023/24", subject: "MA" };
  const asked = { indicator: "vpr.share2", entity: "m1,m2", period: "2023/24", kind: "grade" };

  test("explains the only value it shows", () => {
    expect(whyAmong([row], asked)).toBe(
      "/explain?indicator=vpr.share2&entity=m1&level=municipality&period=2023/24&subject=MA",
    );
  });

  test("lists the values to choose from where there are several, none to be told, or no values", () => {
    const list = "/explain?indicator=vpr.share2&period=2023/24&of=m1,m2";
    const rows = [[row, row], [{ ...row, status: "suppressed" }], [{ ...row, entity: null }], [{ n: 5 }], []];
    expect(rows.map((shown) => whyAmong(shown, asked))).toEqual(rows.map(() => list));
  });
});
