/** Indicators of the other monitorings at one place: the last value and what became of it. */

import type { ComponentChildren } from "preact";
import { useMemo } from "preact/hooks";
import type { Change, IndicatorInfo, Value } from "../api/rows";
import { useChanges, useEntity, useValues } from "../api/use";
import { Bones } from "../parts/states";
import { VerdictMark } from "../parts/verdict";
import { Link } from "../route/router";
import { periodOrder, periodTitle } from "../words/dates";
import { plainSchoolName } from "../words/names";
import { change, number, quantity } from "../words/numbers";
import { statusWords } from "../words/verdicts";
import { isOfPlaces } from "./choice";

interface CardsProps {
  indicators: readonly IndicatorInfo[];
  values: readonly Value[];
  changes: readonly Change[];
  title?: string;
}

const OTHERS = "Другие мониторинги";

/** Cards of one place whose rows are at hand. */
export function MonitoringCards({ indicators, values, changes, title = OTHERS }: CardsProps) {
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
    <Frame title={title}>
      {cards.map(({ info, last, moved }) => (
        <MonitoringCard key={info.id} info={info} last={last} moved={moved} />
      ))}
    </Frame>
  );
}

/** Cards of one place, asked for by its key. */
export function PlaceCards({ entity, indicators }: { entity: string; indicators: readonly IndicatorInfo[] }) {
  const place = useEntity(entity);
  if (place.state !== "ready") return place.state === "loading" ? <Bones lines={4} /> : null;
  const { entity_name, values, dynamics } = place.data;
  return (
    <MonitoringCards indicators={indicators} values={values} changes={dynamics} title={plainSchoolName(entity_name)} />
  );
}

interface RegionCardsProps {
  indicators: readonly IndicatorInfo[];
  title?: string;
}

/** Cards of the region: each asks for its own rows. */
export function RegionCards({ indicators, title = OTHERS }: RegionCardsProps) {
  const others = indicators.filter((info) => isOfPlaces(info) && info.levels.includes("region"));
  if (others.length === 0) return null;
  return (
    <Frame title={title}>
      {others.map((info) => (
        <RegionCard key={info.id} info={info} />
      ))}
    </Frame>
  );
}

function Frame({ title, children }: { title: string; children: ComponentChildren }) {
  return (
    <section class="monitorings" aria-label={title}>
      <h2>{title}</h2>
      <div class="cards">{children}</div>
    </section>
  );
}

function RegionCard({ info }: { info: IndicatorInfo }) {
  const asked = { level: "region" };
  const values = useValues(info.id, asked);
  const changes = useChanges(info.id, asked);
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
