/** Who one is; for the administrator, who else may come in and as whom to look. */

import { useState } from "preact/hooks";
import { Refusal, seeAs, send } from "../api/client";
import type { Answer, Entity } from "../api/rows";
import { useEntities, useFresh } from "../api/use";
import { Facts } from "../parts/facts";
import { Page } from "../parts/page";
import { Panel } from "../parts/panel";
import { Empty, Refused, When } from "../parts/states";
import { DataTable } from "../parts/table";
import { type Me, useMe } from "../shell/me";
import { moment } from "../words/dates";
import { PrincipalFields, type Wanted, principalOf } from "./principal-fields";

interface Account {
  name: string;
  principal: string;
  role: string;
  role_title: string;
  scope: string[];
  is_active: boolean;
  created_at: string;
  last_login: string | null;
}

export default function Accounts() {
  const [round, setRound] = useState(0);
  const me = useMe(round);
  return (
    <Page title="Учётные записи" lead="Кто вы, что вам видно и кто ещё может войти.">
      <When of={me} lines={4}>
        {(one) => (
          <>
            <Self me={one} />
            {one.role === "administrator" && one.sees_as === null && (
              <div class="grid spaced">
                <SeeAs />
                <People me={one} onChanged={() => setRound(round + 1)} />
              </div>
            )}
          </>
        )}
      </When>
    </Page>
  );
}

