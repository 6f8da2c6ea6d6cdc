/** Indicators of the other monitorings at one place: the last value and what became of it. */

import type { ComponentChildren } from "preact";
import { useMemo } from "preact/hooks";
import { address } from "../api/client";
import type { Answer, Change, IndicatorInfo, Value } from "../api/rows";
import { useAnswer } from "../api/use";
import { VerdictMark } from "../parts/verdict";
import { Link } from "../route/router";
import { periodOrder, periodTitle } from "../words/dates";
import { change, number, quantity } from "../words/numbers";
import { statusWords } from "../words/verdicts";
import { isOfPlaces } from "./choice";

interface CardsProps {
  indicators: readonly IndicatorInfo[];
  values: readonly Value[];
  changes: readonly Change[];
}

/** Cards of one place whose rows are at hand. */
export function MonitoringCards({ indicators, values, changes }: CardsProps) {
  const cards = useMemo(() => {
    return indicators.filter(isOfPlaces).flatMap((info) => {
      const last = latest(values.filter((row) => row.indicator === info.id));
      if (last === undefined) return [];
      const moved = changes.find((row) => row.indicator === info.id && row.period === last.period);
      return [{ info, last, moved }];
    });
  }, [indicators, values, changes]);
  if (cards.length === 0) return null;
  return (
    <Frame>
      {cards.map(({ info, last, moved }) => (
        <MonitoringCard key={info.id} info={info} last={last} moved={moved} />
      ))}
    </Frame>
  );
}

/** Cards of the region: each asks for its own rows. */
export function RegionCards({ indicators }: { indicators: readonly IndicatorInfo[] }) {
  const others = indicators.filter((info) => isOfPlaces(info) && info.levels.includes("region"));
  if (others.length === 0) return null;
  return (
    <Frame>
      {others.map((info) => (
        <RegionCard key={info.id} info={info} />
      ))}
    </Frame>
  );
}

function Frame({ children }: { children: ComponentChildren }) {
  return (
    <section class="monitorings" aria-labelledby="monitorings-title">
      <h2 id="monitorings-title">Другие мониторинги</h2>
      <div class="cards">{children}</div>
    </section>
  );
}

function RegionCard({ info }: { info: IndicatorInfo }) {
  const asked = { level: "region" };
  const values = useAnswer<Answer<Value>>(address(`/indicators/${info.id}/values`, asked));
  const changes = useAnswer<Answer<Change>>(address(`/indicators/${info.id}/dynamics`, asked));
  const last = useMemo(() => (values.state === "ready" ? latest(values.data.rows) : undefined), [values]);
  const rows = changes.state === "ready" ? changes.data.rows : [];
  if (values.state === "refused" || (values.state === "ready" && last === undefined)) return null;
  return <MonitoringCard info={info} last={last} moved={rows.find((row) => row.period === last?.period)} />;
}

interface CardProps {
  info: IndicatorInfo;
  last: Value | undefined;
  moved: Change | undefined;
}

function MonitoringCard({ info, last, moved }: CardProps) {
  const words = last === undefined ? "…" : hidden(last);
  return (
    <Link class="card" href={`/indicators/${info.id}`}>
      <div class="name">{info.title}</div>
      {last === undefined || words !== null ? (
        <div class="untold">{words}</div>
      ) : (
        <div class="big">{quantity(last.value, info.unit)}</div>
      )}
      <div class="small quiet">
        {last !== undefined &&
          `${periodTitle(last.period)}${info.measure === "count" || last.n === null ? "" : `, n = ${number(last.n)}`}`}
        {moved?.change != null && (
          <>
            <br />
            {change(moved.change, moved.change_ci_low, moved.change_ci_high, info.unit)}{" "}
            {moved.verdict !== null && <VerdictMark verdict={moved.verdict} direction={info.direction} short />}
          </>
        )}
      </div>
    </Link>
  );
}

function hidden(row: Value): string | null {
  return row.value === null ? statusWords(row.status) || "—" : null;
}

function latest(rows: readonly Value[]): Value | undefined {
  return [...rows].sort((a, b) => periodOrder(a.period) - periodOrder(b.period)).at(-1);
}
