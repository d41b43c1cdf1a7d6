// A scanner that is a keyboard: it types a code faster than anybody can, and ends it with Enter or Tab (pure).
import { SEPARATOR } from "./gs1.js";

/** More than this between two keys, ms, and it is somebody who types. */
export const GAP_MS = 100;
const LEAST = 3;
const ENDS = new Set(["Enter", "Tab"]);
/** Pressed on the way to the next character. */
const SHIFTS = new Set(["Shift", "AltGraph", "CapsLock"]);

export class Wedge {
  #text = "";
  #at = Number.NEGATIVE_INFINITY;

  /** How many characters came in one go so far. */
  get length() {
    return this.#text.length;
  }

  /** What comes next begins anew. */
  reset() {
    this.#text = "";
  }

  /**
   * One key.
   * @param {string} key  a character, or the name of a key
   * @param {number} at  when, ms; of any clock that does not go back
   * @returns {string} the code that it ends, or ""
   */
  key(key, at) {
    if (at - this.#at > GAP_MS) this.reset();
    this.#at = at;
    const text = this.#text;
    if (ENDS.has(key)) {
      this.reset();
      return text.length >= LEAST ? text : "";
    }
    if (key.length === 1) this.#text += key;
    else if (!SHIFTS.has(key)) this.reset();
    return "";
  }
}

/** What a key adds to a code; scanners send the separator of GS1 as Ctrl+]. @param {Pick<KeyboardEvent, "key" | "code" | "ctrlKey" | "metaKey" | "repeat">} event */
export function keyOf({ key, code, ctrlKey, metaKey, repeat }) {
  if (ctrlKey && (key === "]" || key === SEPARATOR || code === "BracketRight")) return SEPARATOR;
  if (ctrlKey && key === "Control") return "Shift";
  // A key that is held down is a person's.
  return ctrlKey || metaKey || repeat ? "Unidentified" : key;
}
