/** One dashboard: its panels under common filters. */

import type { ComponentChildren } from "preact";
import { useMemo, useRef } from "preact/hooks";
import { address, forget } from "../api/client";
import type { DashboardInfo, IndicatorInfo, PanelInfo } from "../api/rows";
import { type Loading, useEntities, useFresh, useIndicators } from "../api/use";
import type { PageProps } from "../app";
import { Filters, Select } from "../parts/fields";
import { Page } from "../parts/page";
import { Bones, Refused } from "../parts/states";
import { Link, usePlace, withQuery } from "../route/router";
import { ROLE_TITLES, type Role } from "../shell/me";
import { useRelease } from "../shell/release";
import { periodOrder, periodTitle } from "../words/dates";
import { SUBJECT_CODES, byName, schoolName, subjectTitle } from "../words/names";
import { isOfCampaigns } from "./choice";
import { DashboardPanel } from "./dashboard-panel";
import { LATEST, type PageFilters } from "./panel-rows";
import { Mistakes } from "./mistakes";

/** What all panels of a page are narrowed by. */
const GRADES = ["4", "5", "6", "7", "8", "9", "10", "11"] as const;

/** How often one asks whether the file has changed, in seconds: often while one writes it, seldom elsewhere. */
const OFTEN = 2;
const SELDOM = 60;

/** The dashboard as its file says now. A file that changed begins its panels anew. */
function useLive(id: string): Loading<DashboardInfo> {
  const isHere = /^(localhost|127\.|\[::1\])/.test(location.hostname);
  const answer = useFresh<DashboardInfo>(address(`/dashboards/${encodeURIComponent(id)}`), isHere ? OFTEN : SELDOM);
  const revision = answer.state === "ready" ? answer.data.revision : null;
  const seen = useRef(revision);
  if (revision !== null && seen.current !== revision) {
    // Rows of its panels were those of the old text.
    if (seen.current !== null) forget();
    seen.current = revision;
  }
  return answer;
}

/** Shows all sections one under another: for paper, and for those who search. */
const ALL = "all";

/** The parts of a long dashboard: one at a time is read, and asked for. */
function Tabs({ sections, chosen }: { sections: readonly string[]; chosen: string }) {
  const { path, query } = usePlace();
  const to = (section: string) => {
    const next = new URLSearchParams(query);
    next.set("section", section);
    return withQuery(path, next);
  };
  return (
    <nav class="tabs no-print" aria-label="Части панели">
      {[...sections.map((one) => ({ value: one, title: one })), { value: ALL, title: "Всё сразу" }].map((one) => (
        <Link key={one.value} href={to(one.value)} aria-current={one.value === chosen ? "page" : undefined}>
          {one.title}
        </Link>
      ))}
    </nav>
  );
}

export default function Dashboard({ id }: PageProps) {
  const dashboard = useLive(id);
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
  const { title, description, filters: offered, revision } = dashboard.data;
  const panels = dashboard.data.panels.filter((panel) => panel.seen_from == null);
  const unseen = dashboard.data.panels.filter((panel) => panel.seen_from != null);
  const periods = ((release?.coverage as { periods?: string[] } | undefined)?.periods ?? []).toSorted(
    (a, b) => periodOrder(b) - periodOrder(a),
  );
  const isOfTests = panels.some((panel) => panel.indicators.some((id) => isOfCampaigns({ id })));
  const municipality = query.get("municipality") ?? "";
  const period = query.get("period") ?? "";
  const filters: PageFilters = {
    period: period === "" ? LATEST : period === "all" ? "" : period,
    municipality,
    municipalityName: names.get(municipality) ?? "",
    subject: query.get("subject") ?? "",
    grade: query.get("grade") ?? "",
  };
  const selects: Readonly<Record<string, ComponentChildren>> = {
    period: (
      <Select
        label={isOfTests ? "Кампания" : "Учебный год"}
        name="period"
        value={period}
        choices={[
          { value: "", title: isOfTests ? "последняя с данными" : "последний с данными" },
          ...periods.map((one) => ({ value: one, title: periodTitle(one) })),
          { value: "all", title: "все" },
        ]}
      />
    ),
    municipality: (
      <Select
        label="Муниципалитет"
        name="municipality"
        value={municipality}
        choices={[
          { value: "", title: "все" },
          ...municipalities.map((one) => ({ value: one.entity, title: one.entity_name ?? one.entity })),
        ]}
      />
    ),
    subject: (
      <Select
        label="Предмет"
        name="subject"
        value={filters.subject}
        choices={[
          { value: "", title: "все" },
          ...SUBJECT_CODES.map((one) => ({ value: one, title: subjectTitle(one) })),
        ]}
      />
    ),
    grade: (
      <Select
        label="Класс"
        name="grade"
        value={filters.grade}
        choices={[{ value: "", title: "все" }, ...GRADES.map((one) => ({ value: one, title: one }))]}
      />
    ),
  };
  const sections = [...new Set(panels.map((panel) => panel.section ?? "").filter(Boolean))];
  const asked = query.get("section") ?? "";
  const section = asked === ALL || sections.includes(asked) ? asked : (sections[0] ?? ALL);
  const shown =
    sections.length < 2 || section === ALL ? panels : panels.filter((one) => (one.section ?? "") === section);
  const infos = new Map<string, IndicatorInfo>(
    indicators.state === "ready" ? indicators.data.rows.map((one) => [one.id, one]) : [],
  );
  return (
    <Page title={title} tab={`Панель: ${title}`} lead={description} crumbs={[{ title: "Панели", href: "/dashboards" }]}>
      <Mistakes file={`dashboards/${id}.toml`} />
      {offered.length > 0 && panels.some((panel) => panel.data !== "text") && (
        <Filters>{offered.map((name) => selects[name])}</Filters>
      )}
      {sections.length > 1 && <Tabs sections={sections} chosen={section} />}
      <div class="grid">
        {shown.map((panel) => (
          <DashboardPanel
            key={`${panel.id} ${revision}`}
            dashboard={id}
            panel={panel}
            filters={filters}
            indicators={infos}
            names={names}
          />
        ))}
      </div>
      {unseen.length > 0 && <Unseen panels={unseen} />}
    </Page>
  );
}

/** Panels of other roles, in a line: what is not here, and who sees it. */
function Unseen({ panels }: { panels: readonly PanelInfo[] }) {
  const roles = [...new Set(panels.map((panel) => panel.seen_from as Role))];
  return (
    <p class="note spaced no-print">
      {roles.map((role) => {
        const titles = panels.filter((panel) => panel.seen_from === role).map((panel) => `«${panel.title}»`);
        return (
          <span key={role}>
            Для роли «{ROLE_TITLES[role]}» здесь есть ещё: {titles.join(", ")}.{" "}
          </span>
        );
      })}
    </p>
  );
}
