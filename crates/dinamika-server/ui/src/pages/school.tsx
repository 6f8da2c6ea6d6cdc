/** The school's passport: every monitoring of one school on one page. */

import type { Answer, Entity } from "../api/rows";
import { ENTITIES, useAnswer, useEntity, useIndicators } from "../api/use";
import type { PageProps } from "../app";
import { Page } from "../parts/page";
import { Bones, Refused } from "../parts/states";
import { schoolName, testTitle } from "../words/names";
import { TestChoice } from "./choice";
import { FunnelPanel } from "./funnel-panel";
import { MonitoringCards } from "./monitorings";
import { PlaceResults } from "./place";
import { SchoolSupport } from "./school-support";
import { JournalPanel, ScoresPanel, TasksPanel } from "./test-panels";
import { WholeSet } from "./whole-set";

export default function School({ id }: PageProps) {
  const school = useEntity(id);
  const entities = useAnswer<Answer<Entity>>(ENTITIES);
  const indicators = useIndicators();
  if (school.state === "refused") {
    return (
      <Page title={`Школа ${id}`}>
        <Refused refusal={school.refusal} />
      </Page>
    );
  }
  if (school.state === "loading" || indicators.state !== "ready") return <Bones lines={14} />;
  const all = entities.state === "ready" ? entities.data.rows : [];
  const measures = indicators.data.rows;
  const { municipality } = school.data;
  const around = all.find((row) => row.level === "municipality" && row.entity === municipality);
  const crumbs = [
    { title: "Муниципалитеты", href: "/municipalities" },
    ...(municipality === null
      ? []
      : [{ title: around?.entity_name ?? municipality, href: `/municipalities/${municipality}` }]),
  ];
  return (
    <Page
      title={schoolName(school.data.entity_name)}
      tab={[schoolName(school.data.entity_name), around?.entity_name].filter(Boolean).join(", ")}
      crumbs={crumbs}
      lead={`Паспорт школы. Логин ${id}.`}
      actions={<WholeSet entity={id} />}
    >
      <PlaceResults place={school.data} entities={all} indicators={measures}>
        {({ info, period, tests, test, subject, grade, names }) => (
          <>
            <FunnelPanel
              level="school"
              info={info}
              period={period}
              subject={subject}
              grade={grade}
              title={`Школа среди школ региона: ${testTitle(subject, grade === null ? null : Number(grade))}`}
              names={names}
              own={(row) => row.entity === id}
              tools={<TestChoice tests={tests} value={test} />}
            />
            {period !== null && subject !== null && grade !== null && (
              <>
                <ScoresPanel
                  entity={id}
                  name="школа"
                  values={school.data.values}
                  period={period}
                  subject={subject}
                  grade={grade}
                />
                <TasksPanel
                  entity={id}
                  name="школа"
                  values={school.data.values}
                  period={period}
                  subject={subject}
                  grade={grade}
                />
                <JournalPanel entity={id} period={period} />
              </>
            )}
          </>
        )}
      </PlaceResults>
      <SchoolSupport entity={id} />
      <MonitoringCards indicators={measures} values={school.data.values} changes={school.data.dynamics} />
    </Page>
  );
}
