import { describe, expect, test } from "vitest";
import { periodOrder, periodsOf, shortDay } from "../src/words/dates";
import { byName, plainSchoolName, schoolName, shortPlace, shortSchoolName, shortTitle } from "../src/words/names";
import { change, counted, interval, number, quantity, signed } from "../src/words/numbers";
import { toneOf, verdictWords } from "../src/words/verdicts";
import { isOverdue, proofOf } from "../src/words/support";

describe("numbers are written as a Russian reader expects", () => {
  test("comma, true minus, narrow spaces", () => {
    expect(number(1234567.891, 1)).toBe("1\u202f234\u202f567,9");
    expect(number(-0.04, 1)).toBe("0,0");
    expect(signed(-3.06, 1)).toBe("\u22123,1");
    expect(signed(3.1, 1)).toBe("+3,1");
    expect(quantity(16.33, "%")).toBe("16,3\u202f%");
    expect(quantity(5270, "чел.")).toBe("5\u202f270\u00a0чел.");
    expect(quantity(3.8518, "балл")).toBe("3,85");
    expect(quantity(null, "%")).toBe("—");
    expect(quantity(2081, "шт.")).toBe("2\u202f081");
    expect([3.6, 2, 5, 21].map((value) => quantity(value, "разделов"))).toEqual([
      "3,6\u00a0раздела",
      "2\u00a0раздела",
      "5\u00a0разделов",
      "21\u00a0раздел",
    ]);
  });

  test("a change carries its sign, unit and interval", () => {
    expect(change(3.1, 0.4, 5.8, "%")).toBe("+3,1\u00a0п.\u00a0п. (от\u00a0+0,4 до\u00a0+5,8)");
    expect(change(-0.25, null, null, "балл")).toBe("\u22120,25\u00a0балла");
    expect(interval(11.4, 13.2, "%")).toBe("от\u00a011,4 до\u00a013,2");
  });

  test("words bend with their number", () => {
    expect([1, 2, 5, 11, 21, 112].map((count) => counted(count, "школа", "школы", "школ"))).toEqual([
      "1\u00a0школа",
      "2\u00a0школы",
      "5\u00a0школ",
      "11\u00a0школ",
      "21\u00a0школа",
      "112\u00a0школ",
    ]);
  });
});

describe("verdicts", () => {
  test("growth of what should fall is bad news", () => {
    expect(toneOf("growth", "down")).toBe("worse");
    expect(toneOf("decline", "down")).toBe("better");
    expect(toneOf("growth", "up")).toBe("better");
    expect(toneOf("growth", "neutral")).toBe("plain");
    expect(toneOf("within_noise", "up")).toBe("noise");
    expect(toneOf("too_few", "up")).toBe("few");
    expect(toneOf(null, "up")).toBe("silent");
  });

  test("words are those of the contract", () => {
    const codes = ["growth", "decline", "within_noise", "too_few", "not_comparable"];
    expect(codes.map(verdictWords)).toEqual([
      "рост",
      "снижение",
      "в пределах случайных колебаний",
      "слишком мало данных",
      "несопоставимо",
    ]);
  });
});

describe("campaigns", () => {
  test("autumn of a school year is before its spring", () => {
    const rows = ["2021/22", "2020/21", "2020/21-осень", "2020/21"].map((period) => ({ period }));
    expect(periodsOf(rows)).toEqual(["2020/21-осень", "2020/21", "2021/22"]);
    expect(periodOrder("2020/21")).toBeLessThan(periodOrder("2021/22-осень"));
  });

  test("a day is the same in every time zone", () => {
    expect(shortDay("2021-04-23")).toBe("23.04.2021");
  });
});

describe("schools", () => {
  test("are written with our quotation marks and sorted by number", () => {
    expect(schoolName('МБОУ "СОШ № 3"')).toBe("МБОУ «СОШ №\u00a03»");
    expect(
      plainSchoolName(
        "Краевое государственное бюджетное общеобразовательное учреждение для обучающихся, воспитанников с ограниченными возможностями здоровья «Школа-интернат № 1»",
      ),
    ).toBe("КГБОУ для обучающихся с ОВЗ «Школа-интернат №\u00a01»");
    expect(plainSchoolName("Муниципальное казённое общеобразовательное учреждение СОШ № 2")).toBe("МКОУ СОШ №\u00a02");
    expect(shortPlace("Ветролужский муниципальный район")).toBe("Ветролужский р-н");
    expect(shortSchoolName('МБОУ "СОШ № 3"')).toBe("СОШ №\u00a03");
    expect(["СОШ № 10", "СОШ № 2", "ООШ № 1"].sort(byName)).toEqual(["ООШ № 1", "СОШ № 2", "СОШ № 10"]);
  });
});

describe("names beside a picture", () => {
  test("lose what all have and keep what tells them apart", () => {
    expect(shortTitle("МБОУ «СОШ № 1», Озёрский муниципальный район")).toBe("СОШ №\u00a01, Озёрский р-н");
    expect(shortTitle("город Радужный, Русский язык")).toBe("г.\u00a0Радужный, Рус. яз.");
    expect(shortTitle("задание 12")).toBe("задание 12");
  });
});

test("a risk tells what proves it and whether its day has passed", () => {
  const risk = {
    state: "verified",
    evidence: null,
    documents: 0,
    due: "до 1 сентября 2024 года",
    due_to: "2024-09-01",
  };
  expect(proofOf(risk)).toBe("документы не указаны");
  expect(proofOf({ ...risk, evidence: "приказ № 31", documents: 1 })).toBe("приказ № 31");
  expect(proofOf({ ...risk, evidence: "приказ № 31; справка", documents: 2 })).toMatch(/\(2.документа\)$/);
  expect(isOverdue(risk, "2024-09-01")).toBe(false);
  expect(isOverdue(risk, "2024-09-02")).toBe(true);
  expect(isOverdue({ ...risk, state: "closed" }, "2024-09-02")).toBe(false);
});
