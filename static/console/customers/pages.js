// Rows that come in pages, one after the other, until a person has seen enough.
import { useState } from "preact/hooks";
import { asProblem } from "../api.js";
import { useLoad } from "../load.js";
import { say } from "../parts/notice.js";

/**
 * @param {(after: string) => Promise<{rows: any[], next: string | null, [more: string]: any}>} fetcher
 * @param {unknown[]} deps  what the list depends on: another value begins it anew
 */
export function usePages(fetcher, deps) {
  const [more, setMore] = useState(/** @type {{rows: any[], next: string | null} | null} */ (null));
  const load = useLoad(
    async () => {
      const first = await fetcher("");
      setMore(null);
      return first;
    },
    { deps },
  );
  const rows = [...(load.data?.rows ?? []), ...(more?.rows ?? [])];
  const next = more ? more.next : load.data?.next;
  async function show() {
    try {
      const page = await fetcher(next ?? "");
      setMore({ rows: [...(more?.rows ?? []), ...page.rows], next: page.next });
    } catch (error) {
      say(asProblem(error).message);
    }
  }
  return { load, rows, next, show };
}
