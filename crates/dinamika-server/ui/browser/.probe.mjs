import { chromium } from "playwright-core";
import { mkdirSync, writeFileSync } from "node:fs";
const [base, as, dress, only] = process.argv.slice(2);
const h = as === "-" ? {} : { "X-Dinamika-As": as };
const get = async (p) => (await fetch(base + p, { headers: h })).json();
const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--headless","--no-sandbox","--disable-gpu","--disable-quic","--no-first-run","--disable-background-networking","--disable-component-update","--disable-sync"] });
const size = { d: [1440, 900], p: [390, 844], k: [1440, 900] }[dress];
const context = await browser.newContext({ locale: "ru-RU", timezoneId: "Europe/Moscow", viewport: { width: size[0], height: size[1] }, colorScheme: dress === "k" ? "dark" : "light" });
const page = await context.newPage();
const faults = [];
page.on("console", (m) => ["error", "warning"].includes(m.type()) && faults.push(m.text()));
page.on("pageerror", (e) => faults.push(String(e)));
if (as !== "-") await page.addInitScript((as) => sessionStorage.setItem("as", as), as);
const first = async (p, k) => (await get(p)).rows?.[0]?.[k] ?? "";
const own = as.includes(":") ? as.split(":")[1] : null;
const school = as.startsWith("school:") ? own : await first("/api/v1/tables/support_board?limit=1" + (own ? `&municipality_key=${own}` : ""), "school_key") || await first("/api/v1/entities?level=school&limit=1" + (own ? `&municipality=${own}` : ""), "entity");
const mun = as.startsWith("municipal:") ? own : await first("/api/v1/entities?level=municipality&limit=1", "entity");
const dash = (await get("/api/v1/dashboards")).rows.map((r) => r.id);
const value = (await get(`/api/v1/indicators/vpr.share2/values?level=school&entity=${school}&limit=1`)).rows?.[0] ?? {};
let list = { overview: "/", municipalities: "/municipalities", municipality: `/municipalities/${mun}`, schools: "/schools", school: `/schools/${school}`,
 indicators: "/indicators", indicator: "/indicators/vpr.share2", "indicator-schools": "/indicators/vpr.share2?level=school", "indicator-kpk": "/indicators/kpk.people_3y", compare: "/compare", "compare-several": "/compare?indicator=vpr.quality,vpr.share2,kpk.people_3y",
 dashboards: "/dashboards", ...Object.fromEntries(dash.map((d) => [`dash-${d}`, `/dashboards/${d}?section=all`])), support: "/support", roadmap: "/roadmap", courses: "/courses", quality: "/quality", runs: "/runs", run: "/runs/1", releases: "/releases", "releases-cmp": "/releases/1..2", lineage: "/lineage", "lineage-of": "/lineage/vpr_marks",
 explain: `/explain?indicator=vpr.share2&level=school&entity=${school}&period=${value.period}&subject=${value.subject}&grade=${value.grade}&pupil_grade=${value.pupil_grade}`, sql: "/sql", accounts: "/accounts", login: "/login" };
if (only) list = Object.fromEntries(Object.entries(list).filter(([n]) => only.split(",").includes(n)));
const dir = `/tmp/shots/${as.replace(":", "-")}-${dress}`; mkdirSync(dir, { recursive: true });
for (const [name, path] of Object.entries(list)) {
  faults.length = 0;
  await page.goto(base + path, { waitUntil: "networkidle" });
  await page.evaluate(async () => { for (let y = 0; y < document.body.scrollHeight; y += 600) { scrollTo(0, y); await new Promise((g) => setTimeout(g, 40)); } scrollTo(0, 0); });
  await page.waitForLoadState("networkidle"); await page.waitForTimeout(200);
  await page.screenshot({ path: `${dir}/${name}.png`, fullPage: true });
  const panels = await page.locator("main .panel").evaluateAll((all) => all.map((p) => ({ id: p.id, title: p.querySelector("h2")?.textContent, foot: [...(p.querySelector(".panel-foot")?.querySelectorAll("span") ?? [])].map((s) => s.textContent).join(" | "), files: p.querySelector("details.drop") !== null, text: p.innerText.length })));
  console.log(`## ${name} ${path} ${await page.evaluate(() => document.body.scrollHeight)}px`);
  for (const f of faults) console.log("   FAULT", f);
  const refused = await page.locator("main .state").allInnerTexts();
  for (const r of refused) console.log("   STATE", r.replace(/\n+/g, " / "));
  if (dress === "d") for (const p of panels) console.log(`   [${p.id}] ${p.title} :: ${p.foot}${p.files ? "" : " (no files)"}`);
}
await browser.close();
