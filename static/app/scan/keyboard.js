// Listens for scanners that are keyboards. What somebody types into a field is theirs, unless the field says that it
// takes scans (data-scannable).
import { SEPARATOR } from "../codes/gs1.js";
import { keyOf, Wedge } from "../codes/wedge.js";

/** @typedef {HTMLInputElement | HTMLTextAreaElement} TextField */

const NO_TEXT = new Set(["button", "checkbox", "color", "file", "image", "radio", "range", "reset", "submit"]);

/** The field that keys go into, if they go into any. @param {EventTarget | null} target @returns {HTMLElement | null} */
function fieldOf(target) {
  if (!(target instanceof HTMLElement)) return null;
  if (target instanceof HTMLInputElement && NO_TEXT.has(target.type)) return null;
  return target.closest("input, textarea, select, [contenteditable]");
}

/** @param {HTMLElement | null} field @returns {field is TextField} */
const isScannable = (field) => field !== null && "scannable" in field.dataset && "value" in field;

/** Put back what stood in a field before a scanner typed into it. @param {TextField} field @param {string} value */
function restore(field, value) {
  field.value = value;
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

/**
 * @param {EventTarget} scope  the window
 * @param {(code: string, at: number) => unknown} onScan  of codes that no field took
 */
export function listen(scope, onScan) {
  const wedge = new Wedge();
  /** @type {{field: TextField, value: string} | null} */
  let before = null;
  /** A key without a name was pressed; what it was comes with the input. */
  let unnamed = false;

  /** @param {string} code @param {HTMLElement | null} field @param {number} at */
  function deliver(code, field, at) {
    if (before && before.field === field) restore(before.field, before.value);
    const given = new CustomEvent("scan", { bubbles: true, cancelable: true, detail: code });
    if (!isScannable(field) || field.dispatchEvent(given)) onScan(code, at);
  }

  /** @param {string} key @param {HTMLElement | null} field @param {number} at @param {string} value  of the field until now @returns {boolean} whether it ended a code */
  function take(key, field, at, value) {
    const code = wedge.key(key, at);
    if (wedge.length === 1) before = isScannable(field) ? { field, value } : null;
    if (code) deliver(code, field, at);
    return code !== "";
  }

  /** @param {Event} event */
  function onKey(event) {
    if (!(event instanceof KeyboardEvent)) return;
    const field = fieldOf(event.target);
    if (event.isComposing || (field && !isScannable(field))) {
      wedge.reset();
      return;
    }
    const key = keyOf(event);
    unnamed = event.key === "Unidentified";
    if (unnamed) return;
    const ended = take(key, field, event.timeStamp, isScannable(field) ? field.value : "");
    // A scanner's space presses no button, its Enter follows no link, and its Ctrl+] is no shortcut.
    if (!ended && key !== SEPARATOR && (key !== " " || field || wedge.length < 2)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
  }

  /** The characters of scanners whose keys have no names, as on some Android phones. @param {Event} event */
  function onInput(event) {
    if (!unnamed || !(event instanceof InputEvent) || !event.data) return;
    unnamed = false;
    const field = fieldOf(event.target);
    if (!isScannable(field)) return;
    const value = field.value.slice(0, -event.data.length);
    for (const each of event.data) take(each, field, event.timeStamp, value);
  }

  scope.addEventListener("keydown", onKey, true);
  scope.addEventListener("input", onInput, true);
}
