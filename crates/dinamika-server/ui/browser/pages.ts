/** Every page with an address that shows something in the invented region. */

export async function pages(base: string): Promise<{ name: string; path: string }[]> {
  const get = async (path: string) =>
    (await (await fetch(`${base}${path}`)).json()) as { rows: Record<string, string>[] };
  const school = (await get("/api/v1/tables/risk_board?limit=1")).rows[0]?.["school_key"] ?? "";
  const municipality = (await get("/api/v1/entities?level=municipality&limit=1")).rows[0]?.["entity"] ?? "";
  const test = `indicator=vpr.share2&level=school&entity=${school}`;
  const value = (await get(`/api/v1/indicators/vpr.share2/values?level=school&entity=${school}&limit=1`)).rows[0];
  const dashboards = (await get("/api/v1/dashboards")).rows.map((row) => row["id"] ?? "");
  const about = `period=${value?.["period"]}&subject=${value?.["subject"]}&grade=${value?.["grade"]}&pupil_grade=${value?.["pupil_grade"]}`;
  return [
    { name: "overview", path: "/" },
    { name: "municipalities", path: "/municipalities" },
    { name: "municipality", path: `/municipalities/${municipality}` },
    { name: "schools", path: "/schools" },
    { name: "school", path: `/schools/${school}` },
    { name: "indicators", path: "/indicators" },
    { name: "indicator", path: "/indicators/vpr.share2" },
    { name: "indicator-schools", path: "/indicators/vpr.share2?level=school" },
    { name: "compare", path: "/compare" },
    { name: "compare-several", path: "/compare?indicator=vpr.quality,vpr.share2,kpk.people_3y" },
    { name: "dashboards", path: "/dashboards" },
    ...dashboards.map((id) => ({ name: `dashboard-${id}`, path: `/dashboards/${id}?section=all` })),
    { name: "support", path: "/support" },
    { name: "roadmap", path: "/roadmap" },
    { name: "courses", path: "/courses" },
    { name: "quality", path: "/quality" },
    { name: "runs", path: "/runs" },
    { name: "run", path: "/runs/1" },
    { name: "releases", path: "/releases" },
    { name: "releases-compared", path: "/releases/1..2" },
    { name: "lineage", path: "/lineage" },
    { name: "lineage-of", path: "/lineage/vpr_marks" },
    { name: "explain", path: `/explain?${test}&${about}` },
    { name: "sql", path: "/sql" },
    { name: "accounts", path: "/accounts" },
    { name: "login", path: "/login" },
  ];
}
