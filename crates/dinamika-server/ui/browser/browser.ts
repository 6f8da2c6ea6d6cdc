/** Debian's Chromium; nothing is downloaded, nothing outside is asked. */

import { type Browser, type BrowserContextOptions, type Page, chromium } from "playwright-core";

export function launch(): Promise<Browser> {
  return chromium.launch({
    executablePath: process.env["CHROMIUM"] ?? "/usr/bin/chromium",
    args: [
      "--headless",
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
}

/** What went wrong on a page, and where it went. */
export interface Watch {
  faults: string[];
  requests: string[];
}

/** A page that remembers every request and every complaint. */
export async function open(
  browser: Browser,
  options: BrowserContextOptions = {},
): Promise<{ page: Page; watch: Watch }> {
  const context = await browser.newContext({
    locale: "ru-RU",
    timezoneId: "Europe/Moscow",
    viewport: DESKTOP,
    acceptDownloads: true,
    ...options,
  });
  const page = await context.newPage();
  const watch: Watch = { faults: [], requests: [] };
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning")
      watch.faults.push(`${page.url()}: ${message.text()}`);
  });
  page.on("pageerror", (error) => watch.faults.push(`${page.url()}: ${error.message}`));
  context.on("request", (request) => watch.requests.push(request.url()));
  return { page, watch };
}

export const DESKTOP = { width: 1440, height: 900 };
export const PHONE = { width: 390, height: 844 };
/** What of A4 is left between the margins, in CSS pixels. */
export const SHEET = { width: 703, height: 1000 };

/** Goes to a page and waits until all it shows is there, what is below the fold too. */
export async function visit(page: Page, url: string): Promise<void> {
  await page.goto(url, { waitUntil: "networkidle" });
  await page.locator("h1").first().waitFor();
  await page.evaluate(async () => {
    for (let y = 0; y < document.body.scrollHeight; y += 600) {
      scrollTo(0, y);
      await new Promise((go) => setTimeout(go, 40));
    }
    scrollTo(0, 0);
  });
  await page.waitForLoadState("networkidle");
}
