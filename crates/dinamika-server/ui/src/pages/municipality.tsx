/** One municipality: its own results, its schools, its other monitorings. */

import type { Answer, Entity } from "../api/rows";
import { ENTITIES, useAnswer, useEntity, useIndicators } from "../api/use";
import type { PageProps } from "../app";
import { Page } from "../parts/page";
import { Bones, Refused } from "../parts/states";
import { testTitle } from "../words/names";
import { counted } from "../words/numbers";
import { TestChoice } from "./choice";
import { FunnelPanel } from "./funnel-panel";
import { MonitoringCards } from "./monitorings";
import { PlaceResults } from "./place";
import { PlacesTable } from "./places-table";
import { SchoolChanges } from "./school-changes";
import { WholeSet } from "./whole-set";

export default function Municipality({ id }: PageProps) {
  const municipality = useEntity(id);
  const entities = useAnswer<Answer<Entity>>(ENTITIES);
  const indicators = useIndicators();
  if (municipality.state === "refused") {
    return (
      <Page title={`Муниципалитет ${id}`}>
        <Refused refusal={municipality.refusal} />
      </Page>
    );
  }
  if (municipality.state === "loading" || indicators.state !== "ready") return <Bones lines={14} />;
  const all = entities.state === "ready" ? entities.data.rows : [];
  const schools = all.filter((row) => row.level === "school" && row.municipality === id).length;
  const measures = indicators.data.rows;
  return (
    <Page
      title={municipality.data.entity_name ?? id}
      crumbs={[{ title: "Муниципалитеты", href: "/municipalities" }]}
      lead={`${counted(schools, "школа", "школы", "школ")} в реестре. Код ${id}.`}
      actions={<WholeSet entity={id} />}
    >
      <PlaceResults place={municipality.data} entities={all} indicators={measures}>
        {({ info, chosen, period, tests, test, subject, grade, names }) => (
          <>
            <SchoolChanges
              info={info}
              municipality={id}
              period={period}
              kind={chosen.kind}
              subject={subject}
              grade={grade}
              tools={<TestChoice tests={tests} value={test} />}
            />
            <FunnelPanel
              level="school"
              info={info}
              period={period}
              subject={subject}
              grade={grade}
              title={`Школы муниципалитета среди школ региона: ${testTitle(subject, grade === null ? null : Number(grade))}`}
              names={names}
              own={(row) => row.municipality === id}
            />
            <PlacesTable level="school" info={info} period={period} kind={chosen.kind} within={id} names={names} />
          </>
        )}
      </PlaceResults>
      <MonitoringCards indicators={measures} values={municipality.data.values} changes={municipality.data.dynamics} />
    </Page>
  );
}
