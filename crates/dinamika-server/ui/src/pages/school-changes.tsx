/** «Динамика каждой школы в отдельности»: schools of a municipality in one test, whiskers on one scale. */

import type { ComponentChildren } from "preact";
import { useMemo } from "preact/hooks";
import type { IndicatorInfo } from "../api/rows";
import { useChanges } from "../api/use";
import { Panel } from "../parts/panel";
import { Empty, When } from "../parts/states";
import { DataTable } from "../parts/table";
import { ChangeWords, VerdictMark, VerdictReason, Whisker, scaleOf } from "../parts/verdict";
import { Link } from "../route/router";
import { periodTitle } from "../words/dates";
import { byName, schoolName, testTitle } from "../words/names";
import { number, quantity, unitOfChange } from "../words/numbers";
import { kindWords, verdictWords } from "../words/verdicts";

interface SchoolChangesProps {
  info: IndicatorInfo;
  municipality: string;
  period: string | null;
  kind: string;
  subject: string | null;
  grade: string | null;
  tools: ComponentChildren;
}

export function SchoolChanges({ info, municipality, period, kind, subject, grade, tools }: SchoolChangesProps) {
  const asked = { level: "school", municipality, period };
  const all = useChanges(period === null ? null : info.id, asked);
  const rows = useMemo(() => {
    if (all.state !== "ready") return [];
    const ofTest = all.data.rows.filter(
      (row) => row.kind === kind && row.subject === subject && String(row.grade) === grade,
    );
    return ofTest.sort((a, b) => byName(schoolName(a.entity_name), schoolName(b.entity_name)));
  }, [all, kind, subject, grade]);
  const scale = useMemo(() => scaleOf(rows), [rows]);
  return (
    <Panel
      id="schools"
      title={`Динамика школ: ${testTitle(subject, grade === null ? null : Number(grade))}`}
      about={`${info.title}, ${periodTitle(period ?? "")}, ${kindWords(kind)}. Файл содержит все работы всех школ муниципалитета.`}
      source={{ path: `/indicators/${info.id}/dynamics`, parameters: asked }}
      of={rows}
      facts={[
        `школ с парой кампаний: ${number(rows.length)}`,
        `минимум для вывода: n = ${info.min_n}`,
        "порядок — по названию",
      ]}
      tools={tools}
      class="is-long"
      table={
        <When of={all} lines={8}>
          {() =>
            rows.length === 0 ? (
              <Empty title="Сравнивать не с чем">У школ нет двух сопоставимых кампаний этой работы.</Empty>
            ) : (
              <DataTable
                caption="Динамика школ"
                words={["школа", "школы", "школ"]}
                rows={rows}
                rowKey={(row) => row.entity}
                columns={[
                  {
                    id: "school",
                    title: "Школа",
                    isHead: true,
                    key: (row) => schoolName(row.entity_name),
                    cell: (row) => <Link href={`/schools/${row.entity}`}>{schoolName(row.entity_name)}</Link>,
                  },
                  {
                    id: "base",
                    title: "Было",
                    isNumber: true,
                    key: (row) => row.base_value,
                    cell: (row) => quantity(row.base_value, info.unit),
                  },
                  {
                    id: "value",
                    title: "Стало",
                    isNumber: true,
                    key: (row) => row.value,
                    cell: (row) => quantity(row.value, info.unit),
                  },
                  {
                    id: "n",
                    title: "n",
                    isNumber: true,
                    key: (row) => row.n,
                    cell: (row) => (row.n === null ? "—" : number(row.n)),
                  },
                  {
                    id: "whisker",
                    title: `Изменение, ${unitOfChange(info.unit)}`,
                    cell: (row) => <Whisker row={row} scale={scale} unit={info.unit} direction={info.direction} />,
                  },
                  {
                    id: "change",
                    title: "С интервалом 95 %",
                    key: (row) => row.change,
                    cell: (row) => <ChangeWords row={row} unit={info.unit} />,
                  },
                  {
                    id: "verdict",
                    title: "Вывод",
                    key: (row) => verdictWords(row.verdict),
                    cell: (row) => (
                      <>
                        <VerdictMark verdict={row.verdict} direction={info.direction} />
                        <VerdictReason row={row} unit={info.unit} />
                      </>
                    ),
                  },
                ]}
              />
            )
          }
        </When>
      }
    />
  );
}
