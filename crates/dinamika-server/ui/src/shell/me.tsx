/** Who looks, and as whom. */

import { seeAs, seenAs } from "../api/client";
import { useFresh } from "../api/use";

export interface Me {
  name: string | null;
  principal: string;
  role: string;
  role_title: string;
  scope: string[];
  sees_as: string | null;
  accounts: boolean;
  csrf: string | null;
}

/** Who one is; asked again when `round` grows. */
export function useMe(round = 0) {
  return useFresh<Me>("/api/v1/me", null, round);
}

/** While an administrator looks as somebody else: as whom, and the way back. */
export function SeenAs() {
  const as = seenAs();
  if (as === null) return null;
  return (
    <div class="seen-as no-print" role="status">
      Вы смотрите как <strong>{as}</strong>
      <button class="button" type="button" onClick={() => seeAs(null)}>
        Вернуться к себе
      </button>
    </div>
  );
}
