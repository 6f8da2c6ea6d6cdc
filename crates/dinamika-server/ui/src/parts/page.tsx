/** The head every page begins with. */

import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { Link } from "../route/router";

interface PageProps {
  title: string;
  /** The tab's title where the page's own is not the only one of that name. */
  tab?: string;
  lead?: ComponentChildren;
  /** Where one came from, outermost first. */
  crumbs?: readonly { title: string; href: string }[];
  /** Buttons beside the title. */
  actions?: ComponentChildren;
  children: ComponentChildren;
}

export function Page({ title, tab = title, lead, crumbs = [], actions, children }: PageProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${tab} — Динамика`;
  }, [tab]);
  // A reader of the screen hears the new page, not the link that led to it.
  useEffect(() => {
    if (document.activeElement !== document.body || history.state !== null)
      heading.current?.focus({ preventScroll: true });
  }, []);
  return (
    <article>
      <header class="page-head">
        <div>
          {crumbs.length > 0 && (
            <nav aria-label="Вы здесь">
              <ol class="crumbs plain">
                {crumbs.map((crumb) => (
                  <li key={crumb.href}>
                    <Link href={crumb.href}>{crumb.title}</Link>
                  </li>
                ))}
              </ol>
            </nav>
          )}
          <h1 ref={heading} tabIndex={-1}>
            {title}
          </h1>
          {lead !== undefined && <p class="lead">{lead}</p>}
        </div>
        {actions !== undefined && <div class="panel-tools">{actions}</div>}
      </header>
      {children}
    </article>
  );
}
