/** One deed at a time; why the last one was refused. */

import { useState } from "preact/hooks";
import { Refusal } from "../api/client";

export function useAct() {
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
