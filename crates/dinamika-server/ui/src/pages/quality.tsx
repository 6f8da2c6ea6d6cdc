/** What came in, what was refused and why, which schools nobody knows. */

import { address } from "../api/client";
import type { Answer, Row } from "../api/rows";
import { useAnswer } from "../api/use";
import { Page } from "../parts/page";
import { Panel } from "../parts/panel";
import { RowsTable } from "../parts/rows-table";
import { When } from "../parts/states";
import { DataTable } from "../parts/table";
import { moment } from "../words/dates";
import { counted, number } from "../words/numbers";
import { Rejects } from "./rejects";
import { Review } from "./review";
import { StatusStrip } from "./status-strip";

export default function Quality() {
  return (
    <Page title="Качество данных" lead="Что загружено, что отклонено и почему, какие школы ждут решения.">
      <StatusStrip />
      <div class="grid">
        <Review />
        <Rejects />
        <Files />
        <Contradictions />
      </div>
    </Page>
  );
}

interface FileRow {
  path: string;
  status: string;
  message: string | null;
  rows_in: number | null;
  rows_kept: number | null;
  rows_rejected: number | null;
  loaded_at: string | null;
}

const FILE_STATUS: Readonly<Record<string, { title: string; tone: string }>> = {
  loaded: { title: "принят", tone: "better" },
  refused: { title: "не принят", tone: "worse" },
  new: { title: "новый", tone: "plain" },
  withdrawn: { title: "отозван", tone: "noise" },
  copy: { title: "повтор", tone: "noise" },
};

/** Every file with what became of it; where the server cannot tell, the sheets that were read. */
function Files() {
  const files = useAnswer<Answer<FileRow>>("/api/v1/files?limit=20000");
  const sheets = useAnswer<Answer<Row>>(
    files.state === "refused" ? address("/tables/data_quality", { limit: 20_000 }) : null,
  );
  if (files.state === "refused" && sheets.state === "ready") {
    return (
      <Panel
        id="files"
        title="Прочитанные листы"
        source={{ path: "/tables/data_quality" }}
        class="is-long"
        table={
          <RowsTable
            caption="Прочитанные листы"
            columns={sheets.data.columns.filter((name) => !["batch", "sha256"].includes(name))}
            rows={sheets.data.rows}
          />
        }
      />
    );
  }
  return (
    <Panel
      id="files"
      title="Файлы"
      source={{ path: "/files" }}
      class="is-long"
      table={
        <When of={files} lines={8}>
          {({ rows }) => (
            <DataTable
              caption="Файлы"
              words={["файл", "файла", "файлов"]}
              rows={[...rows].sort((a, b) => Number(b.status === "refused") - Number(a.status === "refused"))}
              page={25}
              rowKey={(row, at) => `${row.path}${at}`}
              columns={[
                {
                  id: "path",
                  title: "Файл",
                  isHead: true,
                  isWide: true,
                  key: (row) => row.path,
                  cell: (row) => row.path,
                },
                {
                  id: "status",
                  title: "Итог",
                  isShort: true,
                  key: (row) => FILE_STATUS[row.status]?.title ?? row.status,
                  cell: (row) => (
                    <span class={`verdict ${FILE_STATUS[row.status]?.tone ?? "noise"}`}>
                      {FILE_STATUS[row.status]?.title ?? row.status}
                    </span>
                  ),
                },
                {
                  id: "in",
                  title: "Строк",
                  isNumber: true,
                  key: (row) => row.rows_in,
                  cell: (row) => (row.rows_in == null ? "—" : number(row.rows_in)),
                },
                {
                  id: "kept",
                  title: "Принято",
                  isNumber: true,
                  key: (row) => row.rows_kept,
                  cell: (row) => (row.rows_kept == null ? "—" : number(row.rows_kept)),
                },
                {
                  id: "rejected",
                  title: "Отклонено",
                  isNumber: true,
                  key: (row) => row.rows_rejected,
                  cell: (row) => (row.rows_rejected == null ? "—" : number(row.rows_rejected)),
                },
                {
                  id: "loaded",
                  title: "Загружен",
                  isShort: true,
                  key: (row) => row.loaded_at ?? "",
                  cell: (row) => (row.loaded_at == null ? "—" : moment(row.loaded_at)),
                },
                {
                  id: "message",
                  title: "Почему",
                  isWide: true,
                  cell: (row) => <span class="small">{row.message ?? ""}</span>,
                  key: (row) => row.message ?? "",
                },
              ]}
            />
          )}
        </When>
      }
    />
  );
}

function Contradictions() {
  const claims = useAnswer<Answer<Row>>(address("/tables/claims_check", { limit: 5000 }));
  if (claims.state !== "ready" || claims.data.rows.length === 0) return null;
  const shown = ["municipality_name", "period", "claim", "printed", "num", "den", "recomputed", "contradiction"];
  return (
    <Panel
      id="claims"
      title="Напечатанное и пересчёт"
      about="Доли из отчётов рядом с пересчётом по первичным данным."
      source={{ path: "/tables/claims_check" }}
      of={claims.data.rows}
      facts={[counted(claims.data.rows.length, "строка", "строки", "строк")]}
      class="is-long"
      table={<RowsTable caption="Напечатанное и пересчёт" columns={shown} rows={claims.data.rows} />}
    />
  );
}