function Self({ me }: { me: Me }) {
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
            value: me.scope.length === 0 ? "по роли" : me.scope.join(", "),
            note: me.sees_as === null ? undefined : `сейчас смотрит как ${me.sees_as}`,
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

function People({ me, onChanged }: { me: Me; onChanged: () => void }) {
  const [round, setRound] = useState(0);
  const accounts = useFresh<Answer<Account>>("/api/v1/accounts", null, round);
  const entities = useEntities();
  const places = entities.state === "ready" ? entities.data.rows : [];
  const changed = () => {
    setRound(round + 1);
    onChanged();
  };
  return (
    <>
      <NewAccount isFirst={!me.accounts} places={places} onMade={changed} />
      <Panel
        id="people"
        title="Кто может войти"
        source={{ path: "/accounts" }}
        class="is-long"
        table={
          <When of={accounts} lines={4}>
            {({ rows }) =>
              rows.length === 0 ? (
                <Empty title="Учётных записей ещё нет">
                  Пока их нет, программа отвечает только этому компьютеру. С первой — администратора — вход станет
                  обязательным.
                </Empty>
              ) : (
                <DataTable
                  caption="Учётные записи"
                  rows={rows}
                  rowKey={(row) => row.name}
                  words={["запись", "записи", "записей"]}
                  columns={[
                    { id: "name", title: "Имя", isHead: true, key: (row) => row.name, cell: (row) => row.name },
                    {
                      id: "role",
                      title: "Роль",
                      key: (row) => row.role_title,
                      cell: (row) => row.role_title,
                    },
                    {
                      id: "scope",
                      title: "Чьи данные",
                      cell: (row) => row.scope.map((key) => placeName(places, key)).join(", ") || "вся область роли",
                    },
                    {
                      id: "active",
                      title: "Вход",
                      key: (row) => String(row.is_active),
                      cell: (row) => (
                        <span class={`verdict ${row.is_active ? "better" : "noise"}`}>
                          {row.is_active ? "разрешён" : "отключён"}
                        </span>
                      ),
                    },
                    {
                      id: "last",
                      title: "Последний вход",
                      key: (row) => row.last_login ?? "",
                      cell: (row) => (row.last_login === null ? "не входил" : moment(row.last_login)),
                    },
                    {
                      id: "do",
                      title: <span class="visually-hidden">Действия</span>,
                      cell: (row) =>
                        row.name === me.name ? (
                          <span class="quiet small">это вы</span>
                        ) : (
                          <Deeds account={row} onDone={changed} />
                        ),
                    },
                  ]}
                />
              )
            }
          </When>
        }
      />
    </>
  );
}

function placeName(places: readonly Entity[], key: string): string {
  return places.find((one) => one.entity === key)?.entity_name ?? key;
}

function Deeds({ account, onDone }: { account: Account; onDone: () => void }) {
  const { isBusy, refusal, act } = useAct();
  const [password, setPassword] = useState<string | null>(null);
  const change = (body: object) =>
    act(async () => {
      await send("PATCH", `/api/v1/accounts/${encodeURIComponent(account.name)}`, body);
      setPassword(null);
      onDone();
    });
  return (
    <div class="choices">
      <button
        class="button"
        type="button"
        disabled={isBusy}
        onClick={() => change({ is_active: !account.is_active })}
        aria-label={`${account.is_active ? "Отключить" : "Включить"} ${account.name}`}
      >
        {account.is_active ? "Отключить" : "Включить"}
      </button>
      {password === null ? (
        <button class="button ghost" type="button" onClick={() => setPassword("")}>
          Новый пароль
        </button>
      ) : (
        <form
          class="choices"
          onSubmit={(event) => {
            event.preventDefault();
            void change({ password });
          }}
        >
          <input
            type="password"
            autoComplete="new-password"
            minLength={10}
            required
            aria-label={`Новый пароль для ${account.name}`}
            value={password}
            onInput={(event) => setPassword(event.currentTarget.value)}
          />
          <button class="button" type="submit" disabled={isBusy}>
            Сменить
          </button>
        </form>
      )}
      {refusal !== null && <Refused refusal={refusal} />}
    </div>
  );
}

interface NewProps {
  isFirst: boolean;
  places: readonly Entity[];
  onMade: () => void;
}

function NewAccount({ isFirst, places, onMade }: NewProps) {
  const [name, setName] = useState("");
  const [password, setPassword] = useState("");
  const [wanted, setWanted] = useState<Wanted>({ role: isFirst ? "administrator" : "municipal", key: "" });
  const { isBusy, refusal, act } = useAct();
  const principal = principalOf(wanted);
  const make = () =>
    act(async () => {
      await send("POST", "/api/v1/accounts", { name, principal, password });
      // From the first account on nobody is let in unasked.
      if (isFirst) location.assign("/login?next=/accounts");
      setName("");
      setPassword("");
      onMade();
    });
  return (
    <Panel
      id="new-account"
      title={isFirst ? "Первая учётная запись" : "Новая учётная запись"}
      about={
        isFirst
          ? "Она — администратора: с ней вход станет обязательным для всех, кроме открытых данных."
          : "Пароль передайте лично: программа хранит только его отпечаток."
      }
      class="half"
      table={
        <form
          class="stack"
          onSubmit={(event) => {
            event.preventDefault();
            void make();
          }}
        >
          <label class="field">
            <span>Имя для входа</span>
            <input
              type="text"
              autoComplete="off"
              required
              maxLength={64}
              value={name}
              onInput={(event) => setName(event.currentTarget.value)}
            />
          </label>
          <PrincipalFields
            wanted={wanted}
            onChange={setWanted}
            entities={places}
            roles={isFirst ? ["administrator"] : ["school", "municipal", "regional", "administrator"]}
          />
          <label class="field">
            <span>Пароль: фраза не короче 10 знаков</span>
            <input
              type="password"
              autoComplete="new-password"
              required
              minLength={10}
              value={password}
              onInput={(event) => setPassword(event.currentTarget.value)}
            />
          </label>
          <button class="button main-action" type="submit" disabled={isBusy || principal === null}>
            Создать
          </button>
          {refusal !== null && <Refused refusal={refusal} />}
        </form>
      }
    />
  );
}

/** One deed at a time; why the last one was refused. */
function useAct() {
  const [isBusy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const act = async (deed: () => Promise<void>) => {
    setBusy(true);
    setRefusal(null);
    try {
      await deed();
    } catch (error) {
      setRefusal(error instanceof Refusal ? error : new Refusal(0, "Не удалось", String(error)));
    }
    setBusy(false);
  };
  return { isBusy, refusal, act };
}
