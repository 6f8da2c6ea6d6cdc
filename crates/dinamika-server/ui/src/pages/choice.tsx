/** What the pages of results have in common to choose: indicator, campaign, comparison, test. */

import type { IndicatorInfo } from "../api/rows";
import { Filters, Select } from "../parts/fields";
import { usePlace } from "../route/router";
import { periodTitle } from "../words/dates";
import { subjectTitle } from "../words/names";

export interface Chosen {
  indicator: string;
  period: string | null;
  kind: "grade" | "cohort";
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
    test,
    subject: subject ?? null,
    grade: grade == null ? null : Number(grade),
  };
}

/** Indicators whose values are split by subject and grade, tasks apart. */
export function isOfTests(indicator: IndicatorInfo): boolean {
  return indicator.id.startsWith("vpr.") && !indicator.dimensions.includes("task");
}

/** Indicators of other monitorings: one value a place and year. */
export function isOfPlaces(indicator: IndicatorInfo): boolean {
  return !/^(vpr|obj)\./.test(indicator.id) && indicator.dimensions.length === 0;
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
