/** Moments and school years. */

const DAY = new Intl.DateTimeFormat("ru-RU", { day: "numeric", month: "long", year: "numeric" });
const MOMENT = new Intl.DateTimeFormat("ru-RU", {
  day: "2-digit",
  month: "2-digit",
  year: "numeric",
  hour: "2-digit",
  minute: "2-digit",
});

/** `23 ноября 2026 г.` */
export function day(iso: string): string {
  return DAY.format(new Date(iso));
}

/** `23.11.2026, 14:42`, in the reader's time zone. */
export function moment(iso: string): string {
  return MOMENT.format(new Date(iso));
}

/** `23.11.2026` from `2026-11-23`, whatever the time zone. */
export function shortDay(iso: string): string {
  const [year, month, date] = iso.slice(0, 10).split("-");
  return `${date}.${month}.${year}`;
}

/** How long ago, in words; `now` in milliseconds. */
export function ago(iso: string, now: number): string {
  const minutes = Math.max(0, Math.round((now - Date.parse(iso)) / 60_000));
  if (minutes < 1) return "только что";
  if (minutes < 60) return `${minutes}\u00a0мин назад`;
  const hours = Math.round(minutes / 60);
  if (hours < 24) return `${hours}\u00a0ч назад`;
  return `${Math.round(hours / 24)}\u00a0дн. назад`;
}

/** `12 с`, `2 мин 05 с`. */
export function lasted(from: string, to: string): string {
  const seconds = Math.max(0, (Date.parse(to) - Date.parse(from)) / 1000);
  return duration(seconds * 1000);
}

/** Milliseconds in words. */
export function duration(milliseconds: number): string {
  if (milliseconds < 1000) return `${Math.round(milliseconds)}\u00a0мс`;
  const seconds = milliseconds / 1000;
  if (seconds < 60) return `${seconds.toLocaleString("ru-RU", { maximumFractionDigits: 1 })}\u00a0с`;
  return `${Math.floor(seconds / 60)}\u00a0мин ${String(Math.round(seconds % 60)).padStart(2, "0")}\u00a0с`;
}

/** Order of campaigns in time: within a school year autumn is before spring. */
export function periodOrder(period: string | null): number {
  if (period === null) return 0;
  const year = Number.parseInt(period.slice(0, 4), 10) || 0;
  return year * 2 + (period.includes("осень") ? 0 : 1);
}

/** Campaigns, earliest first, each once. */
export function periodsOf(rows: readonly { period: string | null }[]): string[] {
  const periods = rows.map((row) => row.period).filter((period) => period !== null);
  return [...new Set(periods)].sort((a, b) => periodOrder(a) - periodOrder(b));
}

/** `2020/21, осень`; a plain school year stays; what is of no year is of now. */
export function periodTitle(period: string | null): string {
  if (period === null) return "сейчас";
  return period.replace(/-осень$/, ", осень").replace(/-весна$/, ", весна");
}

/** The same for an axis: `осень\n2020`. */
export function periodTick(period: string): string {
  return period.includes("осень") ? `${period.slice(0, 7)}\nосень` : period.slice(0, 7);
}
