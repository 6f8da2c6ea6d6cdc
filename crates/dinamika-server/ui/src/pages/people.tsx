/** Who may come in: accounts as the administrator keeps them. */

import { useState } from "preact/hooks";
import { type Refusal, send } from "../api/client";
import type { Answer, Entity } from "../api/rows";
import { useEntities, useFresh } from "../api/use";
import { Panel } from "../parts/panel";
import { NewPassword } from "../parts/password-field";
import { Empty, Refused, When } from "../parts/states";
import { DataTable } from "../parts/table";
import type { Me } from "../shell/me";
import { moment } from "../words/dates";
import { PrincipalFields, type Wanted, principalOf } from "./principal-fields";
import { useAct } from "./use-act";

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

const ROLES = ["school", "municipal", "regional", "administrator"] as const;

export function People({ me, onChanged }: { me: Me; onChanged: () => void }) {
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
                          <Deeds account={row} places={places} onDone={changed} />
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

/** What the administrator does with an account: one at a time, each with its own short form. */
function Deeds({ account, places, onDone }: { account: Account; places: readonly Entity[]; onDone: () => void }) {
  const { isBusy, refusal, act } = useAct();
  const [form, setForm] = useState<"password" | "role" | null>(null);
  const change = (body: object) =>
    act(async () => {
      await send("PATCH", `/api/v1/accounts/${encodeURIComponent(account.name)}`, body);
      setForm(null);
      onDone();
    });
  if (form === "password") return <PasswordOf {...{ account, isBusy, refusal, change }} />;
  if (form === "role") return <NewRole {...{ account, places, isBusy, refusal, change }} />;
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
      <button
        class="button ghost"
        type="button"
        aria-label={`Сменить роль ${account.name}`}
        onClick={() => setForm("role")}
      >
        Роль
      </button>
      <button
        class="button ghost"
        type="button"
        aria-label={`Новый пароль для ${account.name}`}
        onClick={() => setForm("password")}
      >
        Пароль
      </button>
      {refusal !== null && <Refused refusal={refusal} />}
    </div>
  );
}

interface FormProps {
  account: Account;
  isBusy: boolean;
  refusal: Refusal | null;
  change: (body: object) => Promise<void>;
}

function PasswordOf({ account, isBusy, refusal, change }: FormProps) {
  const [password, setPassword] = useState("");
  return (
    <form
      class="choices"
      onSubmit={(event) => {
        event.preventDefault();
        void change({ password });
      }}
    >
      <NewPassword title={`Новый пароль для ${account.name}`} value={password} onChange={setPassword} />
      <button class="button" type="submit" disabled={isBusy}>
        Сменить
      </button>
      {refusal !== null && <Refused refusal={refusal} />}
    </form>
  );
}

/** Sessions and tokens of the account end with its old role. */
function NewRole({ account, places, isBusy, refusal, change }: FormProps & { places: readonly Entity[] }) {
  const [wanted, setWanted] = useState<Wanted>({ role: account.role, key: account.scope[0] ?? "" });
  const principal = principalOf(wanted);
  return (
    <form
      class="stack"
      onSubmit={(event) => {
        event.preventDefault();
        void change({ principal });
      }}
    >
      <PrincipalFields wanted={wanted} onChange={setWanted} entities={places} roles={ROLES} />
      <button class="button" type="submit" disabled={isBusy || principal === null}>
        Сменить роль
      </button>
      {refusal !== null && <Refused refusal={refusal} />}
    </form>
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
            roles={isFirst ? ["administrator"] : ROLES}
          />
          <NewPassword title="Пароль" value={password} onChange={setPassword} />
          <button class="button main-action" type="submit" disabled={isBusy || principal === null}>
            Создать
          </button>
          {refusal !== null && <Refused refusal={refusal} />}
        </form>
      }
    />
  );
}
