/** What a change means, in words; colour only repeats them. */

export type Verdict = "growth" | "decline" | "within_noise" | "too_few" | "not_comparable";
export type Status = "ok" | "suppressed" | "no_data" | "not_comparable";
export type Direction = "up" | "down" | "neutral";
/** How a reader should feel about a change; `plain` when the indicator has no better side, `silent` where no verdict is
    passed. */
export type Tone = "better" | "worse" | "plain" | "noise" | "few" | "silent" | "broken";

/** Beside a picture. */
export function verdictWords(verdict: string | null): string {
  switch (verdict) {
    case "growth":
      return "рост";
    case "decline":
      return "снижение";
    case "within_noise":
      return "в пределах случайных колебаний";
    case "too_few":
      return "слишком мало данных";
    case "not_comparable":
      return "несопоставимо";
    default:
      return "вывод не делается";
  }
}

/** In a narrow cell. */
export function verdictShort(verdict: string | null): string {
  switch (verdict) {
    case "within_noise":
      return "случайно";
    case "too_few":
      return "мало данных";
    case null:
      return "без вывода";
    default:
      return verdictWords(verdict);
  }
}

/** A sign that is read without colour. */
export function verdictSign(verdict: string | null): string {
  switch (verdict) {
    case "growth":
      return "▲";
    case "decline":
      return "▼";
    case "within_noise":
      return "≈";
    case "too_few":
      return "…";
    case "not_comparable":
      return "≠";
    default:
      return "·";
  }
}

/** Growth of the share of «2» is bad news: the tone follows from the indicator's direction. */
export function toneOf(verdict: string | null, direction: Direction): Tone {
  switch (verdict) {
    case "growth":
      return direction === "neutral" ? "plain" : direction === "up" ? "better" : "worse";
    case "decline":
      return direction === "neutral" ? "plain" : direction === "down" ? "better" : "worse";
    case "within_noise":
      return "noise";
    case "not_comparable":
      return "broken";
    case "too_few":
      return "few";
    default:
      return "silent";
  }
}

/** What the tone says where colour cannot. */
export function toneWords(tone: Tone): string {
  return tone === "better" ? "улучшение" : tone === "worse" ? "ухудшение" : "";
}

/** Why there is no number. */
export function statusWords(status: string | null): string {
  switch (status) {
    case "suppressed":
      return "скрыто: мало участников";
    case "no_data":
      return "нет данных";
    case "not_comparable":
      return "несопоставимо";
    default:
      return "";
  }
}

/** What is compared with what. */
export function kindWords(kind: string | null): string {
  return kind === "cohort" ? "те же дети годом раньше" : "те же классы годом раньше";
}
