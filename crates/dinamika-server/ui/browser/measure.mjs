/** How fast the page of a full region is: `npm run measure -- http://127.0.0.1:8080`. Prints figures and fails beyond
    their bounds; no test, for a busy machine fails it too. */

import { chromium } from "playwright-core";

const base = process.argv[2] ?? "http://127.0.0.1:8080";
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--headless", "--no-sandbox", "--disable-gpu"],
});

/** Milliseconds to the first paint at a quarter of the processor, of the longest task; bytes of the first view. */
const [PAINTED, TASK, BYTES] = [1000, 200, 250 * 1024];
function bounded(what, found, most) {
  if (found < most) return;
  console.error(`${what}: ${Math.round(found)}, at most ${most}`);
  process.exitCode = 1;
}

async function open() {
  const context = await browser.newContext({ locale: "ru-RU", viewport: { width: 1440, height: 900 } });
  const page = await context.newPage();
  await page.addInitScript(() => {
    globalThis.tasks = [];
    new PerformanceObserver((list) => globalThis.tasks.push(...list.getEntries().map((one) => one.duration))).observe({
      entryTypes: ["longtask"],
    });
  });
  return page;
}

/** The longest task of a deed, in milliseconds; 0 when none was longer than 50. */
async function longest(page, name, deed) {
  await page.evaluate(() => globalThis.tasks.splice(0));
  await deed();
  await page.waitForTimeout(600);
  const most = await page.evaluate(() => Math.max(0, ...globalThis.tasks));
  console.log(`${name}: longest task ${Math.round(most)} ms`);
  bounded(name, most, TASK);
}

for (const rate of [1, 4]) {
  const paints = [];
  let bytes = 0;
  for (let turn = 0; turn < 5; turn += 1) {
    const page = await open();
    const session = await page.context().newCDPSession(page);
    await session.send("Emulation.setCPUThrottlingRate", { rate });
    bytes = 0;
    await session.send("Network.enable");
    session.on("Network.loadingFinished", (event) => (bytes += event.encodedDataLength));
    await page.goto(`${base}/`, { waitUntil: "networkidle" });
    paints.push(
      await page.evaluate(() => performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? Number.NaN),
    );
    await page.context().close();
  }
  paints.sort((a, b) => a - b);
  bounded("first contentful paint", paints[Math.floor(paints.length / 2)], PAINTED);
  bounded("first view", bytes, BYTES);
  const told = paints.map((paint) => Math.round(paint)).join(", ");
  console.log(`CPU ×1/${rate}: first contentful paint ${told} ms; first view ${Math.round(bytes / 1024)} KB`);
}

const page = await open();
await page.goto(`${base}/schools`, { waitUntil: "networkidle" });
console.log(`schools: ${await page.locator(".table-tools [role=status]").first().innerText()}`);
await longest(page, "filter the table", () =>
  page.getByRole("searchbox").first().pressSequentially("сош 1", { delay: 60 }),
);
await page.getByRole("searchbox").first().fill("");
const heads = page.locator("table.data thead button");
for (let at = 0; at < (await heads.count()); at += 1) {
  await longest(page, `sort by «${await heads.nth(at).innerText()}»`, () => heads.nth(at).click());
}
await page.goto(`${base}/indicators/vpr.share2?level=school`, { waitUntil: "networkidle" });
const funnel = page.locator("#funnel-school");
await longest(page, "draw the funnel", async () => {
  await funnel.scrollIntoViewIfNeeded();
  await funnel.locator("canvas").first().waitFor();
});
const box = await funnel.locator("canvas").first().boundingBox();
await longest(page, "hover over the funnel", async () => {
  for (let at = 0; at < 40; at += 1)
    await page.mouse.move(box.x + 40 + at * 20, box.y + box.height - 40 - (at % 10) * 20);
});
await longest(page, "funnel as a table", () => funnel.getByRole("button", { name: "Таблица" }).click());
await longest(page, "filter the funnel's table", () =>
  funnel.getByRole("searchbox").first().pressSequentially("лицей", { delay: 60 }),
);
await browser.close();
