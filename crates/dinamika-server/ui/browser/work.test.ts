/** What people come for, done as they do it. */

import { readFileSync } from "node:fs";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { launch, open, visit } from "./browser";

const base = inject("base");
let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(async () => {
  await browser.close();
});

test("from opening the page to a file of one's schools' dynamics in five clicks", async () => {
  const { page } = await open(browser);
  await visit(page, `${base}/`);
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
  const text = readFileSync(await download.path(), "utf8");
  expect(text.startsWith("\ufeff"), "a mark Excel knows UTF-8 by").toBe(true);
  const [head = "", ...rows] = text.slice(1).split("\r\n");
  expect(head.split(";")).toEqual(
    expect.arrayContaining(["entity_name", "change", "change_ci_low", "change_ci_high", "verdict"]),
  );
  expect(rows.length).toBeGreaterThan(3);
  expect(rows[0]).toMatch(/\d,\d/);
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

test("the first view is light, early, and works without its charts", async () => {
  const { page } = await open(browser);
  const session = await page.context().newCDPSession(page);
  await session.send("Emulation.setCPUThrottlingRate", { rate: 4 });
  let bytes = 0;
  await session.send("Network.enable");
  session.on("Network.loadingFinished", (event) => {
    bytes += event.encodedDataLength;
  });
  await page.goto(`${base}/`, { waitUntil: "networkidle" });
  const painted = await page.evaluate(
    () => performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? Number.NaN,
  );
  console.log(`first view: ${Math.round(bytes / 1024)} KB, painted after ${Math.round(painted)} ms`);
  expect(bytes).toBeLessThan(250 * 1024);
  expect(painted).toBeLessThan(1000);
  await page.context().close();

  const { page: bare } = await open(browser);
  await bare.route(/\/static\/engine-/, (route) => route.abort());
  await bare.goto(`${base}/`, { waitUntil: "networkidle" });
  expect(await bare.locator("#now table.matrix td").count()).toBeGreaterThan(3);
  expect(await bare.locator("#years svg").count()).toBeGreaterThan(3);
  await bare.context().close();
});

test("a table and a funnel of all schools answer without a long task", async () => {
  const { page } = await open(browser);
  await page.addInitScript(() => {
    const tasks: number[] = [];
    (window as unknown as { tasks: number[] }).tasks = tasks;
    new PerformanceObserver((list) => tasks.push(...list.getEntries().map((one) => one.duration))).observe({
      entryTypes: ["longtask"],
    });
  });
  await visit(page, `${base}/schools`);
  await page.evaluate(() => (window as unknown as { tasks: number[] }).tasks.splice(0));
  await page.getByRole("searchbox").fill("сош 1");
  await page.getByRole("button", { name: "Муниципалитет" }).click();
  await page.waitForTimeout(400);
  await page.goto(`${base}/indicators/vpr.share2?level=school`, { waitUntil: "networkidle" });
  await page.locator("#funnel-school .chart").scrollIntoViewIfNeeded();
  await page.locator("#funnel-school canvas").first().hover();
  await page.mouse.move(500, 400, { steps: 12 });
  await page.waitForTimeout(400);
  const longest = await page.evaluate(() => Math.max(0, ...(window as unknown as { tasks: number[] }).tasks));
  console.log(`longest task: ${Math.round(longest)} ms`);
  expect(longest).toBeLessThan(200);
  await page.context().close();
});

test("the types of the API are those the server tells of", async () => {
  const { default: generate, astToString } = await import("openapi-typescript");
  const told = astToString(await generate(new URL(`${base}/api/openapi.json`)));
  const kept = readFileSync("src/api/schema.d.ts", "utf8");
  const bare = (text: string) => text.replace(/^\/\*\*[\s\S]*?\*\/\s*/, "").trim();
  expect(bare(kept), "run `npm run types` against this server").toBe(bare(told));
});
