/** Whoever was given a password makes one of their own. */

import { useState } from "preact/hooks";
import { send } from "../api/client";
import { Panel } from "../parts/panel";
import { NewPassword, OldPassword } from "../parts/password-field";
import { Refused } from "../parts/states";
import { useAct } from "./use-act";

export function OwnPassword() {
  const [old, setOld] = useState("");
  const [next, setNext] = useState("");
  const [isDone, setDone] = useState(false);
  const { isBusy, refusal, act } = useAct();
  const change = () =>
    act(async () => {
      setDone(false);
      await send("POST", "/api/v1/me/password", { old, new: next });
      setOld("");
      setNext("");
      setDone(true);
    });
  return (
    <Panel
      id="own-password"
      title="Мой пароль"
      about="Остальные ваши входы — на других компьютерах — закончатся."
      class="half"
      table={
        <form
          class="stack"
          onSubmit={(event) => {
            event.preventDefault();
            void change();
          }}
        >
          <OldPassword value={old} onChange={setOld} />
          <NewPassword title="Новый пароль" value={next} onChange={setNext} />
          <button class="button" type="submit" disabled={isBusy}>
            Сменить пароль
          </button>
          {isDone && <p role="status">Пароль сменён.</p>}
          {refusal !== null && <Refused refusal={refusal} />}
        </form>
      }
    />
  );
}
