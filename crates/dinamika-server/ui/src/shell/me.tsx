/** Who looks, and as whom. */

import { createContext } from "preact";
import { useContext, useMemo } from "preact/hooks";
import { seeAs, seenAs } from "../api/client";
import { useEntities, useFresh } from "../api/use";
import { Link } from "../route/router";
import { plainSchoolName } from "../words/names";

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

/** From the least to the most: what is seen grows with it. */
const ROLES = ["public", "school", "municipal", "regional", "administrator"] as const;
export type Role = (typeof ROLES)[number];

/** As people call those who may. */
export const ROLE_TITLES: Readonly<Record<Role, string>> = {
  public: "гость",
  school: "школа",
  municipal: "муниципалитет",
  regional: "регион",
  administrator: "администратор",
};

/** Who reads the page; null until that is known. */
export const Reader = createContext<Me | null>(null);

/** Whether the reader is of this role at least; as long as nobody is known, yes. */
export function useMay(role: Role): boolean {
  const me = useContext(Reader);
  return me === null || isAtLeast(me.role, role);
}

export function isAtLeast(has: string, needed: Role): boolean {
  return ROLES.indexOf(has as Role) >= ROLES.indexOf(needed);
}

/** The municipality whose page a municipality's own people want first; empty for all others. */
export function useOwnMunicipality(): string {
  const me = useContext(Reader);
  return me?.role === "municipal" ? (me.scope[0] ?? "") : "";
}

/** The schools or municipalities an account is for; none for the region and guests. */
export function useOwnPlaces(): readonly string[] {
  const me = useContext(Reader);
  return me?.role === "school" || me?.role === "municipal" ? me.scope : [];
}

/** In the page's head: the name, or the way in. Where there are no accounts there is nothing to say. */
export function Account() {
  const me = useContext(Reader);
  if (me === null || !me.accounts) return null;
  if (me.name === null) {
    return (
      <a class="account no-print" href={`/login?next=${encodeURIComponent(location.pathname + location.search)}`}>
        Войти
      </a>
    );
  }
  return (
    <Link class="account no-print" href="/accounts" title={`${me.name}: ${me.role_title}`}>
      {me.name}
    </Link>
  );
}

/** Who one is; asked again when `round` grows. */
export function useMe(round = 0) {
  return useFresh<Me>("/api/v1/me", null, round);
}

/** How a principal reads: `municipal:reg99_m001` is «муниципалитет: город Радужный». */
export function usePrincipalTitle(): (principal: string) => string {
  const entities = useEntities();
  return useMemo(() => {
    const names = new Map(entities.state === "ready" ? entities.data.rows.map((one) => [one.entity, one]) : []);
    return (principal) => {
      const [role = "", keys = ""] = principal.split(":");
      const places = keys.split(",").map((key) => plainSchoolName(names.get(key)?.entity_name ?? key));
      return [ROLE_TITLES[role as Role] ?? role, places.join(", ")].filter(Boolean).join(": ");
    };
  }, [entities]);
}

/** While an administrator looks as somebody else: as whom, and the way back. */
export function SeenAs() {
  const as = seenAs();
  return as === null ? null : <SeenAsBar as={as} />;
}

function SeenAsBar({ as }: { as: string }) {
  const title = usePrincipalTitle();
  return (
    <div class="seen-as no-print" role="status">
      <span>
        Вы смотрите как <strong>{title(as)}</strong>
      </span>
      <button class="button" type="button" onClick={() => seeAs(null)}>
        Вернуться к себе
      </button>
    </div>
  );
}
