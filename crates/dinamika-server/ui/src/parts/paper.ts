/** Whether the page is being laid out for paper. */

import { useEffect, useState } from "preact/hooks";

export function useOnPaper(): boolean {
  const [isPaper, setPaper] = useState(false);
  useEffect(() => {
    const media = matchMedia("print");
    const follow = () => setPaper(media.matches);
    const begin = () => setPaper(true);
    const end = () => setPaper(false);
    media.addEventListener("change", follow);
    addEventListener("beforeprint", begin);
    addEventListener("afterprint", end);
    return () => {
      media.removeEventListener("change", follow);
      removeEventListener("beforeprint", begin);
      removeEventListener("afterprint", end);
    };
  }, []);
  return isPaper;
}
