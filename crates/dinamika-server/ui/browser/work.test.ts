/** What people come for, done as they do it. */

import { execFileSync } from "node:child_process";
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { launch, open, visit } from "./browser";

const base = inject("base");
const region = inject("region");
let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(async () => {
  await browser.close();
});

test("from opening the page to a file of one's schools' dynamics open in LibreOffice: five clicks", async () => {
  const { page } = await open(browser);
  const began = performance.now();
  await page.goto(`${base}/`);
  let clicks = 0;
  const click = async (what: ReturnType<typeof page.locator>) => {
    clicks += 1;
    await what.click();
  };
  await click(page.getByRole("link", { name: "Муниципалитеты", exact: true }));
  await click(page.locator("#places-municipality tbody th a").first());
  await page.locator("#schools table.data").waitFor();
  await click(page.locator("#schools summary"));
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    click(page.locator("#schools a", { hasText: "CSV для Excel" })),
  ]);
  expect(clicks).toBeLessThanOrEqual(5);
  const file = await download.path();
  const folder = mkdtempSync(join(tmpdir(), "dinamika-trial-"));
  const opened = inLibreOffice(file, folder);
  const seconds = (performance.now() - began) / 1000;
  console.log(`trial: ${clicks} clicks, ${seconds.toFixed(1)} s${opened === null ? ", LibreOffice is not here" : ""}`);
  const text = readFileSync(file, "utf8");
  expect(text.startsWith("\ufeff"), "a mark Excel knows UTF-8 by").toBe(true);
  const [head = "", ...rows] = text.slice(1).split("\r\n");
  expect(head.split(";")).toEqual(
    expect.arrayContaining(["Название", "Изменение", "Изменение, от (95 %)", "Изменение, до (95 %)", "Вывод"]),
  );
  expect(rows.length).toBeGreaterThan(3);
  expect(rows[0]).toMatch(/\d,\d/);
  if (opened !== null) {
    // A comma-separated text of what stands in the cells: keys keep their zeros, numbers are numbers.
    const [titles = "", ...cells] = opened.trim().split(/\r?\n/);
    expect(titles.split("\t")).toEqual(head.split(";"));
    expect(cells.length).toBe(rows.filter((row) => row !== "").length);
    expect(cells[0]).toContain("Доля «2»\tшкола\t");
  }
  rmSync(folder, { recursive: true });
  await page.context().close();
});

/** What LibreOffice makes of a file, as text with tabs; null where it is not installed. */
function inLibreOffice(file: string, folder: string): string | null {
  const program = ["/usr/bin/soffice", "/usr/bin/libreoffice"].find(existsSync);
  if (program === undefined) return null;
  const [csv, made] = [join(folder, "динамика.csv"), join(folder, "out")];
  copyFileSync(file, csv);
  // Semicolon, quote, UTF-8, from the first line, Russian (1049), quoted as text, special numbers; out: tabs.
  execFileSync(program, [
    `-env:UserInstallation=file://${folder}/profile`,
    "--headless",
    "--infilter=CSV:59,34,76,1,,1049,false,true",
    "--convert-to",
    "csv:Text - txt - csv (StarCalc):9,34,76,1,,1049,false,true",
    "--outdir",
    made,
    csv,
  ]);
  return readFileSync(join(made, "динамика.csv"), "utf8").replace(/^\ufeff/, "");
}

test("a dashboard follows its file, and a mistake is told at its line", async ({ skip }) => {
  if (region === "") skip();
  const file = join(region, "dashboards", "objectivity.toml");
  const text = readFileSync(file, "utf8");
  const { page } = await open(browser);
  await visit(page, `${base}/dashboards/objectivity`);
  try {
    writeFileSync(file, text.replace(/^title .*$/m, 'title = "Новое название"'));
    await page.getByRole("heading", { level: 1, name: "Новое название" }).waitFor({ timeout: 40_000 });
    writeFileSync(file, `${text}\n[[panel]]\nid = "x"\ntitle = "Икс"\nindicators = ["vpr.shar2"]\n`);
    const mistake = page.locator(".mistakes");
    await mistake.waitFor({ timeout: 40_000 });
    expect(await mistake.innerText()).toMatch(/dashboards\/objectivity\.toml:\d+:\d+/);
    expect(await mistake.innerText()).toContain("vpr.shar2");
    expect(await page.getByRole("heading", { level: 1 }).innerText()).toBe("Новое название");
  } finally {
    writeFileSync(file, text);
  }
  await mistakeless(page);
  await page.context().close();
});

