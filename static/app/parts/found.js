// A list's rows as the data worker finds them, asked anew with every letter and whenever something has changed.
import { useSignal } from "@preact/signals";
import { useLayoutEffect, useRef } from "preact/hooks";
import { find } from "../data.js";
import { revision } from "../runtime.js";

/** @typedef {import("../types.js").Found} Found */
/** @typedef {import("../types.js").Narrowing} Narrowing */

/**
 * Ask for what is typed; an answer that a newer one has overtaken is not shown.
 * @param {string} kind @param {string} query @param {number} limit @param {Narrowing} [how]
 * @returns {{query: string, found: Found} | null} null before the first answer
 */
export function useFound(kind, query, limit, how) {
  const answer = useSignal(/** @type {{query: string, found: Found} | null} */ (null));
  const asked = useRef(0);
  const risen = revision.value;
  // Asked before the letter is painted: the worker is at it meanwhile.
  useLayoutEffect(() => {
    asked.current += 1;
    const mine = asked.current;
    find(kind, query, limit, how).then((found) => {
      if (mine === asked.current) answer.value = { query, found };
    });
  }, [kind, query, limit, JSON.stringify(how), risen]);
  return answer.value;
}
