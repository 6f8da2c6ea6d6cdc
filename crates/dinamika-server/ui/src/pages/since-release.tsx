/** What the newest release changed, in a few lines; the whole is on the release's page. */

import { address } from "../api/client";
import type { Answer, IndicatorInfo, ReleaseInfo } from "../api/rows";
import { useAnswer } from "../api/use";
import { Panel } from "../parts/panel";
import { Link } from "../route/router";
import { useMay } from "../shell/me";
import { moment } from "../words/dates";
import { counted, number } from "../words/numbers";

interface Diff {
  indicators: { indicator: string; changed: number; added: number; removed: number }[];
}

/** Rows told here. */
const SHOWN = 8;

/** Nothing to those who may not compare releases: what a late file of one school brought is not for everyone. */
export function SinceRelease({ indicators }: { indicators: readonly IndicatorInfo[] }) {
  const compares = useMay("regional");
  const releases = useAnswer<Answer<ReleaseInfo>>("/api/v1/releases?limit=2");
  const [newest, before] = releases.state === "ready" ? releases.data.rows : [];
  const pair = newest === undefined || before === undefined ? null : `${before.id}..${newest.id}`;
  const diff = useAnswer<Diff>(pair === null || !compares ? null : address(`/releases/${pair}`));
  if (newest === undefined) return null;
  if (before === undefined) {
    return (
      <Panel
        id="since"
        title="Что изменилось с прошлого выпуска"
        class="beside-map"
        table={<p class="quiet">Это первый выпуск: сравнивать пока не с чем.</p>}
        facts={[`выпуск ${newest.id} опубликован ${moment(newest.published_at)}`]}
      />
    );
  }
  if (diff.state !== "ready") return null;
  const rows = diff.data.indicators.filter((row) => row.changed + row.added + row.removed > 0);
  const titles = new Map(indicators.map((one) => [one.id, one.title]));
  return (
    <Panel
      id="since"
      title={`Что изменилось с выпуска\u00a0${before.id}`}
      class="beside-map"
      source={{ path: `/releases/${pair}` }}
      facts={[
        `выпуск ${before.id} — ${moment(before.published_at)}`,
        rows.length === 0
          ? null
          : counted(rows.length, "показатель изменился", "показателя изменились", "показателей изменились"),
      ]}
      table={
        rows.length === 0 ? (
          <p class="quiet">Значения показателей не изменились.</p>
        ) : (
          <>
            <ul class="plain since">
              {rows.slice(0, SHOWN).map((row) => (
                <li key={row.indicator}>
                  <Link href={`/indicators/${row.indicator}`}>{titles.get(row.indicator) ?? row.indicator}</Link>:{" "}
                  {[
                    row.changed > 0 && `изменено ${number(row.changed)}`,
                    row.added > 0 && `добавлено ${number(row.added)}`,
                    row.removed > 0 && `убрано ${number(row.removed)}`,
                  ]
                    .filter(Boolean)
                    .join(", ")}
                </li>
              ))}
            </ul>
            <p>
              <Link href={`/releases/${pair}`}>
                {rows.length > SHOWN
                  ? `Все ${number(rows.length)} показателей и самые большие изменения`
                  : "Самые большие изменения"}
              </Link>
            </p>
          </>
        )
      }
    />
  );
}