/** The mended file is shown again. */
async function mistakeless(page: Page): Promise<void> {
  await page.locator(".mistakes").waitFor({ state: "detached", timeout: 40_000 });
}

test("the map is walked by keyboard and has its table", async () => {
  const { page } = await open(browser);
  await visit(page, `${base}/`);
  const areas = page.locator("#map svg a");
  const count = await areas.count();
  expect(count).toBeGreaterThan(10);
  expect(await areas.first().getAttribute("aria-label")).toMatch(/: /);
  await page.locator("#map").getByRole("button", { name: "Таблица" }).click();
  expect(await page.locator("#map table.data tbody tr").count()).toBe(count);
  await page.locator("#map").getByRole("button", { name: "График" }).click();
  await areas.first().focus();
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/municipalities\//);
  await page.context().close();
});

test("the administrator looks as somebody else, files too, and comes back", async () => {
  const { page } = await open(browser);
  await visit(page, `${base}/accounts`);
  await page.locator("#see-as").getByLabel("Роль").selectOption("municipal");
  await page
    .locator("#see-as")
    .getByRole("combobox", { name: /^Муниципалитет/ })
    .selectOption({ index: 1 });
  await page.locator("#see-as").getByRole("button", { name: "Смотреть" }).click();
  await page.locator(".seen-as").waitFor();
  expect(await page.locator(".seen-as").innerText()).toMatch(/Вы смотрите как муниципалитет: \S/);
  await page.locator("#places-municipality table.data").waitFor();
  const file = await page.locator("#places-municipality a", { hasText: "CSV для Excel" }).getAttribute("href");
  expect(file).toContain("as=municipal");
  await page.goto(`${base}/runs`, { waitUntil: "networkidle" });
  expect(await page.locator("main").innerText()).toContain("Недоступно для вашей роли");
  await page.getByRole("button", { name: "Вернуться к себе" }).click();
  await page.locator(".seen-as").waitFor({ state: "detached" });
  await page.context().close();
});

test("a school decision tells what it moves before it is made", async () => {
  const { page } = await open(browser);
  await visit(page, `${base}/quality`);
  const waiting = page.locator("#review .decisions li", { hasText: "СОШ № 999" }).first();
  const button = waiting.getByRole("button", { name: /^Это/ }).nth(1);
  await button.hover();
  expect(await waiting.locator(".preview").innerText()).toMatch(/перейдёт этой школе \(логин \d+\)/);
  // What is decided stays in its place, and is taken back there.
  await button.click();
  await waiting.getByText(/^Решено: это .+ Действует со следующего запуска/).waitFor();
  await waiting.getByRole("button", { name: "Взять назад" }).click();
  await button.waitFor();
  await page.locator("#rejects .senders button").nth(1).click();
  expect(page.url()).toContain("sender=");
  const href = await page.locator("#rejects .senders a").getAttribute("href");
  const csv = await (await fetch(base + (href ?? ""))).text();
  expect(csv.split("\r\n").length).toBeGreaterThan(2);
  await page.context().close();
});

test("the road map is saved in the prescribed form of eight columns", async () => {
  const { page } = await open(browser);
  await visit(page, `${base}/roadmap`);
  const [asked, download] = await Promise.all([
    page.waitForRequest(/road_map_events\.xlsx/),
    page.waitForEvent("download"),
    page.getByRole("button", { name: "Форма в 8 столбцов" }).click(),
  ]);
  expect(download.suggestedFilename()).toMatch(/^Дорожная карта, .+, \d{4}-\d\d\.xlsx$/);
  expect(
    readFileSync(await download.path())
      .subarray(0, 2)
      .toString(),
  ).toBe("PK");
  // The same address as text, which is easier to read here.
  const text = await (await fetch(asked.url().replace(".xlsx", ".csv"))).text();
  const [head = "", first = ""] = text.split("\n");
  expect(head.match(/"[^"]*"|[^,]+/g)).toEqual([
    "Код региона",
    "Муниципалитет",
    '"Все мероприятия, запланированные в муниципальной дорожной карте"',
    "Краткое описание мероприятий",
    "Дата проведения мероприятия",
    '"Организация, ответственная за проведение мероприятия"',
    "Целевая аудитория мероприятия",
    '"Ссылка на размещение документов, подтверждающих проведение мероприятия"',
  ]);
  expect(first.startsWith("99,")).toBe(true);
  await page.context().close();
});

