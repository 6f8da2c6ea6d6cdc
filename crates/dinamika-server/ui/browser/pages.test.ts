/** Each page: complete, quiet, reachable by all, in every dress; and nobody outside hears of it. */

import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { resolve } from "node:path";
import type { AxeResults } from "axe-core";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from "vitest";
import { DESKTOP, PHONE, SHEET, launch, open, visit } from "./browser";
import { pages } from "./pages";

const SHOTS = resolve(process.env["SHOTS"] ?? "browser/shots");
const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const base = inject("base");
const all = await pages(base);

/** Chromium may never deliver the frame of a picture (CI saw it once): another page is asked for it. */
const retry = { count: 2, condition: /^page\.screenshot: Timeout/ };

let browser: Browser;
let page: Page;
beforeAll(async () => {
  mkdirSync(SHOTS, { recursive: true });
  browser = await launch();
});
afterEach(async () => {
  await page.context().close();
});
afterAll(async () => {
  await browser.close();
});

describe.each(all)("$name", ({ name, path }) => {
  test("is complete, quiet, reachable by all, in every dress", { retry }, async () => {
    const opened = await open(browser);
    page = opened.page;
    await visit(page, base + path);
    const shot = (dress: string) =>
      page.screenshot({ path: `${SHOTS}/${name}-${dress}.png`, fullPage: true, timeout: 15_000 });
    await shot("1440");
    expect(await page.locator(".state.refused").allInnerTexts()).toEqual([]);
    expect(await untold(page), "n, campaign and the date of the files stand under each panel").toEqual([]);
    expect(await violations(page), "light").toEqual([]);

    await keyboard(page, name);

    await page.emulateMedia({ colorScheme: "dark" });
    await page.waitForTimeout(300);
    await shot("dark");
    expect(await violations(page, ["color-contrast"]), "dark").toEqual([]);

    await page.emulateMedia({ colorScheme: "light" });
    await page.setViewportSize(PHONE);
    await page.waitForTimeout(300);
    await shot("390");
    expect(
      await page.evaluate(() => document.documentElement.scrollWidth - innerWidth),
      "nothing sticks out",
    ).toBeLessThanOrEqual(0);
    expect(await violations(page), "phone").toEqual([]);

    await page.setViewportSize(DESKTOP);
    await page.pdf({ path: `${SHOTS}/${name}.pdf`, format: "A4", printBackground: true });
    await page.setViewportSize(SHEET);
    await page.emulateMedia({ media: "print" });
    await page.waitForTimeout(300);
    if (name !== "login") {
      expect(await page.locator(".print-head").innerText()).toMatch(/Выпуск \d+, данные на \d\d\.\d\d\.\d{4}/);
      expect(await page.locator(".foot").innerText()).toContain(
        "не предназначены для оценки деятельности школ и учителей",
      );
    }
    expect(
      await page.evaluate(() =>
        [...document.querySelectorAll("table.data")]
          .filter((table) => table.getBoundingClientRect().right > innerWidth + 2)
          .map((table) => table.querySelector("caption")?.textContent),
      ),
      "tables cut on paper",
    ).toEqual([]);
    // The content policy forbids nothing the page needs, and nobody outside hears of it.
    expect(opened.watch.faults).toEqual([]);
    expect(opened.watch.requests.filter((url) => !url.startsWith(`${base}/`) && !url.startsWith("blob:"))).toEqual([]);
  });
});

/** Panels of the release's rows whose foot leaves out what a reader needs to trust them. */
async function untold(page: Page): Promise<string[]> {
  const panels = await page.locator("main .panel").evaluateAll((all) =>
    all.map((panel) => ({
      id: panel.id,
      foot: panel.querySelector(".panel-foot")?.textContent ?? "",
      path: panel.querySelector("a[href*='.json']")?.getAttribute("href") ?? "",
      isEmpty: panel.querySelector(".state") !== null,
    })),
  );
  const told = [
    { of: /^\/api\/v1\/(indicators\/|tables\/|dashboards\/)/, says: /файлы от \d\d\.\d\d\.\d{4}/ },
    { of: /^\/api\/v1\/(indicators\/|tables\/|dashboards\/)/, says: /данные на \d\d\.\d\d\.\d{4}/ },
    { of: /^\/api\/v1\/indicators\/[^/]+\/(values|dynamics)/, says: /n (=|от) \d/ },
    { of: /^\/api\/v1\/indicators\/[^/]+\/(values|dynamics)/, says: /20\d\d\/\d\d/ },
  ];
  return panels
    .filter(({ isEmpty }) => !isEmpty)
    .flatMap(({ id, path, foot }) =>
      told.filter(({ of, says }) => of.test(path) && !says.test(foot)).map(({ says }) => `${id}: ${says}: ${foot}`),
    );
}

/** One comes in by keyboard, sees where one is, and `/` and Escape work. */
async function keyboard(page: Page, name: string): Promise<void> {
  await page.evaluate(() => {
    (document.activeElement as HTMLElement | null)?.blur();
    scrollTo(0, 0);
  });
  const stops: string[] = [];
  for (let step = 0; step < 12; step += 1) {
    await page.keyboard.press("Tab");
    const stop = await page.evaluate(() => {
      const at = document.activeElement;
      if (at === null || at === document.body) return null;
      const style = getComputedStyle(at);
      const ring = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0;
      const box = at.getBoundingClientRect();
      return {
        name: `${at.tagName} ${at.textContent?.trim().slice(0, 30) ?? ""}`,
        seen: ring || style.boxShadow !== "none",
        high: box.height,
      };
    });
    if (stop === null) break;
    stops.push(stop.name);
    expect(stop.seen, `focus is seen on ${stop.name}`).toBe(true);
    expect(stop.high, `${stop.name} is there to be seen`).toBeGreaterThan(0);
  }
  if (name === "login") return;
  expect(stops[0], "first one may leave the navigation out").toMatch(/^A К содержанию/);
  expect(new Set(stops).size, "Tab goes on").toBeGreaterThan(5);
  await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
  await page.keyboard.press("/");
  expect(await page.evaluate(() => document.activeElement?.getAttribute("role"))).toBe("combobox");
  await page.keyboard.press("Escape");
  expect(await page.evaluate(() => document.activeElement?.getAttribute("role")), "Escape leaves the search").not.toBe(
    "combobox",
  );
  const drop = page.locator("details.drop summary").first();
  if ((await drop.count()) > 0) {
    await drop.focus();
    await page.keyboard.press("Enter");
    const opened = page.locator("details.drop[open]");
    await opened.waitFor();
    // From within: one has gone through the list.
    await page.keyboard.press("Tab");
    await page.keyboard.press("Escape");
    await opened.waitFor({ state: "detached" });
    expect(await page.evaluate(() => document.activeElement?.tagName), "and comes back to its button").toBe("SUMMARY");
  }
}

const ALL = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/** What axe-core finds, a line each. */
async function violations(page: Page, rules?: string[]): Promise<string[]> {
  await page.evaluate(AXE);
  const found = await page.evaluate((runOnly) => {
    const { axe } = window as unknown as { axe: { run: (root: Document, options: object) => Promise<AxeResults> } };
    return axe.run(document, { runOnly });
  }, rules ?? ALL);
  return found.violations.map((one) => {
    const where = one.nodes.map((node) => node.target.join(" ")).slice(0, 4);
    return `${one.id}: ${where.join(" | ")}`;
  });
}
