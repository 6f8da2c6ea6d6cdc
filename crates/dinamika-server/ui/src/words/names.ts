/** Words for the codes of the contract. */

const SUBJECTS: Readonly<Record<string, string>> = {
  RU: "Русский язык",
  MA: "Математика",
  OKR: "Окружающий мир",
  IS: "История",
  BI: "Биология",
  GG: "География",
  OB: "Обществознание",
  FI: "Физика",
  HI: "Химия",
  EN: "Английский язык",
  DE: "Немецкий язык",
  FR: "Французский язык",
  LI: "Литература",
  INF: "Информатика",
};

/** The order a teacher lists subjects in. */
const ORDER = Object.keys(SUBJECTS);
export const SUBJECT_CODES: readonly string[] = ORDER;

export function subjectTitle(code: string | null): string {
  return code === null ? "" : (SUBJECTS[code] ?? code);
}

export function subjectOrder(code: string | null): number {
  const at = ORDER.indexOf(code ?? "");
  return at < 0 ? ORDER.length : at;
}

export function levelTitle(level: string): string {
  return level === "school" ? "школа" : level === "municipality" ? "муниципалитет" : "регион";
}

/** `МБОУ «СОШ № 3»`: straight quotation marks of the exports become ours. */
export function schoolName(name: string | null): string {
  if (name === null) return "без названия";
  return name
    .replace(/"([^"]+)"/g, "«$1»")
    .replace(/№\s+/g, "№\u00a0")
    .trim();
}

/** A school's usual name without its legal form: `СОШ № 3`. */
export function shortSchoolName(name: string | null): string {
  const whole = schoolName(name);
  const quoted = /«(.+)»/.exec(whole)?.[1] ?? whole.replace(/^М[А-Я]{2,4}\s+/, "");
  return quoted
    .replace(/Средняя общеобразовательная школа/i, "СОШ")
    .replace(/Основная общеобразовательная школа/i, "ООШ")
    .replace(/Начальная общеобразовательная школа/i, "НОШ");
}

/** Compares as people do: `№ 2` before `№ 10`. */
const COLLATOR = new Intl.Collator("ru", { numeric: true, sensitivity: "base" });
export const byName = (a: string, b: string): number => COLLATOR.compare(a, b);

/** What a file's pipeline is called where its title is not at hand. */
export function testTitle(subject: string | null, grade: number | null): string {
  return [subjectTitle(subject), grade === null ? "" : `${grade}\u00a0класс`].filter(Boolean).join(", ");
}
