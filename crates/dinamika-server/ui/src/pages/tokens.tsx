/** Tokens: how programs come in instead of a person. */

import { useState } from "preact/hooks";
import { send } from "../api/client";
import type { Answer } from "../api/rows";
import { useFresh } from "../api/use";
import { Panel } from "../parts/panel";
import { Empty, Refused, When } from "../parts/states";
import { DataTable } from "../parts/table";
import { type Me, usePrincipalTitle } from "../shell/me";
import { moment } from "../words/dates";
import { useAct } from "./use-act";

interface Token {
  id: string;
  user: string;
  principal: string;
  label: string;
  created_at: string;
  expires_at: string;
  last_used: string | null;
  is_valid: boolean;
}

export function Tokens({ me }: { me: Me }) {
  const [round, setRound] = useState(0);
  const tokens = useFresh<Answer<Token>>("/api/v1/tokens", null, round);
  const title = usePrincipalTitle();
  const again = () => setRound(round + 1);
  const seesAll = me.role === "administrator";
  return (
    <>
      <NewToken onMade={again} />
      <Panel
        id="tokens"
        title={seesAll ? "Токены всех" : "Мои токены"}
        class="is-long"
        table={
          <When of={tokens} lines={3}>
            {({ rows }) =>
              rows.length === 0 ? (
                <Empty title="Токенов нет">Программе, которая берёт данные сама, создайте токен.</Empty>
              ) : (
                <DataTable
                  caption="Токены"
                  rows={rows}
                  page={10}
                  rowKey={(row) => row.id}
                  words={["токен", "токена", "токенов"]}
                  columns={[
                    {
                      id: "label",
                      title: "Для чего",
                      isHead: true,
                      key: (row) => row.label,
                      cell: (row) => row.label || "—",
                    },
                    { id: "id", title: "Начало", cell: (row) => <code>dnm_{row.id}</code> },
                    ...(seesAll
                      ? [{ id: "user", title: "Чей", key: (row: Token) => row.user, cell: (row: Token) => row.user }]
                      : []),
                    {
                      id: "as",
                      title: "Видит как",
                      key: (row) => title(row.principal),
                      cell: (row) => title(row.principal),
                    },
                    {
                      id: "used",
                      title: "Использован",
                      key: (row) => row.last_used ?? "",
                      cell: (row) => (row.last_used === null ? "ещё нет" : moment(row.last_used)),
                    },
                    {
                      id: "until",
                      title: "Действует до",
                      key: (row) => row.expires_at,
                      cell: (row) => moment(row.expires_at),
                    },
                    {
                      id: "do",
                      title: <span class="visually-hidden">Действия</span>,
                      cell: (row) => (row.is_valid ? <Revoke token={row} onDone={again} /> : "не действует"),
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

function Revoke({ token, onDone }: { token: Token; onDone: () => void }) {
  const { isBusy, refusal, act } = useAct();
  const revoke = () =>
    act(async () => {
      await send("DELETE", `/api/v1/tokens/${token.id}`);
      onDone();
    });
  return (
    <>
      <button
        class="button ghost"
        type="button"
        disabled={isBusy}
        aria-label={`Отозвать токен ${token.label || token.id}`}
        onClick={revoke}
      >
        Отозвать
      </button>
      {refusal !== null && <Refused refusal={refusal} />}
    </>
  );
}

/** How long a token may last. */
const DAYS = [
  { value: 30, title: "30 дней" },
  { value: 90, title: "90 дней" },
  { value: 366, title: "год" },
] as const;

function NewToken({ onMade }: { onMade: () => void }) {
  const [label, setLabel] = useState("");
  const [days, setDays] = useState(90);
  const [made, setMade] = useState<string | null>(null);
  const { isBusy, refusal, act } = useAct();
  const make = () =>
    act(async () => {
      const { token } = await send<{ token: string }>("POST", "/api/v1/tokens", { label, days });
      setLabel("");
      setMade(token);
      onMade();
    });
  return (
    <Panel
      id="new-token"
      title="Новый токен"
      about="Для скриптов, Excel, Metabase: видит то же, что вы. Показывается один раз — сохраните его сразу."
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
            <span>Для чего</span>
            <input
              type="text"
              required
              maxLength={80}
              value={label}
              onInput={(event) => setLabel(event.currentTarget.value)}
            />
          </label>
          <label class="field">
            <span>Сколько действует</span>
            <select value={days} onChange={(event) => setDays(Number(event.currentTarget.value))}>
              {DAYS.map((one) => (
                <option key={one.value} value={one.value} selected={one.value === days}>
                  {one.title}
                </option>
              ))}
            </select>
          </label>
          <button class="button" type="submit" disabled={isBusy}>
            Создать токен
          </button>
          {made !== null && (
            <div role="status">
              <label class="field">
                <span>Токен, показывается один раз</span>
                <input type="text" readOnly value={made} onFocus={(event) => event.currentTarget.select()} />
              </label>
            </div>
          )}
          {refusal !== null && <Refused refusal={refusal} />}
        </form>
      }
    />
  );
}