test("the console shows the first rows and gives them all as files of the server", async () => {
  const { page } = await open(browser);
  await visit(page, `${base}/sql?q=${encodeURIComponent("select * from indicator_values")}`);
  await page.getByRole("button", { name: "Выполнить" }).click();
  await page.locator("#rows .panel-foot", { hasText: "первые 1\u00a0000 строк; в файле — все" }).waitFor();
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: "CSV для Excel" }).click(),
  ]);
  const rows = readFileSync(await download.path(), "utf8").split("\r\n");
  expect(rows[0]?.startsWith("\ufeffindicator;level;entity")).toBe(true);
  expect(rows.length).toBeGreaterThan(2_000);
  await page.context().close();
});

test("the address is the state, and back works", async () => {
  const { page } = await open(browser);
  await visit(page, `${base}/indicators/vpr.share2`);
  await page.getByLabel("Уровень").selectOption("school");
  await page.locator("#values h2", { hasText: "Школы" }).waitFor();
  expect(page.url()).toContain("level=school");
  await page.locator("#values").getByRole("searchbox").fill("сош");
  const { page: shared } = await open(browser);
  await visit(shared, page.url());
  expect(await shared.locator("#values h2").innerText()).toBe("Школы");
  await page.goBack();
  await page.locator("#values h2", { hasText: "Муниципалитеты" }).waitFor();
  await page.context().close();
  await shared.context().close();
});

test("search is a key away and opens what is found", async () => {
  const { page } = await open(browser);
  await visit(page, `${base}/`);
  await page.keyboard.press("/");
  await page.keyboard.type("качество зн");
  await page
    .locator("#found")
    .getByRole("option", { name: /Качество знаний/ })
    .waitFor();
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { level: 1, name: "Качество знаний" }).waitFor();
  expect(page.url()).toBe(`${base}/indicators/vpr.quality`);
  await page.context().close();
});

test("every chart has the table behind it", async () => {
  const { page } = await open(browser);
  await visit(page, `${base}/indicators/vpr.share2?level=school`);
  const panels = page.locator(".panel:has(.chart)");
  const ids = await panels.evaluateAll((all) => all.map((one) => one.id));
  expect(ids.length).toBeGreaterThan(2);
  for (const id of ids) {
    await page.locator(`#${id}`).getByRole("button", { name: "Таблица" }).click();
    expect(await page.locator(`#${id} table.data tbody tr`).count(), id).toBeGreaterThan(0);
  }
  expect(new URL(page.url()).searchParams.get("tables")?.split(",").sort()).toEqual([...ids].sort());
  await page.context().close();
});

test("pictures are saved as PNG and SVG", async () => {
  const { page } = await open(browser);
  await visit(page, `${base}/indicators/vpr.share2`);
  await page.locator("#years canvas").first().waitFor();
  for (const [button, begins] of [
    ["PNG", "\x89PNG"],
    ["SVG", "<svg"],
  ] as const) {
    await page.locator("#years summary").click();
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.locator("#years button", { hasText: button }).click(),
    ]);
    expect(readFileSync(await download.path(), "latin1").slice(0, begins.length)).toBe(begins);
    await page.locator("#years summary").click();
  }
  await page.context().close();
});

test("a long dashboard is read part by part, and is one for paper", async () => {
  const { page } = await open(browser);
  await visit(page, `${base}/dashboards/vpr`);
  const panels = page.locator("main .panel");
  const atFirst = await panels.count();
  const tabs = page.getByRole("navigation", { name: "Части панели" });
  await tabs.getByRole("link", { name: "Баллы и журнал" }).click();
  await page.locator("#histogram").waitFor();
  expect(await page.locator("#position").count()).toBe(0);
  await tabs.getByRole("link", { name: "Всё сразу" }).click();
  await page.locator("#position").waitFor();
  expect(await panels.count()).toBeGreaterThan(atFirst);
  await page.goBack();
  await page.locator("#position").waitFor({ state: "detached" });
  expect(new URL(page.url()).searchParams.get("section")).toBe("Баллы и журнал");
  await page.context().close();
});

