/** What the pages of results have in common to choose: indicator, campaign, comparison, test. */

import type { IndicatorInfo, Level } from "../api/rows";
import { useChanges } from "../api/use";
import { Filters, Select } from "../parts/fields";
import { usePlace } from "../route/router";
import { periodTitle } from "../words/dates";
import { exportTitle } from "../words/exports";
import { subjectTitle } from "../words/names";

export interface Chosen {
  indicator: string;
  period: string | null;
  kind: "grade" | "cohort";
  /** The reader chose it; else it is the one there is something to compare by. */
  isKindChosen: boolean;
  /** `MA.5`. */
  test: string | null;
  subject: string | null;
  grade: number | null;
}

/** The indicator people ask of first. */
const FIRST = "vpr.share2";

/** What the address says. */
export function useChosen(): Chosen {
  const { query } = usePlace();
  const test = query.get("test");
  const [subject, grade] = test === null ? [null, null] : test.split(".");
  return {
    indicator: query.get("indicator") ?? FIRST,
    period: query.get("period"),
    kind: query.get("kind") === "cohort" ? "cohort" : "grade",
    isKindChosen: query.has("kind"),
    test,
    subject: subject ?? null,
    grade: grade == null ? null : Number(grade),
  };
}

/** Verdicts that say something of a change. */
export const JUDGED = "growth,decline,within_noise,too_few";

/** The chosen comparison. Where nobody chose and no grades may be compared — autumn 2020 — but children may, those. */
export function useKind(chosen: Chosen, indicator: string, period: string | null, level: Level): Chosen["kind"] {
  const of = chosen.isKindChosen || period === null ? null : indicator;
  const asked = { level, period, verdict: JUDGED, limit: 1 };
  const grades = useChanges(of, { ...asked, kind: "grade" });
  const children = useChanges(of, { ...asked, kind: "cohort" });
  if (chosen.isKindChosen || grades.state !== "ready" || children.state !== "ready") return chosen.kind;
  return grades.data.rows.length === 0 && children.data.rows.length > 0 ? "cohort" : chosen.kind;
}

/** Indicators whose values are split by subject and grade, tasks apart. */
export function isOfTests(indicator: IndicatorInfo): boolean {
  return indicator.id.startsWith("vpr.") && !indicator.dimensions.includes("task");
}

/** Tests go by campaigns and have tasks; the other monitorings go by school years and are cut otherwise. */
export function isOfCampaigns(indicator: Pick<IndicatorInfo, "id">): boolean {
  return /^(vpr|obj)\./.test(indicator.id);
}

/** The fourth dimension of a row, in words: `задание 3`, a course's topic, a kind of exports. */
export function sliceWords(indicator: IndicatorInfo, slice: string): string {
  return isOfCampaigns(indicator) ? `задание ${slice}` : exportTitle(slice);
}

/** Indicators of other monitorings: one value a place and year. */
export function isOfPlaces(indicator: IndicatorInfo): boolean {
  return !isOfCampaigns(indicator) && indicator.dimensions.length === 0;
}

interface ChoiceProps {
  indicators: readonly IndicatorInfo[];
  periods: readonly string[];
  chosen: Chosen;
  period: string | null;
  withKind?: boolean;
}

export function Choices({ indicators, periods, chosen, period, withKind = true }: ChoiceProps) {
  return (
    <Filters>
      <Select
        label="Показатель ВПР"
        name="indicator"
        value={chosen.indicator}
        choices={indicators.filter(isOfTests).map((one) => ({ value: one.id, title: one.title }))}
      />
      <Select
        label="Кампания"
        name="period"
        value={period ?? ""}
        choices={[...periods].reverse().map((one) => ({ value: one, title: periodTitle(one) }))}
      />
      {withKind && (
        <Select
          label="Сравнить"
          name="kind"
          value={chosen.kind}
          choices={[
            { value: "grade", title: "с теми же классами годом раньше" },
            { value: "cohort", title: "с теми же детьми годом раньше" },
          ]}
        />
      )}
    </Filters>
  );
}

interface TestChoiceProps {
  tests: readonly { subject: string | null; grade: number | null }[];
  value: string;
}

/** One test of a campaign. */
export function TestChoice({ tests, value }: TestChoiceProps) {
  return (
    <Select
      label="Работа"
      name="test"
      value={value}
      choices={tests.map((test) => ({
        value: `${test.subject}.${test.grade}`,
        title: `${subjectTitle(test.subject)}, ${test.grade}\u00a0класс`,
      }))}
    />
  );
}
