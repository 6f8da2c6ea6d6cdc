/** Who one is; for the administrator, who else may come in and as whom to look. */

import { useState } from "preact/hooks";
import { seeAs, send } from "../api/client";
import { useEntities } from "../api/use";
import { Facts } from "../parts/facts";
import { Page } from "../parts/page";
import { Panel } from "../parts/panel";
import { Refused, When } from "../parts/states";
import { type Me, useMe, usePrincipalTitle } from "../shell/me";
import { AuditLog } from "./audit-log";
import { OwnPassword } from "./own-password";
import { People } from "./people";
import { PrincipalFields, type Wanted, principalOf } from "./principal-fields";
import { Tokens } from "./tokens";
import { useAct } from "./use-act";

export default function Accounts() {
  const [round, setRound] = useState(0);
  const me = useMe(round);
  return (
    <Page title="Учётные записи" lead="Кто вы, что вам видно и кто ещё может войти.">
      <When of={me} lines={4}>
        {(one) => (
          <>
            <Self me={one} />
            <div class="grid spaced">
              {one.csrf !== null && one.sees_as === null && (
                <>
                  <OwnPassword />
                  <Tokens me={one} />
                </>
              )}
              {one.role === "administrator" && one.sees_as === null && (
                <>
                  <SeeAs />
                  <People me={one} onChanged={() => setRound(round + 1)} />
                  {one.accounts && <AuditLog />}
                </>
              )}
            </div>
          </>
        )}
      </When>
    </Page>
  );
}

function Self({ me }: { me: Me }) {
  const title = usePrincipalTitle();
  const { isBusy, refusal, act } = useAct();
  const leave = () =>
    act(async () => {
      await send("POST", "/api/v1/logout");
      location.assign("/login");
    });
  return (
    <>
      <Facts
        facts={[
          {
            name: "Учётная запись",
            value: me.name ?? (me.accounts ? "гость" : "этот компьютер"),
            note: me.accounts ? undefined : "учётных записей ещё нет: кто за этим компьютером, тот и администратор",
          },
          { name: "Роль", value: me.role_title },
          {
            name: "Видит",
            value: me.scope.length === 0 ? "по роли" : title(me.principal),
            note: me.sees_as === null ? undefined : `сейчас смотрит как ${title(me.sees_as)}`,
          },
        ]}
      />
      {me.csrf !== null ? (
        <button class="button" type="button" disabled={isBusy} onClick={leave}>
          Выйти
        </button>
      ) : (
        me.accounts && (
          <a class="button main-action" href="/login?next=/accounts">
            Войти
          </a>
        )
      )}
      {refusal !== null && <Refused refusal={refusal} />}
    </>
  );
}

/** The page as somebody else sees it: what is hidden from them is hidden here. */
function SeeAs() {
  const entities = useEntities();
  const [wanted, setWanted] = useState<Wanted>({ role: "public", key: "" });
  const principal = principalOf(wanted);
  return (
    <Panel
      id="see-as"
      title="Смотреть как"
      about="Страницы и файлы станут такими, какими их видит эта роль, — в этой вкладке, пока вы не вернётесь."
      class="half"
      table={
        <form
          class="stack"
          onSubmit={(event) => {
            event.preventDefault();
            if (principal !== null) seeAs(principal);
          }}
        >
          <PrincipalFields
            wanted={wanted}
            onChange={setWanted}
            entities={entities.state === "ready" ? entities.data.rows : []}
            roles={["public", "school", "municipal", "regional"]}
          />
          <button class="button main-action" type="submit" disabled={principal === null}>
            Смотреть
          </button>
        </form>
      }
    />
  );
}