test("a panel of SQL tells n, campaign, the date of its files and where its numbers come from", async () => {
  const { page } = await open(browser);
  await visit(page, `${base}/dashboards/vpr?section=all`);
  const panel = page.locator("#journal");
  const foot = await panel.locator(".panel-foot").innerText();
  expect(foot).toMatch(/20\d\d\/\d\d/);
  expect(foot).toMatch(/n (=|от) [\d\u202f]+/);
  expect(foot).toMatch(/файлы от \d\d\.\d\d\.\d{4}/);
  await panel.locator("summary").click();
  expect(await panel.getByRole("link", { name: "Почему такое число?" }).getAttribute("href")).toBe(
    "/lineage/vpr%2Fjournal",
  );
  const json = await panel.getByRole("link", { name: /Открыть как JSON/ }).getAttribute("href");
  const answer = (await (await fetch(base + (json ?? ""))).json()) as { rows: unknown[] };
  expect(answer.rows.length).toBeGreaterThan(0);
  await panel.getByRole("link", { name: "Почему такое число?" }).click();
  await page
    .getByRole("link", { name: /vpr_protocol/ })
    .first()
    .waitFor();
  await page.context().close();
});

test("a municipality's panel holds the whole region beside its own, and no sum over places without a name", async () => {
  const get = async (path: string, as: string) =>
    (await (await fetch(base + path, { headers: { "X-Dinamika-As": as } })).json()) as {
      rows: Record<string, string | number | null>[];
    };
  const [first] = (await get("/api/v1/entities?level=municipality&limit=1", "administrator")).rows;
  const own = String(first?.["entity"]);
  const path = "/api/v1/dashboards/vpr/panels/journal?limit=20000";
  const [theirs, whole] = [await get(path, `municipal:${own}`), await get(path, "administrator")];
  expect(new Set(theirs.rows.map((row) => row["municipality_key"]))).toEqual(new Set([null, own]));
  const region = (rows: typeof whole.rows) => rows.filter((row) => row["municipality_key"] === null);
  // The region is seen with a guest's eyes: what is hidden from guests is empty, everything else is the same.
  const pairs = region(theirs.rows).map((row, at) => [row, region(whole.rows)[at]] as const);
  const shown = pairs.filter(([row]) => row["n"] !== null);
  expect(region(theirs.rows).length).toBe(region(whole.rows).length);
  expect(shown.length).toBeGreaterThan(pairs.length / 2);
  for (const [row, same] of shown) expect(row).toEqual(same);
  for (const row of whole.rows) {
    const parts = ["Понизили, %", "Подтвердили, %", "Повысили, %"].map((name) => row[name]);
    if (parts.some((part) => part === null)) continue;
    expect(parts.reduce<number>((sum, part) => sum + Number(part), 0)).toBeCloseTo(100, 6);
  }
});

/** Who looks, as an administrator looks as somebody else. */
const READERS = await (async () => {
  const first = async (level: string, more = "") => {
    const answer = await fetch(`${base}/api/v1/entities?level=${level}&limit=1${more}`);
    return ((await answer.json()) as { rows: { entity: string; municipality: string }[] }).rows[0];
  };
  const school = await first("school");
  return ["public", `school:${school?.entity}`, `municipal:${school?.municipality}`, "regional"];
})();

test.each(READERS)("%s is offered only what there is to see", async (reader) => {
  const { page, watch } = await open(browser);
  await page.addInitScript((as) => sessionStorage.setItem("as", as), reader);
  await visit(page, `${base}/`);
  await page.locator("nav.side a[href='/releases']").waitFor();
  const offered = await page
    .locator("nav.side a")
    .evaluateAll((links) => links.map((link) => link.getAttribute("href")));
  const own = { school: "/schools/", municipal: "/municipalities/" }[reader.split(":")[0] ?? ""];
  expect(offered[0]?.startsWith(own ?? "/")).toBe(true);
  const dashboards = ((await (await fetch(`${base}/api/v1/dashboards`)).json()) as { rows: { id: string }[] }).rows;
  const refused: string[] = [];
  for (const path of [...offered, ...dashboards.map(({ id }) => `/dashboards/${id}?section=all`)]) {
    await visit(page, `${base}${path}`);
    if (/Недоступно|Нужно войти/.test(await page.locator("main").innerText())) refused.push(path ?? "");
  }
  expect(refused).toEqual([]);
  expect(watch.faults).toEqual([]);
  await page.context().close();
});

