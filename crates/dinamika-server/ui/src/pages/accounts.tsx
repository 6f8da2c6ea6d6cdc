/** Who one is, and what one may see. */

import { useState } from "preact/hooks";
import { Refusal, send } from "../api/client";
import { useFresh } from "../api/use";
import { Facts } from "../parts/facts";
import { Page } from "../parts/page";
import { Refused, When } from "../parts/states";

interface Me {
  name: string | null;
  principal: string;
  role: string;
  role_title: string;
  scope: string[];
  sees_as: string | null;
  accounts: boolean;
  csrf: string | null;
}

export default function Accounts() {
  const me = useFresh<Me>("/api/v1/me", null);
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const leave = async () => {
    try {
      await send("POST", "/api/v1/logout");
      location.assign("/login");
    } catch (error) {
      setRefusal(error instanceof Refusal ? error : new Refusal(0, "Не удалось", String(error)));
    }
  };
  return (
    <Page
      title="Учётные записи"
      lead="Кто вы и что вам видно. Учётные записи создаёт администратор командой `dinamika user`."
    >
      <When of={me} lines={4}>
        {(one) => (
          <>
            <Facts
              facts={[
                {
                  name: "Учётная запись",
                  value: one.name ?? (one.accounts ? "гость" : "этот компьютер"),
                  note: one.accounts
                    ? undefined
                    : "учётных записей ещё нет: кто за этим компьютером, тот и администратор",
                },
                { name: "Роль", value: one.role_title },
                {
                  name: "Видит",
                  value: one.scope.length === 0 ? "по роли" : one.scope.join(", "),
                  note: one.sees_as === null ? undefined : `сейчас смотрит как ${one.sees_as}`,
                },
              ]}
            />
            {one.csrf !== null ? (
              <button class="button" type="button" onClick={leave}>
                Выйти
              </button>
            ) : (
              one.accounts && (
                <a class="button main-action" href="/login?next=/accounts">
                  Войти
                </a>
              )
            )}
            {!one.accounts && (
              <div class="note prose spaced">
                <p>
                  Пока учётных записей нет, программа отвечает только этому компьютеру. Чтобы открыть её сети, создайте
                  первую: <code>dinamika user add ИМЯ --role administrator</code>.
                </p>
              </div>
            )}
            {refusal !== null && <Refused refusal={refusal} />}
          </>
        )}
      </When>
    </Page>
  );
}
