/** Which release is read, and whether a newer one is there. */

import { useEffect, useState } from "preact/hooks";
import { forget, fresh } from "../api/client";
import type { Answer, ReleaseInfo } from "../api/rows";
import { useAnswer } from "../api/use";

/** How often one asks for a newer release, in milliseconds. */
const LOOK = 60_000;

/** The served release; null until it is known. */
export function useRelease(): ReleaseInfo | null {
  const answer = useAnswer<Answer<ReleaseInfo>>("/api/v1/releases?limit=1");
  return answer.state === "ready" ? (answer.data.rows[0] ?? null) : null;
}

/** Tells of a newer release; the reader decides when the page changes under them. */
export function NewerRelease({ shown }: { shown: number | null }) {
  const [newest, setNewest] = useState<number | null>(null);
  useEffect(() => {
    const timer = setInterval(async () => {
      if (document.visibilityState !== "visible") return;
      const ready = await fresh<{ release: number }>("/ready").catch(() => null);
      if (ready !== null) setNewest(ready.release);
    }, LOOK);
    return () => clearInterval(timer);
  }, []);
  if (shown === null || newest === null || newest <= shown) return null;
  const renew = () => {
    forget();
    location.reload();
  };
  return (
    <div class="newer no-print" role="status">
      Опубликован выпуск {newest}
      <button class="button" type="button" onClick={renew}>
        Показать
      </button>
    </div>
  );
}
