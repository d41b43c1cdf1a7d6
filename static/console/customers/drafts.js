// What somebody is typing at this desk, kept over a reload: for this tab and this person only, until it is saved, thrown
// away, or whoever typed it signs out.
import { useRef, useState } from "preact/hooks";
import { uuid7 } from "../../app/ids.js";

/** @typedef {import("../../app/types.js").Data} Data */
/** @typedef {import("../../app/types.js").Values} Values */
/**
 * @typedef {{id: string, base?: {version: number, data: Data}, values?: Values, reason: string, denied: string[], at: number}} Draft
 *   id: of the record, made before it is sent, so that a second try is the same one; base: what an edit was opened on;
 *   denied: records that it is known not to be; at: Unix ms of the last change, 0 where nothing was typed
 */

const PREFIX = "waystation.console.draft";
export const NEW = "new";

/** @param {string} user @param {string} record  NEW for one that is not there yet */
const keyOf = (user, record) => `${PREFIX} ${user} ${record}`;

/** @param {string} user @param {string} record @returns {Draft | null} */
function kept(user, record) {
  const text = sessionStorage.getItem(keyOf(user, record));
  return text === null ? null : JSON.parse(text);
}

/** Leave nothing of anybody's behind in this tab. */
export function forgetDrafts() {
  const keys = Array.from({ length: sessionStorage.length }, (_, at) => sessionStorage.key(at) ?? "");
  for (const key of keys.filter((each) => each.startsWith(PREFIX))) sessionStorage.removeItem(key);
}

/**
 * The draft of one form: as it was left, or begun on what the gateway has.
 * @param {string} user @param {import("../types.js").Row | null} row  null for a new record
 */
export function useDraft(user, row) {
  const record = row?.id ?? NEW;
  const [draft, setDraft] = useState(() => kept(user, record) ?? begun(row));
  const [full, setFull] = useState(false);
  const newest = useRef(draft);
  const open = useRef(true);

  /** @param {Partial<Draft>} part */
  function change(part) {
    if (!open.current) return;
    newest.current = { ...newest.current, ...part, at: Date.now() };
    setDraft(newest.current);
    try {
      sessionStorage.setItem(keyOf(user, record), JSON.stringify(newest.current));
      setFull(false);
    } catch (error) {
      // The words are still on the screen; only a reload would lose them, and the person is told so.
      if (!(error instanceof DOMException)) throw error;
      setFull(true);
    }
  }
  /** Saved or thrown away. */
  function drop() {
    open.current = false;
    sessionStorage.removeItem(keyOf(user, record));
  }
  return { draft, change, drop, full };
}

/** @param {import("../types.js").Row | null} row @returns {Draft} */
function begun(row) {
  const fresh = { reason: "", denied: [], at: 0 };
  if (!row) return { ...fresh, id: uuid7(Date.now()) };
  return { ...fresh, id: row.id, base: { version: row.version, data: row.data } };
}
