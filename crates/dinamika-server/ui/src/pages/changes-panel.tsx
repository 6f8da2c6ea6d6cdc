/** Changes of one place with their whiskers on one scale: what grew, what fell, what is chance. */

import { useMemo } from "preact/hooks";
import type { Change, IndicatorInfo } from "../api/rows";
import { Panel, type Source } from "../parts/panel";
import { Empty } from "../parts/states";
import { DataTable, type TableColumn } from "../parts/table";
import { ChangeWords, VerdictMark, VerdictReason, Whisker, scaleOf } from "../parts/verdict";
import { periodTitle } from "../words/dates";
import { subjectOrder, testTitle } from "../words/names";
import { number, quantity, unitOfChange } from "../words/numbers";
import { verdictWords } from "../words/verdicts";

interface ChangesProps {
  id: string;
  title: string;
  about: string;
  info: IndicatorInfo;
  rows: readonly Change[];
  source: Source;
  facts?: readonly (string | null)[];
  /** Where it is told why a row's number is such. */
  why?: (row: Change) => string;
}

export function ChangesPanel({ id, title, about, info, rows, source, facts = [], why }: ChangesProps) {
  const sorted = useMemo(
    () =>
      [...rows].sort(
        (a, b) =>
          subjectOrder(a.subject) - subjectOrder(b.subject) ||
          (a.grade ?? 0) - (b.grade ?? 0) ||
          a.kind.localeCompare(b.kind),
      ),
    [rows],
  );
  const scale = useMemo(() => scaleOf(rows), [rows]);
  const columns: TableColumn<Change>[] = [
    {
      id: "test",
      title: "Работа",
      isHead: true,
      key: (row) => testTitle(row.subject, row.grade),
      cell: (row) => testTitle(row.subject, row.grade) || info.title,
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
    { id: "n", title: "n", isNumber: true, key: (row) => row.n, cell: (row) => (row.n === null ? "—" : number(row.n)) },
    {
      id: "whisker",
      title: `Изменение, ${unitOfChange(info.unit)}`,
      cell: (row) => <Whisker row={row} scale={scale} unit={info.unit} direction={info.direction} />,
    },
    {
      id: "change",
      title: "С интервалом 95 %",
      key: (row) => row.change,
      cell: (row) =>
        why === undefined ? (
          <ChangeWords row={row} unit={info.unit} />
        ) : (
          <a class="why" href={why(row)} title="Почему такое число?">
            <ChangeWords row={row} unit={info.unit} />
          </a>
        ),
    },
    {
      id: "verdict",
      title: "Вывод",
      key: (row) => verdictWords(row.verdict),
      cell: (row) => <Verdict row={row} info={info} />,
    },
  ];
  return (
    <Panel
      id={id}
      title={title}
      about={about}
      source={source}
      of={rows}
      facts={facts}
      class="is-long"
      table={
        rows.length === 0 ? (
          <Empty title="Сравнивать не с чем">Нужны две кампании, которые можно сопоставить.</Empty>
        ) : (
          <DataTable
            caption={title}
            rows={sorted}
            rowKey={(row) => `${row.subject}${row.grade}${row.kind}${row.period}`}
            columns={columns}
          />
        )
      }
    />
  );
}

function Verdict({ row, info }: { row: Change; info: IndicatorInfo }) {
  return (
    <>
      <VerdictMark verdict={row.verdict} direction={info.direction} />
      {row.break_reason != null && row.verdict === "not_comparable" && (
        <div class="small quiet">{row.break_reason}</div>
      )}
      <VerdictReason row={row} unit={info.unit} />
      <span class="visually-hidden">с {periodTitle(row.base_period)}</span>
    </>
  );
}
