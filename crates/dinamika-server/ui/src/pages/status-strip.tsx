/** How fresh and how complete the release is. */

import { Facts } from "../parts/facts";
import { Link } from "../route/router";
import { useMay } from "../shell/me";
import { useRelease } from "../shell/release";
import { ago, moment, periodTitle } from "../words/dates";
import { counted, number } from "../words/numbers";

/** The coverage's usual fields; a project may have others. */
interface Coverage {
  schools?: number;
  schools_with_values?: number;
  schools_in_review?: number;
  periods?: string[];
}

export function StatusStrip() {
  const release = useRelease();
  const decides = useMay("regional");
  if (release === null)
    return (
      <Facts
        facts={["Данные на", "Кампании", "Школы с данными", "Ждут решения", "Проверки"].map((name) => ({
          name,
          value: "…",
        }))}
      />
    );
  const coverage = release.coverage as Coverage;
  const review = coverage.schools_in_review ?? 0;
  const periods = coverage.periods ?? [];
  const { passed, warnings, failed } = release.tests;
  return (
    <Facts
      facts={[
        {
          name: "Данные на",
          value: moment(release.published_at),
          note: `выпуск ${release.id}, ${ago(release.published_at, Date.now())}`,
        },
        {
          name: "Кампании",
          value: number(periods.length),
          note:
            periods.length === 0
              ? undefined
              : `${periodTitle(periods[0] ?? "")} — ${periodTitle(periods.at(-1) ?? "")}`,
        },
        {
          name: "Школы с данными",
          value: number(coverage.schools_with_values ?? 0),
          note: coverage.schools === undefined ? undefined : `из ${number(coverage.schools)} в реестре`,
        },
        {
          name: "Ждут решения",
          value: number(review),
          note: decides ? (
            <Link href="/quality">{review === 0 ? "все школы опознаны" : "неопознанные школы"}</Link>
          ) : review === 0 ? (
            "все школы опознаны"
          ) : (
            "неопознанные школы"
          ),
        },
        {
          name: "Проверки данных",
          value: failed > 0 ? `${number(failed)} не пройдено` : `${number(passed)} пройдено`,
          note:
            warnings === 0
              ? "без предупреждений"
              : counted(warnings, "предупреждение", "предупреждения", "предупреждений"),
        },
      ]}
    />
  );
}
