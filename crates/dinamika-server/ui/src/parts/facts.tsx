/** A strip of facts: a name, a large number, what it is made of. */

import type { ComponentChildren } from "preact";

export interface Fact {
  name: string;
  value: ComponentChildren;
  note?: ComponentChildren;
}

export function Facts({ facts }: { facts: readonly Fact[] }) {
  return (
    <dl class="facts">
      {facts.map((fact) => (
        <div key={fact.name}>
          <dt>{fact.name}</dt>
          <dd>
            {fact.value}
            {fact.note !== undefined && <small>{fact.note}</small>}
          </dd>
        </div>
      ))}
    </dl>
  );
}
