// Sending what stands in a sheet: not before it is whole, and back to the first field that somebody objects to.
import { useState } from "preact/hooks";
import { asProblem } from "../api.js";
import { focusField } from "./kind_fields.js";

/** @typedef {ReturnType<typeof import("./sheet.js").useSheet>} Sheet */

/**
 * @param {Sheet} sheet @param {() => Promise<void>} send  throws what the gateway objects to
 * @returns {{busy: boolean, tried: boolean, problem: import("../api.js").Problem | undefined, onSubmit: (event: SubmitEvent) => Promise<void>}}
 */
export function useSubmit(sheet, send) {
  const [busy, setBusy] = useState(false);
  const [tried, setTried] = useState(false);
  const [problem, setProblem] = useState(/** @type {import("../api.js").Problem | undefined} */ (undefined));

  /** @param {SubmitEvent} event */
  async function onSubmit(event) {
    event.preventDefault();
    setTried(true);
    setProblem(undefined);
    const first = sheet.judge()[0];
    if (first) return focusField(first.path);
    setBusy(true);
    try {
      await send();
    } catch (error) {
      const trouble = asProblem(error);
      setProblem(trouble);
      const objection = sheet.object(trouble)[0];
      if (objection?.path.length) focusField(objection.path);
    } finally {
      setBusy(false);
    }
  }
  return { busy, tried, problem, onSubmit };
}
