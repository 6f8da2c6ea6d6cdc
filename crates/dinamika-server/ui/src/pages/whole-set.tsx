/** «Мой набор»: everything of a place in one archive. */

import { useContext } from "preact/hooks";
import { fileAddress } from "../api/client";
import { Reader } from "../shell/me";

export function WholeSet({ entity }: { entity: string }) {
  const isOwn = useContext(Reader)?.scope.includes(entity) ?? false;
  return (
    <a
      class="button no-print"
      href={fileAddress(`/entities/${encodeURIComponent(entity)}/extract.zip`)}
      title="Значения и динамика всех показателей: CSV для Excel и XLSX в одном архиве"
      download
    >
      {isOwn ? "Мой набор" : "Весь набор"} <small>ZIP</small>
    </a>
  );
}
