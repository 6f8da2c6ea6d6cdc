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

/** Legal forms as people write them; what is longer than this nobody reads. */
const FORMS: readonly (readonly [RegExp, string])[] = [
  [/(краевое|областное|республиканское) государственное (бюджетное|казённое|казенное|автономное)/i, "К"],
  [/муниципальное (бюджетное|казённое|казенное|автономное)/i, "М"],
  [/государственное (бюджетное|казённое|казенное|автономное)/i, ""],
];

/** `КГБОУ для обучающихся с ОВЗ «…»`: a registry's full name in a line. */
export function plainSchoolName(name: string | null): string {
  let short = schoolName(name);
  for (const [form, first] of FORMS) {
    const found = form.exec(short);
    if (found === null) continue;
    const kind = (found.at(-1) ?? "").charAt(0).toLocaleUpperCase("ru");
    const state = first === "М" ? "" : "Г";
    short = short.replace(
      new RegExp(`${form.source} (обще)?образовательное учреждение`, "i"),
      `${first}${state}${kind}ОУ`,
    );
    break;
  }
  return short
    .replace(/,? воспитанников/i, "")
    .replace(/с ограниченными возможностями здоровья/i, "с ОВЗ")
    .replace(/средняя общеобразовательная школа/i, "СОШ")
    .replace(/основная общеобразовательная школа/i, "ООШ")
    .replace(/общеобразовательная школа-интернат/i, "школа-интернат");
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

/** `Ветролужский р-н`, `г. Радужнохолмск`: where there is little room. */
export function shortPlace(name: string): string {
  return name
    .replace(/ муниципальный район$/, " р-н")
    .replace(/ муниципальный округ$/, " м.\u00a0о.")
    .replace(/ городской округ$/, " г.\u00a0о.")
    .replace(/^(город|г\.) (?=[А-ЯЁ])/, "г.\u00a0");
}

/** A place of a picture's axis, its parts as short as people know them: `СОШ № 1, Озёрский р-н`. */
export function shortTitle(title: string): string {
  return title
    .split(", ")
    .map((part) => (/^М?[А-ЯЁ]{2,5}\s+«/.test(part) ? shortSchoolName(part) : shortPlace(part)))
    .join(", ")
    .replace("Русский язык", "Рус. яз.");
}

/** Compares as people do: `№ 2` before `№ 10`. */
const COLLATOR = new Intl.Collator("ru", { numeric: true, sensitivity: "base" });
export const byName = (a: string, b: string): number => COLLATOR.compare(a, b);
/** By what is left of a name on an axis: «МАОУ» and «МБОУ» are not written there. */
export const byShortTitle = (a: string, b: string): number => byName(shortTitle(a), shortTitle(b));

/** What a file's pipeline is called where its title is not at hand. */
export function testTitle(subject: string | null, grade: number | null): string {
  return [subjectTitle(subject), grade === null ? "" : `${grade}\u00a0класс`].filter(Boolean).join(", ");
}