test("all of a place is one press away", async () => {
  const { page } = await open(browser);
  await visit(page, `${base}/municipalities`);
  await page.locator("table.data tbody a").first().click();
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("link", { name: /набор/ }).click(),
  ]);
  expect(download.suggestedFilename()).toMatch(/набор\.zip$/);
  await page.context().close();
});

test("what is folded opens at a press", async () => {
  const { page } = await open(browser);
  await visit(page, `${base}/dashboards/courses`);
  const chart = page.locator("#by-school .chart");
  const height = async () => (await chart.boundingBox())?.height ?? 0;
  const folded = await height();
  await page.locator("#by-school .folded button").click();
  await page.locator("#by-school .folded").waitFor({ state: "detached" });
  expect(await height()).toBeGreaterThan(folded * 2);
  await page.context().close();
});

test("a guest sees that values are hidden", async () => {
  const { page } = await open(browser);
  await page.addInitScript(() => sessionStorage.setItem("as", "public"));
  await visit(page, `${base}/dashboards/vpr`);
  const foot = page.locator("#school-dynamics-vpr-share2 .panel-foot");
  expect(await foot.innerText()).toMatch(/скрыто: \d+/);
  await page.context().close();
});

test("a question is kept by the project: others find it, and it can be taken away", async () => {
  const name = `Проверка ${Date.now()}`;
  const { page } = await open(browser);
  await visit(page, `${base}/sql`);
  await page.getByRole("textbox", { name: /^Запрос/ }).fill("select count(*) as n from indicator_values");
  await page.getByLabel("Сохранить для всех под названием").fill(name);
  await page.getByRole("button", { name: "Сохранить" }).click();
  await page.getByRole("button", { name, exact: true }).waitFor();
  const { page: other } = await open(browser);
  await visit(other, `${base}/sql`);
  await other.getByRole("button", { name, exact: true }).click();
  expect(await other.getByRole("textbox", { name: /^Запрос/ }).inputValue()).toContain("count(*)");
  await other.getByRole("button", { name: "Выполнить" }).click();
  await other.locator("#rows table.data tbody tr").first().waitFor();
  await other.getByRole("button", { name: `Убрать: ${name}` }).click();
  await other.getByRole("button", { name, exact: true }).waitFor({ state: "detached" });
  await page.context().close();
  await other.context().close();
});

test("several indicators are compared by one test, each on its own axis", async () => {
  const { page } = await open(browser);
  await visit(page, `${base}/compare`);
  await page.getByLabel("Добавить показатель").selectOption("vpr.share2");
  await page.locator("#lines-vpr-share2 .chart").waitFor();
  expect(page.url()).toContain("indicator=vpr.quality,vpr.share2");
  await page.getByLabel("Работа").selectOption("MA.4");
  await page.locator("#lines-vpr-share2 h2", { hasText: "Математика" }).waitFor();
  expect(await page.locator("#lines h2").innerText()).toContain("Математика");
  await page.getByRole("button", { name: "Убрать: Качество знаний" }).click();
  await page.locator("#lines h2", { hasText: "Доля «2»" }).waitFor();
  expect(await page.locator("main .panel").count()).toBe(1);
  await page.context().close();
});

test("the first view is light and works without its charts", async () => {
  const { page } = await open(browser);
  const session = await page.context().newCDPSession(page);
  let bytes = 0;
  await session.send("Network.enable");
  session.on("Network.loadingFinished", (event) => {
    bytes += event.encodedDataLength;
  });
  await page.goto(`${base}/`, { waitUntil: "networkidle" });
  console.log(`first view: ${Math.round(bytes / 1024)} KB`);
  expect(bytes).toBeLessThan(250 * 1024);
  await page.context().close();

  const { page: bare } = await open(browser);
  await bare.route(/\/static\/engine-/, (route) => route.abort());
  await bare.goto(`${base}/`, { waitUntil: "networkidle" });
  expect(await bare.locator("#now table.matrix td").count()).toBeGreaterThan(3);
  expect(await bare.locator("#years svg").count()).toBeGreaterThan(3);
  await bare.context().close();
});

test("the types of the API are those the server tells of", async () => {
  const { default: generate, astToString } = await import("openapi-typescript");
  const told = astToString(await generate(new URL(`${base}/api/openapi.json`)));
  const kept = readFileSync("src/api/schema.d.ts", "utf8");
  const bare = (text: string) => text.replace(/^\/\*\*[\s\S]*?\*\/\s*/, "").trim();
  expect(bare(kept), "run `npm run types` against this server").toBe(bare(told));
});
