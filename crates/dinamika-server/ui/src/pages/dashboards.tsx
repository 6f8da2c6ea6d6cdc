/** Dashboards of the project. */

import type { Answer, DashboardInfo } from "../api/rows";
import { useAnswer } from "../api/use";
import { Page } from "../parts/page";
import { Empty, When } from "../parts/states";
import { Link } from "../route/router";
import { counted } from "../words/numbers";
import { Mistakes } from "./mistakes";

/** Panels the reader's role sees. */
const seenIn = (one: DashboardInfo) => one.panels.filter((panel) => panel.seen_from == null);
/** Words alone are no dashboard, unless it was never more. */
const isSeen = (one: DashboardInfo) =>
  seenIn(one).some((panel) => panel.data !== "text") || seenIn(one).length === one.panels.length;

export default function Dashboards() {
  const all = useAnswer<Answer<DashboardInfo>>("/api/v1/dashboards");
  return (
    <Page title="Панели" lead="Страницы, описанные в папке dashboards/ проекта: их правят как текст.">
      <Mistakes />
      <When of={all} lines={8}>
        {({ rows }) =>
          rows.length === 0 ? (
            <Empty title="Панелей пока нет">Опишите их в папке dashboards/ проекта.</Empty>
          ) : !rows.some(isSeen) ? (
            <Empty title="Панелей для вашей роли нет" />
          ) : (
            <div class="cards">
              {rows.filter(isSeen).map((one) => (
                <Link key={one.id} class="card" href={`/dashboards/${one.id}`}>
                  <h2>{one.title}</h2>
                  <p class="quiet">{one.description}</p>
                  <p class="small quiet">{counted(seenIn(one).length, "панель", "панели", "панелей")}</p>
                </Link>
              ))}
            </div>
          )
        }
      </When>
    </Page>
  );
}
