/** One dashboard: its panels under common filters. */

import { useMemo } from "preact/hooks";
import { address } from "../api/client";
import type { DashboardInfo, IndicatorInfo } from "../api/rows";
import { useAnswer, useEntities, useIndicators } from "../api/use";
import type { PageProps } from "../app";
import { Filters, Select } from "../parts/fields";
import { Page } from "../parts/page";
import { Bones, Refused } from "../parts/states";
import { usePlace } from "../route/router";
import { useRelease } from "../shell/release";
import { periodOrder, periodTitle } from "../words/dates";
import { byName, schoolName } from "../words/names";
import { DashboardPanel } from "./dashboard-panel";

/** What all panels of a page are narrowed by. */
export interface PageFilters {
  period: string;
  municipality: string;
  municipalityName: string;
}

export default function Dashboard({ id }: PageProps) {
  const dashboard = useAnswer<DashboardInfo>(address(`/dashboards/${encodeURIComponent(id)}`));
  const indicators = useIndicators();
  const entities = useEntities();
  const release = useRelease();
  const { query } = usePlace();
  const places = entities.state === "ready" ? entities.data.rows : [];
  const municipalities = useMemo(
    () =>
      places
        .filter((row) => row.level === "municipality")
        .sort((a, b) => byName(a.entity_name ?? "", b.entity_name ?? "")),
    [places],
  );
  const names = useMemo(() => new Map(places.map((one) => [one.entity, schoolName(one.entity_name)])), [places]);
  if (dashboard.state === "refused") {
    return (
      <Page title="Такой панели нет">
        <Refused refusal={dashboard.refusal} />
      </Page>
    );
  }
  if (dashboard.state === "loading") return <Bones lines={14} />;
  const { title, description, panels } = dashboard.data;
  const periods = ((release?.coverage as { periods?: string[] } | undefined)?.periods ?? []).toSorted(
    (a, b) => periodOrder(b) - periodOrder(a),
  );
  const municipality = query.get("municipality") ?? "";
  const period = query.get("period") ?? periods[0] ?? "";
  const filters: PageFilters = {
    period: period === "all" ? "" : period,
    municipality,
    municipalityName: names.get(municipality) ?? "",
  };
  const infos = new Map<string, IndicatorInfo>(
    indicators.state === "ready" ? indicators.data.rows.map((one) => [one.id, one]) : [],
  );
  return (
    <Page title={title} lead={description} crumbs={[{ title: "Панели", href: "/dashboards" }]}>
      <Filters>
        <Select
          label="Кампания"
          name="period"
          value={period}
          choices={[...periods.map((one) => ({ value: one, title: periodTitle(one) })), { value: "all", title: "все" }]}
        />
        <Select
          label="Муниципалитет"
          name="municipality"
          value={municipality}
          choices={[
            { value: "", title: "все" },
            ...municipalities.map((one) => ({ value: one.entity, title: one.entity_name ?? one.entity })),
          ]}
        />
      </Filters>
      <div class="grid">
        {panels.map((panel) => (
          <DashboardPanel
            key={panel.id}
            dashboard={id}
            panel={panel}
            filters={filters}
            indicators={infos}
            names={names}
          />
        ))}
      </div>
    </Page>
  );
}
